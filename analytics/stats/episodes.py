"""A patient's observation cut into start–stop rows: at the response, and at every recurrent event.

Grouping patients by a response that comes later gives responders the time before it as a time in which they could not
have the event (immortal time). Cut rows put that time where it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.follow_up import NEVER, Codes, Days, Flags, FollowUp, checked_days, checked_response_days
from analytics.stats.result import NotComparable, counted
from analytics.stats.result import gettext_noop as _

# Entry of a row at risk from the very start, day 0 included.
FROM_START = -1


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """Rows in the order of patients and days; ``patient`` is the position of the row's patient.

    ``responded`` says whether the response came on or before the day the row enters.
    """

    patient: Codes
    follow_up: FollowUp
    responded: Flags


@dataclass(frozen=True, kw_only=True)
class RecurrentEvents:
    """Patients with the days of their events: ``day[j]`` is one of patient ``patient[j]``, sorted by both."""

    time: Days
    entry: Days
    patient: Codes
    day: Days

    @property
    def person_days(self) -> Days:
        """Days under observation, per patient."""
        return self.time - np.maximum(self.entry, 0)


def checked_recurrent(
    time: ArrayLike, event_patient: ArrayLike, event_day: ArrayLike, *, entry: ArrayLike | None
) -> RecurrentEvents:
    """Ends of observation, one per patient, and events; ``event_patient`` holds positions in ``time``.

    Raises :class:`NotComparable` where an event lies outside the observation of its patient.
    """
    end = checked_days(time)
    start = np.full(end.size, FROM_START) if entry is None else checked_days(entry)
    if start.shape != end.shape:
        raise ValueError("Times and entries need the same length.")
    if np.any(start >= end):
        text = _("{count} rows end on or before the day they enter. Check the dates, or exclude them.")
        raise NotComparable(text, code="entry-after-end", count=int(np.count_nonzero(start >= end)))
    patient = np.asarray(event_patient, dtype=np.int64)
    if patient.size and not (patient.min() >= 0 and patient.max() < end.size):
        raise ValueError("Patients of events are positions in the array of times.")
    day = checked_days(event_day) if patient.size else np.zeros(0, dtype=np.int64)
    if day.shape != patient.shape:
        raise ValueError("Every event needs a patient and a day.")
    outside = int(np.count_nonzero((day <= start[patient]) | (day > end[patient])))
    if outside:
        text = counted(
            outside,
            one=_("{count} event lies outside the time its patient was under observation. Check the dates."),
            several=_("{count} events lie outside the time their patient was under observation. Check the dates."),
        )
        raise NotComparable(text, code="event-outside", count=outside)
    order = np.lexsort((day, patient))
    return RecurrentEvents(time=end, entry=start, patient=patient[order], day=day[order])


def split_at_response(follow_up: FollowUp, response_time: ArrayLike) -> Episodes:
    """Rows until and after the first response; an event on the day of the response belongs to the row before it.

    >>> follow_up = FollowUp(time=np.array([90, 40]), event=np.array([True, False]))
    >>> episodes = split_at_response(follow_up, [30, None])
    >>> episodes.patient.tolist(), episodes.follow_up.time.tolist(), episodes.responded.tolist()
    ([0, 0, 1], [30, 90, 40], [False, True, False])
    """
    entry = np.full(follow_up.size, FROM_START) if follow_up.entry is None else follow_up.entry
    response = checked_response_days(response_time, size=follow_up.size)
    patient, start, end = _cut(entry, follow_up.time, np.arange(follow_up.size), response)
    event = follow_up.event[patient] & (end == follow_up.time[patient])
    return _episodes(patient, start, end, event, response)


def split_at_events(events: RecurrentEvents, response_time: ArrayLike | None) -> Episodes:
    """Rows from event to event (Andersen & Gill's counting process), cut at the response where that is given.

    Raises :class:`NotComparable` where a patient has several events on a day: which of them count is decided first.
    """
    same_day = (np.diff(events.patient) == 0) & (np.diff(events.day) == 0)
    if same_day.any():
        text = _(
            "{count} events are on the day of another event of the same patient. Count events with a window first."
        )
        raise NotComparable(text, code="events-on-one-day", count=int(same_day.sum()))
    size = events.time.size
    response = np.full(size, NEVER) if response_time is None else checked_response_days(response_time, size=size)
    cut_patient = np.concatenate([events.patient, np.arange(size)])
    patient, start, end = _cut(events.entry, events.time, cut_patient, np.concatenate([events.day, response]))
    span = int(events.time.max()) + 2
    event = np.isin(patient * span + end, events.patient * span + events.day)
    return _episodes(patient, start, end, event, response)


def _cut(entry: Days, time: Days, patient: Codes, day: Days) -> tuple[Codes, Days, Days]:
    """Patient, start and end of the pieces of ``(entry, time]`` between the days given, which may lie outside."""
    inside = (day > entry[patient]) & (day < time[patient])
    span = int(time.max()) + 2
    patients = np.arange(time.size)
    keys = np.unique(
        np.concatenate(
            [patients * span + entry + 1, patients * span + time + 1, patient[inside] * span + day[inside] + 1]
        )
    )
    of_patient, days = keys // span, keys % span - 1
    same = of_patient[1:] == of_patient[:-1]
    return of_patient[1:][same], days[:-1][same], days[1:][same]


def _episodes(patient: Codes, start: Days, end: Days, event: Flags, response: Days) -> Episodes:
    # Entry on day 0 and from before it are one and the same, but for events on day 0 itself.
    return Episodes(
        patient=patient,
        follow_up=FollowUp(time=end, event=event, entry=start),
        responded=response[patient] <= np.maximum(start, 0),
    )
