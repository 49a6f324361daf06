"""How many have had the event by when, group by group, and whether the groups differ."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.kinds.time_to_event.observation import EVENT
from analytics.stats import (
    CumulativeIncidenceResult,
    KaplanMeierResult,
    NotComparable,
    cumulative_incidence,
    gray_test,
    kaplan_meier,
    log_rank,
)
from analytics.stats.competing.cumulative_incidence import IncidenceCurve
from analytics.stats.follow_up import DAYS_PER_YEAR
from analytics.stats.survival.kaplan_meier import crossing

CAUSES = {EVENT: "event", 2: "death"}
HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Patients from ``start`` on, the day of the curves' clock that is their 0: 0, or the landmark.

    ``cause`` has the codes of :mod:`analytics.kinds.time_to_event.observation`. ``order`` are the groups that have
    patients. ``entry`` is ``None`` where nobody enters late.
    """

    time: NDArray[np.int64]
    cause: NDArray[np.int64]
    group: NDArray[np.str_]
    order: list[str]
    entry: NDArray[np.int64] | None
    start: int = 0


def curves(sample: Sample, *, competes: bool, years: list[float]) -> dict[str, Any]:
    """Each group's counts, estimates at the chosen times, median, numbers at risk and curve.

    The curve is the cumulative incidence where death competes, otherwise the survival. Estimates are ``None`` beyond
    the time to which a group was followed.
    """
    table_days = _table_days(sample)
    at_table = [max(0, day - sample.start) for day in table_days]
    everything = kaplan_meier(
        sample.time,
        sample.cause > 0,
        group=sample.group,
        entry=sample.entry,
        order=sample.order,
        quantiles=(HALF,),
        table_days=at_table,
    )
    incidence = _incidence(sample) if competes else None
    drawn = [_steps(everything, incidence, code, competes=competes, start=sample.start) for code in sample.order]
    marks = [round(year * DAYS_PER_YEAR) for year in years]
    return {
        "start": sample.start,
        "table_days": table_days,
        "groups": [
            {
                **_counts(sample, curve["code"]),
                "at_risk": curve.pop("at_risk"),
                "median": curve.pop("median"),
                "estimates": [
                    {"years": year, **_estimate(sample, curve, day)}
                    for year, day in zip(years, marks, strict=True)
                    if day > sample.start
                ],
            }
            for curve in drawn
        ],
        "curves": drawn,
        "method": (incidence or everything).method,
        "warnings": [note.to_dict() for note in (incidence or everything).warnings],
        "references": list((incidence or everything).references),
    }


