"""A run over a study: what it opens, keeps up to date and closes; end to end on a real worker."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import queries
from cases.models import CheckRun, ConsentStatus, DataQuery, JobStatus, QueryStatus, Role, Study, StudyStatus
from cases.quality.running import request_run, run_checks
from cases.sentences import render
from tests.factories import (
    CheckRunFactory,
    DiagnosisFactory,
    MembershipFactory,
    PatientFactory,
    SiteFactory,
    SkeletalEventFactory,
    StudyFactory,
)
from tests.workers import celery_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def manager(study: Study) -> Any:
    return MembershipFactory(study=study, role=Role.MANAGER).user


def faulty(study: Study, **values: Any) -> Any:
    """A patient whose only fault is a skeletal event after the death."""
    patient = PatientFactory(
        study=study, vital_status="dead", death_date="2020-05", consent_status=ConsentStatus.GIVEN, **values
    )
    DiagnosisFactory(patient=patient, giant_cells="present")
    SkeletalEventFactory(patient=patient, date="2020-06-01")
    return patient


def run(study: Study, by: Any) -> CheckRun:
    asked = CheckRunFactory(study=study, requested_by=by)
    run_checks(asked.pk)
    asked.refresh_from_db()
    return asked


def test_a_run_asks_once(study: Study, manager: Any) -> None:
    patient = faulty(study)
    assert run(study, manager).result == {"opened": 1, "closed": 0, "kept": 0}
    query = DataQuery.objects.get()
    assert (query.patient, query.check_code, query.status) == (patient, "skeletal-event-after-death", QueryStatus.OPEN)
    assert run(study, manager).result == {"opened": 0, "closed": 0, "kept": 1}
    assert DataQuery.objects.count() == 1


def test_a_question_follows_the_values(study: Study, manager: Any) -> None:
    patient = faulty(study)
    run(study, manager)
    patient.skeletal_events.update(date="2020-07-03")
    run(study, manager)
    assert "2020-07-03" in render(DataQuery.objects.get().question)


def test_what_is_found_no_more_is_closed_by_nobody(study: Study, manager: Any) -> None:
    patient = faulty(study)
    run(study, manager)
    patient.skeletal_events.update(date="2020-04")
    assert run(study, manager).result == {"opened": 0, "closed": 1, "kept": 0}
    query = DataQuery.objects.get()
    assert (query.status, query.closed_by, query.closed_at is None) == (QueryStatus.CLOSED, None, False)


def test_what_a_person_settled_is_not_asked_again(study: Study, manager: Any) -> None:
    faulty(study)
    run(study, manager)
    queries.close(query=DataQuery.objects.get(), note="As it is.", by=manager)
    assert run(study, manager).result == {"opened": 0, "closed": 0, "kept": 0}


def test_a_person_s_own_question_is_never_closed_by_a_run(study: Study, manager: Any) -> None:
    patient = PatientFactory(study=study, consent_status=ConsentStatus.GIVEN)
    DiagnosisFactory(patient=patient, giant_cells="present")
    query = queries.ask(patient=patient, question="Is the birth year right?", owner=None, by=manager)
    assert run(study, manager).result == {"opened": 0, "closed": 0, "kept": 0}
    query.refresh_from_db()
    assert query.status == QueryStatus.OPEN


def test_whoever_is_confined_asks_about_their_site(study: Study, manager: Any) -> None:
    north, south = (SiteFactory(study=study, code=code) for code in ("NORTH", "SOUTH"))
    own = faulty(study, site=north)
    faulty(study, site=south)
    confined = MembershipFactory(site=north, role=Role.DATA_ENTRY).user
    assert run(study, manager).result == {"opened": 2, "closed": 0, "kept": 0}
    own.skeletal_events.all().delete()
    assert run(study, confined).result == {"opened": 0, "closed": 1, "kept": 0}
    assert DataQuery.objects.filter(status=QueryStatus.OPEN).get().patient.site == south


def test_nothing_is_closed_behind_a_withdrawal(study: Study, manager: Any) -> None:
    """Otherwise the history of a query would say that its finding was gone."""
    patient = faulty(study)
    run(study, manager)
    patient.consent_status = ConsentStatus.WITHDRAWN
    patient.save()
    assert run(study, manager).result == {"opened": 0, "closed": 0, "kept": 0}


def test_a_locked_study_refuses(study: Study, manager: Any) -> None:
    Study.objects.filter(pk=study.pk).update(status=StudyStatus.LOCKED)
    refused = run(study, manager)
    assert (refused.status, render(refused.message)) == (
        JobStatus.REFUSED,
        "You may no longer enter data in this study. Ask its manager.",
    )


def test_asking_twice_is_one_run(study: Study, manager: Any) -> None:
    assert request_run(study=study, by=manager) == request_run(study=study, by=manager)


def test_end_to_end(client: Client, study: Study, manager: Any) -> None:
    """Pressing the button; a worker on the broker; the page with what it did."""
    faulty(study)
    client.force_login(manager)
    with celery_worker():
        answer = client.post(reverse("cases:quality-check", args=[study.code]))
        asked = CheckRun.objects.get()
        assert answer["Location"] == asked.get_absolute_url()
        progress = reverse("cases:quality-run-progress", args=[study.code, asked.pk])
        wait_until(lambda: client.get(progress).headers.get("HX-Refresh") == "true", seconds=60)
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "<b>1</b> query is new." in page
    listed = client.get(reverse("cases:quality-queries", args=[study.code]), {"status": "open"}).content.decode()
    assert "A skeletal-related event is recorded on 2020-06-01" in listed
