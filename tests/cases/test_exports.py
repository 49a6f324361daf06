"""The history of all records as a file: what is in it, who gets it, and that a worker makes it."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import access
from cases.exports import make, request_export, run_export
from cases.jobs import Cancelled, Progress
from cases.models import ConsentStatus, ExportJob, ExportKind, JobStatus, Membership, Patient, Role, Study
from tests.factories import (
    CoreFactory,
    ExportJobFactory,
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    QpcrSampleFactory,
    QpcrWellFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return MembershipFactory(role=Role.MANAGER, user__username="keiko").user


@pytest.fixture
def study(manager: User) -> Study:
    return manager.memberships.get().study


@pytest.fixture
def client(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def made(study: Study, by: User) -> ExportJob:
    """The export after a worker did it; the thread that renews the lease stays asleep."""
    job = request_export(kind=ExportKind.AUDIT, by=by, rights=access.rights(user=by, study=study))
    with patch("cases.jobs.WATCH_EVERY_SECONDS", 3600):
        run_export(job.pk)
    job.refresh_from_db()
    return job


def lines(content: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("history.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def stored(job: ExportJob) -> bytes:
    with job.file.open("rb") as file:
        return file.read()


def test_a_raw_update_is_in_the_file_with_before_and_after(client: Client, study: Study, manager: User) -> None:
    patient = PatientFactory(study=study, code="P-7")
    Patient.objects.filter(pk=patient.pk).update(sex="female")
    job = made(study, manager)
    assert (job.status, job.progress_done) == (JobStatus.SUCCEEDED, 0)
    answer = client.get(reverse("cases:export-file", args=[study.code, job.pk]))
    rows = lines(answer.getvalue())
    assert len(rows) == job.rows
    (change,) = [row for row in rows if row["record"] == "P-7" and row["what"] == "Changed"]
    assert (change["field"], change["before"], change["after"]) == ("Sex", "Unknown", "Female")
    assert change["how"] == "Directly in the database"


def test_a_file_made_before_a_withdrawal_is_not_given_out(client: Client, study: Study, manager: User) -> None:
    patient = PatientFactory(study=study)
    job = made(study, manager)
    file = reverse("cases:export-file", args=[study.code, job.pk])
    assert lines(client.get(file).getvalue())
    Patient.objects.filter(pk=patient.pk).update(consent_status=ConsentStatus.WITHDRAWN)
    ExportJob.objects.filter(pk=job.pk).update(started_at=job.started_at - timedelta(seconds=1))
    assert client.get(file).status_code == 404


def test_what_a_core_was_while_it_belonged_to_a_withdrawn_patient(study: Study, manager: User) -> None:
    gone, kept = (SpecimenFactory(patient__study=study, code=code) for code in ("GONE-1", "KEPT-1"))
    core = CoreFactory(microarray__study=study, specimen=gone)
    core.specimen = kept
    core.save()
    Patient.objects.filter(pk=gone.patient_id).update(consent_status=ConsentStatus.WITHDRAWN)
    text = str(lines(stored(made(study, manager))))
    assert ("GONE-1" in text, "KEPT-1" in text) == (False, True)


def test_all_of_the_study_and_nothing_of_others(client: Client, study: Study, manager: User) -> None:
    lesion = LesionFactory(patient__study=study, code="L1")
    lesion.delete()
    sample = QpcrSampleFactory(run__study=study)
    QpcrWellFactory(run=sample.run, sample=sample, position="B7")
    LesionFactory(patient__code="FOREIGN-1")
    withdrawn = PatientFactory(study=study, code="GONE-1")
    LesionFactory(patient=withdrawn, code="L-GONE")
    SpecimenFactory(patient=withdrawn, code="S-GONE")
    Patient.objects.filter(pk=withdrawn.pk).update(consent_status=ConsentStatus.WITHDRAWN)
    job = made(study, manager)
    told = {(row["model"], row["what"]) for row in lines(stored(job))}
    assert {("Study", "Created"), ("Membership", "Created"), ("Lesion", "Deleted"), ("QPCR well", "Created")} <= told
    text = str(lines(stored(job)))
    assert "FOREIGN-1" not in text
    assert "GONE" not in text


def test_values_that_look_like_formulas_are_texts(study: Study, manager: User) -> None:
    PatientFactory(study=study, vital_status="dead", cause_of_death="=1+1")
    (cause,) = [row for row in lines(stored(made(study, manager))) if row["field"] == "Cause of death"]
    assert cause["after"] == "'=1+1"


def test_as_many_queries_for_many_events(study: Study, manager: User) -> None:
    def needed() -> int:
        job = ExportJobFactory(study=study, requested_by=manager)
        with CaptureQueriesContext(connection) as captured:
            make(job, Progress())
        return len(captured)

    LesionFactory(patient__study=study)
    few = needed()
    for _number in range(10):
        LesionFactory(patient__study=study)
    assert needed() == few


def test_it_can_be_cancelled(study: Study, manager: User) -> None:
    progress = Progress()
    progress.cancelled.set()
    with pytest.raises(Cancelled):
        make(ExportJobFactory(study=study, requested_by=manager), progress)


def test_pages_from_the_wish_to_the_file(client: Client, study: Study) -> None:
    answer = client.post(reverse("cases:export-list", args=[study.code]), {"kind": "audit"}, follow=True)
    assert "Waiting for a worker" in answer.content.decode()
    job = ExportJob.objects.get()
    assert client.post(reverse("cases:export-cancel", args=[study.code, job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
    assert "Cancelled" in client.get(reverse("cases:export", args=[study.code, job.pk])).content.decode()
    assert client.get(reverse("cases:export-file", args=[study.code, job.pk])).status_code == 404
    assert "History of all records" in client.get(reverse("cases:export-list", args=[study.code])).content.decode()
    assert client.post(reverse("cases:export-list", args=[study.code]), {"kind": "x"}).status_code == 404


def test_who_may_export_lists_does_not_get_the_history(study: Study, manager: User) -> None:
    job = made(study, manager)
    researcher = MembershipFactory(study=study, may_export=True).user
    client = Client()
    client.force_login(researcher)
    assert client.get(reverse("cases:export-list", args=[study.code])).status_code == 200
    assert client.get(reverse("cases:export-file", args=[study.code, job.pk])).status_code == 404
    assert client.post(reverse("cases:export-list", args=[study.code]), {"kind": "audit"}).status_code == 404


def test_rights_lost_meanwhile(study: Study, manager: User) -> None:
    job = request_export(kind=ExportKind.AUDIT, by=manager, rights=access.rights(user=manager, study=study))
    Membership.objects.filter(user=manager).update(role=Role.RESEARCHER)
    with patch("cases.jobs.WATCH_EVERY_SECONDS", 3600):
        run_export(job.pk)
    job.refresh_from_db()
    assert (job.status, bool(job.file)) == (JobStatus.REFUSED, False)


def test_downloads_are_logged(client: Client, study: Study, manager: User, caplog: Any) -> None:
    job = made(study, manager)
    with caplog.at_level("INFO", logger="cases.exports"):
        client.get(reverse("cases:export-file", args=[study.code, job.pk])).getvalue()
    assert f"export {job.pk} downloaded by user {manager.pk}" in caplog.text
