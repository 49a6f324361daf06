"""Order statistics of all pairwise differences x − y, and the Hodges–Lehmann shift they give.

The n·m differences are never stored: repeated values are counted once, a bracket around the wanted difference is halved
until few pairs are left in it, and only those are written out and sorted. Memory stays near ``WRITTEN_OUT`` numbers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.stats.rank_sum import ROUNDING, RankSumDistribution, standard_deviation
from analytics.stats.result import Effect, Interval
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, tie_excess

SHIFT = _("Hodges–Lehmann shift")

# Pairs that may be written out and sorted at once: halving the bracket once more costs less than sorting more of them.
WRITTEN_OUT = 4_096


class PairwiseDifferences:
    """The n·m differences of two groups in ascending order, by their rank.

    >>> differences = PairwiseDifferences(np.array([1.0, 5.0]), np.array([0.0, 2.0]))
    >>> [differences.of_rank(rank) for rank in (1, 2, 3, 4)]
    [-1.0, 1.0, 3.0, 5.0]
    """

    def __init__(self, x: Values, y: Values) -> None:
        self.size = x.size * y.size
        self._x, self._x_counts = np.unique(x, return_counts=True)
        self._y, self._y_counts = np.unique(y, return_counts=True)
        # How many values of y stand at each distinct y or above it, and 0 beyond the last.
        self._y_from = np.append(np.cumsum(self._y_counts[::-1])[::-1], 0)
        self._written_out = max(WRITTEN_OUT, 4 * (self._x.size + self._y.size))

    def of_rank(self, rank: int) -> float:
        """The difference of that rank, from 1 for the smallest to n·m for the largest."""
        low, high = float(self._x[0] - self._y[-1]), float(self._x[-1] - self._y[0])
        # For each distinct x, the y that remain stand from ``start`` to before ``stop``; ``passed`` pairs lie below.
        start, stop = np.zeros_like(self._x, dtype=np.intp), np.full_like(self._x, self._y.size, dtype=np.intp)
        passed = 0
        while (stop - start).sum() > self._written_out:
            middle = low / 2 + high / 2
            if not low < middle < high:
                break
            first_partner = np.searchsorted(self._y, self._x - middle, side="left")
            up_to_middle = int((self._x_counts * self._y_from[first_partner]).sum())
            if up_to_middle < rank:
                low, stop, passed = middle, first_partner, up_to_middle
            else:
                high, start = middle, first_partner
        return self._ranked_among(start, stop, rank - passed)

    def median(self) -> float:
        """The true median: with an even number of differences, halfway between the middle two."""
        if self.size % 2:
            return self.of_rank(self.size // 2 + 1)
        return self.of_rank(self.size // 2) / 2 + self.of_rank(self.size // 2 + 1) / 2

    def _ranked_among(self, start: NDArray[np.intp], stop: NDArray[np.intp], rank: int) -> float:
        """The difference of that rank among the pairs of each x with the y from ``start`` to before ``stop``."""
        lengths = stop - start
        rows = np.repeat(np.arange(self._x.size), lengths)
        columns = (
            np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(start, lengths)
        )
        differences = self._x[rows] - self._y[columns]
        order = np.argsort(differences, kind="stable")
        up_to = np.cumsum((self._x_counts[rows] * self._y_counts[columns])[order])
        return float(differences[order][np.searchsorted(up_to, rank)])


def shift_effect(
    x: Values, y: Values, *, confidence: float, null: RankSumDistribution | None, unit: str = ""
) -> Effect:
    """The Hodges–Lehmann shift, the median of all differences x − y, with the interval of :func:`shift_interval`.

    >>> print(shift_effect(np.array([4.0, 6.0, 9.0]), np.array([1.0, 2.0]), confidence=0.8, null=None))
    Hodges–Lehmann shift 4.5 (80% CI 2 to 8)
    """
    differences = PairwiseDifferences(x, y)
    return Effect(
        SHIFT, differences.median(), shift_interval(x, y, differences, confidence=confidence, null=null), unit
    )


def shift_interval(
    x: Values, y: Values, differences: PairwiseDifferences, *, confidence: float, null: RankSumDistribution | None
) -> Interval | None:
    """Interval of the shift in location: every shift that a rank-sum test of that level does not reject.

    ``null`` is the exact distribution, or ``None`` for the normal approximation with continuity correction.

    *Exact*: the closed set of shifts d for which neither P(U ≤ u_d) nor P(U ≥ u_d) is below half of 1 − confidence, u_d
    being U after x is moved by d, and the distribution that of the observed values with their ties. It is the interval
    of ``coin::wilcox_test(distribution = "exact", conf.int = TRUE)`` and, without ties, of ``wilcox.test``; it changes
    sign when the groups are swapped. ``exactRankTests::wilcox.exact`` takes the same tests but moves to a neighbouring
    difference where u_d meets a tie: with many ties its intervals can be a step wider and depend on the order of the
    groups.

    *Asymptotic*: as ``wilcox.test(exact = FALSE, conf.int = TRUE)`` defines it, found exactly where R searches a root.

    Where even the range of all differences does not reach the confidence, the range is returned with the level it
    has (Bauer 1972). ``None`` when that level is 0, and when both bounds fall on one and the same difference, as they
    do where most values are equal: an interval without width would claim a certainty that ties cannot give.
    """
    pairs = differences.size
    tail = (1 - confidence) / 2
    if null is not None:
        missed = 1 / math.comb(x.size + y.size, x.size)
        from_below, from_above = null.tail_bounds(tail)
        lowest, highest = -((from_above - 2 * pairs) // 2), (2 * pairs - from_below) // 2 + 1
    else:
        deviation = standard_deviation(x.size, y.size, tie_excess(x) + tie_excess(y))
        missed = float(stats.norm.sf((pairs / 2 - 0.5) / deviation))
        lowest = math.floor(pairs / 2 - 0.5 - float(stats.norm.isf(tail)) * deviation) + 1
        highest = pairs + 1 - lowest
    if missed < tail - ROUNDING:
        level = confidence
    else:
        level, lowest, highest = min(confidence, 1 - 2 * missed), 1, pairs
    if level <= 0:
        return None
    low, high = differences.of_rank(lowest), differences.of_rank(highest)
    return Interval(low, high, level) if low < high else None
