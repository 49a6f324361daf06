"""Whether a specimen was taken before, on or after denosumab.

* Up to and including the day of the first dose: **before**. A biopsy of that day precedes the injection.
* From the day after the first dose of a course to two intervals after its last dose: **on** denosumab. Denosumab acts
  until long after a dose; 56 days where the interval is not recorded (two times 28).
* Later, until and including the day of the first dose of the next course: **after** (the previous course).
* A course without an end goes on; one that ended on an unknown day leaves the time after it **unknown**.
* No course of denosumab: **never treated**. An undated specimen or course: **unknown**. Where a partial date allows
  more than one answer: **unknown**.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cases.derived.dates import Day, Days, day_of, days_between, first_of, later

USUAL_INTERVAL_DAYS = 28
INTERVALS_STILL_ON = 2


class Timing(StrEnum):
    """Relative to denosumab."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"
    NEVER = "never_treated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class DrugCourse:
    """A course of denosumab: days of its first and last dose, and of those doses that are recorded one by one.

    ``goes_on`` tells a course that has not ended from one whose last dose is not known.
    """

    start: str
    end: str = ""
    goes_on: bool = False
    interval_days: int | None = None
    doses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpecimenTiming:
    """``since_first``: days from the first dose ever. ``since_last``: from the last known dose up to the specimen."""

    timing: Timing
    since_first: Days | None = None
    since_last: Days | None = None


@dataclass(frozen=True, kw_only=True)
class _Span:
    """One reading of a course: after ``start`` and up to ``end`` denosumab acts; up to ``known_end`` surely."""

    start: date
    end: date
    known_end: date


def specimen_timing(*, collected: str, courses: Iterable[DrugCourse]) -> SpecimenTiming:
    """When a specimen of the date ``collected`` was taken, by the rules of this module."""
    courses = tuple(courses)
    if not courses:
        return SpecimenTiming(timing=Timing.NEVER)
    day = day_of(collected)
    return SpecimenTiming(
        timing=_timing(day, courses) if day and all(course.start for course in courses) else Timing.UNKNOWN,
        since_first=days_between(first_dose(courses), day),
        since_last=days_between(_last_dose_until(day, courses), day) if day else None,
    )


def first_dose(courses: Iterable[DrugCourse]) -> Day | None:
    """The day of the first dose ever, as far as courses and doses are dated."""
    return first_of([day_of(text) for course in courses for text in (course.start, *course.doses)])


def _timing(day: Day, courses: tuple[DrugCourse, ...]) -> Timing:
    """The one answer all possible days agree on.

    What holds for the longest and the shortest possible courses holds for all between them; between two days the answer
    changes only where a course begins or ends.
    """
    dated = [(course, start) for course in courses if (start := day_of(course.start))]
    readings = [[_span(course, start, longest=longest) for course, start in dated] for longest in (True, False)]
    answers = {
        _on_a_day(possible, spans) for spans in readings for possible in _days_to_ask(day.earliest, day.latest, spans)
    }
    return answers.pop() if len(answers) == 1 else Timing.UNKNOWN


def _span(course: DrugCourse, start_day: Day, *, longest: bool) -> _Span:
    start, end_day = start_day.earliest if longest else start_day.latest, day_of(course.end)
    still_on = INTERVALS_STILL_ON * (course.interval_days or USUAL_INTERVAL_DAYS)
    if end_day is not None:
        end = later(max(start, end_day.latest if longest else end_day.earliest), still_on)
        return _Span(start=start, end=end, known_end=end)
    doses = [day for text in course.doses if (day := day_of(text))]
    last_known = max([start, *((day.latest if longest else day.earliest) for day in doses)])
    known_end = date.max if course.goes_on else later(last_known, still_on)
    return _Span(start=start, end=date.max, known_end=known_end)


def _days_to_ask(earliest: date, latest: date, spans: list[_Span]) -> set[date]:
    changes = {change for span in spans for change in (span.start, span.end, span.known_end)}
    changes |= {change + timedelta(days=1) for change in changes if change < date.max}
    return {earliest, latest} | {change for change in changes if earliest < change < latest}


def _on_a_day(day: date, spans: list[_Span]) -> Timing:
    if day <= min(span.start for span in spans):
        return Timing.BEFORE
    if any(span.start < day <= span.known_end for span in spans):
        return Timing.ON
    if any(span.start < day <= span.end for span in spans):
        return Timing.UNKNOWN
    return Timing.AFTER


def _last_dose_until(day: Day, courses: tuple[DrugCourse, ...]) -> Day | None:
    """The last dose known by its date, on or before the day.

    The start of a course is its last dose only where nothing later is known: of a course under way without recorded
    doses nobody knows the last one.
    """
    known: list[Day] = []
    for course in courses:
        dated = [day_of(text) for text in (*course.doses, course.end)]
        given = [dose for dose in dated if dose is not None and dose.date <= day.date]
        start = day_of(course.start)
        if not given and start is not None and start.date <= day.date:
            if start.date < day.date:
                return None
            given = [start]
        known.extend(given)
    return max(known, key=lambda dose: dose.date, default=None)
