"""A result in words and tables, for the page: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.groupings import GROUPINGS
from analytics.models import Analysis
from analytics.plots import Result, looks
from analytics.plots.names import effect_named, group_names, in_a_sentence, in_language, note_text
from analytics.plots.numbers import number, percent, signed
from analytics.plots.sentence import interval_text, p_text, value_places
from analytics.spec import AnalysisSpec, Assay, Consolidation, Undetermined
from analytics.stats import SHIFT, SUPERIORITY, format_p
from cases.disclosure import SMALLEST_SHOWN
from cases.models import Category, Sex
from cases.sentences import render
from expression.models import Scale

HIDDEN = "–"
USUAL_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One group of the table. ``swatch`` is its place among the groups' colours, blank when it has none."""

    name: str
    swatch: str
    patients: str
    samples: str
    median: str
    quartiles: str
    whole_range: str


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """The first group minus the second. ``p`` is adjusted where several pairs were compared."""

    first: str
    second: str
    shift: str
    interval: str
    superiority: str
    p: str


def title(analysis: Analysis, markers: Mapping[str, str]) -> str:
    """“RANKL by SS18 fusion partner”. ``markers`` gives the common name of each HGNC symbol."""
    spec = analysis.spec
    grouping = GROUPINGS[spec["grouping"]].label(spec["gene"] or spec.get("criterion", ""))
    name = markers.get(spec["marker"], spec["marker"])
    return _("{marker} by {grouping}").format(marker=name, grouping=in_a_sentence(str(grouping)))


def basis(result: Result) -> list[str]:
    """What an answer rests on, in a few words each: patients and samples, exclusions, method and statistic."""
    counts = [compared_patients(result)]
    if samples := result["population"]["samples"]:
        counts.append(ngettext("{count} sample", "{count} samples", samples).format(count=samples))
    words = [" · ".join(counts)] if counts[0] else []
    words += [excluded(item) for item in result["population"]["exclusions"] if item["patients"] != 0]
    comparison = result["comparison"]
    if comparison and comparison["statistic"] is not None:
        name = _("Mann–Whitney") if result["pairs"] is None else _("Kruskal–Wallis")
        statistic = f"{comparison['statistic_name']} = {comparison['statistic']:.4g}"
        words.append(f"{name} {statistic}, {p_text(comparison['p_value'], exact=comparison['p_kind'] == 'exact')}")
    return words


def compared_patients(result: Result) -> str:
    """“34 patients”, or nothing where the total is withheld."""
    flow = {step["step"]: step["patients"] for step in result["population"]["flow"]}
    return count_of_patients(flow["compared"]) if "compared" in flow else ""


def count_of_patients(count: int) -> str:
    """“34 patients”."""
    return ngettext("{count} patient", "{count} patients", count).format(count=count)


def excluded(item: Mapping[str, Any]) -> str:
    """“1 excluded: SS18 fusion partner not known”."""
    count = item["patients"]
    shown = f"< {SMALLEST_SHOWN}" if count is None else count
    return _("{count} excluded: {reason}").format(count=shown, reason=render(item["reason"]))


def exclusion_rows(result: Result) -> list[tuple[str, str]]:
    """Reason, and how many patients are out of the comparison because of how many samples."""
    rows = []
    for item in result["population"]["exclusions"]:
        if item["samples"] is not None:
            samples = ngettext("{count} sample", "{count} samples", item["samples"]).format(count=item["samples"])
            rows.append((render(item["reason"]), f"{count_of_patients(item['patients'])} · {samples}"))
    return rows


def flow_rows(result: Result) -> list[list[str]]:
    """The patients from everybody in scope to those compared."""
    names = {
        "in_scope": _("In the study"),
        "selected": _("In the chosen population"),
        "read": _("With a reading of the stain"),
        "measured": _("With a usable value"),
        "grouped": _("With a group"),
        "compared": _("Compared"),
    }
    return [[names[step["step"]], str(step["patients"])] for step in result["population"]["flow"]]


