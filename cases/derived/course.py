"""The recorded course of patients as plain values, with the rules of this package applied to it.

:func:`courses` reads any number of patients with the same number of queries.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from cases.derived.dates import Day, day_of, first_of
from cases.derived.follow_up import FollowUp, TimeZero, follow_up
from cases.derived.response import (
    SCLEROSIS,
    Assessment,
    FollowedLesion,
    Medication,
    PatientResponse,
    patient_response,
)
from cases.derived.skeletal_events import CountedEvent, Event, count_events
from cases.derived.timing import DrugCourse, SpecimenTiming, first_dose, specimen_timing
from cases.models import (
    Administration,
    AdverseEvent,
    Diagnosis,
    LaboratoryResult,
    Lesion,
    Patient,
    Procedure,
    ResponseAssessment,
    ResponseRule,
    SkeletalEvent,
    SkeletalEventType,
    Specimen,
    Study,
    Treatment,
    TreatmentClass,
    VitalStatus,
)

DENOSUMAB = "denosumab"
LOCAL = (TreatmentClass.RADIOTHERAPY, TreatmentClass.SURGERY)
LOCAL_EVENTS = (SkeletalEventType.RADIATION, SkeletalEventType.SURGERY)
OPERATIONS = (Procedure.CURETTAGE, Procedure.RESECTION)


RECORDS: dict[str, Callable[[], QuerySet[Any, Any]]] = {
    "diagnoses": lambda: Diagnosis.objects.select_related("histology", "primary_site"),
    "lesions": lambda: Lesion.objects.select_related("site").order_by("code"),
    "treatments": lambda: Treatment.objects.select_related("agent").order_by("start", "pk"),
    "administrations": lambda: Administration.objects.order_by("date"),
    "assessments": lambda: ResponseAssessment.objects.order_by("date", "pk"),
    "events": lambda: SkeletalEvent.objects.order_by("date", "pk"),
    "adverse_events": lambda: AdverseEvent.objects.select_related("term").order_by("date", "pk"),
    "laboratory_results": lambda: LaboratoryResult.objects.select_related("test").order_by("test__name", "date"),
    "specimens": lambda: Specimen.objects.order_by("collection_date", "code"),
}
"""The records of a course, each in order of time."""

COLUMNS: dict[str, Callable[[], QuerySet[Any, Any]]] = {
    "administrations": lambda: RECORDS["administrations"]().values_list(
        "patient_id", "treatment_id", "date", named=True
    ),
    "assessments": lambda: RECORDS["assessments"]().values_list(
        "patient_id", "lesion_id", "date", "criterion", "sclerosis", "category", "mean_attenuation_hu", named=True
    ),
}
"""What the rules read of the records of which a patient has many: for many patients, reading more takes most time."""

RECORDS_OF_TIMING = ("treatments", "administrations", "specimens")
RECORDS_OF_RESPONSE = ("lesions", "treatments", "administrations", "assessments", "events")
RECORDS_OF_FOLLOW_UP = (*RECORDS_OF_RESPONSE, "diagnoses", "specimens")
"""Of a time from any day it can be counted from, with response and events."""


class NotRead(tuple[Any, ...]):
    """Stands for records that were not asked for, so that nobody takes them for none."""

    def __iter__(self) -> Iterator[Any]:
        raise LookupError("These records were not read. Name them when asking for the courses.")

    def __len__(self) -> int:
        raise LookupError("These records were not read. Name them when asking for the courses.")


@dataclass(frozen=True, kw_only=True)
class Course:
    """Everything dated that is recorded of one patient, in order of time."""

    patient: Patient
    study: Study
    diagnoses: tuple[Diagnosis, ...]
    lesions: tuple[Lesion, ...]
    treatments: tuple[Treatment, ...]
    administrations: tuple[Administration, ...]
    assessments: tuple[ResponseAssessment, ...]
    events: tuple[SkeletalEvent, ...]
    adverse_events: tuple[AdverseEvent, ...]
    laboratory_results: tuple[LaboratoryResult, ...]
    specimens: tuple[Specimen, ...]

    @cached_property
    def denosumab(self) -> tuple[DrugCourse, ...]:
        """The courses of denosumab."""
        doses: dict[int, list[str]] = defaultdict(list)
        for dose in self.administrations:
            doses[dose.treatment_id].append(dose.date)
        return tuple(
            DrugCourse(
                start=treatment.start,
                end=treatment.end,
                goes_on=goes_on(treatment),
                interval_days=treatment.interval_days,
                doses=tuple(doses[treatment.pk]),
            )
            for treatment in self.treatments
            if treatment.agent.code == DENOSUMAB
        )

    @cached_property
    def zeros(self) -> dict[TimeZero, Day]:
        """The days time can be counted from; those that are not known are not there.

        Surgery is the first operation: a treatment of the class surgery, or a specimen by curettage or resection.
        """
        operations = [day_of(one.start) for one in self.treatments if one.agent.treatment_class == "surgery"]
        found = {
            TimeZero.FIRST_DOSE: first_dose(self.denosumab),
            TimeZero.DIAGNOSIS: first_of([day_of(one.date) for one in self.diagnoses if one.is_index]),
            TimeZero.BIOPSY: first_of(self._collected(Procedure.BIOPSY)),
            TimeZero.SURGERY: first_of([*operations, *self._collected(*OPERATIONS)]),
        }
        return {zero: day for zero, day in found.items() if day is not None}

    @cached_property
    def death(self) -> Day | None:
        return day_of(self.patient.death_date)

    @cached_property
    def counted_events(self) -> tuple[CountedEvent, ...]:
        """The skeletal-related events by the study's definition."""
        events = [
            Event(day=day, type=one.type, label=one.get_type_display(), lesion=one.lesion_id)
            for one in self.events
            if (day := self.day(one.date))
        ]
        return count_events(
            events,
            window_days=self.study.skeletal_event_window_days,
            counts_hypercalcaemia=self.study.counts_hypercalcaemia,
        )

    @cached_property
    def followed_lesions(self) -> tuple[FollowedLesion, ...]:
        return tuple(
            FollowedLesion(
                key=lesion.pk,
                label=str(lesion),
                radiographic_type=lesion.radiographic_type,
                is_index=lesion.is_index,
                assessments=tuple(self._assessments(lesion)),
                local_treatments=tuple(self._local_treatments(lesion)),
            )
            for lesion in self.lesions
        )

    def day(self, text: str) -> Day | None:
        """The day of a recorded date, not after the death."""
        return day_of(text, not_after=self.death.date if self.death else None)

    def response(self, criterion: str = SCLEROSIS, *, count_flagged: bool = False) -> PatientResponse:
        """Whether the patient responded to denosumab by the criterion, by the study's rule."""
        return patient_response(
            self.followed_lesions,
            criterion=criterion,
            treated=bool(self.denosumab),
            first_dose=first_dose(self.denosumab),
            all_lesions=self.study.response_rule == ResponseRule.ALL,
            medications=self._medications(),
            count_flagged=count_flagged,
        )

    def timing(self, specimen: Specimen) -> SpecimenTiming:
        """Whether the specimen was taken before, on or after denosumab."""
        return specimen_timing(collected=specimen.collection_date, courses=self.denosumab)

    def follow_up(self, zero: TimeZero) -> FollowUp:
        """Follow-up time from the time zero of choice."""
        return follow_up(
            zero=self.zeros.get(zero),
            dead=self.patient.vital_status == VitalStatus.DEAD,
            death=self.patient.death_date,
            last_follow_up=self.patient.last_follow_up_date,
        )

    def _collected(self, *procedures: Procedure) -> list[Day | None]:
        return [day_of(one.collection_date) for one in self.specimens if one.procedure in procedures]

    def _assessments(self, lesion: Lesion) -> list[Assessment]:
        return [
            Assessment(
                day=day,
                criterion=one.criterion,
                sclerosis=one.sclerosis,
                category=one.category,
                attenuation=None if one.mean_attenuation_hu is None else float(one.mean_attenuation_hu),
            )
            for one in self.assessments
            if one.lesion_id == lesion.pk and (day := self.day(one.date))
        ]

    def _local_treatments(self, lesion: Lesion) -> list[Day | None]:
        treatments = [
            self.day(one.start)
            for one in self.treatments
            if one.lesion_id == lesion.pk and one.agent.treatment_class in LOCAL
        ]
        events = [self.day(one.date) for one in self.events if one.lesion_id == lesion.pk and one.type in LOCAL_EVENTS]
        return treatments + events

    def _medications(self) -> list[Medication]:
        return [
            Medication(label=str(one.agent), start=day_of(one.start), end=day_of(one.end))
            for one in self.treatments
            if one.agent.code != DENOSUMAB and one.agent.treatment_class not in LOCAL
        ]


