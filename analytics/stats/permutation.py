"""The permutation distribution of a group's sum: exact by counting, or simulated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.stats.checkpoint import checkpoint
from analytics.stats.rank_sum import LARGEST_EXACT_WORK, subsets_by_sum
from analytics.stats.result import Simulation
from analytics.stats.samples import Values

# Arrangements that may be written out, 4 MB: 11 values against 11.
MOST_ARRANGEMENTS = 750_000
# Decimal places beyond which values are not taken as multiples of a power of ten.
MOST_DECIMALS = 6
# Numbers drawn at once in a simulation.
DRAWN_AT_ONCE = 500_000


@dataclass(frozen=True)
class SumDistribution:
    """Every value the sum of a group can take when all arrangements are equally likely, with its probability.

    Sums that are nearer to each other than ``rounding`` are the same.
    """

    sums: Values
    probability: Values
    rounding: float

    def two_sided_p(self, observed: float) -> float:
        """The probability of a sum at least as far from its mean, in either direction."""
        mean = float(self.probability @ self.sums)
        far = np.abs(self.sums - mean) >= abs(observed - mean) - self.rounding
        return min(1.0, float(self.probability[far].sum()))


def sum_distribution(pooled: Values, *, size: int) -> SumDistribution | None:
    """The exact distribution of the sum of ``size`` of the pooled values, or ``None`` where it would cost too much.

    Values with few decimals are counted as integers, by the recursion of Streitberg & Röhmel (1986), which is
    feasible for hundreds of values; others are written out up to ``MOST_ARRANGEMENTS``.

    >>> distribution = sum_distribution(np.array([1.0, 2.0, 4.0]), size=1)
    >>> distribution.sums.tolist(), distribution.probability.round(3).tolist()
    ([1.0, 2.0, 4.0], [0.333, 0.333, 0.333])
    """
    pooled = np.sort(pooled)
    counted = _counted(pooled, size=size)
    if counted is not None:
        return counted
    if math.comb(pooled.size, size) > MOST_ARRANGEMENTS:
        return None
    sums = _all_sums(pooled, size=size)
    return SumDistribution(sums, np.full(sums.size, 1 / sums.size), _rounding(pooled, size=size))


def simulated_p(pooled: Values, *, size: int, observed: float, seed: int, resamples: int) -> tuple[float, Simulation]:
    """Two-sided p of the sum of ``size`` of the pooled values from random arrangements, with its standard error.

    The observed arrangement counts as one of them, so that the test keeps its level (Phipson & Smyth 2010).
    """
    pooled = np.sort(pooled)
    generator = np.random.default_rng(seed)
    mean = size * float(pooled.mean())
    distance = abs(observed - mean) - _rounding(pooled, size=size)
    far, left = 0, resamples
    while left:
        now = min(left, max(DRAWN_AT_ONCE // pooled.size, 1))
        arrangements = generator.permuted(np.broadcast_to(pooled, (now, pooled.size)), axis=1)
        far += int(np.count_nonzero(np.abs(arrangements[:, :size].sum(axis=1) - mean) >= distance))
        left -= now
        checkpoint(done=resamples - left, total=resamples)
    return simulation_p(far, resamples=resamples, seed=seed)


def simulation_p(as_extreme: int, *, resamples: int, seed: int) -> tuple[float, Simulation]:
    """p of a simulation with so many arrangements as extreme as the observed one, which itself counts as one.

    >>> simulation_p(49, resamples=999, seed=1)[0]
    0.05
    """
    p_value = (as_extreme + 1) / (resamples + 1)
    return p_value, Simulation(seed, resamples, math.sqrt(p_value * (1 - p_value) / resamples))


def _rounding(pooled: Values, *, size: int) -> float:
    """By how much sums of the same values in another order may differ."""
    return 8 * float(np.finfo(np.float64).eps) * size * float(np.abs(pooled).max())


def _counted(pooled: Values, *, size: int) -> SumDistribution | None:
    scaled = _as_integers(pooled)
    if scaled is None:
        return None
    integers, scale = scaled
    steps = integers - integers[0]
    unit = max(int(np.gcd.reduce(steps)), 1)
    steps //= unit
    largest_sum = int(steps[-size:].sum())
    if pooled.size * size * (largest_sum + 1) > LARGEST_EXACT_WORK:
        return None
    counts = subsets_by_sum(steps, size=size)
    possible = np.flatnonzero(counts)
    sums = (possible * unit + size * int(integers[0])) / scale
    return SumDistribution(sums, counts[possible] / math.comb(pooled.size, size), _rounding(pooled, size=size))


def _as_integers(values: Values) -> tuple[NDArray[np.int64], int] | None:
    """The values times a power of ten as integers, and that power; ``None`` where they have more decimals."""
    for decimals in range(MOST_DECIMALS + 1):
        scale = 10**decimals
        scaled = np.rint(values * scale)
        # Larger integers, or their sums, would be inexact.
        if np.abs(scaled).sum() > 2**52:
            return None
        if np.array_equal(scaled / scale, values):
            return scaled.astype(np.int64), scale
    return None


def _all_sums(values: Values, *, size: int) -> Values:
    """The sum of every subset of that size."""
    sums: list[Values] = [np.zeros(1)] + [np.zeros(0)] * size
    for seen, value in enumerate(values.tolist()):
        checkpoint(done=seen, total=values.size)
        for taken in range(min(seen + 1, size), max(0, size - values.size + seen), -1):
            sums[taken] = np.concatenate([sums[taken], sums[taken - 1] + value])
    return sums[size]
