"""Cox's partial likelihood with Efron's treatment of ties, for start–stop rows and strata.

In a risk set with d events, S₀, S₁ are the sums of w = exp(βx) and of w·x over everybody at risk, D₀, D₁ those over
the d events. Efron (1977) lets the events leave one after another: the k-th faces S₀ − f·D₀ with f = k/d, k = 0 … d −
1. Everything below needs, per risk set, only sums over k of 1, f, f² over the first and second power of that
denominator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.follow_up import Flags
from analytics.stats.risk_sets import Floats, RiskSets

# Rows of a piece that stays in the processor's cache.
PIECE = 16_384


@dataclass(frozen=True, kw_only=True)
class Denominators:
    """Per risk set: Σ log(S₀ − fD₀), Σ fᵃ/(S₀ − fD₀) for a = 0, 1, and Σ fᵃ/(S₀ − fD₀)² for a = 0, 1, 2."""

    logarithm: Floats
    once: tuple[Floats, Floats]
    twice: tuple[Floats, Floats, Floats]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The likelihood at one coefficient vector. ``mean_at_risk`` is Σ over the events of a set of their mean x̄."""

    log_likelihood: float
    weight: Floats
    denominators: Denominators
    at_risk: Floats
    events: Floats
    mean_at_risk: Floats
    score_by_set: Floats

    @property
    def score(self) -> Floats:
        return np.asarray(self.score_by_set.sum(axis=1))


class PartialLikelihood:
    """The likelihood of rows with ``covariates`` (covariates × rows) in their risk sets."""

    def __init__(self, covariates: Floats, sets: RiskSets, event: Flags) -> None:
        self.covariates = covariates
        self.sets = sets
        self.event_rows = np.flatnonzero(event)
        order = np.argsort(sets.beyond[self.event_rows], kind="stable")
        self.event_rows = self.event_rows[order]
        self.event_set = sets.beyond[self.event_rows] - 1
        self.event_covariates = np.ascontiguousarray(covariates[:, self.event_rows])
        self.events = np.bincount(self.event_set, minlength=sets.size)
        self._starts = np.cumsum(self.events) - self.events
        rank = np.arange(self.event_rows.size) - self._starts[self.event_set]
        self._fraction = rank / self.events[self.event_set]
        self._event_sums = self._over_events(self.event_covariates)

    def evaluate(self, coefficients: Floats) -> Evaluation:
        """Value, score and what information and residuals are made of."""
        predictor = coefficients @ self.covariates
        # A constant per fit cancels; without it exp could overflow.
        predictor -= predictor.max()
        weight = np.exp(predictor)
        event_weight = weight[self.event_rows]
        denominators = self._denominators(self.sets.sums(weight), event_weight)
        at_risk = np.stack([self.sets.sums(weight * row) for row in self.covariates])
        events = self._over_events(self.event_covariates * event_weight)
        # So far apart that the squares of the smallest weights are no numbers any more: no place to stay.
        log_likelihood = float(predictor[self.event_rows].sum() - denominators.logarithm.sum())
        usable = np.isfinite(denominators.twice[0]).all()
        mean_at_risk = at_risk * denominators.once[0] - events * denominators.once[1]
        return Evaluation(
            log_likelihood=log_likelihood if usable else -np.inf,
            weight=weight,
            denominators=denominators,
            at_risk=at_risk,
            events=events,
            mean_at_risk=mean_at_risk,
            score_by_set=self._event_sums - mean_at_risk,
        )

    def information(self, at: Evaluation, set_weights: Floats | None = None) -> Floats:
        """Σ over the risk sets of their covariance of x, each times its weight (by default 1).

        The second moments of all sets together are one weighted cross product of the rows.
        """
        g = np.ones(self.sets.size) if set_weights is None else set_weights
        once = [g * term for term in at.denominators.once]
        twice = [g * term for term in at.denominators.twice]
        row_weight = at.weight * self.sets.over_row(once[0])
        row_weight[self.event_rows] -= at.weight[self.event_rows] * once[1][self.event_set]
        second = weighted_cross_product(self.covariates, row_weight)
        mixed = (at.at_risk * twice[1]) @ at.events.T
        means = (at.at_risk * twice[0]) @ at.at_risk.T - mixed - mixed.T + (at.events * twice[2]) @ at.events.T
        return np.asarray(second - means)

    def score_residuals(self, at: Evaluation) -> Floats:
        """Each row's part in the score (covariates × rows), with Efron's ties, as R's ``residuals(type = "score")``."""
        once, twice = at.denominators.once, at.denominators.twice
        means = at.at_risk * twice[0] - at.events * twice[1]
        tied_means = at.at_risk * twice[1] - at.events * twice[2]
        residuals = at.weight * (self.sets.over_row(means.T).T - self.covariates * self.sets.over_row(once[0]))
        sets, x = self.event_set, self.event_covariates
        own = x - (at.mean_at_risk / self.events)[:, sets]
        spared = at.weight[self.event_rows] * (x * once[1][sets] - tied_means[:, sets])
        residuals[:, self.event_rows] += own + spared
        return residuals

    def _denominators(self, at_risk: Floats, event_weight: Floats) -> Denominators:
        events = np.bincount(self.event_set, event_weight, minlength=self.sets.size)
        fraction = self._fraction
        denominator = at_risk[self.event_set] - fraction * events[self.event_set]
        once = 1 / denominator
        twice = once * once
        return Denominators(
            logarithm=self._over_events(np.log(denominator)),
            once=(self._over_events(once), self._over_events(fraction * once)),
            twice=(
                self._over_events(twice),
                self._over_events(fraction * twice),
                self._over_events(fraction * fraction * twice),
            ),
        )

    def _over_events(self, values: Floats) -> Floats:
        """Sums over the events of each set of values that stand in the order of ``event_rows``."""
        return np.add.reduceat(values, self._starts, axis=-1)


def weighted_cross_product(rows: Floats, weight: Floats) -> Floats:
    """Σ weight · x xᵀ over the columns x of ``rows``, piece by piece.

    >>> weighted_cross_product(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 3.0])).tolist()
    [[13.0, 6.0], [6.0, 3.0]]
    """
    total = np.zeros((len(rows), len(rows)))
    for start in range(0, weight.size, PIECE):
        piece = rows[:, start : start + PIECE]
        total += (piece * weight[start : start + PIECE]) @ piece.T
    return total
