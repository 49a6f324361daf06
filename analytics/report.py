"""The words that answers of every kind share: counts, exclusions, the measure, the software."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import Analysis
from analytics.plots import Result
from analytics.plots.names import in_language
from analytics.plots.numbers import number
from analytics.plots.wording import interval_text
from analytics.spec import Assay, Consolidation, Measure, Undetermined
from analytics.stain_report import antibodies, scored_in
from cases.disclosure import SMALLEST_SHOWN
from cases.sentences import render, sentence
from expression.models import Scale

HIDDEN = "–"
"""Stands for a number that is withheld or does not exist."""
USUAL_LEVEL = 0.95

STEPS = {
    "in_scope": sentence("In the study"),
    "selected": sentence("In the chosen population"),
    "read": sentence("With a reading of the stain"),
    "measured": sentence("With a usable value"),
    "grouped": sentence("With a group"),
    "compared": sentence("Compared"),
    "analysed": sentence("Analysed"),
}
"""The steps of a flow that several kinds have; a kind may add steps of its own with :func:`flow_rows`."""


def count_of_patients(count: int) -> str:
    """“34 patients”."""
    return ngettext("{count} patient", "{count} patients", count).format(count=count)


def patients_at(result: Result, step: str) -> str:
    """“34 patients”, or nothing where the total is withheld."""
    flow = {item["step"]: item["patients"] for item in result["population"]["flow"]}
    return count_of_patients(flow[step]) if step in flow else ""


def excluded(item: Mapping[str, Any]) -> str:
    """“1 excluded: SS18 fusion partner not known”."""
    count = item["patients"]
    text = f"< {SMALLEST_SHOWN}" if count is None else count
    return _("{count} excluded: {reason}").format(count=text, reason=render(item["reason"]))


def exclusions(result: Result) -> list[str]:
    """The reasons for which patients are out of the analysis."""
    return [excluded(item) for item in result["population"]["exclusions"] if item["patients"] != 0]


def exclusion_rows(result: Result) -> list[tuple[str, str]]:
    """Reason, and how many patients are out of the analysis because of it, of how many samples where samples count."""
    rows = []
    for item in result["population"]["exclusions"]:
        if item["samples"] is None or item["patients"] is None:
            continue
        counts = [count_of_patients(item["patients"])]
        if item["samples"]:
            counts.append(ngettext("{count} sample", "{count} samples", item["samples"]).format(count=item["samples"]))
        rows.append((render(item["reason"]), " · ".join(counts)))
    return rows


def flow_rows(result: Result, steps: Mapping[str, dict[str, Any]]) -> list[list[str]]:
    """The patients from everybody in scope to those analysed; ``steps`` names those that only one kind has."""
    names = {**STEPS, **steps}
    return [[render(names[item["step"]]), str(item["patients"])] for item in result["population"]["flow"]]


def software(analysis: Analysis) -> str:
    """“django 5.2.19, numpy 2.4.6, …”."""
    return ", ".join(f"{name} {version}" for name, version in sorted((analysis.versions or {}).items()))


def measure_choices(measure: Measure) -> list[tuple[str, str]]:
    """What the asker chose of a measure, as name and value."""
    if measure.assay == Assay.IHC:
        return [
            (_("Scale"), str(Scale(measure.scale).label)),
            (_("Consolidation rule"), measure.rule),
            (_("Antibody"), measure.antibody or _("Any against the marker")),
        ]
    chosen = [(_("Several samples of a patient"), str(Consolidation(measure.consolidation).label))]
    if measure.phospho_site:
        chosen.append((_("Phospho-site"), measure.phospho_site))
    if measure.assay == Assay.QPCR:
        chosen.append((_("Undetermined samples"), str(Undetermined(measure.undetermined).label)))
    return chosen


def blots_paragraph(*measures: Measure) -> str:
    """How ratios of western blots were made, as a paper would state it, in English; nothing for other assays."""
    blotted = [measure for measure in measures if measure.assay == Assay.WESTERN]
    if not blotted:
        return ""
    of_phospho = any(measure.phospho_site for measure in blotted)
    over = ", and phosphorylated by total protein" if of_phospho else ""
    return (
        f" Band volumes of western blots were divided by the loading control of their own membrane{over}, and analysed "
        "as log2 relative to the calibrator lane of the same blot; saturated bands were left out."
    )


def measure_lead(result: Mapping[str, Any]) -> SafeString:
    """“*TNFSF11*, log2(TPM+1) · RNA, RNA-seq”: what a described measure is and where its values come from.

    ``result`` has question (:func:`analytics.measurements.described`), unit, reference_genes and antibodies.
    """
    question = result["question"]
    unit = in_language(result["unit"]) if "unit" in result else ""
    parts = [format_html('<i class="gene">{}</i>{}', question["marker"]["symbol"], f", {unit}" if unit else "")]
    if dataset := question.get("dataset"):
        origin = ", ".join(filter(None, [dataset["code"], dataset["platform"], dataset["source"]]))
        parts.append(format_html("{}", origin))
    if where := scored_in(result):
        parts += [format_html("{}", where), format_html("{}", "; ".join(antibodies(result)))]
    if genes := result.get("reference_genes"):
        parts.append(format_html("{}", _("reference genes {genes}").format(genes=", ".join(genes))))
    return format_html_join(" · ", "{}", ((part,) for part in parts))


def interval(bounds: dict[str, Any] | None, places: int) -> str:
    """The bounds of a difference, with their level where it is not the usual one."""
    text = interval_text(bounds, places)
    if bounds is None or bounds["level"] == USUAL_LEVEL:
        return text
    return _("{bounds} ({level}%)").format(bounds=text, level=f"{100 * bounds['level']:.3g}")


def shown(count: int | None) -> str:
    """A count, or a dash where it is withheld."""
    return HIDDEN if count is None else str(count)


def value(amount: float | None, places: int) -> str:
    """A value, or a dash where there is none."""
    return HIDDEN if amount is None else number(amount, places)


def span(low: float | None, high: float | None, places: int) -> str:
    """“0.10 to 0.37”."""
    if low is None or high is None:
        return HIDDEN
    return _("{low} to {high}").format(low=number(low, places), high=number(high, places))
