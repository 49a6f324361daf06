"""Groups that follow from what is recorded of a tumour."""

import pytest

from analytics.groupings import GROUPINGS
from cases.models import Patient, Study
from cases.sentences import render
from tests.factories import (
    DiagnosisFactory,
    LesionFactory,
    PathologyFindingFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def outcome(code: str, patient: Patient, detail: str = "") -> str:
    """The group of the patient, or the sentence why there is none."""
    assignment = GROUPINGS[code].assign(Patient.objects.filter(study=patient.study), detail)
    return assignment.groups.get(patient.pk) or render(assignment.reasons[patient.pk])


@pytest.mark.parametrize(
    ("types", "group"),
    [
        (["lytic"], "lytic"),
        (["lytic", "lytic"], "lytic"),
        (["blastic", "not_applicable"], "blastic"),
        (["lytic", "mixed"], "Index lesions of different radiographic types"),
        (["lytic", "unknown"], "Radiographic type not known"),
        (["not_applicable"], "Radiographic type not known"),
        ([], "Radiographic type not known"),
    ],
)
def test_radiographic_type_of_the_index_lesions(study: Study, types: list[str], group: str) -> None:
    patient = PatientFactory(study=study)
    LesionFactory(patient=patient, is_index=False, radiographic_type="blastic")
    for kind in types:
        LesionFactory(patient=patient, radiographic_type=kind)
    assert outcome("radiographic_type", patient) == group


def test_the_highest_marrow_fibrosis(study: Study) -> None:
    patient, other, nobody = (PatientFactory(study=study) for _ in range(3))
    for of, grades in ((patient, ["MF-1", "MF-3", ""]), (other, ["MF-0"]), (nobody, [""])):
        for grade in grades:
            PathologyFindingFactory(specimen=SpecimenFactory(patient=of), marrow_fibrosis=grade)
    outcomes = [outcome("marrow_fibrosis", each) for each in (patient, other, nobody)]
    assert outcomes == ["MF-3", "MF-0", "Marrow fibrosis not graded"]


@pytest.mark.parametrize(
    ("birth_year", "date", "group"),
    [
        (2000, "2014-12", "0-14"),
        (2000, "2015", "15-39"),
        (1980, "2019-05-17", "15-39"),
        (1980, "2020", "40-64"),
        (1955, "2020", "65-"),
        (1910, "2019", "65-"),
        (None, "2020", "Age at diagnosis not known"),
        (1980, "", "Age at diagnosis not known"),
    ],
)
def test_age_at_the_index_diagnosis(study: Study, birth_year: int | None, date: str, group: str) -> None:
    patient = PatientFactory(study=study, birth_year=birth_year)
    DiagnosisFactory(patient=patient, date=date)
    DiagnosisFactory(patient=patient, date="2023", is_index=False)
    assert outcome("age", patient) == group
