"""Exact distributions of ranks within blocks, every arrangement of a block's ranks being equally likely.

Ranks are midranks, doubled so that they are integers also with ties.
"""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.stats.checkpoint import checkpoint
from analytics.stats.rank_sum import LARGEST_EXACT_WORK
from analytics.stats.samples import Values

Integers = NDArray[np.int64]

# Doses beyond which the arrangements of a block are not counted.
MOST_DOSES_IN_ORDER = 10
MOST_DOSES = 8

# Arrangements of all blocks together, some tenths of a second.
MOST_ARRANGEMENTS = 2_000_000


def doubled_ranks(means: Values) -> Integers:
    """Twice the midranks within each row.

    >>> doubled_ranks(np.array([[0.5, 0.1, 0.5]])).tolist()
    [[5, 2, 5]]
    """
    return np.rint(2 * stats.rankdata(means, axis=1)).astype(np.int64)


def trend_probabilities(ranks: Integers) -> Values | None:
    """Probability of each value of Σ j·(doubled rank at dose j) over all blocks, from 0 on; ``None`` if too costly."""
    blocks, doses = ranks.shape
    largest = doses * doses * (doses + 1)
    if doses > MOST_DOSES_IN_ORDER or blocks * blocks * largest * largest > LARGEST_EXACT_WORK:
        return None
    known: dict[tuple[int, ...], Values] = {}
    probability = np.ones(1)
    for row in np.sort(ranks, axis=1).tolist():
        checkpoint()
        pattern = tuple(row)
        if pattern not in known:
            known[pattern] = _of_one_block(np.array(pattern)) / factorial(doses)
        probability = np.convolve(probability, known[pattern])
    return probability


def _of_one_block(ranks: Integers) -> Values:
    """Number of arrangements of one block's ranks by Σ j·rank: doses are filled in order, by the set of ranks used."""
    largest = int(np.arange(1, ranks.size + 1) @ np.sort(ranks))
    counts = np.zeros((1 << ranks.size, largest + 1))
    counts[0, 0] = 1
    for used in range(1 << ranks.size):
        checkpoint()
        dose = used.bit_count() + 1
        for index, rank in enumerate(ranks.tolist()):
            if not used & 1 << index:
                added = dose * rank
                counts[used | 1 << index, added:] += counts[used, : largest + 1 - added]
    return np.asarray(counts[-1])


def dispersion_probabilities(ranks: Integers) -> tuple[Integers, Values] | None:
    """Each value that Σ (doubled rank sum of a dose)² can take, with its probability; ``None`` if too costly.

    Which dose has which sum does not matter: sums are kept in ascending order, which makes them few.
    """
    blocks, doses = ranks.shape
    base = 2 * blocks * doses + 1
    if doses > MOST_DOSES or base**doses >= 2**63:
        return None
    places = base ** np.arange(doses, dtype=np.int64)
    # The statistic stays the same when doses are renamed, so one block may stay as it is.
    sums, share, work = np.sort(ranks[:1], axis=1), np.ones(1, dtype=np.float64), 0
    for row in ranks[1:].tolist():
        checkpoint()
        arrangements = np.array(sorted(set(permutations(row))), dtype=np.int64)
        work += len(sums) * len(arrangements)
        if work > MOST_ARRANGEMENTS:
            return None
        added = np.sort((sums[:, None, :] + arrangements[None, :, :]).reshape(-1, doses), axis=1)
        shares = np.repeat(share / len(arrangements), len(arrangements))
        _codes, first, which = np.unique(added @ places, return_index=True, return_inverse=True)
        sums, share = added[first], np.asarray(np.bincount(which, shares), dtype=np.float64)
    values, which = np.unique(np.square(sums).sum(axis=1), return_inverse=True)
    return values, np.asarray(np.bincount(which, share), dtype=np.float64)
