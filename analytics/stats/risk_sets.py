"""Who is at risk when: the count table that every time-to-event method shares.

A *risk set* belongs to a stratum and to a time: the rows of that stratum with ``entry < time ≤ end``. The sets are
numbered by stratum, then by time. A row is at risk in consecutive sets, so everything that is summed over risk sets is
a cumulative sum: work and memory grow with the rows, never with rows times times.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.stats.follow_up import Codes, Days, Flags, FollowUp

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# Entries of a lookup table that cost nothing worth saving.
SMALL_TABLE = 100_000


class RiskSets:
    """The risk sets at the distinct times of ``at`` (a mask of rows; by default those with an event) in each stratum.

    ``time`` and ``stratum`` describe each set; the sets of stratum s are ``bounds[s]`` to before ``bounds[s + 1]``. Row
    i is at risk in the sets ``first[i]`` to before ``beyond[i]``; if it ends at the time of a set, that set is
    ``beyond[i] - 1``.

    >>> follow_up = FollowUp(time=np.array([3, 5, 5, 8]), event=np.array([True, True, False, False]))
    >>> sets = RiskSets(follow_up)
    >>> sets.time.tolist(), sets.counts(np.zeros(4, dtype=np.int64), groups=1)[:, 0].tolist()
    ([3, 5], [4, 3])
    """

    def __init__(self, follow_up: FollowUp, *, stratum: Codes | None = None, at: Flags | None = None) -> None:
        if stratum is None:
            stratum = np.zeros_like(follow_up.time)
        strata = int(stratum.max()) + 1
        span = int(follow_up.time.max()) + 2
        offset = stratum * span
        end = offset + follow_up.time + 1
        keys, up_to = _numbered(end[follow_up.event if at is None else at], largest=strata * span, rows=end.size)
        self.stratum, self.time = keys // span, keys % span - 1
        self.size = int(keys.size)
        self.bounds = np.searchsorted(keys, np.arange(strata + 1) * span)
        self.delayed = follow_up.entry is not None
        self.beyond: Counts = up_to(end)
        if follow_up.entry is not None:
            self.first: Counts = up_to(offset + follow_up.entry + 1)
        else:
            self.first = self.bounds[stratum]
        # Rows that are in no set at all would otherwise be counted in the last set of the stratum before.
        ever = self.beyond > self.first
        self._rows: slice | NDArray[np.intp] = slice(None) if ever.all() else np.flatnonzero(ever)
        self._leaving = self.beyond[self._rows] - 1
        # Who is there from the first set of the stratum on is missing in none, least of all in those of the one before.
        self._late = np.flatnonzero(ever & (self.first > self.bounds[stratum]))
        self._missing = self.first[self._late] - 1

    def counts(self, group: Codes, *, groups: int) -> Counts:
        """Rows at risk in each set by group: sets × groups."""
        size = (self.size + 1) * groups
        entered = np.bincount(self.first * groups + group, minlength=size)
        left = np.bincount(self.beyond * groups + group, minlength=size)
        return np.cumsum((entered - left).reshape(-1, groups), axis=0)[:-1]

    def ending(self, rows: Flags, group: Codes, *, groups: int) -> Counts:
        """How many of the marked rows, all of which end at the time of a set, end there, by group: sets × groups."""
        index = (self.beyond[rows] - 1) * groups + group[rows]
        return np.bincount(index, minlength=self.size * groups).reshape(-1, groups)

    def sums(self, values: Floats) -> Floats:
        """Sum of a value per row over everybody at risk in each set."""
        total = self._from_end(_sums(self._leaving, values[self._rows], self.size))
        if self.delayed:
            total -= self._from_end(_sums(self._missing, values[self._late], self.size))
        return total

    def over_row(self, values: Floats) -> Floats:
        """For each row, the sum of a value per set (sets, or sets × columns) over the sets it is at risk in."""
        total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
        return np.asarray(total[self.beyond] - total[self.first])

    def cumulative(self, values: Floats) -> Floats:
        """Running sum of a value per set from the first set of each stratum on."""
        return self._by_stratum(np.cumsum, values)

    def product(self, values: Floats) -> Floats:
        """Running product of a value per set from the first set of each stratum on."""
        return self._by_stratum(np.cumprod, values)

    def before(self, values: Floats, *, start: float) -> Floats:
        """The value of the set before, ``start`` for the first set of a stratum: the function before its steps."""
        shifted = np.empty_like(values)
        shifted[1:] = values[:-1]
        shifted[self.bounds[:-1][np.diff(self.bounds) > 0]] = start
        return shifted

    def _from_end(self, values: Floats) -> Floats:
        total = np.empty_like(values)
        for start, stop in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            total[start:stop] = np.cumsum(values[start:stop][::-1])[::-1]
        return total

    def _by_stratum(self, accumulate, values: Floats) -> Floats:  # type: ignore[no-untyped-def]
        total = np.empty_like(values)
        for start, stop in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            total[start:stop] = accumulate(values[start:stop], axis=0)
        return total


def _numbered(marked: Counts, *, largest: int, rows: int) -> tuple[Counts, Callable[[Counts], Counts]]:
    """The distinct numbers among ``marked``, ascending, and how many of them are up to any other number.

    Looked up in a table as long as numbers are not much sparser than the rows, otherwise searched.
    """
    if largest > 4 * rows + SMALL_TABLE:
        keys = np.unique(marked)
        return keys, lambda numbers: np.searchsorted(keys, numbers, side="right")
    present = np.zeros(largest + 1, dtype=bool)
    present[marked] = True
    return np.flatnonzero(present), np.cumsum(present).__getitem__


def _sums(position: Counts, values: Floats, size: int) -> Floats:
    return np.bincount(position, values, minlength=size).astype(np.float64, copy=False)


def step_values(time: Days, values: Floats, at: Days, *, start: float) -> Floats:
    """A step function that has ``values`` from ``time`` on, and ``start`` before, at other times (right-continuous).

    >>> step_values(np.array([3, 5]), np.array([0.8, 0.4]), np.array([2, 3, 4, 9]), start=1.0).tolist()
    [1.0, 0.8, 0.8, 0.4]
    """
    return np.concatenate([[start], values])[np.searchsorted(time, at, side="right")]
