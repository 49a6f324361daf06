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
        "flow": found["flow"] if _tells_nobody(found["flow"]) else None,
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


def _tells_nobody(steps: Sequence[Mapping[str, Any]]) -> bool:
    """Whether neither those who come so far nor those who come no further, by any reason, are few."""
    whole = steps[0]["patients"]
    numbers = [number for step in steps for number in (step["patients"], step["whole"], whole - step["whole"])]
    numbers += [reason["patients"] for step in steps for reason in step["reasons"]]
    return all(disclosed_number(number) is not None for number in numbers)


def _histologies(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    parts = disclosed_parts({row["name"]: row["patients"] for row in rows})
    return [{**row, "patients": parts[row["name"]]} for row in rows]
