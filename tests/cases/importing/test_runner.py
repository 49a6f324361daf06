"""An import's steps in a worker: everything or nothing, once, and on the study as it is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from pghistory.models import Context

from cases.importing import steps
from cases.importing.formats import ImportPlan
from cases.importing.runner import WRITING_LOCK, preview_or_write, run_import
from cases.jobs import Progress, Refusal, sweep
from cases.models import (
    ImportJob,
    ImportPhase,
    JobStatus,
    Membership,
    Patient,
    Specimen,
    Study,
    StudyStatus,
)
from cases.models.job import MAX_ATTEMPTS
from cases.sentences import render
from expression.models import ExpressionValue
from tests.factories import PatientFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed, findings, work

pytestmark = pytest.mark.django_db

TABLE = "sample,TNFSF11\nA-1,1.5\nB-1,0.5\n"
EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
UNIT = {"unit": "log2_tpm", "platform": "RNA-seq"}


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def checked(study: Study) -> ImportJob:
    return answered(brought(study, TABLE), **UNIT)


@pytest.fixture
def to_be_written(checked: ImportJob) -> ImportJob:
    assert steps.confirm(job=checked, attempt=checked.attempt, by=checked.requested_by)
    checked.refresh_from_db()
    return checked


def test_a_preview_writes_nothing(checked: ImportJob) -> None:
    assert checked.status == JobStatus.WAITING
    assert not Patient.objects.exists()


def test_whoever_imports_is_in_the_history(checked: ImportJob) -> None:
    job = confirmed(checked)
    event = Patient.pgh_event_model.objects.get(pgh_obj__code="A")
    assert Context.objects.get(pk=event.pgh_context_id).metadata == {
        "user": job.requested_by_id,
        "import_job": job.pk,
    }


def test_what_changed_since_the_check_is_listed_and_nothing_is_written(study: Study, to_be_written: ImportJob) -> None:
    patient = PatientFactory(study=study, code="Z")
    Specimen.objects.create(study=study, patient=patient, code="A-1")
    job = work(to_be_written)
    assert job.status == JobStatus.REFUSED
    assert "The study changed since the file was checked" in render(job.message)
    assert findings(job) == [(2, "sample", "Specimen A-1 belongs to patient Z and not to A.")]
    assert not ExpressionValue.objects.exists()


def test_a_refused_write_can_be_checked_and_written_again(study: Study, to_be_written: ImportJob) -> None:
    patient = PatientFactory(study=study, code="Z")
    specimen = Specimen.objects.create(study=study, patient=patient, code="A-1")
    job = work(to_be_written)
    specimen.delete()
    job = confirmed(answered(job))
    assert job.status == JobStatus.SUCCEEDED
    assert ExpressionValue.objects.count() == 2


def test_what_changes_while_it_is_written_is_left_to_the_database(study: Study, to_be_written: ImportJob) -> None:
    outcome = preview_or_write(to_be_written, Progress())
    PatientFactory(study=study, code="B")
    with pytest.raises(Refusal, match="Somebody changed the study"), transaction.atomic():
        outcome.write()
    assert list(Patient.objects.values_list("code", flat=True)) == ["B"]
    assert not ExpressionValue.objects.exists()


def test_foreign_keys_are_checked_before_the_row_ends(study: Study, checked: ImportJob) -> None:
    """They are deferred to the commit, when nobody could turn the error into a sentence."""
    confirmed(checked)
    job = answered(brought(study, TABLE.replace("TNFSF11", "TNFRSF11B"), name="table.csv"), **UNIT)
    steps.confirm(job=job, attempt=job.attempt, by=job.requested_by)
    job.refresh_from_db()
    outcome = preview_or_write(job, Progress())
    ExpressionValue.objects.all().delete()
    Specimen.objects.all().delete()
    with pytest.raises(Refusal, match="Somebody changed the study"), transaction.atomic():
        outcome.write()


def test_no_trigger_stumbles_over_its_missing_setting(to_be_written: ImportJob) -> None:
    """Each would cost a walk through all foreign keys still to be checked: 48,000 values took 415 s instead of 20 s."""
    settings: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT INTO"):
            with connection.connection.cursor() as cursor:
                settings.add(cursor.execute("SELECT current_setting('pgtrigger.ignore', true)").fetchone()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        assert work(to_be_written).status == JobStatus.SUCCEEDED
    assert settings == {"{}"}


def test_an_error_of_ours_writes_nothing(to_be_written: ImportJob) -> None:
    def fail_at_the_end(plan: ImportPlan, _progress: Progress) -> None:
        Patient.objects.bulk_create(plan.new[Patient])
        raise ZeroDivisionError

    with patch.object(ImportPlan, "write", fail_at_the_end), pytest.raises(ZeroDivisionError):
        work(to_be_written)
    to_be_written.refresh_from_db()
    assert to_be_written.status == JobStatus.FAILED
    assert not Patient.objects.exists()


@pytest.mark.parametrize("loss", ["locked", "left"])
def test_a_right_lost_meanwhile(study: Study, to_be_written: ImportJob, loss: str) -> None:
    if loss == "locked":
        Study.objects.update(status=StudyStatus.LOCKED)
    else:
        Membership.objects.filter(study=study).delete()
    job = work(to_be_written)
    assert job.status == JobStatus.REFUSED
    assert "You may no longer import files into this study." in render(job.message)
    assert not Patient.objects.exists()


@pytest.mark.parametrize(("change", "words"), [("delete", "no longer there"), ("edit", "not the one that was brought")])
def test_the_stored_file_must_be_the_one_that_was_checked(to_be_written: ImportJob, change: str, words: str) -> None:
    path = Path(to_be_written.file.path)
    path.chmod(0o600)
    if change == "delete":
        path.unlink()
    else:
        path.write_text(TABLE.replace("1.5", "9.9"))
    job = work(to_be_written)
    assert (job.status, words in render(job.message)) == (JobStatus.REFUSED, True)
    assert not Patient.objects.exists()


def test_a_second_delivery_does_nothing(to_be_written: ImportJob) -> None:
    run_import(to_be_written.pk)
    run_import(to_be_written.pk)
    to_be_written.refresh_from_db()
    assert to_be_written.status == JobStatus.SUCCEEDED
    assert Patient.objects.count() == 2


class TestTurns:
    @pytest.fixture
    def other_worker(self, study: Study) -> Iterator[psycopg.Connection]:
        """A session that writes another file into the study."""
        parameters = connection.get_connection_params()
        known = ("dbname", "user", "password", "host", "port")
        with psycopg.connect(**{name: parameters[name] for name in known if name in parameters}) as session:
            session.execute("SELECT pg_advisory_lock(%s, %s::integer)", [WRITING_LOCK, study.pk])
            yield session

    def test_a_write_waits_for_the_one_before(self, to_be_written: ImportJob, other_worker: psycopg.Connection) -> None:
        run_import(to_be_written.pk)
        to_be_written.refresh_from_db()
        assert to_be_written.status == JobStatus.QUEUED
        other_worker.execute("SELECT pg_advisory_unlock_all()")
        run_import(to_be_written.pk)
        to_be_written.refresh_from_db()
        assert to_be_written.status == JobStatus.SUCCEEDED

    def test_a_preview_does_not_wait(self, study: Study, other_worker: psycopg.Connection) -> None:
        job = brought(study, TABLE)
        ImportJob.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, options={}, preview=None)
        run_import(job.pk)
        job.refresh_from_db()
        assert job.status == JobStatus.WAITING

    def test_the_lock_is_given_back(self, to_be_written: ImportJob) -> None:
        run_import(to_be_written.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [WRITING_LOCK])
            assert cursor.fetchone() == (0,)


def test_interruptions_count_for_each_step_anew(study: Study, checked: ImportJob) -> None:
    """Checking five times uses up no attempt of the write; interrupting the write three times does."""
    job = checked
    for _time in range(5):
        job = answered(job)
    steps.confirm(job=job, attempt=job.attempt, by=job.requested_by)
    long_ago = timezone.now() - timedelta(hours=1)
    with patch("cases.jobs.send"):
        for interruption in range(1, MAX_ATTEMPTS + 1):
            assert ImportJob.objects.claim(job.pk) is not None
            ImportJob.objects.filter(pk=job.pk).update(lease_until=long_ago)
            sweep(ImportJob)
            job.refresh_from_db()
            assert job.status == (JobStatus.FAILED if interruption == MAX_ATTEMPTS else JobStatus.QUEUED)


def test_the_portal_finds_out_what_a_file_is(study: Study) -> None:
    assert brought(study, TABLE).format == "expression_table"
    assert brought(study, "Patient,Remark\nP1,none\n").format == "record_table"
    plate = (EXAMPLES / "synthetic_quantstudio.txt").read_bytes()
    assert brought(study, plate, name="plate.csv").format == "quantstudio"


def test_a_chosen_format_is_kept(study: Study) -> None:
    job = brought(study, TABLE, format_code="quantstudio")
    assert (job.status, job.format) == (JobStatus.REFUSED, "quantstudio")


def test_phases(checked: ImportJob) -> None:
    assert checked.phase == ImportPhase.PREVIEW
    assert confirmed(checked).phase == ImportPhase.WRITE
