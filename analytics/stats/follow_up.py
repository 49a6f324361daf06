"""Follow-up as it enters a time-to-event method: whole days, events, groups, each checked once.

A row is one interval of observation, ``(entry, time]``: at risk after the day of entry, up to and including the day it
ends. Without an entry a row is at risk from the very start, so that an event on day 0 counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.stats.result import NotComparable
from analytics.stats.result import gettext_noop as _

Days = NDArray[np.int64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

# More than 2,700 years: a date typed wrongly, not a time.
LARGEST_DAY = 1_000_000

# Stands for the day of what did not happen.
NEVER = LARGEST_DAY + 1

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Rows of observation; ``entry`` is ``None`` where every row is at risk from the start."""

    time: Days
    event: Flags
    entry: Days | None = None

    @property
    def size(self) -> int:
        return int(self.time.size)

    def select(self, rows: NDArray[np.bool_]) -> FollowUp:
        """The rows of that mask."""
        entry = None if self.entry is None else self.entry[rows]
        return FollowUp(time=self.time[rows], event=self.event[rows], entry=entry)


@dataclass(frozen=True, kw_only=True)
class Factor:
    """Membership in named groups: ``labels[codes[i]]`` is the group of row i."""

    labels: tuple[str, ...]
    codes: Codes

    @property
    def size(self) -> int:
        return len(self.labels)


def checked_days(days: ArrayLike) -> Days:
    """Times as whole days from time zero on.

    Raises :class:`NotComparable` where a time is missing, negative, beyond ``LARGEST_DAY`` or no whole number: equal
    times have to be equal exactly, and 0.1 + 0.2 is not 0.3 in floating point.

    >>> checked_days([0, 12.0, 40])
    array([ 0, 12, 40])
    """
    array = np.asarray(days)
    if array.ndim != 1:
        raise ValueError(f"Times are a flat array, not one of {array.ndim} dimensions.")
    if not array.size:
        raise NotComparable(_("There are no patients to analyse."), code="no-patients")
    if not np.issubdtype(array.dtype, np.integer):
        array = array.astype(np.float64)
        _refuse(~np.isfinite(array), _("{count} times are missing. Exclude them first."), code="missing-time")
        _refuse(
            array != np.floor(array),
            _("{count} times are no whole numbers. Give times in whole days."),
            code="not-whole-days",
        )
    _refuse(array < 0, _("{count} times are negative. Check the dates they come from."), code="negative-time")
    _refuse(
        array > LARGEST_DAY,
        _("{count} times are longer than a million days. Check the dates they come from."),
        code="time-too-long",
    )
    return array.astype(np.int64)


def checked_follow_up(time: ArrayLike, event: ArrayLike, *, entry: ArrayLike | None = None) -> FollowUp:
    """Times with their events (true or 1; false or 0: censored) and, where given, days of delayed entry.

    Raises :class:`NotComparable` on times :func:`checked_days` refuses, on an event that is neither 0 nor 1, and on a
    row that ends before or on the day of its entry.
    """
    days = checked_days(time)
    flags = _checked_flags(event)
    entries = None if entry is None else checked_days(entry)
    _same_length(days, flags, *(() if entries is None else (entries,)))
    if entries is not None:
        _refuse(
            entries >= days,
            _("{count} rows end on or before the day they enter. Check the dates, or exclude them."),
            code="entry-after-end",
        )
    return FollowUp(time=days, event=flags, entry=entries)


def checked_response_days(days: ArrayLike, *, size: int) -> Days:
    """First days of response, one per patient; ``None`` or not-a-number is no response and becomes ``NEVER``.

    >>> checked_response_days([30, None], size=2).tolist() == [30, NEVER]
    True
    """
    array = np.asarray(days, dtype=np.float64)
    if array.shape != (size,):
        raise ValueError(f"Expected {size} days of response, got an array of shape {array.shape}.")
    response = np.full(size, NEVER)
    responded = ~np.isnan(array)
    if responded.any():
        response[responded] = checked_days(array[responded])
    return response


def checked_causes(cause: ArrayLike, *, size: int) -> Codes:
    """Codes of what ended each row: 0 is censored, every other whole number a cause; gaps are allowed."""
    array = np.asarray(cause)
    whole = np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_
    if not whole:
        values = array.astype(np.float64)
        _refuse(
            ~(np.isfinite(values) & (values == np.floor(values))),
            _("{count} causes are missing or no whole numbers; 0 stands for censored."),
            code="unknown-cause",
        )
        array = values
    codes = array.astype(np.int64)
    _refuse(codes < 0, _("{count} causes are negative; 0 stands for censored."), code="unknown-cause")
    if codes.shape != (size,):
        raise ValueError(f"Expected {size} causes, got an array of shape {codes.shape}.")
    return codes


def factor(values: ArrayLike | None, *, size: int, order: Sequence[str] | None = None) -> Factor:
    """Groups or strata of ``size`` rows, sorted by value, or in the given ``order`` of labels.

    ``None`` puts every row into one group without a name. Raises :class:`NotComparable` where a row has no group, or a
    group of ``order`` has no row.

    >>> factor(["b", "a", "b"], size=3)
    Factor(labels=('a', 'b'), codes=array([1, 0, 1]))
    """
    if values is None:
        return Factor(labels=("",), codes=np.zeros(size, dtype=np.int64))
    array = np.asarray(values)
    if array.shape != (size,):
        raise ValueError(f"Expected {size} groups, got an array of shape {array.shape}.")
    if array.dtype == np.bool_ or np.issubdtype(array.dtype, np.integer):
        distinct, codes = np.unique(array, return_inverse=True)
        labels = [str(value) for value in distinct.tolist()]
    else:
        listed = array.tolist()
        missing = sum(value is None or value != value for value in listed)
        if missing:
            text = _("{count} patients have no group. Exclude them first.")
            raise NotComparable(text, code="missing-group", count=missing)
        distinct_values = sorted(set(listed))
        position = {value: code for code, value in enumerate(distinct_values)}
        codes = np.fromiter(map(position.__getitem__, listed), dtype=np.int64, count=size)
        labels = [str(value) for value in distinct_values]
    return _ordered(Factor(labels=tuple(labels), codes=codes.astype(np.int64)), order)


def _ordered(groups: Factor, order: Sequence[str] | None) -> Factor:
    if order is None:
        return groups
    for label in order:
        if label not in groups.labels:
            raise NotComparable(_("Group {group} has no patients."), code="empty-group", group=label)
    if sorted(order) != sorted(groups.labels):
        raise ValueError(f"The order {list(order)} does not name every group of {list(groups.labels)} once.")
    new_code = np.array([list(order).index(label) for label in groups.labels])
    return Factor(labels=tuple(order), codes=new_code[groups.codes])


def _checked_flags(event: ArrayLike) -> Flags:
    array = np.asarray(event)
    if array.dtype == np.bool_:
        return array
    array = array.astype(np.float64)
    _refuse(
        ~((array == 0) | (array == 1)),
        _("{count} events are neither 0 (censored) nor 1 (event). Other causes need a competing-risks analysis."),
        code="event-code",
    )
    return array == 1


def _same_length(*arrays: NDArray[np.generic]) -> None:
    if len({array.shape for array in arrays}) > 1:
        raise ValueError("Times, events and entries need the same length.")


def _refuse(unusable: NDArray[np.bool_], text: str, *, code: str) -> None:
    count = int(np.count_nonzero(unusable))
    if count:
        raise NotComparable(text, code=code, count=count)
