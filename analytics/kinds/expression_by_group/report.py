"""A comparison between groups in words and tables: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from analytics import report
from analytics.groupings import GROUPINGS
from analytics.kinds.base import Table
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import marker_or_ratio
from analytics.plots import Result, looks
from analytics.plots.names import effect_named, group_names, in_a_sentence, in_language, note_text
from analytics.plots.numbers import percent, signed
from analytics.plots.wording import p_text, value_places
from analytics.spec import Assay
from analytics.stats import MEAN_DIFFERENCE, SHIFT, SUPERIORITY, format_p

MOST_OPEN_PAIRS = 12
"""More pairs than this are folded away until somebody wants them."""


NAMES = {
    "U": gettext_noop("Mann–Whitney"),
    "H": gettext_noop("Kruskal–Wallis"),
    "t": gettext_noop("Welch"),
    "J": gettext_noop("Jonckheere–Terpstra"),
    "z": gettext_noop("van Elteren"),
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
    if comparison and comparison["statistic"] is not None:
        statistic_name = comparison["statistic_name"]
        name = _(NAMES[statistic_name])
        statistic = f"{statistic_name} = {comparison['statistic']:.4g}"
        words.append(f"{name} {statistic}, {p_text(comparison['p_value'], exact=comparison['p_kind'] == 'exact')}")
    return words


def group_table(result: Result, *, reference: str, in_full: bool) -> Table:
    """The groups in their order; without samples and range for those who see no single patient."""
    places = value_places(result)
    styles = looks([group["code"] for group in result["groups"]], reference=reference)
    columns = [
        (in_language(result["question"]["grouping"]), lambda group: in_language(group["labels"])),
        (_("Patients"), lambda group: report.shown(group["patients"])),
        (_("Samples"), lambda group: report.shown(group["samples"])),
        (_("Median"), lambda group: report.value(group["median"], places)),
        (_("Quartiles"), lambda group: report.span(group["q1"], group["q3"], places)),
        (_("Range"), lambda group: report.span(group["minimum"], group["maximum"], places)),
    ]
    if not in_full:
        columns = [column for column in columns if column[0] not in (_("Samples"), _("Range"))]
    numbers = [styles[group["code"]].number for group in result["groups"]]
    return Table(
        caption=_("Groups, values in {unit}").format(unit=in_language(result["unit"])),
        header=[name for name, _cell in columns],
        rows=[[cell(group) for _name, cell in columns] for group in result["groups"]],
        swatches=[f"swatch group-{number}" if number else "swatch" for number in numbers],
    )


def pair_table(result: Result) -> Table | None:
    """The compared pairs, the only one of two groups; ``None`` where nothing was compared."""
    pairs = _pairs(result)
    if not pairs:
        return None
    adjusted = result["pairs"] is not None
    return Table(
        caption=_(
            "Differences, first group minus second. Superiority: how often a patient of the first has the higher value."
        ),
        header=[
            _("Groups"),
            _("Shift"),
            _("Interval") if result["comparison"].get("margin") else _("95% interval"),
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
    tests = [part["method"] for part in (result["comparison"], result["pairs"]) if part]
    unit = "evaluable cores and sections" if spec.assay == Assay.IHC else "samples"
    how = spec.rule or {"median": "median", "mean": "mean", "maximum": "highest value"}[spec.consolidation.value]
    values = f"Each patient contributed one value ({how} of the patient's {unit})."
    return f"{values} Groups were compared by {'; '.join(tests)}. {_margin_paragraph(result)}" if tests else values


def _margin_paragraph(result: Result) -> str:
    margin = result["comparison"].get("margin")
    if not margin:
        return "Effects are given with 95% confidence intervals; tests are two-sided."
    return (
        f"The margin of equivalence, ±{margin:g}, was fixed beforehand; the effect is given with a 90% confidence "
        "interval, and p is the larger of the two one-sided ones."
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
    if len(names) > 2:
        return []
    first, second = names.values()
    comparison = result["comparison"]
    return [_pair(first, second, comparison["effects"], comparison["p_value"], result)]


def _pair(first: str, second: str, effects: list[dict[str, Any]], p_value: float, result: Result) -> list[str]:
    places = value_places(result)
    shift = effect_named(effects, SHIFT) or effect_named(effects, MEAN_DIFFERENCE)
    superiority = effect_named(effects, SUPERIORITY)
    return [
        f"{first} − {second}",
        signed(shift["estimate"], places) if shift else report.HIDDEN,
        report.interval(shift["interval"], places) if shift else report.HIDDEN,
        percent(superiority["estimate"]) if superiority else report.HIDDEN,
        format_p(p_value).removeprefix("= "),
    ]
