"""Least squares of the four-parameter log-logistic curve, f(x) = A + (B − A)·xʰ/(xʰ + eʰ), h > 0.

Given ln e and ln h the curve is linear in A and B, which finds a start on a grid; all four are then improved together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit

from analytics.stats.samples import Values

# Steeper curves jump from one plateau to the other between two doses, wherever between them.
STEEPEST = 50.0

STEEPNESSES = np.geomspace(0.2, 20.0, 25)
GRID = 60


@dataclass(frozen=True)
class FittedCurve:
    """A, B, ln e and ln h at the minimum, the standard error of ln e, and the residual standard deviation."""

    at_zero: float
    at_infinity: float
    log_half_dose: float
    log_steepness: float
    error: float
    deviation: float


def fit_curve(doses: Values, response: Values) -> FittedCurve | None:
    """The curve through one value at each dose, or ``None`` where the sum of squares has no inner minimum."""
    positive = doses > 0
    logarithm = np.log(doses, out=np.zeros_like(doses), where=positive)

    def share(log_half: float, log_steepness: float) -> Values:
        """xʰ/(xʰ + eʰ)."""
        return np.asarray(np.where(positive, expit(np.exp(log_steepness) * (logarithm - log_half)), 0.0))

    def residuals(parameters: Values) -> Values:
        at_zero, at_infinity, log_half, log_steepness = parameters
        return np.asarray(at_zero + (at_infinity - at_zero) * share(log_half, log_steepness) - response)

    def jacobian(parameters: Values) -> Values:
        at_zero, at_infinity, log_half, log_steepness = parameters
        part, steepness = share(log_half, log_steepness), np.exp(log_steepness)
        slope = (at_infinity - at_zero) * part * (1 - part) * steepness
        return np.column_stack([1 - part, part, -slope, slope * (logarithm - log_half)])

    def start() -> Values:
        best, found = np.inf, np.zeros(4)
        for log_half in np.linspace(logarithm[positive].min(), logarithm[positive].max(), GRID):
            for log_steepness in np.log(STEEPNESSES):
                part = share(log_half, log_steepness)
                plateaus, *_ = np.linalg.lstsq(np.column_stack([1 - part, part]), response, rcond=None)
                left = float(np.sum(np.square(plateaus[0] + (plateaus[1] - plateaus[0]) * part - response)))
                if left < best:
                    best, found = left, np.array([plateaus[0], plateaus[1], log_half, log_steepness])
        return found

    with np.errstate(over="ignore", invalid="ignore"):
        fit = least_squares(residuals, start(), jac=jacobian, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    at_zero, at_infinity, log_half, log_steepness = fit.x.tolist()
    inside = logarithm[positive].min() <= log_half <= logarithm[positive].max()
    if not (np.isfinite(fit.x).all() and inside and np.exp(log_steepness) < STEEPEST):
        return None
    columns = jacobian(fit.x)
    scale = np.linalg.norm(columns, axis=0)
    if scale.min() == 0 or np.linalg.matrix_rank(columns / scale, tol=1e-8) < 4:
        return None
    variance = float(np.sum(np.square(fit.fun))) / (doses.size - 4)
    inverse = np.linalg.inv((columns / scale).T @ (columns / scale)) / np.outer(scale, scale)
    return FittedCurve(
        at_zero=at_zero,
        at_infinity=at_infinity,
        log_half_dose=log_half,
        log_steepness=log_steepness,
        error=float(np.sqrt(variance * inverse[2, 2])),
        deviation=float(np.sqrt(variance)),
    )
