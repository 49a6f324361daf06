"""Which of several events close to each other count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.follow_up import checked_days, factor
from analytics.stats.result import Result

# Of skeletal-related events, as on the label of denosumab.
WINDOW_DAYS = 21


@dataclass(frozen=True)
class CountedEvents(Result):
    """For each event, in the order given, whether it counts."""

    window_days: int
    counts: tuple[bool, ...]

    @property
    def counted(self) -> int:
        """How many count."""
        return sum(self.counts)


def count_events(patient: ArrayLike, day: ArrayLike, *, window_days: int = WINDOW_DAYS) -> CountedEvents:
    """Whether each event counts: a patient's first does, a later one from ``window_days`` after the last counted one
    on.

    An event that does not count moves no window: with 21 days, events on days 0, 15 and 30 are two. Of several events
    of a patient on one day the first given counts (with a window of 0 all do). ``patient`` says whose an event is,
    ``day`` is its whole day from any common origin on.

    >>> count_events(["a", "a", "a", "b", "b", "c", "c"], [0, 15, 30, 0, 20, 0, 21]).counts
    (True, False, True, True, False, True, True)
    """
    if window_days < 0:
        raise ValueError(f"A window has 0 days or more, not {window_days}.")
    if not np.size(day):
        return CountedEvents(window_days=window_days, counts=())
    days = checked_days(day)
    patients = factor(patient, size=days.size)
    # Patients are laid out one after the other, further apart than any window reaches.
    span = int(days.max()) + window_days + 1
    position = patients.codes * span + days
    order = np.argsort(position, kind="stable")
    position, owner = position[order], patients.codes[order]
    counts = np.zeros(days.size, dtype=bool)
    current = np.flatnonzero(np.diff(owner, prepend=-1))
    while current.size:
        counts[current] = True
        following = np.maximum(np.searchsorted(position, position[current] + window_days), current + 1)
        within = following < days.size
        current, following = current[within], following[within]
        current = following[owner[following] == owner[current]]
    in_given_order = np.empty_like(counts)
    in_given_order[order] = counts
    return CountedEvents(window_days=window_days, counts=tuple(in_given_order.tolist()))
