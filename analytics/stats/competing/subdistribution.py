"""The partial likelihood of the subdistribution hazard, weighted by the probability of not yet being censored.

A patient who had a competing event on day T stays in the risk set of a later day t with the weight G(t−)/G(T−), G being
the Kaplan–Meier estimate of remaining uncensored. Ties are Breslow's. Sums over such risk sets are a sum over those
still under observation plus G(t−) times a sum over those who left before: linear in the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.follow_up import Codes, FollowUp
from analytics.stats.risk_sets import Floats, RiskSets, step_values
from analytics.stats.survival.kaplan_meier import group_steps


@dataclass(frozen=True, kw_only=True)
class SubdistributionEvaluation:
    """The likelihood at one coefficient vector: weights e^βx, risk-set means x̄, and hazard increments d/S₀."""

    log_likelihood: float
    score: Floats
    weight: Floats
    means: Floats
    hazard: Floats


class SubdistributionLikelihood:
    """The likelihood of the events with code ``cause``; ``covariates`` is covariates × rows."""

    def __init__(self, covariates: Floats, time: Codes, causes: Codes, cause: int) -> None:
        self.covariates = covariates
        self._time = time
        event = causes == cause
        self._sets = RiskSets(FollowUp(time=time, event=event))
        self._event_rows = np.flatnonzero(event)
        self._event_set = self._sets.beyond[self._event_rows] - 1
        self._events = np.bincount(self._event_set, minlength=self._sets.size)
        self._competing = np.flatnonzero((causes != 0) & ~event)
        self._censored = causes == 0
        censoring = group_steps(FollowUp(time=time, event=self._censored), np.zeros_like(time))[0]
        self._censoring = censoring
        before = step_values(censoring.day, censoring.survival, time[self._competing] - 1, start=1.0)
        self._inverse_uncensored = 1 / before
        self._uncensored = step_values(censoring.day, censoring.survival, self._sets.time - 1, start=1.0)

    def evaluate(self, coefficients: Floats) -> SubdistributionEvaluation:
        """Value and score of the logarithm."""
        predictor = coefficients @ self.covariates
        predictor -= predictor.max()
        weight = np.exp(predictor)
        total = self._weighted_sums(weight)
        means = np.stack([self._weighted_sums(weight * row) for row in self.covariates]) / total
        log_likelihood = predictor[self._event_rows].sum() - self._events @ np.log(total)
        return SubdistributionEvaluation(
            log_likelihood=float(log_likelihood),
            score=self.covariates[:, self._event_rows].sum(axis=1) - means @ self._events,
            weight=weight,
            means=means,
            hazard=self._events / total,
        )

    def information(self, at: SubdistributionEvaluation) -> Floats:
        """Minus the second derivative."""
        exposure = at.weight * self._over_row(at.hazard)
        second = (self.covariates * exposure) @ self.covariates.T
        return np.asarray(second - (at.means * self._events) @ at.means.T)

    def influence(self, at: SubdistributionEvaluation) -> Floats:
        """Each row's part in the score, with what it adds to the estimate of censoring: Fine & Gray's η + ψ."""
        influence = at.weight * (
            self._over_row((at.hazard * at.means).T).T - self.covariates * self._over_row(at.hazard)
        )
        influence[:, self._event_rows] += self.covariates[:, self._event_rows] - at.means[:, self._event_set]
        return np.asarray(influence + self._influence_on_censoring(at))

    def _influence_on_censoring(self, at: SubdistributionEvaluation) -> Floats:
        """ψᵢ = ∫ q/π dMᵢᶜ: q(u) sums (x − x̄(t)) w dΛ(t) over competing events before u and event days t from u on."""
        steps = self._censoring
        part = at.weight[self._competing] * self._inverse_uncensored
        left_before = np.searchsorted(steps.day, self._time[self._competing], side="right")
        increment = self._uncensored * at.hazard
        to_come = np.searchsorted(self._sets.time, steps.day, side="left")
        total, later = _running(left_before, part, steps.day.size), _from(increment)[to_come]
        q = np.stack(
            [
                _running(left_before, part * row[self._competing], steps.day.size) * later
                - total * _from(increment * mean)[to_come]
                for row, mean in zip(self.covariates, at.means, strict=True)
            ]
        )
        q /= steps.at_risk
        compensator = np.cumsum(q * (steps.events / steps.at_risk), axis=1)
        index = np.searchsorted(steps.day, self._time)
        return np.asarray(np.where(self._censored, q[:, index], 0) - compensator[:, index])

    def _weighted_sums(self, values: Floats) -> Floats:
        left = _running(
            self._sets.beyond[self._competing], values[self._competing] * self._inverse_uncensored, self._sets.size
        )
        return self._sets.sums(values) + self._uncensored * left

    def _over_row(self, values: Floats) -> Floats:
        """For each row the sum of a value per set over the sets it is in, times its censoring weight there."""
        total = self._sets.over_row(values)
        weighted = (values.T * self._uncensored).T
        afterwards = np.concatenate([np.cumsum(weighted[::-1], axis=0)[::-1], np.zeros((1, *values.shape[1:]))])
        total[self._competing] += (afterwards[self._sets.beyond[self._competing]].T * self._inverse_uncensored).T
        return total


def _running(start: Codes, values: Floats, size: int) -> Floats:
    """Running sum over positions 0 … size − 1 of values that count from their ``start`` on."""
    return np.asarray(np.cumsum(np.bincount(start, values, minlength=size + 1)[:size]))


def _from(values: Floats) -> Floats:
    """Sums from each position to the end, and 0 beyond it."""
    return np.concatenate([np.cumsum(values[::-1])[::-1], [0.0]])
