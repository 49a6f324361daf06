"""Times of the wide table: what ends them, and why there is none."""

from typing import Any

import pytest

from analytics.wide_table.course import time_to_death, time_to_response, time_to_sre
from cases.derived.course import Course, courses
from cases.derived.follow_up import TimeZero
from cases.models import Patient
from tests.factories import (
    DiagnosisFactory,
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db

START = "2020-01-01"


@pytest.fixture
def patient() -> Patient:
    """Denosumab from the first of January 2020, alive a hundred days later."""
    patient = PatientFactory(vital_status="alive", last_follow_up_date="2020-04-10")
    DiagnosisFactory(patient=patient, is_index=True, date="2019-12-22")
    TreatmentFactory(patient=patient, agent=TreatmentAgentFactory(), start=START)
    return patient


def course(patient: Patient) -> Course:
    patient.refresh_from_db()
    return courses([patient])[patient.pk]


def told(time: Any) -> tuple[int | None, str]:
    return (time.days.days if time.days else None, time.ended_by or time.reason["text"])


def test_the_first_event_that_counts_on_or_after_time_zero(patient: Patient) -> None:
    SkeletalEventFactory(patient=patient, date="2019-12-27", type="pathological_fracture")
    SkeletalEventFactory(patient=patient, date="2020-01-06", type="surgery_to_bone")
    SkeletalEventFactory(patient=patient, date="2020-02-10", type="radiation_to_bone")
    # Ten days after a counted one, the operation does not count.
    assert told(time_to_sre(course(patient), TimeZero.FIRST_DOSE)) == (40, "event")
    assert told(time_to_sre(course(patient), TimeZero.DIAGNOSIS)) == (5, "event")


def test_followed_without_the_event(patient: Patient) -> None:
    assert told(time_to_sre(course(patient), TimeZero.FIRST_DOSE)) == (100, "censored")
    assert told(time_to_death(course(patient), TimeZero.FIRST_DOSE)) == (100, "censored")


def test_death_before_the_event_competes(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(vital_status="dead", death_date="2020-04-20")
    assert told(time_to_sre(course(patient), TimeZero.FIRST_DOSE)) == (110, "death")
    assert told(time_to_death(course(patient), TimeZero.FIRST_DOSE)) == (110, "event")


def test_why_there_is_no_time(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(vital_status="dead")
    assert told(time_to_death(course(patient), TimeZero.FIRST_DOSE)) == (None, "Date of death not known")
    assert told(time_to_sre(course(patient), TimeZero.SURGERY)) == (None, "Time zero not known")
    Patient.objects.filter(pk=patient.pk).update(vital_status="alive", last_follow_up_date="")
    assert told(time_to_sre(course(patient), TimeZero.FIRST_DOSE)) == (None, "Last follow-up not known")


def test_response_and_the_last_assessment_without_one(patient: Patient) -> None:
    lesion = LesionFactory(patient=patient, radiographic_type="lytic")
    assert told(time_to_response(course(patient), "sclerosis"))[1].startswith("Not assessed")
    assessed = {"lesion": lesion, "criterion": "sclerosis", "category": ""}
    ResponseAssessmentFactory(**assessed, date="2020-01-31", sclerosis="none")
    assert told(time_to_response(course(patient), "sclerosis")) == (30, "censored")
    ResponseAssessmentFactory(**assessed, date="2020-03-01", sclerosis="partial")
    assert told(time_to_response(course(patient), "sclerosis")) == (60, "event")
