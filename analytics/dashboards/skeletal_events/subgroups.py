"""The hazard ratio of a response in groups of patients, and whether it differs between them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from django.db.models import QuerySet

from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.time_to_event.observation import EVENT
from analytics.kinds.time_to_event.regression import response_days
from analytics.stats import NotComparable, TimeDependentResponseResult, time_dependent_response
from analytics.stats.chi_square import chi_square
from cases.models import Patient

FEWEST_EVENTS = 10
"""A regression with one term needs about ten events (Peduzzi P et al. J Clin Epidemiol 1995;48:1503–1510)."""


def subgroups(
    rows: pd.DataFrame, *, grouping: str, patients: QuerySet[Patient], keys: Mapping[str, int]
) -> dict[str, Any]:
    """The time-dependent hazard ratio in each group with enough events; ``small`` counts the others.

    ``rows`` are those of a question by response, ``keys`` the keys of patients by code. ``interaction`` is the
    likelihood ratio test of one ratio for all groups, each with a baseline hazard of its own, against a ratio for each;
    ``None`` with fewer than two groups.
    """
    assigned = GROUPINGS[grouping].assign(patients, "").groups
    group = rows["patient"].map(lambda code: assigned.get(keys[code], "")).to_numpy(dtype=str)
    names = GROUPINGS[grouping].ordered(set(group), patients)
    fits = {code: fitted for code in names if (fitted := _fitted(rows[group == code])) is not None}
    return {
        "grouping": grouping,
        "labels": in_all_languages(GROUPINGS[grouping].label("")),
        "groups": [
            {
                "code": code,
                "labels": names[code],
                "patients": int((group == code).sum()),
                "responders": fitted.after.patients,
                "events": fitted.regression.event_count,
                "term": fitted.regression.terms[0].to_dict(),
            }
            for code, fitted in fits.items()
        ],
        "small": {
            "groups": len(names) - len(fits),
            "patients": int(np.isin(group, [code for code in names if code not in fits]).sum()),
        },
        "interaction": _interaction(rows, group, fits),
    }


def _fitted(rows: pd.DataFrame) -> TimeDependentResponseResult | None:
    """``None`` with too few events, or where nobody responds, or everybody does before any time at risk."""
    if int((rows["status"] == EVENT).sum()) < FEWEST_EVENTS:
        return None
    try:
        return time_dependent_response(*_observed(rows))
    except NotComparable:
        return None


def _interaction(
    rows: pd.DataFrame, group: Any, fits: Mapping[str, TimeDependentResponseResult]
) -> dict[str, Any] | None:
    if len(fits) < 2:
        return None
    kept = np.isin(group, list(fits))
    common = time_dependent_response(*_observed(rows[kept]), stratum=group[kept])
    own = sum(fitted.regression.log_likelihood for fitted in fits.values())
    # Rounding may leave the larger model a trifle below the smaller.
    statistic = max(0.0, 2 * (own - common.regression.log_likelihood))
    return chi_square(statistic, len(fits) - 1).to_dict()


def _observed(rows: pd.DataFrame) -> tuple[Any, Any, Any]:
    return rows["time"].to_numpy(dtype=np.int64), (rows["status"] == EVENT).to_numpy(), response_days(rows)
