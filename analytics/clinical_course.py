"""What the timeline of a patient shows: the recorded course, row by row, in days from a time zero of choice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.course_markers import CourseMarkers
from analytics.plots import theme
from analytics.plots.timeline import Bar, Mark, MarkLook, Row, days_text
from cases.access import Person
from cases.derived.course import DENOSUMAB, Course, goes_on
from cases.derived.dates import Day, Days, days_between
from cases.derived.follow_up import TimeZero
from cases.derived.response import SCLEROSIS, Outcome
from cases.models import LaboratoryResult, Lesion, ResponseAssessment, Treatment

ZEROS: dict[TimeZero, Any] = {
    TimeZero.FIRST_DOSE: gettext_lazy("First denosumab dose"),
    TimeZero.DIAGNOSIS: gettext_lazy("Diagnosis"),
    TimeZero.BIOPSY: gettext_lazy("Biopsy"),
    TimeZero.SURGERY: gettext_lazy("Surgery"),
}
AXES: dict[TimeZero, Any] = {
    TimeZero.FIRST_DOSE: gettext_lazy("Days from the first denosumab dose"),
    TimeZero.DIAGNOSIS: gettext_lazy("Days from the diagnosis"),
    TimeZero.BIOPSY: gettext_lazy("Days from the first biopsy"),
    TimeZero.SURGERY: gettext_lazy("Days from the first operation"),
}
NOT_EVALUABLE = MarkLook(colour=theme.REFERENCE, symbol="square", hollow=True)
READINGS = {
    "complete": MarkLook(colour=theme.SCLEROSIS, symbol="square"),
    "CR": MarkLook(colour=theme.SCLEROSIS, symbol="square"),
    "partial": MarkLook(colour=theme.PARTIAL_SCLEROSIS, symbol="square"),
    "PR": MarkLook(colour=theme.PARTIAL_SCLEROSIS, symbol="square"),
    "none": MarkLook(colour=theme.NO_RESPONSE, symbol="square"),
    "SD": MarkLook(colour=theme.NO_RESPONSE, symbol="square"),
    "PD": MarkLook(colour=theme.PROGRESSION, symbol="square"),
}
COUNTED = MarkLook(colour=theme.EVENT, symbol="x")
UNCOUNTED = MarkLook(colour=theme.EVENT, symbol="x", hollow=True)
HARM = MarkLook(colour=theme.HARM, symbol="triangle-up")
TAKEN = MarkLook(colour=theme.TAKEN, symbol="circle")
VALUE = MarkLook(colour=theme.REFERENCE, symbol="circle")
OF_VALUE_LIMIT = MarkLook(colour=theme.REFERENCE, symbol="circle", hollow=True)
KNOWN = MarkLook(colour=theme.REFERENCE, symbol="diamond")
DEATH = MarkLook(colour=theme.INK, symbol="line-ns-open")
OPEN_START = MarkLook(colour=theme.OTHER_DRUG, symbol="triangle-right-open")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the table beside the figure."""

    row: str
    text: str
    date: str
    days: str


