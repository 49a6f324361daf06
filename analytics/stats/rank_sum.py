"""The null distribution of the Mann–Whitney statistic U: exact, also with ties, and asymptotic.

U counts the pairs in which a value of the first group is above one of the second, a tie counting one half. It is
handled doubled (``doubled_u`` = 2U), an integer also with ties.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.stats.checkpoint import checkpoint
from analytics.stats.samples import Values, tie_excess

# Additions the exact distribution may cost: enough for group sizes of 113 each, whatever the ties, or 5 against 3000; a
# fifth of a second and 40 MB. Every count of arrangements within it is far inside the range of double precision.
LARGEST_EXACT_WORK = 10**9

# Guards a cumulative probability that equals its target, but for rounding, from falling on its wrong side.
ROUNDING = 1e-12


@dataclass(frozen=True)
class RankSumDistribution:
    """Probabilities of each possible 2U when all arrangements of the pooled values are equally likely.

    ``doubled_u`` ascends and skips what is impossible; ``probability`` stands beside it. ``pairs`` is n·m.
    """

    doubled_u: NDArray[np.int64]
    probability: NDArray[np.float64]
    pairs: int

    def two_sided_p(self, doubled_u: int) -> float:
        """P(|U − nm/2| ≥ |u − nm/2|): as extreme in either direction, the definition of exactRankTests and coin."""
        as_extreme = np.abs(self.doubled_u - self.pairs) >= abs(doubled_u - self.pairs)
        return min(1.0, float(self.probability[as_extreme].sum()))

    def tail_bounds(self, tail: float) -> tuple[int, int]:
        """Smallest 2u with P(U ≤ u) ≥ tail, and largest with P(U ≥ u) ≥ tail."""
        from_below = np.cumsum(self.probability) >= tail - ROUNDING
        from_above = np.cumsum(self.probability[::-1]) >= tail - ROUNDING
        return int(self.doubled_u[np.argmax(from_below)]), int(self.doubled_u[::-1][np.argmax(from_above)])


def exact_distribution(x: Values, y: Values, *, largest_work: int = LARGEST_EXACT_WORK) -> RankSumDistribution | None:
    """Distribution of 2U given the pooled values with their ties, or ``None`` where it would cost too much.

    Counts, for every sum, the subsets of the doubled midranks that have the size of the smaller group (the recursion of
    Streitberg & Röhmel 1986), after taking out the smallest rank and the common divisor. The cost is N · m · S
    additions for N values, m of them in the smaller group, and a largest reduced rank sum S; feasible up to
    ``largest_work``, by default for two groups of 113 values whatever the ties.

    >>> exact_distribution(np.array([1.0, 2.0]), np.array([2.0])).probability.round(3).tolist()
    [0.667, 0.333]
    """
    ranks = np.sort(np.rint(2 * stats.rankdata(np.concatenate([x, y]))).astype(np.int64))
    smaller = min(x.size, y.size)
    steps = ranks - ranks[0]
    unit = max(int(np.gcd.reduce(steps)), 1)
    steps //= unit
    largest_sum = int(steps[-smaller:].sum())
    if ranks.size * smaller * (largest_sum + 1) > largest_work:
        return None
    counts = subsets_by_sum(steps, size=smaller)
    possible = np.flatnonzero(counts)
    doubled_u = possible * unit + smaller * int(ranks[0]) - smaller * (smaller + 1)
    probability = counts[possible] / math.comb(ranks.size, smaller)
    pairs = x.size * y.size
    if y.size < x.size:
        doubled_u, probability = 2 * pairs - doubled_u[::-1], probability[::-1]
    return RankSumDistribution(doubled_u=doubled_u, probability=probability, pairs=pairs)


def asymptotic_p(doubled_u: int, x: Values, y: Values) -> float:
    """Two-sided p by the normal approximation with tie and continuity correction (``wilcox.test(exact = FALSE)`` in R).

    >>> round(asymptotic_p(0, np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])), 6)
    0.080856
    """
    deviation = standard_deviation(x.size, y.size, tie_excess(np.concatenate([x, y])))
    distance = max(abs(doubled_u - x.size * y.size) / 2 - 0.5, 0)
    return min(1.0, 2 * float(stats.norm.sf(distance / deviation))) if deviation else 1.0


def standard_deviation(n: int, m: int, excess: float) -> float:
    """Standard deviation of U under no difference, n and m values, ``excess`` = Σ(t³ − t) over ties (Lehmann 1975)."""
    total = n + m
    return math.sqrt(max(n * m / 12 * (total + 1 - excess / (total * (total - 1))), 0))


def subsets_by_sum(scores: NDArray[np.int64], *, size: int) -> NDArray[np.float64]:
    """Number of subsets of ``size`` of the ascending integer scores, by their sum from 0 to the largest.

    Row j holds the subsets of j of the scores seen so far; only sums that j scores can reach, and rows that can still
    grow to ``size``, are touched.
    """
    total = scores.size
    below = np.concatenate([[0], np.cumsum(scores)]).tolist()
    counts = np.zeros((size + 1, int(scores[-size:].sum()) + 1))
    counts[0, 0] = 1
    for seen, score in enumerate(scores.tolist()):
        checkpoint(done=seen, total=total)
        for taken in range(min(seen + 1, size), max(0, size - total + seen), -1):
            low, high = below[taken - 1], below[seen] - below[seen - taken + 1] + 1
            counts[taken, low + score : high + score] += counts[taken - 1, low:high]
    return counts[size]
