"""Which skeletal-related events count."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.derived.dates import day_of
from cases.derived.skeletal_events import CountedEvent, Event, NotCounted, count_events


def event(day: int, kind: str = "pathological_fracture") -> Event:
    known = day_of((date(2020, 1, 1) + timedelta(days=day)).isoformat())
    assert known is not None
    return Event(day=known, type=kind)


def counting(days: list[int], window: int = 21) -> list[bool]:
    return [one.counts for one in count_events([event(day) for day in days], window_days=window)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([0, 20], [True, False]),
        ([0, 21], [True, True]),
        # From the last counted one, not from the last one: day 30 is 15 days after day 15, and counts.
        ([0, 15, 30], [True, False, True]),
        ([0, 0], [True, False]),
        ([30, 0, 15], [True, False, True]),
        ([], []),
    ],
)
def test_the_window_starts_at_the_last_counted_event(days: list[int], expected: list[bool]) -> None:
    assert counting(days) == expected


def test_the_window_is_a_setting() -> None:
    assert counting([0, 20], window=20) == [True, True]
    assert counting([0, 20], window=1) == [True, True]


def test_hypercalcaemia_counts_only_by_the_extended_definition() -> None:
    events = [event(0, "hypercalcaemia"), event(10)]
    strict = count_events(events, window_days=21)
    assert [one.not_counted for one in strict] == [NotCounted.HYPERCALCAEMIA, None]
    extended = count_events(events, window_days=21, counts_hypercalcaemia=True)
    assert [one.not_counted for one in extended] == [None, NotCounted.WINDOW]
    assert extended[1].since_counted == 10


@given(st.lists(st.integers(0, 3000), max_size=30), st.integers(1, 365))
def test_counted_events_are_apart_and_every_other_is_near_one(days: list[int], window: int) -> None:
    found = count_events([event(day) for day in days], window_days=window)
    counted = [one.event.day.date for one in found if one.counts]
    assert len(found) == len(days)
    assert bool(counted) == bool(days)
    assert all((later - sooner).days >= window for sooner, later in pairwise(counted))
    assert all(_near(one, counted, window) for one in found if not one.counts)


def _near(one: CountedEvent, counted: list[date], window: int) -> bool:
    return any(0 <= (one.event.day.date - day).days < window for day in counted)
