"""A change in words and tables: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.kinds.base import Table, nothing_shown
from analytics.kinds.change_on_treatment.spec import ChangeOnTreatment
from analytics.measurements import marker_or_ratio
from analytics.plots import Result
from analytics.plots.names import in_language, note_text
from analytics.plots.numbers import signed
from analytics.plots.wording import interval_text, p_text, unbroken, value_places
from analytics.spec import Assay

ALPHA = 0.05
"""Above this a change is called not clear. The sentence gives the interval all the same."""


def title(spec: ChangeOnTreatment, markers: Mapping[str, str]) -> str:
    """“RANKL before and on denosumab”."""
    return _("{marker} before and on denosumab").format(marker=marker_or_ratio(spec, markers))


def answer_sentence(result: Result) -> SafeString:
    """The answer as HTML: how the marker changes, by how much, with its interval, and p last."""
    comparison = result["comparison"]
    if comparison is None:
        return format_html("{}", nothing_shown())
    marker, effect = result["question"]["marker"]["name"], comparison["effect"]
    if effect["interval"] is None:
        return format_html("{}", _without_interval(result))
    if comparison["p_value"] >= ALPHA:
        text = _("{marker} does not clearly change from before to on denosumab.")
    elif effect["estimate"] > 0:
        text = _("{marker} <b>rises</b> on denosumab.")
    else:
        text = _("{marker} <b>falls</b> on denosumab.")
    places = value_places(result)
    shift = format_html(
        _("On minus before, in the same patients: {shift} {unit} ({level}% interval {interval}), {p}."),
        shift=signed(effect["estimate"], places),
        unit=in_language(result["difference_unit"]),
        level=f"{100 * effect['interval']['level']:.3g}",
        interval=interval_text(effect["interval"], places),
        p=unbroken(p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact")),
    )
    return format_html("{} {}", format_html(text, marker=marker), shift)


def basis(result: Result) -> list[str]:
    """What an answer rests on, in a few words each."""
    words = [report.patients_at(result, "analysed"), _directions(result), _days(result), *report.exclusions(result)]
    comparison = result["comparison"]
    if comparison and comparison["statistic"] is not None:
        p = p_text(comparison["p_value"], exact=comparison["p_kind"] == "exact")
        words.append(f"{comparison['statistic_name']} = {comparison['statistic']:.4g}, {p}")
    return [word for word in words if word]


def value_table(result: Result, *, in_full: bool) -> Table:
    """The values before and on denosumab; without range for those who see no single patient."""
    places = value_places(result)
    rows = []
    for group in result["groups"]:
        row = [in_language(group["labels"]), report.shown(group["patients"]), report.value(group["median"], places)]
        row.append(report.span(group["q1"], group["q3"], places))
        rows.append([*row, report.span(group["minimum"], group["maximum"], places)] if in_full else row)
    header = [_("Specimens"), _("Patients"), _("Median"), _("Quartiles")]
    return Table(
        caption=_("The same patients before and on denosumab, values in {unit}").format(
            unit=in_language(result["unit"])
        ),
        header=[*header, _("Range")] if in_full else header,
        rows=rows,
    )


def doubts(result: Result) -> list[str]:
    """The warnings as sentences."""
    return [note_text(note, result) for note in result["warnings"]]


def methods_paragraph(*, spec: ChangeOnTreatment, result: Result) -> str:
    """The methods as a paper would state them, in English."""
    unit = "evaluable cores and sections" if spec.assay == Assay.IHC else "samples"
    how = spec.rule or {"median": "median", "mean": "mean", "maximum": "highest value"}[spec.consolidation.value]
    return (
        "Specimens were classified as before or on denosumab from the dates of collection and of the doses. Each "
        f"patient with both contributed one value before and one on denosumab ({how} of the {unit} of that timing). "
        "Values were compared by the Wilcoxon signed-rank test, two-sided; the change is the Hodges–Lehmann "
        "pseudomedian of on minus before with its 95% confidence interval."
    )


def _without_interval(result: Result) -> str:
    """All pairs differ by the same amount, often by none, or there is one pair."""
    marker = result["question"]["marker"]["name"]
    shift = result["comparison"]["effect"]["estimate"]
    if shift == 0:
        return _("{marker} is the same before and on denosumab in every patient.").format(marker=marker)
    unit, places = in_language(result["difference_unit"]), value_places(result)
    text = _("{marker} differs by {shift} {unit} on denosumab; no interval can be estimated from these patients.")
    return text.format(marker=marker, shift=signed(shift, places), unit=unit)


def _directions(result: Result) -> str:
    directions = result["directions"]
    if directions is None or None in directions.values():
        return ""
    return _("{rose} rose, {fell} fell, {unchanged} unchanged").format(**directions)


def _days(result: Result) -> str:
    """How long after the first dose the specimens on denosumab were taken."""
    days: dict[str, Any] | None = result["days_on"]
    if days is None:
        return ""
    median = round(days["median"])
    text = ngettext(
        "taken {median} day after the first dose in the median ({low} to {high})",
        "taken {median} days after the first dose in the median ({low} to {high})",
        median,
    )
    return text.format(median=median, low=round(days["minimum"]), high=round(days["maximum"]))
