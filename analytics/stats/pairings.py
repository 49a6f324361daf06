"""Exact distributions over all pairings of two sets of values: the null of rank correlation, also with ties."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.stats.checkpoint import checkpoint
from analytics.stats.concordance import Concordance

# Pairs up to which all pairings are counted whatever the ties: 479 million of them, in a third of a second.
MOST_PAIRS = 12
# Pairs up to which the orders of untied values are counted.
MOST_UNTIED_PAIRS = 100

Integers = NDArray[np.int64]
Ways = NDArray[np.float64]
Sizes = tuple[int, ...]
# What is added to the statistic by a tied row that takes so many of each column when so many of each are used.
Gain = Callable[[int, Sizes, Sizes], int]


def product_p(first: Integers, second: Integers) -> float:
    """The share of pairings with Σ aᵢbᵢ at least as far from its mean, in either direction, as in the pairs given.

    ``first`` and ``second`` are integer scores (doubled ranks) of the pairs, at most ``MOST_PAIRS``.

    >>> round(product_p(np.array([2, 4, 6]), np.array([2, 4, 6])), 6)
    0.333333
    """
    a, b = _reduced(first), _reduced(second)
    ways = _product_ways(tuple(sorted(a.tolist())), tuple(sorted(b.tolist())))
    distance = np.abs(a.size * np.arange(ways.size) - a.sum() * b.sum())
    return _share(ways, distance >= abs(a.size * int(a @ b) - a.sum() * b.sum()))


def concordance_p(first: Integers, second: Integers) -> float:
    """The share of pairings with |S| at least as large, S being the concordant minus the discordant comparisons.

    ``first`` and ``second`` are integer scores of the pairs: at most ``MOST_PAIRS``, or ``MOST_UNTIED_PAIRS`` without
    ties.

    >>> round(concordance_p(np.array([2, 4, 6]), np.array([2, 4, 6])), 6)
    0.333333
    """
    rows, columns = _sizes(first), _sizes(second)
    untied = len(rows) == len(columns) == first.size
    ways = _untied_ways(first.size) if untied else _concordance_ways(rows, columns)
    sums = np.arange(ways.size) - ways.size // 2
    return _share(ways, np.abs(sums) >= abs(Concordance(first, second).total))


@lru_cache(maxsize=64)
def _product_ways(first: Sizes, second: Sizes) -> Ways:
    """Pairings by Σ ab, from 0 on; both sets of scores ascend from 0."""
    scores = sorted(set(first))
    columns = np.array(sorted(set(second)))
    start = np.zeros(int(np.dot(first, second)) + 1)
    start[0] = 1
    return _ways(
        tuple(first.count(score) for score in scores),
        tuple(second.count(score) for score in columns.tolist()),
        gain=lambda row, _used, taken: scores[row] * int(columns @ taken),
        start=start,
    )


@lru_cache(maxsize=64)
def _concordance_ways(rows: Sizes, columns: Sizes) -> Ways:
    """Pairings by S; the middle entry is S = 0."""
    most = math.comb(sum(rows), 2)
    start = np.zeros(2 * most + 1)
    start[most] = 1

    def gain(_row: int, used: Sizes, taken: Sizes) -> int:
        return sum(count * (sum(used[:column]) - sum(used[column + 1 :])) for column, count in enumerate(taken))

    return _ways(rows, columns, gain=gain, start=start)


def _ways(rows: Sizes, columns: Sizes, *, gain: Gain, start: Ways) -> Ways:
    """Row by row, the ways to take its tied values from what is left of the tied values of the other set.

    What is used of each column is all that later rows have to know. ``start`` holds one way with nothing added; it is
    wide enough for every sum, so that turning it around never brings a way to the other end.
    """
    layer = {(0,) * len(columns): start}
    for row, size in enumerate(rows):
        following: dict[Sizes, Ways] = {}
        for used, ways in layer.items():
            checkpoint()
            left = tuple(column - taken for column, taken in zip(columns, used, strict=True))
            for taken in _choices(size, left):
                state = tuple(map(int.__add__, used, taken))
                more = math.prod(map(math.comb, left, taken)) * np.roll(ways, gain(row, used, taken))
                following[state] = following[state] + more if state in following else more
        layer = following
    return layer[columns]


def _choices(size: int, left: Sizes) -> Iterator[Sizes]:
    """All ways to take ``size`` things from columns that have so many left."""
    if not left:
        if size == 0:
            yield ()
        return
    for taken in range(max(0, size - sum(left[1:])), min(size, left[0]) + 1):
        for others in _choices(size - taken, left[1:]):
            yield (taken, *others)


@lru_cache(maxsize=64)
def _untied_ways(n: int) -> Ways:
    """Shares of the orders of n values by S, as sums of independent inversions; the middle entry is S = 0."""
    shares = np.ones(1)
    for size in range(2, n + 1):
        # S falls by 2 with each of the 0 to size − 1 values that stand after the last, although they are smaller.
        step = np.zeros(2 * size - 1)
        step[::2] = 1 / size
        shares = np.convolve(shares, step)
    return shares


def _reduced(scores: Integers) -> Integers:
    """The scores from 0 on, without their common divisor: fewer sums, in the same order."""
    steps = scores - scores.min()
    return np.asarray(steps // max(int(np.gcd.reduce(steps)), 1), dtype=np.int64)


def _sizes(scores: Integers) -> Sizes:
    return tuple(np.unique(scores, return_counts=True)[1].tolist())


def _share(ways: Ways, chosen: NDArray[np.bool_]) -> float:
    return min(1.0, float(ways[chosen].sum() / ways.sum()))
