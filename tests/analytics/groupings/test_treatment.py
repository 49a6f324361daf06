"""Groups that follow from denosumab: response by a criterion, and when specimens were taken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.groupings import GROUPINGS
from cases.models import Patient, Study
from cases.sentences import render
from tests.factories import (
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SpecimenFactory,
    StudyFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def outcome(code: str, patient: Patient, detail: str = "") -> str:
    """The group of the patient, or the sentence why there is none."""
    assignment = GROUPINGS[code].assign(Patient.objects.filter(study=patient.study), detail)
    return assignment.groups.get(patient.pk) or render(assignment.reasons[patient.pk])


def treated(study: Study) -> Patient:
    """Given denosumab from 2 January 2020 on."""
    patient = PatientFactory(study=study)
    TreatmentFactory(patient=patient)
    return patient


@pytest.mark.parametrize(
    ("sclerosis", "group"),
    [("partial", "response"), ("none", "no_response"), ("not_evaluable", "Response not evaluable")],
)
def test_response_by_sclerosis(study: Study, sclerosis: str, group: str) -> None:
    patient = treated(study)
    ResponseAssessmentFactory(lesion=LesionFactory(patient=patient), sclerosis=sclerosis)
    assert outcome("response", patient, "sclerosis") == group
    assert outcome("response", patient, "recist") == "Not assessed by this criterion after the first dose"


def test_response_of_those_outside_the_denominator(study: Study) -> None:
    untreated = LesionFactory(patient__study=study).patient
    blastic = treated(study)
    ResponseAssessmentFactory(lesion=LesionFactory(patient=blastic, radiographic_type="blastic"))
    no_lesion = treated(study)
    undated = PatientFactory(study=study)
    TreatmentFactory(patient=undated, start="")
    other = treated(study)
    ResponseAssessmentFactory(lesion=LesionFactory(patient=other, radiographic_type="unknown"))
    patients = (untreated, blastic, no_lesion, undated, other)
    assert [outcome("response", patient, "sclerosis") for patient in patients] == [
        "Never given denosumab",
        "Blastic at baseline",
        "No index lesion",
        "Denosumab on an unknown day",
        "Neither lytic nor mixed at baseline",
    ]


def test_response_follows_the_rule_of_the_study() -> None:
    strict = StudyFactory(response_rule="all")
    patient = treated(strict)
    for sclerosis in ("partial", "none"):
        ResponseAssessmentFactory(lesion=LesionFactory(patient=patient), sclerosis=sclerosis)
    assert outcome("response", patient, "sclerosis") == "no_response"
    strict.response_rule = "any"
    strict.save()
    assert outcome("response", patient, "sclerosis") == "response"


@pytest.mark.parametrize(
    ("dates", "group"),
    [
        (["2020-01-02"], "before"),
        (["2019-05", "2019-07"], "before"),
        (["2020-03-01"], "on"),
        (["2019-05", "2020-03-01"], "Specimens of several timings"),
        (["2020-01"], "Not known when the specimens were taken"),
        (["2019-05", ""], "Not known when the specimens were taken"),
        ([], "Not known when the specimens were taken"),
    ],
)
def test_timing_where_all_specimens_agree(study: Study, dates: list[str], group: str) -> None:
    patient = treated(study)
    for date in dates:
        SpecimenFactory(patient=patient, collection_date=date)
    assert outcome("timing", patient) == group


def test_what_was_made_from_a_specimen_is_of_its_day(study: Study) -> None:
    patient = treated(study)
    block = SpecimenFactory(patient=patient, collection_date="2019-05-01")
    SpecimenFactory(patient=patient, parent=block, collection_date="")
    assert outcome("timing", patient) == "before"


def test_never_treated_is_a_group_and_the_time_after_a_course_too(study: Study) -> None:
    never = SpecimenFactory(patient__study=study).patient
    stopped = PatientFactory(study=study)
    TreatmentFactory(patient=stopped, end="2020-06-01")
    SpecimenFactory(patient=stopped, collection_date="2021-06-01")
    assert [outcome("timing", patient) for patient in (never, stopped)] == ["never_treated", "after"]


def test_the_criterion_is_named() -> None:
    assert str(GROUPINGS["response"].label("recist")) == "Response to denosumab · RECIST 1.1"


@pytest.mark.parametrize(("code", "detail"), [("response", "sclerosis"), ("timing", "")])
def test_number_of_queries_does_not_depend_on_patients(study: Study, code: str, detail: str) -> None:
    counts = []
    for _time in range(2):
        ResponseAssessmentFactory(lesion=LesionFactory(patient=treated(study)))
        with CaptureQueriesContext(connection) as captured:
            GROUPINGS[code].assign(Patient.objects.filter(study=study), detail)
        counts.append(len(captured))
    assert counts[0] == counts[1]
