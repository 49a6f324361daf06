"""When two readers are far apart, and that a finding of an antibody comes once."""

from typing import Any

import pytest
from django.db.models import F

from cases.models import Core, Patient
from expression.models import IhcReading
from expression.quality.ihc_checks import ihc_antibody_without_rrid, ihc_on_lost_core, ihc_readers_far_apart
from tests.expression.ihc_cases import LOST, NEGATIVE, STRONG, core_that_became, read_twice
from tests.factories import AntibodyFactory, IhcReadingFactory, PatientFactory, SpecimenFactory

pytestmark = pytest.mark.django_db

FIFTY = {"percent_0": 50, "percent_1": 50, "percent_2": 0, "percent_3": 0}
FIFTY_ONE = {"percent_0": 49, "percent_1": 51, "percent_2": 0, "percent_3": 0}
RECORDED = dict.fromkeys(NEGATIVE) | {"recorded_scale": "h_score", "recorded_score": 120}


@pytest.fixture
def patient() -> Patient:
    return PatientFactory()


@pytest.mark.parametrize("on_core", [True, False])
@pytest.mark.parametrize(
    ("first", "second", "far"),
    [
        (NEGATIVE, FIFTY, False),
        (NEGATIVE, FIFTY_ONE, True),
        (NEGATIVE, LOST, True),
        (LOST, NEGATIVE, True),
        (LOST, LOST, False),
        (NEGATIVE, RECORDED, True),
        (FIFTY, RECORDED | {"recorded_score": 100}, False),
        (NEGATIVE, STRONG | {"reader": "MK", "is_consensus": True}, False),
        (NEGATIVE, STRONG | {"cell_type": "stromal"}, False),
    ],
)
def test_readers_far_apart(
    patient: Patient, first: dict[str, Any], second: dict[str, Any], far: bool, on_core: bool
) -> None:
    read_twice(first, second, on_core=on_core)(patient)
    found = ihc_readers_far_apart()
    assert list(found) == ([IhcReading.objects.latest("pk")] if far else [])


def test_sections_of_two_specimens_are_two_places(patient: Patient) -> None:
    antibody = AntibodyFactory(study=patient.study)
    for reader, cells in (("MK", NEGATIVE), ("TS", STRONG)):
        specimen = SpecimenFactory(patient=patient)
        IhcReadingFactory(specimen=specimen, antibody=antibody, reader=reader, **cells)
    assert not ihc_readers_far_apart().exists()


@pytest.mark.parametrize("status", ["lost", "no_tumour"])
def test_a_core_without_tissue_has_no_score(patient: Patient, status: str) -> None:
    core_that_became(status)(patient)
    assert ihc_on_lost_core().count() == 1
    assert ihc_on_lost_core().annotate(at=F("place")).get().at == str(Core.objects.get())


def test_an_antibody_is_asked_about_once(patient: Patient) -> None:
    antibody = AntibodyFactory(study=patient.study)
    readings = [IhcReadingFactory(specimen=SpecimenFactory(patient=patient), antibody=antibody) for _ in range(3)]
    assert list(ihc_antibody_without_rrid()) == readings[:1]


def test_nor_is_it_forgotten_with_a_patient_who_withdrew(patient: Patient) -> None:
    """Whose first reading nobody is shown."""
    antibody = AntibodyFactory(study=patient.study)
    gone = PatientFactory(study=patient.study, consent_status="withdrawn")
    IhcReadingFactory(specimen=SpecimenFactory(patient=gone), antibody=antibody)
    shown = IhcReadingFactory(specimen=SpecimenFactory(patient=patient), antibody=antibody)
    assert list(ihc_antibody_without_rrid()) == [shown]
