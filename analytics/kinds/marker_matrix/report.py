"""A matrix of markers in words and tables: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.kinds.association.sentence import PLACES
from analytics.kinds.base import Table, nothing_shown
from analytics.kinds.marker_matrix.spec import Adjustment, MarkerMatrix, parts_of
from analytics.plots import Result
from analytics.plots.names import group_names, in_language, note_text
from analytics.plots.numbers import decimals, signed
from analytics.plots.wording import interval_text, unbroken
from analytics.spec import Assay
from analytics.stats import SPEARMAN_RHO, format_p

ALPHA = 0.05
MOST_OPEN_PAIRS = 15
"""More pairs than this are folded away until somebody wants them."""


def title(spec: MarkerMatrix, markers: Mapping[str, str]) -> str:
    """“RANKL, OPG, IL-6: which go together”."""
    names = list(dict.fromkeys(markers.get(parts_of(one)[0], parts_of(one)[0]) for one in spec.variables))
    return _("{markers}: which go together").format(markers=", ".join(names))


def lead(result: Result) -> str:
    """Assay, unit and where the values come from."""
    question = result["question"]
    parts = [in_language(question["assay"]), in_language(result["unit"])]
    if dataset := question["dataset"]:
        parts.append(", ".join(filter(None, [dataset["code"], dataset["platform"], dataset["source"]])))
    if question["rule"]:
        parts.append(question["rule"])
    if genes := result["reference_genes"]:
        parts.append(_("reference genes {genes}").format(genes=", ".join(genes)))
    return " · ".join(parts)


def answer_sentence(result: Result) -> SafeString:
    """How many pairs go together, and the strongest of them, its interval, and p last."""
    known = [pair for pair in result["pairs"] if pair["association"]]
    if not known:
        return format_html("{}", nothing_shown())
    total = len(result["pairs"])
    clear = [pair for pair in known if pair["adjusted_p"] < ALPHA]
    strongest = max(clear or known, key=lambda pair: abs(pair["association"]["effect"]["estimate"]))
    if clear:
        counted = ngettext(
            "{clear} of {total} pairs is clearly associated.",
            "{clear} of {total} pairs are clearly associated.",
            len(clear),
        )
    else:
        counted = ngettext(
            "The one pair is not clearly associated.", "None of the {total} pairs is clearly associated.", total
        )
    names = group_names(result)
    effect = strongest["association"]["effect"]
    text = _("The strongest is <b>{first} and {second}</b>: {name} {estimate}{interval}, adjusted p {p}.")
    told = format_html(
        text,
        first=names[strongest["first"]],
        second=names[strongest["second"]],
        name=_(SPEARMAN_RHO),
        estimate=signed(effect["estimate"], PLACES),
        interval=_interval(effect["interval"]),
        p=unbroken(format_p(strongest["adjusted_p"])),
    )
    return format_html("{} {}", counted.format(clear=len(clear), total=total), told)


def basis(result: Result) -> list[str]:
    """What an answer rests on, in a few words each."""
    pairs = [pair["patients"] for pair in result["pairs"] if pair["patients"]]
    words = [report.patients_at(result, "analysed")]
    if len(set(pairs)) > 1:
        words.append(_("{low} to {high} patients in a pair").format(low=min(pairs), high=max(pairs)))
    return [word for word in [*words, *report.exclusions(result)] if word]


def pair_table(result: Result) -> Table:
    """Every pair: patients, coefficient, interval, adjusted p."""
    names = group_names(result)
    rows = []
    for pair in result["pairs"]:
        cells = [f"{names[pair['first']]} – {names[pair['second']]}", report.shown(pair["patients"])]
        if pair["association"]:
            effect = pair["association"]["effect"]
            cells += [signed(effect["estimate"], PLACES), report.interval(effect["interval"], PLACES)]
            rows.append([*cells, format_p(pair["adjusted_p"]).removeprefix("= ")])
        else:
            rows.append([*cells, report.HIDDEN, report.HIDDEN, report.HIDDEN])
    return Table(
        caption=_("Pairs: {name}, p adjusted over all {count}").format(
            name=_(SPEARMAN_RHO), count=result["family"]["questions"]
        ),
        header=[_("Pair"), _("Patients"), _("Coefficient"), _("95% interval"), _("Adjusted p")],
        rows=rows,
        open=len(rows) <= MOST_OPEN_PAIRS,
    )


def value_table(result: Result) -> Table:
    """The values of each marker."""
    rows = []
    for variable in result["groups"]:
        places = decimals(variable[name] for name in ("q1", "median", "q3"))
        rows.append(
            [
                in_language(variable["labels"]),
                report.shown(variable["patients"]),
                report.value(variable["median"], places),
                report.span(variable["q1"], variable["q3"], places),
            ]
        )
    return Table(
        caption=_("The values, one per patient, in {unit}").format(unit=in_language(result["unit"])),
        header=[_("Marker"), _("Patients"), _("Median"), _("Quartiles")],
        rows=rows,
    )


def doubts(result: Result) -> list[str]:
    """The warnings as sentences."""
    return [note_text(note, result) for note in result["warnings"]]


def choices(spec: MarkerMatrix) -> list[tuple[str, str]]:
    """What the asker chose, as name and value."""
    chosen = report.measure_choices(spec.measure(spec.variables[0]))
    return [*chosen, (_("Correction for several pairs"), str(Adjustment(spec.adjustment).label))]


def methods_paragraph(*, spec: MarkerMatrix, result: Result) -> str:
    """The methods as a paper would state them, in English."""
    unit = "evaluable cores and sections" if spec.assay == Assay.IHC else "samples"
    how = spec.rule or {"median": "median", "mean": "mean", "maximum": "highest value"}[spec.consolidation.value]
    correction = {"holm": "Holm's method", "bh": "the method of Benjamini and Hochberg"}[spec.adjustment.value]
    return (
        f"Each patient contributed one value of each marker ({how} of the patient's {unit}). Every pair of the "
        f"{len(spec.variables)} markers was correlated by Spearman's rank correlation over the patients with both, "
        f"with 95% confidence intervals by Fisher's transformation; two-sided p-values were adjusted over all "
        f"{result['family']['questions']} pairs by {correction}."
    )


def _interval(interval: dict[str, Any] | None) -> str:
    if interval is None:
        return _(" (interval not estimable)")
    level = f"{100 * interval['level']:.3g}"
    return _(" ({level}% interval {interval})").format(level=level, interval=interval_text(interval, PLACES))
