"""A worker killed in the middle of an import: what the study holds then, and after the import went on."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases import jobs
from cases.importing import steps
from cases.importing.formats import by_code
from cases.models import ImportJob, JobStatus, Study
from expression.models import IhcReading
from tests.workers import wait_until

PATIENCE = 300.0

Worker = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, kw_only=True)
class Killed:
    """Seconds after the claim, rows and events then and in the end, and the attempts it took."""

    after: float
    rows_then: int
    events_then: int
    was_running: bool
    rows: int
    events: int
    attempts: int


def checked_import(study: Study, file: Path, *, by: Any, worker: Worker) -> ImportJob:
    """An import that waits for its confirmation; real workers looked at the file and checked it."""
    with worker():
        job = steps.bring(study=study, file=SimpleUploadedFile(file.name, file.read_bytes()), format_code="", by=by)
        wait_until(lambda: _status(job) == JobStatus.WAITING, seconds=PATIENCE)
        job.refresh_from_db()
        chosen, outline = by_code(job.format), job.preview["outline"]
        shown = chosen.options_form(study=study, outline=outline)
        guessed = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, False)}
        form = chosen.options_form(study=study, outline=outline, data=guessed)
        assert form.is_valid(), form.errors
        assert steps.answer(job=job, options=form.options, by=by)
        wait_until(lambda: _status(job) == JobStatus.WAITING, seconds=PATIENCE)
    job.refresh_from_db()
    return job


def kill_while_writing(job: ImportJob, *, chance: random.Random, within: float, worker: Worker) -> Killed:
    """Confirm, kill the worker with SIGKILL some time within these seconds after it began, let another one go on."""
    after = chance.uniform(0, within)
    before = job.attempt
    assert steps.confirm(job=job, attempt=job.attempt, by=job.requested_by)
    with worker() as process:
        wait_until(lambda: _attempt(job) > before, seconds=PATIENCE)
        time.sleep(after)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    was_running = _status(job) == JobStatus.RUNNING
    rows_then, events_then = counts(job.study)
    # As if the minute of the lease had passed: what the timetable does then is done at once.
    ImportJob.objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(lease_until=timezone.now())
    jobs.sweep(ImportJob)
    with worker():
        wait_until(lambda: _status(job) not in (JobStatus.QUEUED, JobStatus.RUNNING), seconds=PATIENCE)
    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED, job.message
    rows, events = counts(job.study)
    return Killed(
        after=after,
        rows_then=rows_then,
        events_then=events_then,
        was_running=was_running,
        rows=rows,
        events=events,
        attempts=job.attempt - before,
    )


def counts(study: Study) -> tuple[int, int]:
    """Readings of the study, and events of them."""
    events: Any = IhcReading.pgh_event_model  # type: ignore[attr-defined]
    return IhcReading.objects.filter(study=study).count(), events.objects.filter(study=study).count()


def _status(job: ImportJob) -> str:
    return ImportJob.objects.values_list("status", flat=True).get(pk=job.pk)


def _attempt(job: ImportJob) -> int:
    return ImportJob.objects.values_list("attempt", flat=True).get(pk=job.pk)
