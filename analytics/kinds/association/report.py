"""An association in words and tables: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics import report
from analytics.kinds.association.sentence import ALPHA, PLACES
from analytics.kinds.association.spec import Association, Coefficient
from analytics.kinds.base import Table
from analytics.measurements import marker_or_ratio
from analytics.plots import Result, looks
from analytics.plots.names import in_language, note_text
from analytics.plots.numbers import decimals, signed
from analytics.plots.wording import p_text
from analytics.stats import format_p

COEFFICIENTS = {Coefficient.SPEARMAN: "Spearman's rank correlation", Coefficient.KENDALL: "Kendall's tau-b"}


def title(spec: Association, markers: Mapping[str, str]) -> str:
    """“RANKL and IL-6”, and by which assays where it is one marker."""
    x, y = (marker_or_ratio(measure, markers) for measure in (spec.x, spec.y))
    if x != y:
        return _("{x} and {y}").format(x=x, y=y)
    first, second = (str(measure.assay.label) for measure in (spec.x, spec.y))
    if first == second:
        return _("{x}, measured in two ways").format(x=x)
    return _("{marker}: {x} and {y}").format(marker=x, x=first, y=second)


def lead(result: Result) -> SafeString:
    """What both measures are and where their values come from."""
    parts = [measure_lead(result, name) for name in "xy"]
    return format_html(_("{x} — and {y}"), x=parts[0], y=parts[1])


def measure_lead(result: Result, name: str) -> SafeString:
    """What one of the measures is."""
    return report.measure_lead({"question": result["question"][name], **result["measures"][name]})


def basis(result: Result) -> list[str]:
    """What an answer rests on, in a few words each: patients, exclusions, the statistic."""
    words = [report.patients_at(result, "analysed")]
    words += report.exclusions(result)
    association = result["association"]
    if association and association["statistic"] is not None:
        statistic = f"{association['statistic_name']} = {_statistic(association['statistic'])}"
        words.append(f"{statistic}, {p_text(association['p_value'], exact=association['p_kind'] == 'exact')}")
    return [word for word in words if word]


def _statistic(value: float) -> str:
    """Spearman's S of many patients is a large number."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def coefficient_table(result: Result) -> Table | None:
    """The coefficient of everybody and of each group; ``None`` without a grouping, where the sentence says it all."""
    if not result["groups"] or result["association"] is None:
        return None
    styles = looks([group["code"] for group in result["groups"]])
    numbers = [styles[group["code"]].number for group in result["groups"]]
    effect = result["association"]["effect"]
    rows = [[_("All patients"), *_cells(result["association"], result["association"]["p_value"])]]
    rows += [_within_row(result["within"])] if result.get("within") else []
    rows += [_group_row(group) for group in result["groups"]]
    return Table(
        caption=_("{name} in each group").format(name=_(effect["name"])),
        header=[_("Group"), _("Patients"), _("Coefficient"), _("95% interval"), _("p; of groups adjusted")],
        rows=rows,
        swatches=[
            *[""] * (len(rows) - len(numbers)),
            *(f"swatch group-{number}" if number else "swatch" for number in numbers),
        ],
    )


def value_table(result: Result, *, in_full: bool) -> Table:
    """The values of both measures."""
    rows = []
    for name, summary in result["values"].items():
        places = decimals(summary[quartile] for quartile in ("q1", "median", "q3"))
        row = [
            in_language(result["question"][name]["short"]),
            in_language(result["measures"][name]["unit"]),
            report.shown(summary["n"]),
            report.value(summary["median"], places),
            report.span(summary["q1"], summary["q3"], places),
        ]
        rows.append([*row, report.span(summary["minimum"], summary["maximum"], places)] if in_full else row)
    header = [_("Measure"), _("Unit"), _("Patients"), _("Median"), _("Quartiles")]
    return Table(
        caption=_("The values, one per patient"), header=[*header, _("Range")] if in_full else header, rows=rows
    )


