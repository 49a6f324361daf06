"""Variables that follow from the recorded course: denosumab, response by criterion, times to events.

Times are counted in days by the rules of :mod:`cases.derived`, from a time zero that the name of the column says. A
patient has a number of days and what ended it: the event, death before it, or the end of follow-up. Grouping later
times by a response makes immortal time; see docs/immortal-time.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.clinical_course import ZEROS
from analytics.groupings import in_all_languages
from analytics.groupings.treatment import NOT_IN_DENOMINATOR
from analytics.wide_table.filled import Filled, Rows, Sentence, Variable
from analytics.wide_table.recorded import computed, grouping_variable
from cases.derived.course import DENOSUMAB, Course, goes_on
from cases.derived.dates import Days, day_of, days_between
from cases.derived.follow_up import NoFollowUp, TimeZero
from cases.derived.response import Outcome
from cases.exporting.columns import DataType
from cases.models import Criterion
from cases.sentences import sentence

DENOSUMAB_GROUP, RESPONSE, TIMES = _("Denosumab"), _("Response to denosumab"), _("Times to events")
FROM = (TimeZero.FIRST_DOSE, TimeZero.DIAGNOSIS)
NO_TIME: dict[NoFollowUp, Sentence] = {
    NoFollowUp.NO_TIME_ZERO: sentence("Time zero not known"),
    NoFollowUp.NO_END: sentence("Last follow-up not known"),
    NoFollowUp.UNDATED_DEATH: sentence("Date of death not known"),
    NoFollowUp.ENDS_BEFORE: sentence("Follow-up ends before time zero"),
}
NEVER_GIVEN = sentence("Never given denosumab")
START_UNKNOWN = sentence("Start of denosumab not known")
NOT_EVALUABLE = sentence("Response not evaluable")
ENDED_BY = {"event": _("Event"), "death": _("Death before the event"), "censored": _("Followed without the event")}


@dataclass(frozen=True, kw_only=True)
class Time:
    """Days and what ended them, a code of ``ENDED_BY``; without days, why."""

    days: Days | None = None
    ended_by: str = ""
    reason: Sentence | None = None


def course_variables(criteria: list[str]) -> Iterator[Variable]:
    """``criteria`` are those by which lesions of the study were assessed."""
    yield Variable(
        code="denosumab", group=DENOSUMAB_GROUP, label=_("Courses of denosumab, first start"), fill=_denosumab
    )
    for criterion in criteria:
        yield grouping_variable("response", code=f"response:{criterion}", group=RESPONSE, detail=criterion)
        yield _time_to(
            f"time_to_response:{criterion}",
            label=format_lazy(
                _("Time to response from the first dose · {criterion}"), criterion=Criterion(criterion).label
            ),
            group=RESPONSE,
            time=_to_response(criterion),
        )
    for zero in FROM:
        label = _("Time to the first skeletal-related event · {zero}")
        yield _time_to(
            f"time_to_sre:{zero}", label=format_lazy(label, zero=ZEROS[zero]), group=TIMES, time=_to_sre(zero)
        )
        label = _("Time to death · {zero}")
        code = f"time_to_death:{zero}"
        yield _time_to(code, label=format_lazy(label, zero=ZEROS[zero]), group=TIMES, time=_to_death(zero))


def time_to_sre(course: Course, zero: TimeZero) -> Time:
    """To the first skeletal-related event that counts, on or after time zero."""
    start = course.zeros.get(zero)
    counted = (one.event.day for one in course.counted_events if one.counts)
    since = [days for day in counted if (days := days_between(start, day)) is not None and days.days >= 0]
    if since:
        return Time(days=since[0], ended_by="event")
    followed = time_to_death(course, zero)
    return Time(days=followed.days, ended_by="death") if followed.ended_by == "event" else followed


def time_to_death(course: Course, zero: TimeZero) -> Time:
    """To the death, or to the last follow-up of who is not known to have died."""
    followed = course.follow_up(zero)
    if followed.missing is not None:
        return Time(reason=NO_TIME[followed.missing])
    return Time(days=followed.days, ended_by="event" if followed.died else "censored")


def time_to_response(course: Course, criterion: str) -> Time:
    """From the first dose to the response by the criterion, or to the last assessment of a counted lesion by it."""
    response = course.response(criterion)
    if response.excluded is not None:
        return Time(reason=NOT_IN_DENOMINATOR[response.excluded])
    if response.outcome is Outcome.RESPONSE:
        return Time(days=response.days, ended_by="event")
    if response.outcome is not Outcome.NO_RESPONSE:
        return Time(reason=NOT_EVALUABLE)
    read = [
        one.day
        for answer in response.lesions
        if answer.outcome is not None and answer.lesion.is_index
        for one in answer.lesion.assessments
        if one.criterion == criterion and one.is_evaluable
    ]
    last = max(read, key=lambda day: day.date)
    return Time(days=days_between(course.zeros.get(TimeZero.FIRST_DOSE), last), ended_by="censored")


def _to_sre(zero: TimeZero) -> Callable[[Course], Time]:
    return lambda course: time_to_sre(course, zero)


def _to_death(zero: TimeZero) -> Callable[[Course], Time]:
    return lambda course: time_to_death(course, zero)


def _to_response(criterion: str) -> Callable[[Course], Time]:
    return lambda course: time_to_response(course, criterion)


def _time_to(code: str, *, label: Any, group: Any, time: Callable[[Course], Time]) -> Variable:
    """Three columns: days, what ended them, and whether a date was known only in part."""

    def fill(rows: Rows) -> list[Filled]:
        times = {patient: time(course) for patient, course in rows.courses.items()}
        known = {patient: (one.days, one.ended_by) for patient, one in times.items() if one.days is not None}
        reasons = {patient: one.reason for patient, one in times.items() if one.reason is not None}
        name = code.replace(":", "_")
        codes = {ended_by: in_all_languages(text) for ended_by, text in ENDED_BY.items()}
        ended_by, imputed = _part(label, _("ended by")), _part(label, _("imputed"))
        return [
            Filled(
                column=computed(f"{name}_days", label, DataType.INTEGER, unit="days"),
                values={patient: days.days for patient, (days, _end) in known.items()},
                reasons=reasons,
            ),
            Filled(
                column=computed(f"{name}_ended_by", ended_by, DataType.CODE, codes=codes),
                values={patient: end for patient, (_days, end) in known.items()},
                reasons=reasons,
            ),
            Filled(
                column=computed(f"{name}_imputed", imputed, DataType.YES_NO),
                values={patient: days.imputed for patient, (days, _end) in known.items()},
                reasons=reasons,
            ),
        ]

    return Variable(code=code, group=group, label=label, fill=fill)


def _part(label: Any, part: Any) -> Any:
    return format_lazy("{label} · {part}", label=label, part=part)


def _denosumab(rows: Rows) -> list[Filled]:
    """Whether it was given, its first start as it is recorded, the number of courses, and whether one goes on."""
    given = {patient: course.denosumab for patient, course in rows.courses.items()}
    starts, reasons, ongoing = {}, {}, {}
    for patient, course in rows.courses.items():
        treatments = [one for one in course.treatments if one.agent.code == DENOSUMAB]
        dated = [(day.date, day.imputed, one.start) for one in treatments if (day := day_of(one.start))]
        if not treatments:
            reasons[patient] = NEVER_GIVEN
            continue
        ongoing[patient] = any(goes_on(one) for one in treatments)
        if dated:
            starts[patient] = min(dated)[-1]
        else:
            reasons[patient] = START_UNKNOWN
    return [
        Filled(
            column=computed("denosumab_given", _("Denosumab given"), DataType.YES_NO),
            values={patient: bool(courses) for patient, courses in given.items()},
        ),
        Filled(
            column=computed("denosumab_start", _("Start of denosumab"), DataType.PARTIAL_DATE),
            values=starts,
            reasons=reasons,
        ),
        Filled(
            column=computed("denosumab_courses", _("Courses of denosumab"), DataType.INTEGER),
            values={patient: len(courses) for patient, courses in given.items()},
        ),
        Filled(
            column=computed("denosumab_goes_on", _("Denosumab goes on"), DataType.YES_NO),
            values=ongoing,
            reasons=reasons,
        ),
    ]
