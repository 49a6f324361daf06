"""A comparison between groups in words and tables: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from analytics import report
from analytics.groupings import GROUPINGS
from analytics.kinds.base import Table
from analytics.kinds.expression_by_group.clearest import share_interval
from analytics.kinds.expression_by_group.shares_sentence import points, points_interval
from analytics.kinds.expression_by_group.spec import ExpressionByGroup, Method
from analytics.measurements import marker_or_ratio
from analytics.plots import Result, looks
from analytics.plots.names import effect_named, group_names, in_a_sentence, in_language, note_text
from analytics.plots.numbers import number, percent, signed
from analytics.plots.wording import p_text, value_places
from analytics.spec import Assay
from analytics.stats import MEAN_DIFFERENCE, RISK_DIFFERENCE, SHIFT, SUPERIORITY, format_p

CORRELATION_PLACES = 2
MOST_OPEN_PAIRS = 12
"""More pairs than this are folded away until somebody wants them."""


NAMES = {
    "U": gettext_noop("Mann–Whitney"),
    "H": gettext_noop("Kruskal–Wallis"),
    "t": gettext_noop("Welch"),
    "J": gettext_noop("Jonckheere–Terpstra"),
    "z": gettext_noop("van Elteren"),
    "F": gettext_noop("Mixed model"),
    "chi-square": gettext_noop("Peto–Peto"),
}
"""What tests are called, by the name of their statistic."""


def title(spec: ExpressionByGroup, markers: Mapping[str, str]) -> str:
    """“RANKL by SS18 fusion partner”. ``markers`` gives the common name of each HGNC symbol."""
    grouping = GROUPINGS[spec.grouping].label(spec.detail)
    name = marker_or_ratio(spec, markers)
    return _("{marker} by {grouping}").format(marker=name, grouping=in_a_sentence(str(grouping)))


def basis(result: Result) -> list[str]:
    """What an answer rests on, in a few words each: patients and samples, exclusions, method and statistic."""
    counts = [report.patients_at(result, "compared")]
    if samples := result["population"]["samples"]:
        counts.append(ngettext("{count} sample", "{count} samples", samples).format(count=samples))
    words = [" · ".join(counts)] if counts[0] else []
    words += report.exclusions(result)
    comparison = result["comparison"]
    words += [*_undetermined(result), *_correlation(comparison)]
    if comparison and comparison["statistic"] is not None:
        statistic_name = comparison["statistic_name"]
        name = _(NAMES[statistic_name])
        statistic = f"{_with_degrees(comparison)} = {comparison['statistic']:.4g}"
        words.append(f"{name} {statistic}, {p_text(comparison['p_value'], exact=comparison['p_kind'] == 'exact')}")
    return words


def _with_degrees(comparison: Mapping[str, Any]) -> str:
    """“F(2, 14.3)”: an F without its degrees of freedom says nothing."""
    denominator = comparison.get("denominator_degrees")
    name = str(comparison["statistic_name"])
    return f"{name}({comparison['degrees_of_freedom']}, {denominator:.3g})" if denominator else name


def _undetermined(result: Result) -> list[str]:
    """How many patients are only known to lie below a limit."""
    counts = [(group["patients"], group["detected"]) for group in result["groups"] if group.get("detected") is not None]
    if not counts:
        return []
    below = sum(patients - detected for patients, detected in counts)
    text = ngettext("{count} patient below the limit", "{count} patients below their limits", below)
    return [text.format(count=below)]


def _correlation(comparison: Mapping[str, Any] | None) -> list[str]:
    """How alike the samples of a patient are."""
    variation = (comparison or {}).get("variation")
    if not variation:
        return []
    effect = variation["effects"][0]
    text = _("Correlation of a patient's samples {value} ({level}% interval {low} to {high})")
    bounds = effect["interval"]
    numbers = {"value": effect["estimate"], "low": bounds["low"], "high": bounds["high"]}
    words = {name: number(amount, CORRELATION_PLACES) for name, amount in numbers.items()}
    return [text.format(level=f"{100 * bounds['level']:.3g}", **words)]


def group_table(result: Result, *, reference: str, in_full: bool) -> Table:
    """The groups in their order; without samples and range for those who see no single patient."""
    places = value_places(result)
    styles = looks([group["code"] for group in result["groups"]], reference=reference)
    columns = [
        (in_language(result["question"]["grouping"]), lambda group: in_language(group["labels"])),
        (_("Patients"), lambda group: report.shown(group["patients"])),
        (_("Samples"), lambda group: report.shown(group["samples"])),
        (_("Median"), lambda group: _median(group, places)),
        (_("Quartiles"), lambda group: report.span(group["q1"], group["q3"], places)),
        (_("Range"), lambda group: report.span(group["minimum"], group["maximum"], places)),
    ]
    if any("detected" in group for group in result["groups"]):
        columns[-2:] = [
            (_("Detected"), lambda group: report.shown(group["detected"])),
            (_("95% interval"), lambda group: _median_interval(group, places)),
        ]
    if not in_full:
        columns = [column for column in columns if column[0] not in (_("Samples"), _("Range"), _("Detected"))]
    if any("positive" in group for group in result["groups"]):
        columns += [
            (_("Positive"), lambda group: report.shown(group["positive"])),
            (_("Share"), lambda group: _share(group)),
        ]
    numbers = [styles[group["code"]].number for group in result["groups"]]
    return Table(
        caption=_("Groups, values in {unit}").format(unit=in_language(result["unit"])),
        header=[name for name, _cell in columns],
        rows=[[cell(group) for _name, cell in columns] for group in result["groups"]],
        swatches=[f"swatch group-{number}" if number else "swatch" for number in numbers],
    )


def _share(group: Mapping[str, Any]) -> str:
    """“25% (95% interval 7% to 59%)”."""
    share = group["share"]
    return f"{percent(share['estimate'])}{share_interval(share['interval'])}" if share else report.HIDDEN


def _median(group: Mapping[str, Any], places: int) -> str:
    """A median that is not reached lies below the limits, which is an answer; a withheld one is a dash."""
    if group["median"] is None and group.get("detected") is not None:
        return _("below the limits")
    return report.value(group["median"], places)


def _median_interval(group: Mapping[str, Any], places: int) -> str:
    """The bounds of a median; one that lies beyond the limits is open."""
    bounds = group["median_interval"]
    if bounds is None:
        return report.HIDDEN
    low, high = (None if bounds[end] is None else number(bounds[end], places) for end in ("low", "high"))
    return _("{low} to {high}").format(low=low or "−∞", high=high or "∞")


def pair_table(result: Result) -> Table | None:
    """The compared pairs, the only one of two groups; ``None`` where nothing was compared."""
    pairs = _pairs(result)
    if not pairs:
        return None
    adjusted = result["pairs"] is not None
    if result["comparison"].get("cutoff") is not None:
        return Table(
            caption=_("Differences of shares in percentage points, first group minus second, with 95% interval."),
            header=[_("Groups"), _("Difference"), _("Adjusted p") if adjusted else "p"],
            rows=pairs,
            open=len(pairs) <= MOST_OPEN_PAIRS,
        )
    if result["comparison"].get("margin"):
        # Whether groups are level says nothing of how often one is higher.
        return Table(
            caption=_("Differences, first group minus second."),
            header=[_("Groups"), _("Shift"), _("Interval"), "p"],
            rows=[[groups, shift, interval, p] for groups, shift, interval, _superiority, p in pairs],
        )
    return Table(
        caption=_(
            "Differences, first group minus second. Superiority: how often a patient of the first has the higher value."
        ),
        header=[
            _("Groups"),
            _("Shift"),
            _("95% interval"),
            _("Superiority"),
            _("Adjusted p") if adjusted else "p",
        ],
        rows=pairs,
        open=len(pairs) <= MOST_OPEN_PAIRS,
    )


def doubts(result: Result) -> list[str]:
    """The warnings as sentences."""
    return [note_text(note, result) for note in result["warnings"]]


def methods(result: Result) -> list[str]:
    """The names of the tests, in full."""
    return [_(part["method"]) for part in (result["comparison"], result["pairs"]) if part]


def methods_paragraph(*, spec: ExpressionByGroup, result: Result) -> str:
    """The methods as a paper would state them, in English; of a comparison that is withheld, how values came about."""
    return _compared_paragraph(spec=spec, result=result) + report.blots_paragraph(spec)


def _compared_paragraph(*, spec: ExpressionByGroup, result: Result) -> str:
    tests = [part["method"] for part in (result["comparison"], result["pairs"]) if part]
    unit = "evaluable cores and sections" if spec.assay == Assay.IHC else "samples"
    how = spec.rule or {"median": "median", "mean": "mean", "maximum": "highest value"}[spec.consolidation.value]
    values = f"Each patient contributed one value ({how} of the patient's {unit})."
    if not tests:
        return values
    if spec.cutoff is not None:
        return _shares_paragraph(spec, result, how=how, unit=unit)
    if spec.method == Method.MIXED:
        return _mixed_paragraph(spec, result)
    if spec.method == Method.CENSORED:
        return _censored_paragraph(result, how=how)
    return f"{values} Groups were compared by {'; '.join(tests)}. {_margin_paragraph(result)}"


def _shares_paragraph(spec: ExpressionByGroup, result: Result, *, how: str, unit: str) -> str:
    simulated = " with a simulated p-value" if result["comparison"]["p_kind"] == "simulated" else ""
    is_tested = result["comparison"]["p_value"] is not None
    test = f"Shares were compared by Fisher's exact test{simulated}. " if is_tested else ""
    adjusted = " p-values of pairs were adjusted by Holm's method." if result["pairs"] else ""
    return (
        f"Each patient contributed one value ({how} of the patient's {unit}). A patient was positive from a value of "
        f"{spec.cutoff:g} on, the cut-off stated in the question. {test}Shares are given with Wilson's 95% confidence "
        f"intervals, their differences with Newcombe's.{adjusted}"
    )


def _mixed_paragraph(spec: ExpressionByGroup, result: Result) -> str:
    adjusted = " p-values of pairs were adjusted by Holm's method." if result["pairs"] else ""
    values = " (one value of each specimen from its cores and sections)" if spec.assay == Assay.IHC else ""
    variation = result["comparison"].get("variation")
    unit = (
        "the variance between patients was estimated as 0, so that samples counted as independent"
        if variation and variation["between_variance"] == 0
        else "the patient is the unit of analysis"
    )
    return (
        f"All samples{values} were analysed in a linear mixed model with a random intercept per patient, fitted by "
        f"restricted maximum likelihood; {unit}. Differences of means are given with 95% confidence intervals, tests "
        f"are two-sided with degrees of freedom by Satterthwaite.{adjusted} Groups are described by one value per "
        "patient."
    )


def _censored_paragraph(result: Result, *, how: str) -> str:
    adjusted = " p-values of pairs were adjusted by Holm's method." if result["pairs"] else ""
    return (
        f"Each patient contributed one value ({how} of the patient's samples). A sample with an undetermined well was "
        "taken as left-censored: its expression lies below the limit that the last cycle gives after normalisation to "
        "the reference genes. Groups were compared by Peto and Peto's test; medians are Kaplan–Meier's, and the "
        "probability of superiority counts pairs whose order the limits hide one half. Effects are given with 95% "
        f"confidence intervals; tests are two-sided.{adjusted}"
    )


def _margin_paragraph(result: Result) -> str:
    margin = result["comparison"].get("margin")
    if not margin:
        return "Effects are given with 95% confidence intervals; tests are two-sided."
    return (
        f"The margin of equivalence was ±{margin:g}; the effect is given with a 90% confidence interval, and p is the "
        "larger of the two one-sided ones."
    )


def _pairs(result: Result) -> list[list[str]]:
    if result["comparison"] is None:
        return []
    names = group_names(result)
    if result["pairs"] is not None:
        return [
            _pair(names[pair["first"]], names[pair["second"]], pair["effects"], pair["adjusted_p"], result)
            for pair in result["pairs"]["comparisons"]
        ]
    if len(names) != 2 or result["comparison"]["p_value"] is None:
        return []
    first, second = names.values()
    comparison = result["comparison"]
    return [_pair(first, second, comparison["effects"], comparison["p_value"], result)]


def _pair(first: str, second: str, effects: list[dict[str, Any]], p_value: float, result: Result) -> list[str]:
    places = value_places(result)
    shift = effect_named(effects, SHIFT) or effect_named(effects, MEAN_DIFFERENCE)
    superiority = effect_named(effects, SUPERIORITY)
    if difference := effect_named(effects, RISK_DIFFERENCE):
        told = f"{points(difference['estimate'])}{points_interval(difference['interval'])}"
        return [f"{first} − {second}", told, format_p(p_value).removeprefix("= ")]
    return [
        f"{first} − {second}",
        signed(shift["estimate"], places) if shift else report.HIDDEN,
        report.interval(shift["interval"], places) if shift else report.HIDDEN,
        percent(superiority["estimate"]) if superiority else report.HIDDEN,
        format_p(p_value).removeprefix("= "),
    ]
