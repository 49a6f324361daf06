"""The likelihood of logistic regression, plain or with Firth's penalty: its maximum, also with coefficients held fixed.

Firth's penalty is Jeffreys' prior, ½ ln |I(β)| with the information I = XᵀWX, W = diag(p(1 − p)). Its score is
Xᵀ(y − p + h(½ − p)), h the leverages of W^½X; coefficients held fixed stay in I (Heinze & Schemper 2002).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit

from analytics.stats.checkpoint import checkpoint
from analytics.stats.samples import Values

MOST_STEPS = 500
# A maximum is found where a step changes no coefficient by more, on the scale of standardised covariates.
SMALLEST_STEP = 1e-11
# Farther steps run probabilities into 0 or 1.
LARGEST_STEP = 5.0
# A bound of a profile likelihood that is not found in so many steps is sought another way.
MOST_STEPS_OF_BOUND = 60
# Probabilities this near to 0 or 1 make it worth asking whether the data are separated.
NEAR_CERTAIN = 1e-6
# Quantiles of the linear predictor at which the edges of a gap are sought.
EDGES = 41


@dataclass(frozen=True)
class Fit:
    """Coefficients at the maximum and the (penalised) log-likelihood there."""

    coefficients: Values
    log_likelihood: float
    converged: bool


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of ``event`` (0 or 1) given the columns of ``design``."""

    design: Values
    event: Values
    penalised: bool

    def value(self, coefficients: Values) -> float:
        linear = self.design @ coefficients
        plain = float(self.event @ linear - np.logaddexp(0, linear).sum())
        if not self.penalised:
            return plain
        sign, log_determinant = np.linalg.slogdet(self.information(coefficients))
        return plain + log_determinant / 2 if sign > 0 else -math.inf

    def information(self, coefficients: Values) -> Values:
        return self.slopes(coefficients)[1]

    def slopes(self, coefficients: Values) -> tuple[Values, Values]:
        """The score, and the information of the plain likelihood."""
        probability = expit(self.design @ coefficients)
        weight = probability * (1 - probability)
        residual = self.event - probability
        if self.penalised:
            orthogonal = np.linalg.qr(self.design * np.sqrt(weight)[:, None])[0]
            residual = residual + np.square(orthogonal).sum(axis=1) * (0.5 - probability)
        return np.asarray(self.design.T @ residual), np.asarray(self.design.T @ (self.design * weight[:, None]))

    def beside(self, fit: Fit, position: int, coefficient: float) -> Values:
        """Where the other coefficients go, to first order, when one is moved from its estimate."""
        others = np.arange(fit.coefficients.size) != position
        information = self.information(fit.coefficients)
        moved = np.linalg.solve(information[np.ix_(others, others)], information[others, position])
        start = fit.coefficients.copy()
        start[others] -= moved * (coefficient - start[position])
        start[position] = coefficient
        return start

    def profile_bound(self, fit: Fit, position: int, *, largest: float, start: float) -> float | None:
        """Where the profile likelihood of a coefficient is ½ ``largest`` below its maximum, nearest to ``start``.

        Newton's method for all coefficients at once: the likelihood has its value, and no slope in any other (Venzon &
        Moolgavkar 1988). ``None`` where it does not converge, or where a penalised likelihood can have two maxima.
        """
        coefficients = self.beside(fit, position, start)
        others = np.arange(coefficients.size) != position
        side = np.sign(start - fit.coefficients[position])
        for _step in range(MOST_STEPS_OF_BOUND):
            checkpoint()
            score, information = self.slopes(coefficients)
            short = self.value(coefficients) - fit.log_likelihood + largest / 2
            slopes = np.where(others[:, None], -information, 0.0)
            slopes[position] = score
            try:
                step = np.linalg.solve(slopes, -np.where(others, score, short))
            except np.linalg.LinAlgError:
                return None
            if not np.abs(step).max() < LARGEST_STEP:
                return None
            coefficients = coefficients + step
            if np.abs(step).max() <= SMALLEST_STEP * max(1.0, float(np.abs(coefficients).max())):
                doubtful = self.penalised and self.near_certain(coefficients)
                found = float(coefficients[position])
                return None if doubtful or side * (found - fit.coefficients[position]) <= 0 else found
        return None

    def maximum(self, *, start: Values, fixed: NDArray[np.bool_]) -> Fit:
        """The maximum over the coefficients that are not ``fixed`` at their value in ``start``.

        With the data nearly divided the penalised likelihood can have two, one near either edge of the gap, when a
        coefficient is held far from its estimate: it is then climbed from the better edge as well.
        """
        near = self._climbed(start, fixed)
        if not (self.penalised and fixed.any() and self.near_certain(near.coefficients)):
            return near
        return max(near, self._climbed(self._at_best_intercept(start), fixed), key=lambda fit: fit.log_likelihood)

    def _at_best_intercept(self, start: Values) -> Values:
        """``start`` with the intercept, the first coefficient, that puts even odds where the likelihood is largest."""
        without = self.design[:, 1:] @ start[1:]
        candidates = [np.append(-even, start[1:]) for even in np.quantile(without, np.linspace(0, 1, EDGES)).tolist()]
        return max(candidates, key=self.value)

    def _climbed(self, start: Values, fixed: NDArray[np.bool_]) -> Fit:
        """The next maximum by Newton's steps with the information of the plain likelihood.

        The penalty can bend the likelihood so much more that such steps overshoot to and fro for ever: they are halved
        when they turn back without becoming half as long.
        """
        coefficients, value = start.copy(), self.value(start)
        free = np.flatnonzero(~fixed)
        before, damping = np.zeros_like(coefficients), 1.0
        for _step in range(MOST_STEPS if free.size else 0):
            checkpoint()
            score, information = self.slopes(coefficients)
            step = np.zeros_like(coefficients)
            try:
                step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
            except np.linalg.LinAlgError:
                return Fit(coefficients, value, converged=False)
            step *= min(1.0, LARGEST_STEP / max(float(np.abs(step).max()), 1e-300))
            if self.penalised and damping * float(step @ before) < -float(before @ before) / 2:
                damping /= 2
            step *= damping
            while (new := self.value(coefficients + step)) < value - 1e-9 and np.abs(step).max() > SMALLEST_STEP:
                step /= 2
            coefficients, value, before = coefficients + step, new, step
            if np.abs(step).max() <= SMALLEST_STEP:
                return Fit(coefficients, value, converged=True)
        return Fit(coefficients, value, converged=not free.size)

    def near_certain(self, coefficients: Values) -> bool:
        """Whether some event is as good as certain, or as good as impossible."""
        probability = expit(self.design @ coefficients)
        return bool(np.any((probability < NEAR_CERTAIN) | (probability > 1 - NEAR_CERTAIN)))


def separated(design: Values, event: Values) -> bool:
    """Whether a combination of the columns divides events from the rest, at most touching: no finite maximum exists.

    Such a combination is sought by linear programming (Konis 2007): Σ ±xβ as large as can be with every ±xβ ≥ 0.
    """
    signed = design * (2 * event - 1)[:, None]
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(event)), bounds=(-1, 1), method="highs")
    return float(signed.sum(axis=0) @ found.x) > 1e-7
