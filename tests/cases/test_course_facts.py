"""What a page says follows from a record."""

import pytest

from cases.course_facts import facts
from cases.derived.course import courses
from cases.models import Patient
from tests.factories import (
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


def said(patient: Patient) -> dict[str, str]:
    return {fact.about: fact.text for fact in facts(courses([patient])[patient.pk])}


def test_nothing_follows_from_an_empty_record() -> None:
    assert said(PatientFactory()) == {}


def test_a_treated_patient() -> None:
    patient = PatientFactory(last_follow_up_date="2021-01-02")
    TreatmentFactory(patient=patient, start="2020-01-02", end="2020-12-01")
    lesion = LesionFactory(patient=patient, code="L1")
    ResponseAssessmentFactory(lesion=lesion, date="2020-04-02")
    for date in ("2020-03-02", "2020-03-17", "2020-04-01"):
        SkeletalEventFactory(patient=patient, date=date)
    SpecimenFactory(patient=patient, code="S1", collection_date="2020-01-02")
    assert said(patient) == {
        "Follow-up from the first dose": "366 days, until the last follow-up",
        "Sclerosis, the patient": "Sclerotic 91 days after the first dose.",
        "Sclerosis of L1": "Sclerotic 91 days after the first dose.",
        "Skeletal-related events": "2 of 3 count (at least 21 days apart).",
        "S1": "Before denosumab, 0 days from the first dose.",
    }


def test_an_irradiated_lesion_and_a_blastic_one_are_said() -> None:
    patient = PatientFactory()
    TreatmentFactory(patient=patient, start="2020-01-02")
    irradiated = LesionFactory(patient=patient, code="L1")
    LesionFactory(patient=patient, code="L2", radiographic_type="blastic")
    beam = TreatmentAgentFactory(code="external-beam-radiotherapy", treatment_class="radiotherapy")
    TreatmentFactory(patient=patient, agent=beam, lesion=irradiated, start="2020-02-01")
    ResponseAssessmentFactory(lesion=irradiated, date="2020-04-02")
    found = said(patient)
    assert "1 assessment after radiotherapy or surgery to this lesion does not count." in found["Sclerosis of L1"]
    assert found["Sclerosis of L2"] == "Not in the rate: blastic at baseline."
    assert found["Sclerosis, the patient"] != "Sclerotic 91 days after the first dose."


def test_dates_known_in_part_are_said() -> None:
    patient = PatientFactory()
    TreatmentFactory(patient=patient, start="2020-01-02")
    ResponseAssessmentFactory(lesion=LesionFactory(patient=patient, code="L1"), date="2020-04")
    assert said(patient)["Sclerosis of L1"].startswith("Sclerotic about 104 days (90 to 119, dates known in part)")
