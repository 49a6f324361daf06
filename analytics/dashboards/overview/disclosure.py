"""What of an overview may be released: no small number, nor what gives one away in any part or in several together.

The histologies come first; the flow, then the accrual, is shown beside them as a whole or not at all. The reasons in
the flow, coverage and data quality are left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import accumulate, pairwise
from typing import Any

from analytics.dashboards.overview.accrual import accrual, month_of
from analytics.dashboards.overview.flow import ALL, GATES
from analytics.dashboards.overview.histologies import histologies, index_histology
from analytics.releases.tables import Patients, openable, stand_together
from cases.derived.course import Course
from cases.disclosure import SMALLEST_SHOWN
from cases.disclosure import disclosed as disclosed_number


def disclosed(everybody: Sequence[Course], *, stained: Set[int], dated_by: str) -> dict[str, Any]:
    """Of the shape of the parts of an overview; what is withheld is ``None``."""
    whole = _codes(everybody)
    opened = _opened_histologies(everybody)
    shown = [whole, *opened.values()]
    flow = _flow(everybody, stained=stained)
    reached = list(flow.values())
    steps = [*reached, *(before - after for before, after in pairwise(reached))]
    if is_flow_shown := stand_together([*shown, *steps]):
        shown += steps
    return {
        "patients": disclosed_number(len(whole)),
        "dated_by": dated_by,
        "accrual": {dated_by: _accrual(everybody, dated_by=dated_by, shown=shown)},
        "flow": [
            {"code": step, "step": step, "patients": len(patients), "whole": None, "reasons": []}
            for step, patients in flow.items()
        ]
        if is_flow_shown
        else None,
        "histologies": _histologies(everybody, opened=opened),
    }


def _codes(everybody: Iterable[Course]) -> Patients:
    return frozenset(course.patient.code for course in everybody)


def _opened_histologies(everybody: Sequence[Course]) -> Mapping[str, Patients]:
    """By name, blank without an index diagnosis."""
    found: dict[str, list[Course]] = defaultdict(list)
    for course in everybody:
        histology = index_histology(course)
        found[histology.name if histology else ""].append(course)
    by_name = {name: _codes(courses) for name, courses in found.items()}
    table = {name: {ALL: patients} for name, patients in by_name.items()}
    opened = openable({"histologies": table}, whole={ALL: _codes(everybody)})["histologies"]
    return {name: by_name[name] for name in opened}


def _histologies(everybody: Sequence[Course], *, opened: Mapping[str, Patients]) -> list[dict[str, Any]]:
    """The withheld ones last, by name: their order by size would tell something, too."""
    rows = [
        {**row, "code": row["name"], "patients": row["patients"] if row["name"] in opened else None}
        for row in histologies(everybody)
    ]
    return sorted(rows, key=lambda row: (row["name"] not in opened, -(row["patients"] or 0), row["name"]))


def _flow(everybody: Sequence[Course], *, stained: Set[int]) -> dict[str, Patients]:
    """Who comes as far as each step; without the steps at which one to four are left out since the one before, or that
    one to four reach.
    """
    left, shown = list(everybody), {ALL: _codes(everybody)}
    for step, why_not in GATES.items():
        left = [course for course in left if why_not(course, stained) is None]
        before, reached = list(shown.values())[-1], _codes(left)
        if None not in (disclosed_number(len(reached)), disclosed_number(len(before - reached))):
            shown[step] = reached
    return shown


def _accrual(everybody: Sequence[Course], *, dated_by: str, shown: Sequence[Patients]) -> dict[str, Any]:
    """Months are taken together until each period is large enough."""
    periods = periods_of_enough(accrual(everybody, dated_by=dated_by)["periods"])
    came = [
        _codes(course for course in everybody if one["first"] <= month_of(course, dated_by=dated_by) <= one["last"])
        for one in periods
    ]
    undated = _codes(course for course in everybody if not month_of(course, dated_by=dated_by))
    if not stand_together([*shown, *came, *accumulate(came, lambda before, one: before | one), undated]):
        return {"periods": None, "undated": None, "year_only": None}
    rows = [{"code": f"{one['first']} {one['last']}", **one} for one in periods]
    return {"periods": rows, "undated": len(undated), "year_only": None}


def periods_of_enough(periods: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring periods together, each with at least the smallest number that is shown; a rest joins the last."""
    joined: list[dict[str, Any]] = []
    for period in periods:
        if joined and joined[-1]["patients"] < SMALLEST_SHOWN:
            joined[-1] = _together(joined[-1], period)
        else:
            joined.append(dict(period))
    if len(joined) > 1 and joined[-1]["patients"] < SMALLEST_SHOWN:
        rest = joined.pop()
        joined[-1] = _together(joined[-1], rest)
    return joined


def _together(one: Mapping[str, Any], next_one: Mapping[str, Any]) -> dict[str, Any]:
    patients = one["patients"] + next_one["patients"]
    return {"first": one["first"], "last": next_one["last"], "patients": patients}
