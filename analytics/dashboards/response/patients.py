"""The treated patients one by one, from the first dose of denosumab on."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cases.derived.course import Course
from cases.derived.dates import Day, Days, day_of, days_between
from cases.derived.follow_up import TimeZero
from cases.derived.timing import DrugCourse


def treated_courses(courses: Sequence[Course], *, criterion: str) -> list[dict[str, Any]]:
    """One row per patient with a dated first dose, who was followed longest first; days count from that dose.

    ``courses`` of denosumab have a start and, where it is known, an end: that of follow-up where they go on.
    ``events`` are the counted skeletal-related events.
    """
    rows = [row for course in courses if (row := _row(course, criterion)) is not None]
    return sorted(rows, key=lambda row: (-(row["end"]["days"] if row["end"] else 0), row["patient"]))


def _row(course: Course, criterion: str) -> dict[str, Any] | None:
    zero = course.zeros.get(TimeZero.FIRST_DOSE)
    if zero is None:
        return None
    followed = course.follow_up(TimeZero.FIRST_DOSE)
    end = followed.days
    answer = course.response(criterion)
    events = [one.event.day for one in course.counted_events if one.counts]
    return {
        "patient": course.patient.code,
        "courses": [
            {"start": asdict(start), "end": _as_json(_end(zero, drug, followed=end)), "goes_on": drug.goes_on}
            for drug in course.denosumab
            if (start := days_between(zero, day_of(drug.start))) is not None
        ],
        "response": _as_json(answer.days),
        "outcome": str(answer.outcome or ""),
        "events": [asdict(days) for day in events if (days := days_between(zero, day)) is not None and days.days >= 0],
        "end": _as_json(end),
        "died": followed.died,
    }


def _end(zero: Day, drug: DrugCourse, *, followed: Days | None) -> Days | None:
    """The last known dose, or the end of follow-up of a course that goes on; ``None`` where neither is known."""
    if drug.goes_on:
        return followed
    doses = [drug.end] if drug.end else list(drug.doses)
    known = [days_between(zero, day_of(text, not_before=zero.date)) for text in doses]
    return max((days for days in known if days is not None), key=lambda days: days.days, default=None)


def _as_json(days: Days | None) -> dict[str, Any] | None:
    return asdict(days) if days else None
