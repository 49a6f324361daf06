"""Who finds what: the scope of a person, withdrawn consent, settled findings, and the number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import ConsentStatus, DataQuery, QueryStatus, Role, Study
from cases.quality.findings import Finding, findings
from cases.quality.registry import by_code
from cases.quality.statements import numbers, of_patient
from tests.factories import MembershipFactory, PatientFactory, SiteFactory, SkeletalEventFactory, StudyFactory

pytestmark = pytest.mark.django_db

EVENT = "skeletal-event-after-death"


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def manager(study: Study) -> Any:
    return MembershipFactory(study=study, role=Role.MANAGER).user


def dead_with_event(study: Study, **values: Any) -> Any:
    """A patient with a skeletal event after the death."""
    patient = PatientFactory(study=study, vital_status="dead", death_date="2020-05", **values)
    SkeletalEventFactory(patient=patient, date="2020-06-01")
    return patient


def events_found(study: Study, user: Any, **scope: Any) -> list[Finding]:
    check = by_code(EVENT)
    assert check is not None
    return [Finding(**row) for row in findings(user=user, study=study, checks=[check], **scope)]


def test_a_finding_says_what_is_wrong(study: Study, manager: Any) -> None:
    patient = dead_with_event(study)
    [finding] = events_found(study, manager)
    assert (finding.patient_code, finding.query_key) == (patient.code, None)
    assert finding.text == "A skeletal-related event is recorded on 2020-06-01, and the date of death is 2020-05."


def test_another_study_is_not_looked_at(study: Study, manager: Any) -> None:
    dead_with_event(StudyFactory())
    assert not events_found(study, manager)


def test_a_withdrawn_patient_is_found_by_nobody(study: Study, manager: Any) -> None:
    patient = dead_with_event(study, consent_status=ConsentStatus.WITHDRAWN)
    assert not events_found(study, manager)
    assert not of_patient(patient, user=manager)
    assert not numbers(user=manager, study=study)


def test_data_entry_of_one_site_finds_its_own(study: Study, manager: Any) -> None:
    north, south = (SiteFactory(study=study, code=code) for code in ("NORTH", "SOUTH"))
    own, other = dead_with_event(study, site=north), dead_with_event(study, site=south)
    confined = MembershipFactory(site=north, role=Role.DATA_ENTRY).user
    assert [finding.patient_code for finding in events_found(study, confined)] == [own.code]
    assert [finding.patient_code for finding in events_found(study, manager, sites=["SOUTH"])] == [other.code]
    assert (EVENT, "SOUTH", 1) in numbers(user=manager, study=study)
    assert {site for _code, site, _number in numbers(user=confined, study=study)} == {"NORTH"}


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_whoever_sees_no_rows_finds_nothing(study: Study, role: Role | None) -> None:
    dead_with_event(study)
    outsider = MembershipFactory(**({"study": study, "role": role} if role else {})).user
    assert not events_found(study, outsider)
    assert not numbers(user=outsider, study=study)


def question(study: Study, finding: Finding, **values: Any) -> DataQuery:
    return DataQuery.objects.create(
        study=study,
        patient_id=finding.patient_key,
        check_code=finding.check_code,
        subject_model=finding.subject_model,
        subject_pk=finding.subject_key,
        question=finding.sentence,
        **values,
    )


def test_an_open_question_is_named(study: Study, manager: Any) -> None:
    dead_with_event(study)
    [finding] = events_found(study, manager)
    query = question(study, finding)
    assert [one.query_key for one in events_found(study, manager)] == [query.pk]


def test_what_a_person_closed_is_settled_until_the_values_change(study: Study, manager: Any) -> None:
    patient = dead_with_event(study)
    [finding] = events_found(study, manager)
    question(study, finding, status=QueryStatus.CLOSED, closed_by=manager, closed_at=timezone.now())
    assert not events_found(study, manager)
    patient.skeletal_events.update(date="2020-07-01")
    assert len(events_found(study, manager)) == 1


def test_what_a_check_closed_is_not_settled(study: Study, manager: Any) -> None:
    dead_with_event(study)
    [finding] = events_found(study, manager)
    question(study, finding, status=QueryStatus.CLOSED, closed_at=timezone.now())
    assert len(events_found(study, manager)) == 1


@pytest.mark.parametrize("find", [lambda **of: list(findings(**of)), numbers], ids=["findings", "numbers"])
def test_one_query_whatever_the_number_of_patients(study: Study, manager: Any, find: Callable[..., Any]) -> None:
    for number in (1, 5):
        for _patient in range(number):
            dead_with_event(study)
        with CaptureQueriesContext(connection) as captured:
            assert find(user=manager, study=study)
        assert len(captured) == 1