def group_rows(result: Result, *, reference: str) -> list[GroupRow]:
    """The groups in their order."""
    places = value_places(result)
    styles = looks([group["code"] for group in result["groups"]], reference=reference)
    return [
        GroupRow(
            name=in_language(group["labels"]),
            swatch=f"group-{styles[group['code']].number}" if styles[group["code"]].number else "",
            patients=_shown(group["patients"]),
            samples=_shown(group["samples"]),
            median=_value(group["median"], places),
            quartiles=_span(group["q1"], group["q3"], places),
            whole_range=_span(group["minimum"], group["maximum"], places),
        )
        for group in result["groups"]
    ]


def pair_rows(result: Result) -> list[PairRow]:
    """The compared pairs; the only one of two groups."""
    if result["comparison"] is None:
        return []
    names = group_names(result)
    if result["pairs"] is not None:
        return [
            _pair(names[pair["first"]], names[pair["second"]], pair["effects"], pair["adjusted_p"], result)
            for pair in result["pairs"]["comparisons"]
        ]
    first, second = names.values()
    comparison = result["comparison"]
    return [_pair(first, second, comparison["effects"], comparison["p_value"], result)]


def doubts(result: Result) -> list[str]:
    """The warnings as sentences."""
    return [note_text(note, result) for note in result["warnings"]]


def methods(result: Result) -> list[str]:
    """The names of the tests, in full."""
    return [_(part["method"]) for part in (result["comparison"], result["pairs"]) if part]


def software(analysis: Analysis) -> str:
    """“django 5.2.19, numpy 2.4.6, …”."""
    return ", ".join(f"{name} {version}" for name, version in sorted((analysis.versions or {}).items()))


def choices(analysis: Analysis) -> list[tuple[str, str]]:
    """What the asker chose, as name and value."""
    spec = AnalysisSpec.from_mapping(analysis.spec)
    chosen = []
    if spec.assay == Assay.IHC:
        chosen += [(_("Scale"), str(Scale(spec.scale).label)), (_("Consolidation rule"), spec.rule)]
        chosen.append((_("Antibody"), spec.antibody or _("Any against the marker")))
    else:
        chosen.append((_("Several samples of a patient"), str(Consolidation(spec.consolidation).label)))
    if spec.assay == Assay.QPCR:
        chosen.append((_("Undetermined samples"), str(Undetermined(spec.undetermined).label)))
    if spec.sex:
        chosen.append((_("Only sex"), str(Sex(spec.sex).label)))
    if spec.category:
        chosen.append((_("Only category"), str(Category(spec.category).label)))
    if spec.site:
        chosen.append((_("Only institution"), spec.site))
    return chosen


def _pair(first: str, second: str, effects: list[dict[str, Any]], p_value: float, result: Result) -> PairRow:
    places = value_places(result)
    shift, superiority = effect_named(effects, SHIFT), effect_named(effects, SUPERIORITY)
    return PairRow(
        first=first,
        second=second,
        shift=signed(shift["estimate"], places) if shift else HIDDEN,
        interval=_interval(shift["interval"], places) if shift else HIDDEN,
        superiority=percent(superiority["estimate"]) if superiority else HIDDEN,
        p=format_p(p_value).removeprefix("= "),
    )


def _interval(interval: dict[str, Any] | None, places: int) -> str:
    """The bounds, with their level where it is not the usual one."""
    bounds = interval_text(interval, places)
    if interval is None or interval["level"] == USUAL_LEVEL:
        return bounds
    return _("{bounds} ({level}%)").format(bounds=bounds, level=f"{100 * interval['level']:.3g}")


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _value(value: float | None, places: int) -> str:
    return HIDDEN if value is None else number(value, places)


def _span(low: float | None, high: float | None, places: int) -> str:
    if low is None or high is None:
        return HIDDEN
    return _("{low} to {high}").format(low=number(low, places), high=number(high, places))
