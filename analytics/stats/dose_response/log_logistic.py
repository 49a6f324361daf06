"""Least squares of the four-parameter log-logistic curve, f(x) = A + (B − A)·xʰ/(xʰ + eʰ), h > 0.

Given ln e and ln h the curve is linear in A and B, which finds a start on a grid; all four are then improved together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares
from scipy.special import expit

from analytics.stats.samples import Values

# Steeper curves jump from one plateau to the other between two doses, wherever between them.
STEEPEST = 50.0

STEEPNESSES = np.geomspace(0.2, 20.0, 25)
GRID = 60

# Shares that vary less over the doses than this show no curve.
FLAT = 1e-12

MOST_STEPS = 50

# A larger step is none to the last digit.
LARGEST_POLISH = 1e-4


@dataclass(frozen=True)
class FittedCurve:
    """A, B, ln e and ln h at the minimum, the standard error of ln e, and the residual standard deviation."""

    at_zero: float
    at_infinity: float
    log_half_dose: float
    log_steepness: float
    error: float
    deviation: float


class _Curve:
    """The curve through these values as a function of A, B, ln e and ln h."""

    def __init__(self, doses: Values, response: Values) -> None:
        self.response = response
        self._positive = doses > 0
        self._logarithm = np.log(doses, out=np.zeros_like(doses), where=self._positive)
        positive = self._logarithm[self._positive]
        self.first, self.last = float(positive.min()), float(positive.max())

    def share(self, log_half: ArrayLike, log_steepness: ArrayLike) -> Values:
        """xʰ/(xʰ + eʰ), the share of the way from A to B."""
        steepness: Values = np.exp(np.asarray(log_steepness, dtype=np.float64))
        share = expit(steepness * (self._logarithm - np.asarray(log_half, dtype=np.float64)))
        return np.asarray(np.where(self._positive, share, 0.0))

    def residuals(self, parameters: Values) -> Values:
        at_zero, at_infinity, log_half, log_steepness = parameters
        return np.asarray(at_zero + (at_infinity - at_zero) * self.share(log_half, log_steepness) - self.response)

    def jacobian(self, parameters: Values) -> Values:
        at_zero, at_infinity, log_half, log_steepness = parameters
        share, steepness = self.share(log_half, log_steepness), np.exp(log_steepness)
        slope = (at_infinity - at_zero) * share * (1 - share) * steepness
        return np.column_stack([1 - share, share, -slope, slope * (self._logarithm - log_half)])

    def start(self) -> Values:
        """The best of a grid of e and h, each with its best A and B."""
        log_half, log_steepness = (
            axis.reshape(-1, 1) for axis in np.meshgrid(np.linspace(self.first, self.last, GRID), np.log(STEEPNESSES))
        )
        share = self.share(log_half, log_steepness)
        centred, response = share - share.mean(axis=1, keepdims=True), self.response - self.response.mean()
        squares = np.square(centred).sum(axis=1)
        rise = np.divide(centred @ response, squares, out=np.zeros_like(squares), where=squares > FLAT)
        best = int(np.argmax(rise**2 * squares))
        at_zero = float(self.response.mean()) - rise[best] * share[best].mean()
        return np.array([at_zero, at_zero + rise[best], log_half[best, 0], log_steepness[best, 0]])


def fit_curve(doses: Values, response: Values) -> FittedCurve | None:
    """The curve through one value at each dose, or ``None`` where the sum of squares has no inner minimum."""
    curve = _Curve(doses, response)
    with np.errstate(over="ignore", invalid="ignore"):
        fit = least_squares(curve.residuals, curve.start(), jac=curve.jacobian, method="lm", xtol=1e-15, ftol=1e-15)
    if not (np.isfinite(fit.x).all() and curve.first <= fit.x[2] <= curve.last and fit.x[3] < np.log(STEEPEST)):
        return None
    columns = curve.jacobian(fit.x)
    scale = np.linalg.norm(columns, axis=0)
    if scale.min() == 0 or np.linalg.matrix_rank(columns / scale, tol=1e-8) < 4:
        return None
    parameters = _polished(curve, fit.x)
    columns = curve.jacobian(parameters) / scale
    variance = float(np.sum(np.square(curve.residuals(parameters)))) / (doses.size - 4)
    at_zero, at_infinity, log_half_dose, log_steepness = parameters.tolist()
    return FittedCurve(
        at_zero=at_zero,
        at_infinity=at_infinity,
        log_half_dose=log_half_dose,
        log_steepness=log_steepness,
        error=float(np.sqrt(variance * np.linalg.inv(columns.T @ columns)[2, 2]) / scale[2]),
        deviation=float(np.sqrt(variance)),
    )


def _polished(curve: _Curve, parameters: Values) -> Values:
    """Gauss's steps to the last digit, which the change of the sum of squares no longer shows."""
    for _step in range(MOST_STEPS):
        step = np.linalg.lstsq(curve.jacobian(parameters), curve.residuals(parameters), rcond=None)[0]
        if not np.abs(step).max() < LARGEST_POLISH:
            break
        parameters = parameters - step
    return parameters
