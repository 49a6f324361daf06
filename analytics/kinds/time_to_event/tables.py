"""The tables of a time-to-event answer."""

from collections.abc import Mapping
from itertools import compress
from typing import Any

from django.utils.translation import gettext as _

from analytics import report
from analytics.kinds.base import Table
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.figures import group_looks, group_names
from analytics.kinds.time_to_event.report import note_words
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.plots.names import in_language
from analytics.plots.numbers import number
from analytics.plots.theme import Look
from analytics.stats import format_p
from analytics.stats.follow_up import DAYS_PER_YEAR

Result = dict[str, Any]


def tables(result: Result, spec: TimeToEvent) -> list[Table]:
    """All tables of the answer that have rows."""
    found = [
        landmarks_table(result),
        ratios_table(result),
        _groups(result, spec),
        estimates_table(result, spec),
        _at_risk(result, spec),
        _subdistribution(result),
        rates_table(result),
        _means(result),
    ]
    return [table for table in found if table is not None and table.rows]


def landmarks_table(result: Result) -> Table:
    """Each landmark with who is in, who is left out and why, and the hazard ratio from it on."""
    landmarks = [one for one in result["landmarks"] if one["patients"] is not None]
    left_out = {
        "event": _("Left out: event before"),
        "death": _("Left out: death before"),
        "ended": _("Left out: follow-up ended"),
        "late": _("Left out: not yet observed"),
    }
    told = [reason for reason in left_out if any(one["excluded"][reason] is not None for one in landmarks)]
    rows = [
        [
            _("Day {day}").format(day=one["day"]),
            report.shown(one["patients"]),
            report.shown(one["responders"]),
            *(_ratio_cells(one["term"]) if one["term"] else [_why(one, result), report.HIDDEN, report.HIDDEN]),
            *(report.shown(one["excluded"][reason]) for reason in told),
        ]
        for one in landmarks
    ]
    return Table(
        caption=_("Landmarks: patients without the event on that day, by their response until then"),
        header=[
            _("Landmark"),
            _("Patients"),
            _("of them responders"),
            _("Hazard ratio"),
            _("95% interval"),
            "p",
            *(left_out[reason] for reason in told),
        ],
        rows=rows,
    )


def _why(one: Result, result: Result) -> str:
    """Why a landmark has no hazard ratio."""
    return note_words(one["warnings"][0], result) if one["warnings"] else report.HIDDEN


def ratios_table(result: Result, *, with_landmarks: bool = False) -> Table:
    """The hazard ratios of the regression, and the biased one where it was asked for.

    Those from landmarks on lead ``with_landmarks``, where no table of their own stands beside it.
    """
    regression = result["regression"]
    known = [one for one in result["landmarks"] if one["term"]] if with_landmarks else []
    rows = [[_("Landmark at day {day}").format(day=one["day"]), *_ratio_cells(one["term"])] for one in known]
    rows += [[in_language(term["labels"]), *_ratio_cells(term)] for term in regression["terms"]] if regression else []
    if result["naive"] and result["naive"]["term"]:
        rows.append([_("Ever responded, from day 0 (biased)"), *_ratio_cells(result["naive"]["term"])])
    return Table(
        caption=_("Hazard ratios, other covariates held equal"),
        header=[_("Compared"), _("Hazard ratio"), _("95% interval"), "p"],
        rows=rows,
    )


def _groups(result: Result, spec: TimeToEvent) -> Table | None:
    if all(group["patients"] is None for group in result["groups"]):
        return None
    names = group_names(result)
    header = [_("Group"), _("Patients"), _("Events"), _("Median, years"), _("95% interval")]
    if spec.competes:
        header.insert(3, _("Died before"))
    rows = []
    for group in result["groups"]:
        median = group["median"] or {"day": None, "low": None, "high": None}
        bounds = _("{low} to {high}").format(
            low=wording.in_years(median["low"]),
            high="∞" if median["high"] is None else wording.in_years(median["high"]),
        )
        counts = [group["patients"], group["events"], *([group["deaths_before"]] if spec.competes else [])]
        known = median["day"] is not None
        cells = [wording.in_years(median["day"]) if known else _not_reached(group), bounds if known else report.HIDDEN]
        rows.append([names[group["code"]], *map(report.shown, counts), *cells])
    return Table(
        caption=_with_start(_("Groups; the median counts from time zero"), result),
        header=header,
        rows=rows,
        swatches=_swatches(result),
    )


def _not_reached(group: Result) -> str:
    return _("not reached") if group["median"] is None and group["patients"] is not None else report.HIDDEN


