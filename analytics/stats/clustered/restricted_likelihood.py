"""The restricted likelihood of a linear model in which every cluster has a random intercept.

With the ratio θ = σ²_between/σ²_within, the values of a cluster of n have the covariance σ²_within(I + θJ), of which
the inverse keeps what lies within the cluster and gives its mean the weight n/(1 + nθ). Everything is made of two
parts: cross products within clusters, and means of clusters with those weights. Minus twice the restricted
log-likelihood, but for a constant, is

    Σ log(1 + nθ) + log |A(θ)| + (N − p) log σ² + R(θ)/σ²,

A = X'V⁻¹X and R the residual sum of squares, both at σ²_within = 1 (Patterson & Thompson 1971, Harville 1977).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

from analytics.stats.checkpoint import checkpoint
from analytics.stats.clustered.design import NEGLIGIBLE, Model
from analytics.stats.samples import Values

# Ratios tried before the maximum is sought between two of them, as shares θ/(1 + θ) of the variance.
SHARES = np.concatenate([[0.0], np.geomspace(1e-6, 0.5, 60), 1 - np.geomspace(0.5, 1e-9, 60)[1:]])


@dataclass(frozen=True)
class Point:
    """The likelihood at one ratio: coefficients, A⁻¹, R, and the first and second derivative of A and R."""

    ratio: float
    coefficients: Values
    inverse: Values
    residual: float
    first: tuple[Values, float]
    second: tuple[Values, float]


class RestrictedLikelihood:
    """The restricted likelihood of a :class:`Model` as a function of the ratio of the two variances alone."""

    def __init__(self, model: Model) -> None:
        self.sizes = model.sizes
        both = np.column_stack([model.columns, model.response])
        self._means = model.cluster_sums(both) / self.sizes[:, None]
        within = both - self._means[model.cluster]
        self._within = within.T @ within
        self.free = model.values.size - model.columns.shape[1]
        self.residual_within = _share_left(within[:, :-1], within[:, -1])
        # Dimensions of the coefficients that show within clusters; the others show between them only.
        inside = int(np.linalg.matrix_rank(within[:, :-1], tol=NEGLIGIBLE * math.sqrt(len(within))))
        self.degrees_within = model.values.size - model.clusters - inside
        self.degrees_between = model.clusters - (model.columns.shape[1] - inside)

    def at(self, ratio: float) -> Point:
        """Everything about one ratio."""
        checkpoint()
        weight = self.sizes / (1 + self.sizes * ratio)
        total = self._weighted(weight)
        a, b = total[:-1, :-1], total[:-1, -1]
        inverse = np.asarray(np.linalg.inv(a), dtype=np.float64)
        coefficients = inverse @ b
        residual_means = self._means[:, -1] - self._means[:, :-1] @ coefficients
        contrast = np.append(-coefficients, 1.0)
        x = self._means[:, :-1]
        a_first, a_second = -(x.T * weight**2) @ x, 2 * (x.T * weight**3) @ x
        moved = -(x.T * weight**2) @ residual_means
        r_first = -float(weight**2 @ residual_means**2)
        r_second = 2 * float(weight**3 @ residual_means**2) - 2 * float(moved @ inverse @ moved)
        return Point(
            ratio=ratio,
            coefficients=coefficients,
            inverse=inverse,
            residual=float(contrast @ self._within @ contrast + weight @ residual_means**2),
            first=(a_first, r_first),
            second=(a_second, r_second),
        )

    def deviance(self, ratio: float) -> float:
        """Minus twice the restricted log-likelihood at the best σ² for that ratio, but for a constant."""
        point = self.at(ratio)
        return (
            float(np.log1p(self.sizes * ratio).sum())
            - float(np.linalg.slogdet(point.inverse)[1])
            + self.free * math.log(point.residual)
        )

    def slope(self, ratio: float) -> float:
        """The derivative of :meth:`deviance`."""
        point = self.at(ratio)
        weight = self.sizes / (1 + self.sizes * ratio)
        return (
            float(weight.sum())
            + float(np.sum(point.inverse * point.first[0]))
            + self.free * point.first[1] / point.residual
        )

    def maximum(self) -> Point:
        """The ratio that makes the deviance least, 0 where it only rises from there."""
        ratios = SHARES / (1 - SHARES)
        best = int(np.argmin([self.deviance(ratio) for ratio in ratios]))
        low, high = ratios[max(best - 1, 0)], ratios[min(best + 1, ratios.size - 1)]
        if best == 0 and self.slope(0.0) >= 0:
            return self.at(0.0)
        if self.slope(low) < 0 < self.slope(high):
            ratio = float(brentq(self.slope, low, high, xtol=1e-300, rtol=1e-15, maxiter=500))
        else:
            ratio = float(minimize_scalar(self.deviance, bounds=(low, high), method="bounded").x)
        return self.at(ratio)

    def interval(self, maximum: Point, confidence: float) -> tuple[float, float | None]:
        """Ratios that a likelihood-ratio test against the maximum does not reject; ``None`` is open."""
        allowed = self.deviance(maximum.ratio) + float(stats.chi2.isf(1 - confidence, 1))

        def excess(logarithm: float) -> float:
            return self.deviance(math.exp(logarithm)) - allowed

        middle, low, high = math.log(max(maximum.ratio, 1e-12)), 0.0, None
        if self.deviance(0.0) > allowed:
            low = math.exp(brentq(excess, _crossing(excess, middle, -1.0), middle, xtol=1e-14, rtol=1e-14))
        edge = _crossing(excess, middle, 1.0)
        if excess(edge) > 0:
            high = math.exp(brentq(excess, middle, edge, xtol=1e-14, rtol=1e-14))
        return low, high

    def information(self, point: Point) -> Values:
        """Half the second derivatives of the deviance in θ and log σ², at σ² = R/(N − p)."""
        weight = self.sizes / (1 + self.sizes * point.ratio)
        variance = point.residual / self.free
        turned = point.inverse @ point.first[0]
        by_ratio = (
            -float(weight @ weight)
            + float(np.sum(point.inverse * point.second[0]))
            - float(np.sum(turned * turned.T))
            + point.second[1] / variance
        )
        mixed = -point.first[1] / variance
        return np.array([[by_ratio, mixed], [mixed, self.free]]) / 2

    def _weighted(self, weight: Values) -> Values:
        return np.asarray(self._within + (self._means.T * weight) @ self._means)


def _share_left(columns: Values, response: Values) -> float:
    """Residual sum of squares of a least-squares fit, as a share of the variance of the values, which is 1."""
    fitted = columns @ np.linalg.lstsq(columns, response, rcond=NEGLIGIBLE)[0]
    return float(np.sum((response - fitted) ** 2)) / response.size


def _crossing(excess: Callable[[float], float], start: float, step: float) -> float:
    """Where the excess is positive on that side, or as far as numbers are worth following."""
    position = start
    while excess(position) <= 0 and abs(position) < 60:
        position += step
        step *= 1.5
    return position