def comparison_of(sample: Sample, *, competes: bool) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The test of the groups with its method and references, and what to say of it; ``None`` where there is none.

    Gray's test where death competes. It refuses delayed entry; the log-rank test of the cause-specific hazard then
    takes its place.
    """
    if len(sample.order) < 2:
        return None, []
    notes = []
    try:
        if competes:
            try:
                return _gray(sample)
            except NotComparable as refusal:
                if refusal.note.code != "delayed-entry":
                    raise
                notes.append(refusal.note.to_dict())
        result = log_rank(sample.time, sample.cause == EVENT, sample.group, entry=sample.entry, order=sample.order)
    except NotComparable as refusal:
        return None, [*notes, refusal.note.to_dict()]
    return _test(result.method, result.test, result.references), notes + [note.to_dict() for note in result.warnings]


def _gray(sample: Sample) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    result = gray_test(
        sample.time, sample.cause, sample.group, entry=sample.entry, order=sample.order, cause_names=CAUSES
    )
    notes = [note.to_dict() for note in result.warnings if note.values.get("cause") != CAUSES[2]]
    test = result.test(CAUSES[EVENT])
    return (None if test is None else _test(result.method, test, result.references)), notes


def _test(method: str, test: Any, references: tuple[str, ...]) -> dict[str, Any]:
    return {"method": method, **test.to_dict(), "references": list(references)}


def _incidence(sample: Sample) -> CumulativeIncidenceResult | None:
    """``None`` where nobody has had any event."""
    if not (sample.cause > 0).any():
        return None
    return cumulative_incidence(
        sample.time, sample.cause, group=sample.group, entry=sample.entry, order=sample.order, cause_names=CAUSES
    )


def _steps(
    everything: KaplanMeierResult, incidence: CumulativeIncidenceResult | None, code: str, *, competes: bool, start: int
) -> dict[str, Any]:
    """The steps of one group, their days counted from time zero; ``before`` is the value before the first."""
    curve = everything.curve(code)
    censored = [day + start for day, count in zip(curve.day, curve.censored, strict=True) if count]
    common = {"code": code, "at_risk": list(curve.at_risk_at), "censored": censored, "last": curve.day[-1] + start}
    if not competes:
        median = curve.quantiles[0]
        bounds = (median.interval.low, median.interval.high) if median.interval else (None, None)
        steps: dict[str, Any] = {"day": curve.day, "value": curve.survival, "low": curve.low, "high": curve.high}
        found = {"before": 1.0, "median": _median(median.time, bounds, start)}
    elif incidence is None:
        steps = {"day": (), "value": (), "low": (), "high": ()}
        found = {"before": 0.0, "median": None}
    else:
        of_event = incidence.curve(group=code, cause=CAUSES[EVENT])
        steps = {"day": of_event.day, "value": of_event.incidence, "low": of_event.low, "high": of_event.high}
        found = {"before": 0.0, "median": _median_of(of_event, start)}
    days = [day + start for day in steps["day"]]
    return {**common, **found, **{name: list(column) for name, column in steps.items()}, "day": days}


def _median_of(curve: IncidenceCurve, start: int) -> dict[str, Any] | None:
    """The day on which the incidence reaches one half; its interval is where the bounds of the curve do."""
    day = np.array(curve.day, dtype=np.float64)
    sides = [np.array([np.nan if one is None else one for one in side]) for side in (curve.high, curve.low)]
    ends = [crossing(day, 1 - side, HALF) for side in sides]
    return _median(crossing(day, 1 - np.array(curve.incidence), HALF), (ends[0], ends[1]), start)


def _median(time: float | None, bounds: tuple[float | None, float | None], start: int) -> dict[str, Any] | None:
    """The day from time zero by which half have had the event, with its interval; ``None`` where it is not reached."""
    if time is None:
        return None
    low, high = bounds
    return {
        "day": time + start,
        "low": None if low is None else low + start,
        "high": None if high is None else high + start,
    }


def _counts(sample: Sample, code: str) -> dict[str, Any]:
    causes = sample.cause[sample.group == code]
    return {
        "code": code,
        "patients": int(causes.size),
        "events": int((causes == EVENT).sum()),
        "deaths_before": int((causes == 2).sum()),
        "censored": int((causes == 0).sum()),
    }


def _estimate(sample: Sample, curve: dict[str, Any], day: int) -> dict[str, Any]:
    members = sample.group == curve["code"]
    late = 0 if sample.entry is None else int((sample.entry[members] >= day - sample.start).sum())
    at_risk = int((sample.time[members] >= day - sample.start).sum()) - late
    if day > curve["last"]:
        return {"value": None, "low": None, "high": None, "at_risk": 0}
    index = int(np.searchsorted(curve["day"], day, side="right")) - 1
    if index < 0:
        return {"value": curve["before"], "low": None, "high": None, "at_risk": at_risk}
    return {**{name: curve[name][index] for name in ("value", "low", "high")}, "at_risk": at_risk}


def _table_days(sample: Sample) -> list[int]:
    """The days of the numbers at risk, from time zero: the start of the curves, then every year or more."""
    last = int(sample.time.max()) + sample.start
    years = int(last / DAYS_PER_YEAR)
    step = max(1, -(-years // 6))
    days = [round(year * DAYS_PER_YEAR) for year in range(step, years + 1, step)]
    return [sample.start, *(day for day in days if day > sample.start)]