def estimates_table(result: Result, spec: TimeToEvent) -> Table | None:
    """The share of each group at the chosen times, as far as it is told; ``None`` without any."""
    names, groups = group_names(result), result["groups"]
    at_years = list(zip(*(group["estimates"] for group in groups), strict=True))
    told = [any(one["value"] is not None or one["at_risk"] is not None for one in at) for at in at_years]
    counted = any(one["at_risk"] is not None for at in at_years for one in at)
    if not any(told):
        return None
    header = [_("Group")]
    for at in compress(at_years, told):
        header += [_("Year {years}").format(years=f"{at[0]['years']:g}"), _("95% interval")]
        header += [_("At risk")] if counted else []
    rows = []
    for group in groups:
        cells = []
        for one in compress(group["estimates"], told):
            cells += [wording.share(one["value"]), wording.share_interval(one)]
            cells += [report.shown(one["at_risk"])] if counted else []
        rows.append([names[group["code"]], *cells])
    caption = _("{value}, from {zero}").format(value=wording.value_axis(spec), zero=wording.zero_name(spec))
    return Table(caption=_with_start(caption, result), header=header, rows=rows, swatches=_swatches(result))


def _at_risk(result: Result, spec: TimeToEvent) -> Table | None:
    if not result["table_days"]:
        return None
    names = group_names(result)
    header = [_("Group"), *(number(day / DAYS_PER_YEAR, 1) for day in result["table_days"])]
    rows = [[names[group["code"]], *map(report.shown, group["at_risk"])] for group in result["groups"]]
    caption = _("Patients at risk, by years from {zero}").format(zero=wording.zero_name(spec))
    return Table(caption=caption, header=header, rows=rows, swatches=_swatches(result), open=False)


def _subdistribution(result: Result) -> Table | None:
    part = result["subdistribution"]
    if part is None:
        return None
    return Table(
        caption=_("Ratios of the subdistribution hazard (Fine–Gray): how covariates go with the cumulative incidence"),
        header=[_("Compared"), _("Ratio"), _("95% interval"), "p"],
        rows=[[in_language(term["labels"]), *_ratio_cells(term)] for term in part["terms"]],
        open=False,
    )


def rates_table(result: Result) -> Table | None:
    """Events per patient-year, and ratios of rates; ``None`` of what does not recur."""
    part = result["recurrence"]
    if part is None:
        return None
    names = group_names(result)
    rows = [
        [
            names.get(rate["label"], _("All patients")),
            str(rate["patients"]),
            str(rate["event_count"]),
            number(rate["patient_years"], 1),
            number(rate["rate"], 2),
            _interval(rate["interval"]),
        ]
        for rate in part["rates"]
    ]
    ratios = [
        [in_language(term["labels"]), "", "", "", f"× {wording.ratio_of_term(term)}", _ratio_end(term)]
        for term in part["ratios"]
    ]
    return Table(
        caption=_("All skeletal-related events, not only the first: events per patient-year, and ratios of rates"),
        header=[_("Time of"), _("Patients"), _("Events"), _("Patient-years"), _("Rate"), _("95% interval")],
        rows=rows + ratios,
    )


def _means(result: Result) -> Table | None:
    part = result["recurrence"]
    if part is None or not part["means"]:
        return None
    names = group_names(result)
    rows = []
    for curve in part["means"]:
        cells = []
        for one in curve["estimates"]:
            cells += [report.value(one["mean"], 2), report.span(one["low"], one["high"], 2)]
        rows.append([names.get(curve["code"], _("All patients")), *cells])
    header = [_("Group")]
    for one in part["means"][0]["estimates"]:
        header += [_("Year {years}").format(years=f"{one['years']:g}"), _("95% interval")]
    return Table(
        caption=_("Mean number of skeletal-related events per patient; the dead have no more"), header=header, rows=rows
    )


def _interval(bounds: Mapping[str, Any]) -> str:
    return report.span(bounds["low"], bounds["high"], 2)


def _ratio_end(term: Mapping[str, Any]) -> str:
    return f"{wording.ratio_interval(term['interval'])}; p {format_p(term['p_value'])}"


def _ratio_cells(term: Mapping[str, Any]) -> list[str]:
    return [
        wording.ratio_of_term(term),
        wording.ratio_interval(term["interval"]),
        format_p(term["p_value"]).removeprefix("= "),
    ]


def _with_start(caption: str, result: Result) -> str:
    """Says where curves begin at a landmark."""
    if not result["start"]:
        return caption
    return _("{caption}; of patients without the event on day {day}").format(caption=caption, day=result["start"])


def _swatches(result: Result) -> list[str]:
    looks: dict[str, Look] = group_looks(result)
    numbers = [looks[group["code"]].number for group in result["groups"]]
    return [f"swatch group-{place}" if place else "swatch" for place in numbers]
