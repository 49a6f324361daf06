"""How often a value of one group exceeds one of the other: probability of superiority and Cliff's delta."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.stats.result import Effect, Interval
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values

SUPERIORITY = _("probability of superiority")
DELTA = _("Cliff's delta")


class Placements:
    """All n·m comparisons of two groups, as the share of the other group that each value exceeds.

    A value that exceeds another counts one, a tie, or a pair whose order is not known, one half. ``x_placements`` are
    the shares of the second group that each value of the first exceeds, ``y_placements`` the shares of the first group
    that exceed each value of the second. Both have the same mean, the probability of superiority.

    >>> placements = Placements(np.array([0.5, 1.0]), np.array([1.0, 0.5]))
    >>> placements.superiority, placements.separated
    (0.75, False)
    """

    def __init__(self, x_placements: Values, y_placements: Values) -> None:
        self.x_placements, self.y_placements = x_placements, y_placements
        self.n, self.m = x_placements.size, y_placements.size
        # P(X > Y) + ½ P(X = Y).
        self.superiority = float(x_placements.mean())

    @property
    def separated(self) -> bool:
        """Whether every value of one group is above every value of the other."""
        return self.superiority in (0.0, 1.0)

    def superiority_effect(self, confidence: float) -> Effect:
        """The probability of superiority with its interval."""
        return Effect(SUPERIORITY, self.superiority, self.superiority_interval(confidence))

    def superiority_interval(self, confidence: float) -> Interval | None:
        """Interval of the probability of superiority by Brunner & Munzel (2000), cut at 0 and 1.

        It does not assume equal shapes. With complete separation its variance is 0; the bound is then that of the
        largest variance the probability allows (see :meth:`Dominance.delta_interval`), n/(n + z²) for the smaller
        group's n, which is Wilson's bound of a proportion of 100%. ``None`` where a group has one value or nothing
        varies.
        """
        if min(self.n, self.m) < 2:
            return None
        if self.separated:
            bound = _separation_bound(min(self.n, self.m), confidence)
            low, high = (bound, 1.0) if self.superiority == 1 else (0.0, 1 - bound)
            return Interval(low, high, confidence)
        variance, degrees = self.superiority_variance()
        if variance == 0:
            return None
        half = float(stats.t.isf((1 - confidence) / 2, degrees)) * math.sqrt(variance)
        return Interval(max(0.0, self.superiority - half), min(1.0, self.superiority + half), confidence)

    def superiority_variance(self) -> tuple[float, float]:
        """Variance of the probability of superiority and its degrees of freedom (Brunner & Munzel 2000).

        Needs at least two values in each group; 0 and infinity where the groups are separated or nothing varies.
        """
        from_x, from_y = _variance_of_mean(self.x_placements), _variance_of_mean(self.y_placements)
        variance = from_x + from_y
        if variance == 0:
            return 0.0, math.inf
        return variance, variance**2 / (from_x**2 / (self.n - 1) + from_y**2 / (self.m - 1))


class Dominance(Placements):
    """All n·m comparisons of two groups of numbers, summarised without writing them out.

    Placements stand in ascending order of the values.

    >>> dominance = Dominance(np.array([1.0, 3.0]), np.array([1.0, 2.0, 0.0]))
    >>> dominance.doubled_u, dominance.superiority, dominance.delta
    (9, 0.75, 0.5)
    """

    def __init__(self, x: Values, y: Values) -> None:
        x, y = np.sort(x), np.sort(y)
        below, up_to = _below_and_up_to(x, y)
        y_below, y_up_to = _below_and_up_to(y, x)
        super().__init__((below + up_to) / (2 * y.size), 1 - (y_below + y_up_to) / (2 * x.size))
        # 2U, an integer also with ties.
        self.doubled_u = int((below + up_to).sum())
        self.superiority = self.doubled_u / (2 * self.n * self.m)
        # Cliff's delta: P(X > Y) − P(X < Y).
        self.delta = (self.doubled_u - self.n * self.m) / (self.n * self.m)
        self._tied_pairs = int((up_to - below).sum())

    @property
    def varies(self) -> bool:
        """Whether any two values of the two groups together differ."""
        return self._tied_pairs < self.n * self.m

    def delta_effect(self, confidence: float) -> Effect:
        """Cliff's delta with its interval."""
        return Effect(DELTA, self.delta, self.delta_interval(confidence))

    def delta_variance(self) -> float:
        """Unbiased variance of Cliff's delta (Cliff 1993, from the dominance matrix), not below (1 − δ²)/(nm − 1).

        Needs at least two values in each group.
        """
        pairs = self.n * self.m
        by_x = float(np.square(2 * self.x_placements - 1 - self.delta).sum())
        by_y = float(np.square(2 * self.y_placements - 1 - self.delta).sum())
        overall = pairs - self._tied_pairs - pairs * self.delta**2
        variance = (self.m**2 * by_x + self.n**2 * by_y - overall) / (pairs * (self.n - 1) * (self.m - 1))
        return max(variance, (1 - self.delta**2) / (pairs - 1))

    def delta_interval(self, confidence: float) -> Interval | None:
        """Asymmetric interval of Cliff's delta (Cliff 1996; Feng & Cliff 2004), by Student's t on n + m − 2 degrees.

        With complete separation the interval rests on the largest variance δ can have, (1 − δ²)/n for the smaller
        group's n (Feng & Cliff 2004, equation 6): from (n − z²)/(n + z²) to 1. ``None`` where a group has one value or
        nothing varies.
        """
        if min(self.n, self.m) < 2 or not self.varies:
            return None
        if self.separated:
            bound = 2 * _separation_bound(min(self.n, self.m), confidence) - 1
            low, high = (bound, 1.0) if self.delta > 0 else (-1.0, -bound)
            return Interval(low, high, confidence)
        squared = float(stats.t.isf((1 - confidence) / 2, self.n + self.m - 2)) ** 2 * self.delta_variance()
        rest = 1 - self.delta**2
        half = math.sqrt(squared * (rest**2 + squared))
        low, high = ((self.delta * rest + sign * half) / (rest + squared) for sign in (-1, 1))
        return Interval(low, high, confidence)


def _below_and_up_to(values: Values, others: Values) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each value, how many of the others, which ascend, are below it, and how many at most equal to it."""
    return np.searchsorted(others, values, side="left"), np.searchsorted(others, values, side="right")


def _variance_of_mean(values: Values) -> float:
    """0 where all values are equal, which rounding would hide."""
    return float(values.var(ddof=1)) / values.size if np.ptp(values) else 0.0


def _separation_bound(n: int, confidence: float) -> float:
    return n / (n + float(stats.norm.isf((1 - confidence) / 2)) ** 2)
