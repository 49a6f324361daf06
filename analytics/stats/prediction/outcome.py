"""A marker and whether the event it should predict came, as they enter a method."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.dominance import Dominance
from analytics.stats.result import NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_values


def checked_outcome(outcome: ArrayLike) -> np.ndarray:
    """Whether each unit had the event, as a mask.

    Raises :class:`NotComparable` on anything but 0 and 1, and where all units or none had the event.
    """
    array = np.asarray(outcome, dtype=np.float64)
    unknown = int(np.count_nonzero(~((array == 0) | (array == 1))))
    if unknown:
        text = _("{count} outcomes are neither 0 (no event) nor 1 (event). Exclude those units first.")
        raise NotComparable(text, code="outcome-code", count=unknown)
    event = array == 1
    if event.all() or not event.any():
        text = _("{events} of {total} units have the event: a prediction needs units with it and units without it.")
        raise NotComparable(text, code="one-outcome", events=int(event.sum()), total=event.size)
    return np.asarray(event)


def checked_marker(marker: ArrayLike, event: np.ndarray, *, label: str, higher: bool) -> Values:
    """A marker's values, turned around where lower ones predict the event."""
    values = checked_values(marker, label=label)
    if values.shape != event.shape:
        text = _("There are {n} values of {marker} and {m} outcomes: each unit needs both.")
        raise NotComparable(text, code="not-paired", marker=label, n=values.size, m=event.size)
    return values if higher else -values


def discrimination(values: Values, event: np.ndarray) -> Dominance:
    """Units with the event against units without: its probability of superiority is the area under the curve."""
    return Dominance(values[event], values[~event])


def interval_note(dominance: Dominance, *, label: str) -> tuple[Note, ...]:
    """Why an area has no interval: DeLong's variance is 0 or unknown."""
    if dominance.separated:
        text = _(
            "{marker} separates all units with the event from all without: the interval of the area under the curve "
            "cannot be estimated."
        )
        return (Note("complete-separation", text, {"marker": label}),)
    if min(dominance.n, dominance.m) < 2:
        text = _(
            "Only one unit is with, or without, the event: no interval of the area under the curve can be estimated."
        )
        return (Note("single-value", text),)
    if dominance.superiority_variance()[0] == 0:
        text = _("The values of {marker} leave no interval of the area under the curve to be estimated.")
        return (Note("no-interval", text, {"marker": label}),)
    return ()