@dataclass(frozen=True, kw_only=True)
class ClinicalCourse:
    """The course from ``zero``; from another time zero than the ``wanted`` one where that is not known.

    It shows what ``user`` may see of the markers; without one, none.
    """

    course: Course
    wanted: TimeZero
    user: Person | None = None

    @property
    def zero(self) -> TimeZero | None:
        known = self.course.zeros
        return self.wanted if self.wanted in known else next((zero for zero in TimeZero if zero in known), None)

    @property
    def choices(self) -> list[tuple[TimeZero, Any]]:
        """The time zeros of this patient that are known."""
        return [(zero, ZEROS[zero]) for zero in TimeZero if zero in self.course.zeros]

    @property
    def axis_title(self) -> str:
        return "" if self.zero is None else str(AXES[self.zero])

    @cached_property
    def rows(self) -> list[Row]:
        """From treatment to follow-up; nothing without a time zero."""
        if self.zero is None:
            return []
        made = [
            *self._treatments(),
            *self._laboratory(),
            self._row(_("Specimens"), self._specimens()),
            *self._markers(),
            self._row(_("Skeletal-related events"), self._events()),
            self._row(_("Adverse events"), self._adverse_events()),
            *self._responses(),
            self._row(_("Diagnosis, follow-up"), self._follow_up()),
        ]
        return [row for row in made if row.marks or row.bars]

    @property
    def entries(self) -> list[Entry]:
        """The rows of the figure as lines of a table."""
        return [
            Entry(row=row.label, text=text, date=date, days=days)
            for row in self.rows
            for text, date, days in [
                *((bar.text, bar.date, _span_text(bar)) for bar in row.bars),
                *((mark.text, mark.date, days_text(mark.days)) for mark in row.marks),
            ]
        ]

    @property
    def sentence(self) -> str:
        """The course in words."""
        return " ".join(filter(None, [self._treated(), self._responded(), self._suffered(), self._followed()]))

    def _days(self, day: Day | None) -> Days | None:
        return None if self.zero is None else days_between(self.course.zeros[self.zero], day)

    def _dated(self, text: str) -> Days | None:
        return self._days(self.course.day(text))

    def _row(self, label: str, marks: Iterable[Mark]) -> Row:
        return Row(label=label, marks=tuple(marks))

    def _treatments(self) -> Iterator[Row]:
        """One row an agent, denosumab first."""
        agents: dict[str, list[Treatment]] = {}
        for treatment in self.course.treatments:
            agents.setdefault(treatment.agent.code, []).append(treatment)
        for code in sorted(agents, key=lambda code: code != DENOSUMAB):
            bars, marks = [], []
            for treatment in agents[code]:
                start, end = self._dated(treatment.start), self._dated(treatment.end)
                if start is None:
                    continue
                text, leads = _scheme(treatment), code == DENOSUMAB
                if end is None and not goes_on(treatment):
                    text = ", ".join(filter(None, [text, _("end not known")]))
                    marks.append(Mark(days=start, text=text, label=text, date=treatment.start, look=OPEN_START))
                    continue
                dates = f"{treatment.start} – {treatment.end or _('goes on')}"
                bars.append(Bar(start=start, end=end, text=text, date=dates, leads=leads))
            yield Row(label=str(agents[code][0].agent), bars=tuple(bars), marks=tuple(marks))

    def _laboratory(self) -> Iterator[Row]:
        """One row for each test and unit: values are not compared across units."""
        series: dict[tuple[str, str], list[LaboratoryResult]] = {}
        for result in self.course.laboratory_results:
            if result.value is not None:
                series.setdefault((str(result.test), result.unit), []).append(result)
        for (test, unit), results in series.items():
            values = [float(result.value or 0) for result in results]
            low, spread = min(values), (max(values) - min(values)) or 1
            marks = [
                Mark(
                    days=days,
                    text=f"{'' if result.comparator == '=' else result.comparator}{value:g} {unit}",
                    date=result.date,
                    look=VALUE if result.comparator == "=" else OF_VALUE_LIMIT,
                    level=(value - low) / spread,
                )
                for result, value in zip(results, values, strict=True)
                if (days := self._dated(result.date))
            ]
            yield Row(label=f"{test} ({unit})", marks=tuple(marks), series=True)

    def _specimens(self) -> Iterator[Mark]:
        for specimen in self.course.specimens:
            # What was made from another specimen was not taken on a day of its own.
            if specimen.parent_id is None and (days := self._dated(specimen.collection_date)):
                known = specimen.procedure != "unknown"
                label = specimen.get_procedure_display() if known else specimen.get_kind_display()
                text = f"{specimen.code}: {specimen.get_kind_display()}, {specimen.get_procedure_display()}"
                yield Mark(days=days, text=text, label=label, date=specimen.collection_date, look=TAKEN)

    def _markers(self) -> Iterator[Row]:
        if self.user is not None:
            yield from CourseMarkers(course=self.course, user=self.user, days=self._dated).rows()

    def _events(self) -> Iterator[Mark]:
        recorded = sorted(self.course.events, key=lambda one: one.date)
        dates = {(one.type, self.course.day(one.date), one.lesion_id): str(one.date) for one in recorded}
        for counted in self.course.counted_events:
            event = counted.event
            if days := self._days(event.day):
                text = event.label if counted.counts else _("%(event)s, does not count") % {"event": event.label}
                yield Mark(
                    days=days,
                    text=text,
                    label=event.label,
                    date=dates[event.type, event.day, event.lesion],
                    look=COUNTED if counted.counts else UNCOUNTED,
                )

    def _adverse_events(self) -> Iterator[Mark]:
        for event in self.course.adverse_events:
            if days := self._dated(event.date):
                grade = "" if event.grade is None else _("grade %(grade)d") % {"grade": event.grade}
                text = ", ".join(filter(None, [str(event.term), grade]))
                yield Mark(days=days, text=text, label=str(event.term), date=event.date, look=HARM)

    def _responses(self) -> Iterator[Row]:
        """One row for each lesion and criterion it was read by, marginal or internal sclerosis first."""
        for lesion in self.course.lesions:
            readings: dict[str, list[ResponseAssessment]] = {}
            for one in self.course.assessments:
                if one.lesion_id == lesion.pk:
                    readings.setdefault(one.criterion, []).append(one)
            for criterion in sorted(readings, key=lambda criterion: criterion != SCLEROSIS):
                label = str(lesion)
                if criterion != SCLEROSIS:
                    label = f"{lesion.code} · {readings[criterion][0].get_criterion_display()}"
                yield self._row(label, self._readings(lesion, readings[criterion]))

    def _readings(self, lesion: Lesion, assessments: list[ResponseAssessment]) -> Iterator[Mark]:
        for one in assessments:
            if days := self._dated(one.date):
                by_sclerosis = one.criterion == SCLEROSIS
                answer = one.sclerosis if by_sclerosis else one.category
                label = one.get_sclerosis_display() if by_sclerosis else one.category
                density = "" if one.mean_attenuation_hu is None else f"{float(one.mean_attenuation_hu):g} HU"
                text = ", ".join(filter(None, [one.get_modality_display(), label or _("not assessed"), density]))
                yield Mark(days=days, text=text, label=label, date=one.date, look=READINGS.get(answer, NOT_EVALUABLE))

    def _follow_up(self) -> Iterator[Mark]:
        patient = self.course.patient
        for diagnosis in self.course.diagnoses:
            if days := self._dated(diagnosis.date):
                text = str(diagnosis.histology)
                yield Mark(days=days, text=text, label=_("Diagnosis"), date=diagnosis.date, look=KNOWN)
        if days := self._dated(patient.last_follow_up_date):
            label = _("Last follow-up")
            yield Mark(days=days, text=label, label=label, date=patient.last_follow_up_date, look=KNOWN)
        if days := self._days(self.course.death):
            text = " · ".join(filter(None, [_("Death"), patient.cause_of_death]))
            yield Mark(days=days, text=text, label=_("Death"), date=patient.death_date, look=DEATH)

    def _treated(self) -> str:
        given = [one for one in self.course.treatments if one.agent.code == DENOSUMAB and one.start]
        if not given:
            return _("No denosumab with a start is recorded.")
        start, end = self._dated(given[0].start), self._dated(given[-1].end)
        if start is None:
            return ""
        if end is not None:
            return _("Denosumab from day {start} to day {end}.").format(start=days_text(start), end=days_text(end))
        if goes_on(given[-1]):
            return _("Denosumab from day {start}, going on.").format(start=days_text(start))
        return _("Denosumab from day {start}, its end is not known.").format(start=days_text(start))

    def _responded(self) -> str:
        response = self.course.response()
        if response.outcome is Outcome.RESPONSE and (days := self._days(response.day)):
            return _("Sclerosis on day {day}.").format(day=days_text(days))
        return _("No sclerosis so far.") if response.outcome is Outcome.NO_RESPONSE else ""

    def _suffered(self) -> str:
        counted = [one for one in self.course.counted_events if one.counts]
        if not counted:
            return _("No skeletal-related event is recorded.")
        first = self._days(counted[0].event.day)
        text = ngettext(
            "{number} skeletal-related event, on day {day}.",
            "{number} skeletal-related events, the first on day {day}.",
            len(counted),
        )
        return "" if first is None else text.format(number=len(counted), day=days_text(first))

    def _followed(self) -> str:
        if death := self._days(self.course.death):
            return _("Died on day {day}.").format(day=days_text(death))
        if last := self._dated(self.course.patient.last_follow_up_date):
            return _("Last follow-up on day {day}.").format(day=days_text(last))
        return ""


def _scheme(treatment: Treatment) -> str:
    """“120 mg every 28 days”."""
    dose = "" if treatment.dose_mg is None else f"{float(treatment.dose_mg):g} mg"
    if treatment.interval_days is None:
        return dose
    every = ngettext("daily", "every {days} days", treatment.interval_days)
    return " ".join(filter(None, [dose, every.format(days=treatment.interval_days)]))


def _span_text(bar: Bar) -> str:
    end = _("goes on") if bar.end is None else days_text(bar.end)
    return f"{days_text(bar.start)} – {end}"
