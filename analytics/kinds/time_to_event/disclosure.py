"""What somebody may read of an answer who may not see single patients.

Every step of a curve is a patient: the curves are withheld, and estimates stand at the chosen times only, where enough
patients are still at risk. Small groups are hidden as in :mod:`analytics.kinds.expression_by_group.disclosure`, and so
are the numbers of events of which one is small. Numbers are rounded; a median, the day of one patient, to a tenth of a
year.
"""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.expression_by_group.disclosure import hidden_groups, rounded
from analytics.stats.follow_up import DAYS_PER_YEAR
from cases.disclosure import SMALLEST_SHOWN, disclosed_parts
from cases.disclosure import disclosed as disclosed_number

TENTH = DAYS_PER_YEAR / 10
WITHOUT_COUNTS = frozenset(
    {"delayed-entry", "time-dependent-response", "hazards-not-proportional", "several-antibodies"}
)
"""Doubts whose values say nothing about the number of patients."""
KEPT = ("question", "names", "method", "references", "unit", "reference_genes", "antibodies", "start", "table_days")


def disclosed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list."""
    sizes = {group["code"]: group["patients"] for group in result["groups"]}
    alone = len(sizes) == 1 and disclosed_number(result["patients"]) is not None and not result["landmarks"]
    hidden = set() if alone else hidden_groups(sizes)
    shown = not hidden
    return {
        **{name: result[name] for name in KEPT if name in result},
        "population": _population(result, shown=shown),
        "patients": result["patients"] if shown else None,
        "events": disclosed_number(result["events"]) if shown else None,
        "delayed": None,
        "unit_of_marker": rounded(result["unit_of_marker"]),
        "groups": [_group(group, hidden=group["code"] in hidden) for group in result["groups"]],
        "curves": [],
        "test": _test(result["test"]) if shown else None,
        "landmarks": [_landmark(one) for one in result["landmarks"]],
        "naive": None,
        "regression": _regression(result["regression"]) if shown else None,
        "subdistribution": _terms(result["subdistribution"]) if shown else None,
        "recurrence": _recurrence(result["recurrence"]) if shown else None,
        "warnings": [note for note in result["warnings"] if note["code"] in WITHOUT_COUNTS],
    }


def _population(result: Mapping[str, Any], *, shown: bool) -> dict[str, Any]:
    exclusions = [
        {"reason": item["reason"], "patients": disclosed_number(item["patients"]), "samples": None}
        for item in result["population"]["exclusions"]
        if item["patients"]
    ]
    flow = [{"step": "analysed", "patients": result["patients"]}] if shown else []
    return {"flow": flow, "exclusions": exclusions}


def _group(group: Mapping[str, Any], *, hidden: bool) -> dict[str, Any]:
    counts = disclosed_parts({name: group[name] for name in ("events", "deaths_before", "censored")})
    whole = not hidden and None not in counts.values()
    median = group["median"]
    return {
        "code": group["code"],
        "patients": None if hidden else group["patients"],
        **(counts if whole else dict.fromkeys(counts)),
        "at_risk": [None if hidden or count < SMALLEST_SHOWN else count for count in group["at_risk"]],
        "median": None if hidden or not median else {name: _tenths(day) for name, day in median.items()},
        "estimates": [_estimate(one, hidden=hidden) for one in group["estimates"]],
    }


def _estimate(one: Mapping[str, Any], *, hidden: bool) -> dict[str, Any]:
    few = hidden or one["at_risk"] < SMALLEST_SHOWN
    values = {name: None if few else rounded(one[name]) for name in ("value", "low", "high")}
    return {"years": one["years"], **values, "at_risk": None if few else one["at_risk"]}


def _tenths(day: float | None) -> float | None:
    return None if day is None else round(day / TENTH) * TENTH


def _test(test: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if test is None:
        return None
    return {**test, "statistic": rounded(test["statistic"]), "p_value": rounded(test["p_value"])}


def _landmark(one: Mapping[str, Any]) -> dict[str, Any]:
    sizes = {"yes": one["responders"], "no": one["patients"] - one["responders"]}
    excluded = disclosed_parts(one["excluded"])
    visible = not hidden_groups(sizes) and disclosed_number(one["events"]) is not None
    return {
        "day": one["day"],
        "patients": one["patients"] if visible else None,
        "responders": one["responders"] if visible else None,
        "excluded": excluded if visible and None not in excluded.values() else dict.fromkeys(excluded),
        "events": one["events"] if visible else None,
        "test": _test(one["test"]) if visible else None,
        "term": _term(one["term"]) if visible and one["term"] else None,
        "warnings": [],
        "references": one["references"],
    }


def _regression(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if part is None or disclosed_number(part["events"]) is None:
        return None
    periods = part["periods"] or {}
    small = any(disclosed_number(one[name]) is None for one in periods.values() for name in ("patients", "event_count"))
    return None if small else {**part, "terms": [_term(term) for term in part["terms"]], "periods": None, "check": None}


def _terms(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if part is None:
        return None
    return {**part, "terms": [_term(term) for term in part["terms"]]}


def _term(term: Mapping[str, Any]) -> dict[str, Any]:
    interval = term["interval"]
    numbers = {name: rounded(value) for name, value in term.items() if isinstance(value, float)}
    return {
        **term,
        **numbers,
        "interval": interval and {**interval, "low": rounded(interval["low"]), "high": rounded(interval["high"])},
    }


def _recurrence(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if part is None:
        return None
    if any(
        disclosed_number(rate["event_count"]) is None or rate["patients"] < SMALLEST_SHOWN for rate in part["rates"]
    ):
        return None
    means = [
        {
            "code": curve["code"],
            "patients": curve["patients"],
            "events": curve["events"],
            "estimates": [{name: rounded(value) for name, value in one.items()} for one in curve["estimates"]],
            **{name: [] for name in ("day", "mean", "low", "high")},
        }
        for curve in part["means"]
    ]
    return {
        **part,
        "rates": [_term(rate) for rate in part["rates"]],
        "ratios": [_term(term) for term in part["ratios"]],
        "means": means,
        "warnings": [],
    }
