"""What of an overview somebody may read who may not see single patients: no small number, nor what gives one away."""

from collections.abc import Mapping, Sequence
from typing import Any

from cases.disclosure import SMALLEST_SHOWN, disclosed_parts
from cases.disclosure import disclosed as disclosed_number


def disclosed(found: Mapping[str, Any]) -> dict[str, Any]:
    """Same shape; what is withheld is ``None``. The coverage is disclosed where it is counted."""
    patients = disclosed_number(found["patients"])
    return {
        **found,
        "patients": patients,
        # The number of specimens would tell that of the patients.
        "specimens": None if patients is None else disclosed_number(found["specimens"]),
        "accrual": {by: _accrual(one) for by, one in found["accrual"].items()},
        "flow": _flow(found["flow"]),
        "histologies": _histologies(found["histologies"]),
        "quality": None,
    }


def _accrual(part: Mapping[str, Any]) -> dict[str, Any]:
    """Months are taken together until each period is large enough; where that leaves a small rest, nothing is shown."""
    periods = periods_of_enough(part["periods"])
    undated = disclosed_number(part["undated"])
    hidden = undated is None or any(disclosed_number(one["patients"]) is None for one in periods)
    return {"periods": None if hidden else periods, "undated": undated, "year_only": None}


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


def _flow(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """The steps at which nobody, or enough patients, were left out since the one shown before; the reasons of a step
    where each has enough.
    """
    if disclosed_number(steps[0]["patients"]) is None:
        return None
    shown: list[dict[str, Any]] = []
    for step in steps:
        lost = shown[-1]["patients"] - step["patients"] if shown else 0
        if disclosed_number(lost) is None or disclosed_number(step["patients"]) is None:
            continue
        counts = [reason["patients"] for reason in step["reasons"]]
        told = sum(counts) == lost and all(disclosed_number(count) is not None for count in counts)
        shown.append({**step, "whole": None, "reasons": step["reasons"] if told else []})
    return shown


def _histologies(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    parts = disclosed_parts({row["name"]: row["patients"] for row in rows})
    return [{**row, "patients": parts[row["name"]]} for row in rows]