def agreement_table(result: Result) -> Table | None:
    """Bias and limits of agreement; ``None`` where the two are not one quantity."""
    agreement = result["agreement"]
    if agreement is None:
        return None
    places = decimals(effect["estimate"] for effect in agreement["effects"])
    unit = in_language(result["measures"]["x"]["difference_unit"])
    return Table(
        caption=_("Agreement: first minus second measure, in {unit}").format(unit=unit),
        header=[_("Measure of agreement"), _("Estimate"), _("95% interval")],
        rows=[
            [_(effect["name"]), signed(effect["estimate"], places), report.interval(effect["interval"], places)]
            for effect in agreement["effects"]
        ],
    )


def doubts(result: Result) -> list[str]:
    """The warnings as sentences; before them, that groups stand together in the coefficient of all patients."""
    return [*pooled(result), *(note_text(note, result) for note in result["warnings"])]


def pooled(result: Result) -> list[str]:
    """That the coefficient of all patients takes groups together, where there are several."""
    within = result.get("within")
    if len(result["groups"]) < 2 and not within:
        return []
    text = _(
        "The coefficient of all patients takes groups together: where both measures differ between the groups, it "
        "tells of these differences, too, and can be clear although the two go together in no group."
    )
    if not within:
        alone = _("No two groups have an interval of their own, so that nothing can be said within groups.")
        return [f"{text} {alone}"]
    differ = (
        _("The coefficients of the groups differ, {p}.")
        if _is_clear(within)
        else _("That the coefficients of the groups differ is not clear, {p}.")
    )
    p = p_text(within["heterogeneity"]["p_value"], exact=False)
    only = _("Within groups counts only what goes together inside each.")
    return [f"{text} {only} {differ.format(p=p)}"]


def _is_clear(within: Mapping[str, Any]) -> bool:
    return bool(within["heterogeneity"]["p_value"] < ALPHA)


def methods(result: Result) -> list[str]:
    """The names of the methods, in full."""
    parts = (result["association"], result.get("within"), result["agreement"])
    return [_(part["method"]) for part in parts if part]


def choices(spec: Association) -> list[tuple[str, str]]:
    """What the asker chose, as name and value."""
    pairs = [(_("First measure"), spec.x), (_("Second measure"), spec.y)]
    chosen = [
        (f"{heading} · {name}", value) for heading, measure in pairs for name, value in report.measure_choices(measure)
    ]
    return [*chosen, (_("Coefficient"), str(Coefficient(spec.coefficient).label))]


def methods_paragraph(*, spec: Association, result: Result) -> str:
    """The methods as a paper would state them, in English."""
    p_kind = f"two-sided and {result['association']['p_kind']}" if result["association"] else "two-sided"
    agreement = " Agreement was described by Bland–Altman limits." if result["agreement"] else ""
    groups = " P-values of groups were adjusted by Holm's method." if len(result["groups"]) > 1 else ""
    within = " Those of groups were combined by Fisher's transformation." if result.get("within") else ""
    return (
        f"Each patient with both measures contributed one pair of values. Their association was estimated by "
        f"{COEFFICIENTS[spec.coefficient]} with a 95% confidence interval by Fisher's transformation; the p-value is "
        f"{p_kind}.{groups}{within}{agreement}{report.blots_paragraph(spec.x, spec.y)}"
    )


def _group_row(group: Mapping[str, Any]) -> list[str]:
    name = in_language(group["labels"])
    if group["association"]:
        return [name, *_cells(group["association"], group["adjusted_p"])]
    return [name, report.shown(group["patients"]), report.HIDDEN, report.HIDDEN, report.HIDDEN]


def _within_row(within: Mapping[str, Any]) -> list[str]:
    """The coefficient within the groups; it has no p-value, its interval says whether it is above 0."""
    effect = within["effect"]
    interval = report.interval(effect["interval"], PLACES)
    return [
        _("Within groups, taken together"),
        report.HIDDEN,
        signed(effect["estimate"], PLACES),
        interval,
        report.HIDDEN,
    ]


def _cells(association: Mapping[str, Any], p_value: float) -> list[str]:
    effect = association["effect"]
    return [
        report.shown(association["patients"]),
        signed(effect["estimate"], PLACES),
        report.interval(effect["interval"], PLACES),
        format_p(p_value).removeprefix("= "),
    ]
