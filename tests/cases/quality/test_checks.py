"""Every check finds the record made for it, leaves its like alone, and says what is wrong in full."""

from string import Formatter

import pytest

from cases.models import Patient, Role
from cases.quality import check, registered
from cases.quality.findings import Finding, findings
from cases.quality.statements import of_patient
from tests.cases.quality.record_cases import RECORDS
from tests.expression.quality_cases import RECORDS as EXPRESSION_RECORDS
from tests.factories import MembershipFactory, PatientFactory

pytestmark = pytest.mark.django_db

ALL = RECORDS | EXPRESSION_RECORDS
CODES = [check.code for check in registered()]


@pytest.fixture
def patient() -> Patient:
    return PatientFactory(study=MembershipFactory(role=Role.MANAGER).study)


def found(patient: Patient, code: str) -> list[Finding]:
    manager = patient.study.memberships.get().user
    rows = findings(user=manager, study=patient.study, checks=[one for one in registered() if one.code == code])
    return [Finding(**row) for row in rows]


def test_every_check_has_a_record() -> None:
    assert set(CODES) == ALL.keys()


@pytest.mark.parametrize("code", CODES)
def test_a_check_finds_its_record(patient: Patient, code: str) -> None:
    find, _leave = ALL[code]
    find(patient)
    [finding] = found(patient, code)
    assert finding.patient_key == (None if finding.check.patient is None else patient.pk)
    places = {name for _text, name, *_rest in Formatter().parse(finding.sentence["text"]) if name}
    assert places == finding.found.keys()
    assert "None" not in finding.text


@pytest.mark.parametrize("code", CODES)
def test_what_belongs_to_the_study_is_no_finding_about_a_patient(patient: Patient, code: str) -> None:
    find, _leave = ALL[code]
    find(patient)
    manager = patient.study.memberships.get().user
    of_whom = {finding.patient_key for finding in of_patient(patient, user=manager) if finding.check_code == code}
    assert of_whom == (set() if {one.code: one for one in registered()}[code].patient is None else {patient.pk})


@pytest.mark.parametrize("code", CODES)
def test_a_check_leaves_its_like_alone(patient: Patient, code: str) -> None:
    _find, leave = ALL[code]
    leave(patient)
    assert not found(patient, code)


def test_a_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="unusual-unit"):
        check(code="unusual-unit", title="", finds={}, advice="")(lambda: Patient.objects.none())
