"""Every check finds the record made for it and leaves its like alone, says it in full, and is settled by a person."""

from string import Formatter

import pytest
from django.utils import timezone

from cases.models import DataQuery, Patient, QueryStatus, Role
from cases.quality import registered
from cases.quality.findings import findings, numbers, of_patient
from tests.cases.quality.record_cases import RECORDS
from tests.expression.quality_cases import RECORDS as EXPRESSION_RECORDS
from tests.factories import MembershipFactory, PatientFactory, SiteFactory, SkeletalEventFactory

pytestmark = pytest.mark.django_db

ALL = RECORDS | EXPRESSION_RECORDS
CODES = [check.code for check in registered()]


@pytest.fixture
def patient() -> Patient:
    manager = MembershipFactory(role=Role.MANAGER)
    return PatientFactory(study=manager.study)


def codes(patient: Patient) -> list[str]:
    manager = patient.study.memberships.get().user
    return [finding.check_code for finding in of_patient(patient, user=manager)]


def test_every_check_has_a_record() -> None:
    assert set(CODES) == ALL.keys()


@pytest.mark.parametrize("code", CODES)
def test_a_check_finds_its_record(patient: Patient, code: str) -> None:
    find, _leave = ALL[code]
    find(patient)
    [finding] = [one for one in of_patient(patient, user=patient.study.memberships.get().user) if one.check_code == code]
    assert finding.patient_key == patient.pk
    places = {name for _text, name, *_rest in Formatter().parse(finding.sentence["text"]) if name}
    assert places == finding.found.keys()
    assert "None" not in finding.text


@pytest.mark.parametrize("code", CODES)
def test_a_check_leaves_its_like_alone(patient: Patient, code: str) -> None:
    _find, leave = ALL[code]
    leave(patient)
    assert code not in codes(patient)
