"""The signed-rank statistic: its exact null distribution, and the pseudomedian that belongs to it.

T⁺ is the sum of the ranks of |d| over the positive differences d. It is handled doubled, an integer also with ties.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.stats.checkpoint import checkpoint
from analytics.stats.rank_sum import LARGEST_EXACT_WORK, ROUNDING
from analytics.stats.result import Effect, Interval
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, tie_excess

PSEUDOMEDIAN = _("Hodges–Lehmann pseudomedian")


def signed_rank_probabilities(doubled_ranks: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """P(2T⁺ = t) for t = 0, 1, … when each rank is positive with probability ½; ``None`` where it would cost too much.

    >>> signed_rank_probabilities(np.array([2, 4])).tolist()
    [0.25, 0.0, 0.25, 0.0, 0.25, 0.0, 0.25]
    """
    total = int(doubled_ranks.sum())
    if doubled_ranks.size * (total + 1) > LARGEST_EXACT_WORK:
        return None
    probability = np.zeros(total + 1)
    probability[0], reached = 1.0, 0
    for rank in np.sort(doubled_ranks).tolist():
        checkpoint(done=reached, total=total)
        moved = probability[: reached + 1] / 2
        reached += rank
        probability[: reached + 1] /= 2
        probability[rank : reached + 1] += moved
    return probability


class WalshAverages:
    """The n(n + 1)/2 averages (dᵢ + dⱼ)/2, i ≤ j, by their rank; they are counted, never stored.

    >>> walsh = WalshAverages(np.array([1.0, 4.0, 2.0]))
    >>> [walsh.of_rank(rank) for rank in range(1, 7)]
    [1.0, 1.5, 2.0, 2.5, 3.0, 4.0]
    """

    def __init__(self, differences: Values) -> None:
        self._values = np.sort(differences)
        self.size = differences.size * (differences.size + 1) // 2

    def of_rank(self, rank: int) -> float:
        """The average of that rank, from 1 for the smallest to n(n + 1)/2 for the largest.

        A bracket around its sum is halved until it is as narrow as the rounding of a sum.
        """
        values = self._values
        low, high = np.nextafter(2 * values[0], -np.inf), 2 * values[-1]
        narrow = 2 * np.finfo(np.float64).eps * max(abs(low), abs(high))
        while high - low > narrow and low < (middle := low / 2 + high / 2) < high:
            if self._up_to(middle) < rank:
                low = middle
            else:
                high = middle
        partners = _partners_up_to(values, low)
        above = partners < values.size
        return float((values[above] + values[partners[above]]).min() / 2)

    def median(self) -> float:
        """The true median: with an even number of averages, halfway between the middle two."""
        if self.size % 2:
            return self.of_rank(self.size // 2 + 1)
        return self.of_rank(self.size // 2) / 2 + self.of_rank(self.size // 2 + 1) / 2

    def _up_to(self, total: float) -> int:
        """How many of the sums dᵢ + dⱼ, i ≤ j, are at most ``total``."""
        partners = _partners_up_to(self._values, total)
        with_itself = np.count_nonzero(partners > np.arange(partners.size))
        return int(partners.sum() + with_itself) // 2


def pseudomedian_effect(differences: Values, *, confidence: float, unit: str = "") -> Effect:
    """The median of all Walsh averages with the interval of :func:`pseudomedian_interval`."""
    walsh = WalshAverages(differences)
    interval = pseudomedian_interval(differences, walsh, confidence=confidence)
    return Effect(PSEUDOMEDIAN, walsh.median(), interval, unit)


def pseudomedian_interval(differences: Values, walsh: WalshAverages, *, confidence: float) -> Interval | None:
    """Interval of the centre of symmetry between two Walsh averages (Tukey 1949; Bauer 1972).

    Their ranks come from the signed-rank distribution without ties: exact where feasible, then the interval of
    ``wilcox.test(conf.int = TRUE)`` in R, else normal with continuity correction. With ties its confidence is at least
    that (Hollander, Wolfe & Chicken 2014, section 3.3). Where even the range of all averages does not reach
    ``confidence``, the range is given with the confidence it has. ``None`` where all differences are equal.
    """
    n, tail = differences.size, (1 - confidence) / 2
    probability = signed_rank_probabilities(np.arange(1, n + 1))
    if probability is not None:
        lowest = int(np.argmax(np.cumsum(probability) >= tail - ROUNDING))
    else:
        deviation = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        lowest = math.floor(walsh.size / 2 - 0.5 - float(stats.norm.isf(tail)) * deviation) + 1
    level = confidence if lowest else 1 - 2 * 0.5**n
    lowest = max(lowest, 1)
    low, high = walsh.of_rank(lowest), walsh.of_rank(walsh.size + 1 - lowest)
    return Interval(low, high, level) if low < high and level > 0 else None


def signed_rank_deviation(n: int, excess: float) -> float:
    """Standard deviation of T⁺ under no difference, n ranks, ``excess`` = Σ(t³ − t) over tied |d|."""
    return math.sqrt(max(n * (n + 1) * (2 * n + 1) / 24 - excess / 48, 0))


def signed_rank_asymptotic_p(differences: Values) -> float:
    """Two-sided p with tie and continuity correction (``wilcox.test(exact = FALSE)`` in R); no difference is 0."""
    ranks = stats.rankdata(np.abs(differences))
    distance = max(abs(float(ranks[differences > 0].sum()) - float(ranks.sum()) / 2) - 0.5, 0)
    deviation = signed_rank_deviation(differences.size, tie_excess(np.abs(differences)))
    return min(1.0, 2 * float(stats.norm.sf(distance / deviation)))


def _partners_up_to(values: Values, total: float) -> NDArray[np.intp]:
    """For each of the ascending values, how many of them make with it a sum of at most ``total``."""
    return np.searchsorted(values, total - values, side="right")
