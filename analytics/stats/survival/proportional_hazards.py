"""Do hazard ratios stay the same over time? The score test of a Cox model's assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.chi_square import ChiSquare, chi_square
from analytics.stats.cox.maximum import inverse
from analytics.stats.cox.model import CoxModel, fit_cox
from analytics.stats.follow_up import FollowUp, checked_follow_up
from analytics.stats.result import NotComparable, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Floats, step_values
from analytics.stats.survival.kaplan_meier import group_steps

Transform = Literal["km", "rank", "identity", "log"]

_PROPORTIONAL_HAZARDS = _("Score test of proportional hazards")


@dataclass(frozen=True)
class ProportionalHazardsTerm(Record):
    """The test of one covariate."""

    covariate: str
    test: ChiSquare


@dataclass(frozen=True)
class ProportionalHazardsResult(Result):
    """Tests of every covariate, and of all at once."""

    method: str
    transform: str
    terms: tuple[ProportionalHazardsTerm, ...]
    overall: ChiSquare
    references: tuple[str, ...] = ()


def proportional_hazards_test(
    time: ArrayLike,
    event: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    entry: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    transform: Transform = "km",
) -> ProportionalHazardsResult:
    """Whether the hazard ratios of :func:`~analytics.stats.cox` change with time.

    The model is extended by x·g(t) for a function g of time, and the extension is tested by its exact score test at the
    fitted coefficients (Grambsch & Therneau 1994, without their approximation of the variance), as R's ``cox.zph`` does
    since survival 3.0. With event sets t, residuals r(t) = Σ (x − x̄) and covariances V(t), the score is Σ g r and its
    variance Σ g²V − ΣgV (ΣV)⁻¹ ΣgV. ``transform`` chooses g: one minus the pooled Kaplan–Meier estimate just before t
    ("km"), the rank of t among all times ("rank"), t ("identity") or its logarithm ("log"). Ties are Efron's.

    A small p says that a single hazard ratio averages over something that changes; a large p does not show that it does
    not. Raises :class:`NotComparable` as ``cox`` does, for an infinite hazard ratio, with events on one day only, and
    for "log" with an event on day 0.

    >>> weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    >>> event = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    >>> print(proportional_hazards_test(weeks, event, {"not": [0] * 11 + [1] * 12}).overall)
    chi-square = 0.007875, 1 df, p = 0.929
    """
    model = fit_cox(checked_follow_up(time, event, entry=entry), covariates, stratum=stratum)
    if model.maximum.diverging.any():
        text = _("A hazard ratio is infinite or zero, so whether it changes over time cannot be tested.")
        raise NotComparable(text, code="monotone-likelihood")
    g = _transformed(model, transform)
    if np.ptp(g) == 0:
        raise NotComparable(_("All events are on one day, so no change over time can be tested."), code="one-event-day")
    # An affine change of g leaves the tests as they are and the numbers in range.
    g = (g - g.mean()) / np.ptp(g)
    likelihood, at = model.likelihood, model.maximum.evaluation
    score = at.score_by_set @ g
    crossed = likelihood.information(at, g)
    variance = likelihood.information(at, g**2) - crossed @ model.variance @ crossed
    return ProportionalHazardsResult(
        method=_PROPORTIONAL_HAZARDS,
        transform=transform,
        terms=tuple(
            ProportionalHazardsTerm(name, _single(score[index], variance[index, index]))
            for index, name in enumerate(model.names)
        ),
        overall=chi_square(float(score @ inverse(variance) @ score), len(model.names)),
        references=("Grambsch PM, Therneau TM. Biometrika 1994;81:515–526",),
    )


def _single(score: float, variance: float) -> ChiSquare:
    return chi_square(float(score**2 / variance) if variance > 0 else 0.0, 1)


def _transformed(model: CoxModel, transform: Transform) -> Floats:
    day = model.likelihood.sets.time
    if transform == "identity":
        return day.astype(np.float64)
    if transform == "log":
        if day.min() == 0:
            raise NotComparable(_("An event on day 0 has no logarithm; choose another transform."), code="log-of-zero")
        return np.log(day)
    if transform == "rank":
        time = model.follow_up.time
        ranks = np.asarray(stats.rankdata(time))
        distinct, where = np.unique(time, return_index=True)
        return np.asarray(ranks[where][np.searchsorted(distinct, day)])
    if transform == "km":
        return 1 - _pooled_survival_before(model.follow_up, day)
    raise ValueError(f"Unknown transform {transform!r}: km, rank, identity or log.")


def _pooled_survival_before(follow_up: FollowUp, day: np.ndarray) -> Floats:
    steps = group_steps(follow_up, np.zeros(follow_up.size, dtype=np.int64))[0]
    return step_values(steps.day, steps.survival, day - 1, start=1.0)
