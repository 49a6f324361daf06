"""One patient's time to the event, by the rules of :mod:`cases.derived`, or why there is none."""

from dataclasses import dataclass

from analytics.groupings.base import Sentence
from analytics.groupings.treatment import NOT_IN_DENOMINATOR
from analytics.kinds.time_to_event.spec import Compared, EndPoint, TimeToEvent
from cases.derived.course import Course
from cases.derived.dates import Day
from cases.derived.follow_up import FollowUp, NoFollowUp, TimeZero
from cases.derived.response import Excluded, PatientResponse
from cases.models import ResponseCategory
from cases.sentences import sentence

CENSORED, EVENT, DIED = 0, 1, 2
"""What ended the time to the event: nothing yet, the event, or death without it."""

NO_TIME = {
    NoFollowUp.NO_TIME_ZERO: sentence("Time zero not known"),
    NoFollowUp.NO_END: sentence("Neither a last follow-up nor a death is recorded"),
    NoFollowUp.UNDATED_DEATH: sentence("Died on an unknown day"),
    NoFollowUp.ENDS_BEFORE: sentence("Follow-up ends before time zero"),
}
EARLIER = sentence("Had the event on or before the day of time zero")
UNCLEAR = sentence("Not known whether the event came before time zero: a date is known only in part")
NO_TIME_AT_RISK = sentence("Followed on the day of time zero only")
NOT_READ = sentence("Not assessed by the criterion of progression after time zero")
AFTER_DEATH = sentence("Has an event after the death: the dates need settling")
NO_ENTRY = sentence("Not known when observation began")
LATE_EVENT = sentence("Had the event before observation began")
LATE_END = sentence("Follow-up ends before observation began")


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Whole days from time zero. At risk from the day after ``entry`` on, up to ``time``.

    ``status`` is one of the codes above. ``end`` is when observation ends, with the death where ``died``;
    ``event_days`` are all counted events until then, ``response_day`` the first response. ``imputed`` is whether one of
    the dates is known only in part.
    """

    entry: int
    time: int
    status: int
    end: int
    died: bool
    event_days: tuple[int, ...]
    response_day: int | None
    imputed: bool


def observe(course: Course, spec: TimeToEvent) -> Observation | Sentence:
    """The patient's observation, or the reason why the patient is out of the analysis."""
    followed = course.follow_up(TimeZero(spec.zero.value))
    if followed.days is None:
        return NO_TIME[followed.missing or NoFollowUp.NO_END]
    zero = course.zeros[TimeZero(spec.zero.value)]
    events = _events(course, spec)
    if not spec.keeps_earlier:
        if any(_is_unclear(day, zero) for day in events):
            return UNCLEAR
        if any(day.date <= zero.date for day in events):
            return EARLIER
    later = [day for day in events if day.date > zero.date]
    end = _end(course, spec, followed=followed, zero=zero, events=later)
    if end is None:
        return NOT_READ
    if followed.died and later and later[-1].date > end.date:
        return AFTER_DEATH
    return _from_entry(course, spec, zero=zero, events=later, end=end, died=followed.died)


def response_of(course: Course, spec: TimeToEvent) -> PatientResponse | Sentence:
    """The response by the question's criterion, or why the patient is not asked about.

    Who was not assessed after the first dose is a patient without a response: to leave such patients out would ask the
    future, because only who lives until the first image can be in.
    """
    response = course.response(spec.criterion)
    if response.excluded is not None and response.excluded is not Excluded.NO_FOLLOW_UP:
        return NOT_IN_DENOMINATOR[response.excluded]
    return response


def _events(course: Course, spec: TimeToEvent) -> list[Day]:
    """The days of the event in order; of a death none, which ends the follow-up anyhow."""
    if spec.end_point == EndPoint.SKELETAL_EVENT:
        counted = [one.event for one in course.counted_events if one.counts]
        return [one.day for one in counted if not spec.event_types or one.type in spec.event_types]
    if spec.end_point == EndPoint.PROGRESSION:
        return _readings(course, spec, only=ResponseCategory.PROGRESSIVE)
    return []


def _readings(course: Course, spec: TimeToEvent, *, only: str = "") -> list[Day]:
    read = [one for one in course.assessments if one.criterion == spec.progression and one.category]
    found = [course.day(one.date) for one in read if not only or one.category == only]
    return sorted((day for day in found if day is not None), key=lambda day: day.date)


def _is_unclear(event: Day, zero: Day) -> bool:
    """Whether partial dates allow the event on both sides of time zero."""
    return event.earliest <= zero.latest and event.latest > zero.earliest and (event.imputed or zero.imputed)


def _end(course: Course, spec: TimeToEvent, *, followed: FollowUp, zero: Day, events: list[Day]) -> Day | None:
    """When observation ends; that of progression, in who lives without it, with the last reading.

    An event after the last follow-up tells that the patient was still followed.
    """
    end = followed.end
    if spec.end_point == EndPoint.PROGRESSION and not followed.died and not events:
        read = [day for day in _readings(course, spec) if day.date > zero.date]
        return read[-1] if read else None
    if end is not None and events and not followed.died and events[-1].date > end.date:
        return events[-1]
    return end


def _from_entry(
    course: Course, spec: TimeToEvent, *, zero: Day, events: list[Day], end: Day, died: bool
) -> Observation | Sentence:
    entered = course.zeros.get(TimeZero(spec.entry)) if spec.entry else zero
    if entered is None:
        return NO_ENTRY
    entry = max(0, (entered.date - zero.date).days)
    days = [(day.date - zero.date).days for day in events]
    last = (end.date - zero.date).days
    time, status = (days[0], EVENT) if days else (last, DIED if died and spec.competes else CENSORED)
    if died and not spec.competes:
        status = EVENT
    if time == 0:
        return NO_TIME_AT_RISK
    if time <= entry:
        return LATE_EVENT if status == EVENT and spec.competes else LATE_END
    response = course.response(spec.criterion) if spec.compared == Compared.RESPONSE else PatientResponse(criterion="")
    known = [zero, entered, end, *events, *([response.day] if response.day else [])]
    return Observation(
        entry=entry,
        time=time,
        status=status,
        end=last,
        died=died,
        event_days=tuple(day for day in days if entry < day <= last),
        response_day=response.days.days if response.days else None,
        imputed=any(day.imputed for day in known),
    )
