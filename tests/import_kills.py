"""A worker killed in the middle of an import or its undoing: what the study holds then, and after it went on."""

import os
import random
import signal
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases import jobs
from cases.importing import steps
from cases.importing.formats import by_code
from cases.importing.undo.undoing import request_undo
from cases.models import ImportJob, JobStatus, Study
from cases.models.job import Job
from expression.models import IhcReading
from tests.workers import wait_until

PATIENCE = 300.0

Worker = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, kw_only=True)
class Killed:
    """Seconds after the claim, whether the import was still running, and rows and events of the study then."""

    after: float
    was_running: bool
    rows: int
    events: int


def checked_import(study: Study, file: Path, *, by: Any) -> ImportJob:
    """An import that waits for its confirmation: the worker of the caller looked at the file and checked it."""
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
    """Confirm, and kill a worker with SIGKILL some time within these seconds after it began."""
    assert steps.confirm(job=job, attempt=job.attempt, by=job.requested_by)
    return _kill(job, after=chance.uniform(0, within), worker=worker)


def kill_while_undoing(job: ImportJob, *, chance: random.Random, within: float, worker: Worker) -> Killed:
    """Ask for the undoing, and kill a worker with SIGKILL some time within these seconds after it began."""
    return _kill(request_undo(job=job, by=job.requested_by), after=chance.uniform(0, within), worker=worker)


def _kill(job: Job, *, after: float, worker: Worker) -> Killed:
    with worker() as process:
        wait_until(lambda: _attempt(job) > job.attempt, seconds=PATIENCE)
        time.sleep(after)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    rows, events = counts(job.study)
    return Killed(after=after, was_running=_status(job) == JobStatus.RUNNING, rows=rows, events=events)


def go_on(killed: Collection[Job], *, worker: Worker) -> None:
    """Do at once what the timetable does when the minute of a lease has passed; a new worker ends the work."""
    for job in killed:
        type(job).objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(lease_until=timezone.now())
    for model in {type(job) for job in killed}:
        jobs.sweep(model)
    with worker():
        for job in killed:
            wait_until(lambda job=job: _status(job) == JobStatus.SUCCEEDED, seconds=PATIENCE)


def counts(study: Study) -> tuple[int, int]:
    """Readings of the study, and events of them."""
    events: Any = IhcReading.pgh_event_model  # type: ignore[attr-defined]
    return IhcReading.objects.filter(study=study).count(), events.objects.filter(study=study).count()


def _status(job: Job) -> str:
    return str(type(job).objects.values_list("status", flat=True).get(pk=job.pk))


def _attempt(job: Job) -> int:
    return int(type(job).objects.values_list("attempt", flat=True).get(pk=job.pk))