def goes_on(treatment: Treatment) -> bool:
    """Whether a treatment without an end goes on: nothing says that it stopped or that its end is not known."""
    return not (treatment.end or treatment.stopping_reason or "end" in treatment.missing)


def courses(patients: Sequence[Patient], *, records: Collection[str] = ()) -> dict[int, Course]:
    """The course of each patient by the patient's key. The caller has checked who may see them.

    Whoever asks for many patients names the ``records`` that matter; then :data:`COLUMNS` are all there is of some.
    """
    if not records:
        return _courses(patients, {kind: rows() for kind, rows in RECORDS.items()})
    return _courses(patients, {kind: (RECORDS | COLUMNS)[kind]() for kind in records})


def responses(
    patients: Sequence[Patient], criterion: str = SCLEROSIS, *, count_flagged: bool = False
) -> dict[int, PatientResponse]:
    """The response of each patient by the patient's key, as :meth:`Course.response` gives it.

    Only what a response follows from is read, because a question about a response asks for every patient of a study.
    """
    records = {kind: (RECORDS | COLUMNS)[kind]() for kind in RECORDS_OF_RESPONSE}
    records["assessments"] = records["assessments"].filter(criterion=criterion)
    found = _courses(patients, records)
    return {key: course.response(criterion, count_flagged=count_flagged) for key, course in found.items()}


def _courses(patients: Sequence[Patient], records: Mapping[str, QuerySet[Any]]) -> dict[int, Course]:
    """Courses with these records."""
    keys = [patient.pk for patient in patients]
    studies = {study.pk: study for study in Study.objects.filter(pk__in={patient.study_id for patient in patients})}
    of_patient = {kind: _by_patient(queryset, keys) for kind, queryset in records.items()}
    return {
        patient.pk: Course(
            patient=patient,
            study=studies[patient.study_id],
            **{kind: tuple(of_patient[kind][patient.pk]) if kind in of_patient else NotRead() for kind in RECORDS},
        )
        for patient in patients
    }


def _by_patient(queryset: QuerySet[Any], keys: Iterable[int]) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in queryset.filter(patient__in=keys):
        rows[row.patient_id].append(row)
    return rows
