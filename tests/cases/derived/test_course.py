"""The course of patients as it is read from the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.derived.course import RECORDS_OF_RESPONSE, Course, courses, responses
from cases.derived.follow_up import TimeZero
from cases.derived.response import Excluded, Outcome
from cases.derived.timing import Timing
from cases.models import Patient
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    DiagnosisFactory,
    LaboratoryResultFactory,
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


def treated(**fields: object) -> Patient:
    """Denosumab since 2 January 2020; a lytic lesion with partial sclerosis on 2 April."""
    patient = PatientFactory(**fields)
    DiagnosisFactory(patient=patient, date="2019-12")
    treatment = TreatmentFactory(patient=patient)
    AdministrationFactory(treatment=treatment)
    ResponseAssessmentFactory(lesion=LesionFactory(patient=patient))
    SkeletalEventFactory(patient=patient)
    AdverseEventFactory(patient=patient)
    LaboratoryResultFactory(patient=patient)
    SpecimenFactory(patient=patient, procedure="biopsy", collection_date="2019-12-20")
    SpecimenFactory(patient=patient, procedure="curettage", collection_date="2020-05-20")
    return patient


def course(patient: Patient) -> Course:
    return courses([Patient.objects.get(pk=patient.pk)])[patient.pk]


def test_everything_of_one_patient() -> None:
    read = course(treated())
    assert {zero: day.date.isoformat() for zero, day in read.zeros.items()} == {
        TimeZero.FIRST_DOSE: "2020-01-02",
        TimeZero.DIAGNOSIS: "2019-12-15",
        TimeZero.BIOPSY: "2019-12-20",
        TimeZero.SURGERY: "2020-05-20",
    }
    assert [read.timing(specimen).timing for specimen in read.specimens] == [Timing.BEFORE, Timing.ON]
    response = read.response()
    assert response.days is not None
    assert (response.outcome, response.days.days) == (Outcome.RESPONSE, 91)
    assert [event.counts for event in read.counted_events] == [True]


def test_patients_are_not_mixed_up_and_cost_no_further_queries() -> None:
    patients = [treated(), PatientFactory()]
    with CaptureQueriesContext(connection) as few:
        found = courses(patients)
    assert found[patients[0].pk].response().outcome is Outcome.RESPONSE
    assert found[patients[1].pk].response().excluded is Excluded.NOT_TREATED
    assert found[patients[1].pk].zeros == {}
    patients += [treated() for _ in range(4)]
    with CaptureQueriesContext(connection) as many:
        for read in courses(patients).values():
            read.response()
            read.follow_up(TimeZero.DIAGNOSIS)
            assert len(read.counted_events) <= 1
            assert len(read.lesions) <= 1
    assert len(many) == len(few)


def test_records_that_were_not_asked_for_are_not_taken_for_none() -> None:
    patient = treated()
    read = courses([Patient.objects.get(pk=patient.pk)], records=RECORDS_OF_RESPONSE)[patient.pk]
    assert read.response().outcome is Outcome.RESPONSE
    for untold in (read.specimens, read.laboratory_results):
        with pytest.raises(LookupError, match="were not read"):
            list(untold)
        with pytest.raises(LookupError, match="were not read"):
            bool(untold)


@pytest.mark.parametrize(
    ("agent", "treatment_class", "to_lesion", "responds"),
    [
        ("radiotherapy", "radiotherapy", True, False),
        ("curettage", "surgery", True, False),
        ("radiotherapy", "radiotherapy", False, True),
        ("osimertinib", "kinase_inhibitor", True, True),
    ],
)
def test_only_local_treatment_of_that_lesion_flags(
    agent: str, treatment_class: str, to_lesion: bool, responds: bool
) -> None:
    patient = treated()
    lesion = patient.lesions.get() if to_lesion else LesionFactory(patient=patient, is_index=False)
    TreatmentFactory(
        patient=patient,
        agent=TreatmentAgentFactory(code=agent, treatment_class=treatment_class),
        lesion=lesion,
        start="2020-03-01",
    )
    response = course(patient).response()
    assert (response.outcome is Outcome.RESPONSE) is responds
    assert response.concurrent == (("Osimertinib",) if agent == "osimertinib" else ())


@pytest.mark.parametrize(
    ("kind", "responds"), [("radiation_to_bone", False), ("surgery_to_bone", False), ("pathological_fracture", True)]
)
def test_radiation_and_surgery_recorded_as_events_flag_too(kind: str, responds: bool) -> None:
    patient = treated()
    SkeletalEventFactory(patient=patient, lesion=patient.lesions.get(), type=kind, date="2020-03-30")
    assert (course(patient).response().outcome is Outcome.RESPONSE) is responds


def test_the_study_decides_how_many_lesions_and_which_events() -> None:
    patient = treated()
    ResponseAssessmentFactory(lesion=LesionFactory(patient=patient), sclerosis="none")
    SkeletalEventFactory(patient=patient, type="hypercalcaemia", date="2020-08-01")
    read = course(patient)
    assert read.response().outcome is Outcome.RESPONSE
    assert [event.counts for event in read.counted_events] == [True, False]
    patient.study.response_rule = "all"
    patient.study.counts_hypercalcaemia = True
    patient.study.save()
    read = course(patient)
    assert read.response().outcome is Outcome.NO_RESPONSE
    assert [event.counts for event in read.counted_events] == [True, True]


@pytest.mark.parametrize(
    ("fields", "timing"),
    [
        ({}, Timing.ON),
        ({"stopping_reason": "wish"}, Timing.UNKNOWN),
        ({"missing": {"end": "unknown"}}, Timing.UNKNOWN),
        ({"end": "2020-03-01"}, Timing.AFTER),
    ],
)
def test_a_course_without_an_end_goes_on_unless_something_says_it_stopped(
    fields: dict[str, object], timing: Timing
) -> None:
    patient = PatientFactory()
    TreatmentFactory(patient=patient, **fields)
    specimen = SpecimenFactory(patient=patient, collection_date="2022-01-01")
    assert course(patient).timing(specimen).timing == timing


def test_a_partly_known_event_lies_not_after_the_death() -> None:
    patient = PatientFactory(vital_status="dead", death_date="2020-03-02")
    SkeletalEventFactory(patient=patient, date="2020")
    assert course(patient).counted_events[0].event.day.date.isoformat() == "2020-03-02"
    assert course(patient).follow_up(TimeZero.FIRST_DOSE).missing == "no_time_zero"


def test_responses_are_those_of_the_whole_courses_and_read_less() -> None:
    patients = [treated(), treated(), PatientFactory()]
    ResponseAssessmentFactory(
        lesion=LesionFactory(patient=patients[1]), criterion="recist", sclerosis="", category="PD"
    )
    people = list(Patient.objects.filter(pk__in=[patient.pk for patient in patients]))
    with CaptureQueriesContext(connection) as captured:
        found = responses(people, "recist")
    whole = {key: one.response("recist") for key, one in courses(people).items()}
    for key, response in found.items():
        expected = whole[key]
        assert (response.outcome, response.excluded, response.day, response.concurrent) == (
            expected.outcome,
            expected.excluded,
            expected.day,
            expected.concurrent,
        )
    with CaptureQueriesContext(connection) as again:
        responses(people[:1], "recist")
    assert len(again) == len(captured) == 6
