"""Specimens before, on and after denosumab, at every edge."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.derived.timing import DrugCourse, Timing, specimen_timing

FIRST = DrugCourse(start="2020-01-02", end="2020-04-23", interval_days=28)
SECOND = DrugCourse(start="2021-01-04", goes_on=True, interval_days=28)


def timing(collected: str, *courses: DrugCourse) -> Timing:
    return specimen_timing(collected=collected, courses=courses).timing


@pytest.mark.parametrize(
    ("collected", "expected"),
    [
        ("2019-12-31", Timing.BEFORE),
        ("2020-01-02", Timing.BEFORE),  # the biopsy precedes the injection
        ("2020-01-03", Timing.ON),
        ("2020-04-23", Timing.ON),
        ("2020-06-18", Timing.ON),  # 56 days after the last dose
        ("2020-06-19", Timing.AFTER),
        ("2021-01-04", Timing.AFTER),  # the day of the next course's first dose
        ("2021-01-05", Timing.ON),
        ("2099-01-01", Timing.ON),  # the second course goes on
    ],
)
def test_two_courses(collected: str, expected: Timing) -> None:
    assert timing(collected, FIRST, SECOND) == expected
    assert timing(collected, SECOND, FIRST) == expected


@pytest.mark.parametrize(("interval", "last_on"), [(None, 56), (28, 56), (90, 180)])
def test_two_intervals_after_the_last_dose_it_still_acts(interval: int | None, last_on: int) -> None:
    course = DrugCourse(start="2020-01-02", end="2020-01-02", interval_days=interval)
    last = date(2020, 1, 2) + timedelta(days=last_on)
    assert timing(last.isoformat(), course) == Timing.ON
    assert timing((last + timedelta(days=1)).isoformat(), course) == Timing.AFTER


def test_a_short_gap_is_no_gap() -> None:
    second = DrugCourse(start="2020-06-18", goes_on=True)
    assert {timing(day, FIRST, second) for day in ("2020-05-30", "2020-06-18", "2020-06-19")} == {Timing.ON}


def test_never_treated_and_undated() -> None:
    assert timing("2020-05-01") == Timing.NEVER
    assert timing("") == Timing.NEVER
    assert timing("", FIRST) == Timing.UNKNOWN
    assert timing("2020-05-01", DrugCourse(start="", end="2020-06-01")) == Timing.UNKNOWN


@pytest.mark.parametrize(
    ("collected", "expected"),
    [
        ("2019", Timing.BEFORE),
        ("2020", Timing.UNKNOWN),
        ("2020-01", Timing.UNKNOWN),
        ("2020-02", Timing.ON),
        ("2020-06", Timing.UNKNOWN),
        ("2020-07", Timing.AFTER),
        ("2021-01", Timing.UNKNOWN),
        ("2022", Timing.ON),
    ],
)
def test_a_partial_date_is_unknown_where_it_straddles(collected: str, expected: Timing) -> None:
    assert timing(collected, FIRST, SECOND) == expected


def test_a_year_with_a_whole_course_in_its_middle_is_unknown() -> None:
    later = DrugCourse(start="2021-06-01", end="2021-06-01")
    assert timing("2021", FIRST, later) == Timing.UNKNOWN


@pytest.mark.parametrize(
    ("collected", "expected"),
    [("2020-02-29", Timing.BEFORE), ("2020-03-10", Timing.UNKNOWN), ("2020-04-01", Timing.ON)],
)
def test_a_partly_known_start(collected: str, expected: Timing) -> None:
    assert timing(collected, DrugCourse(start="2020-03", goes_on=True)) == expected


def test_after_a_course_that_ended_on_an_unknown_day() -> None:
    stopped = DrugCourse(start="2020-01-02", doses=("2020-01-30",))
    assert timing("2020-03-26", stopped) == Timing.ON
    assert timing("2020-03-27", stopped) == Timing.UNKNOWN
    assert timing("2020-01-02", stopped) == Timing.BEFORE


def test_days_from_the_first_and_the_last_dose() -> None:
    course = DrugCourse(start="2020-01-02", end="2020-04-23", doses=("2020-01-02", "2020-01-30"))
    on = specimen_timing(collected="2020-02-01", courses=[course])
    assert on.since_first is not None
    assert on.since_last is not None
    assert (on.since_first.days, on.since_last.days) == (30, 2)
    before = specimen_timing(collected="2019-12-31", courses=[course])
    assert before.since_first is not None
    assert (before.since_first.days, before.since_last) == (-2, None)
    # Of a course under way without single doses nobody knows the last one.
    under_way = specimen_timing(collected="2020-02-01", courses=[FIRST])
    assert under_way.since_first is not None
    assert (under_way.since_first.days, under_way.since_last) == (30, None)


DAY = st.dates(date(2015, 1, 1), date(2025, 12, 31))


@given(DAY, DAY, st.integers(0, 800), st.integers(1, 200), st.sampled_from([4, 7]))
def test_a_partial_date_answers_only_what_each_of_its_days_answers(
    collected: date, start: date, length: int, interval: int, precision: int
) -> None:
    course = DrugCourse(
        start=start.isoformat(), end=(start + timedelta(days=length)).isoformat(), interval_days=interval
    )
    partly = timing(collected.isoformat()[:precision], course)
    if partly is not Timing.UNKNOWN:
        assert timing(collected.isoformat(), course) == partly
