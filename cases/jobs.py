"""Doing a job in a worker: claim it, keep the lease, report progress, record the end once."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections, transaction
from django.utils import timezone

from cases.models.job import LEASE, MAX_ATTEMPTS, UNFINISHED, Job, JobStatus
from cases.sentences import sentence

logger = logging.getLogger(__name__)

RENEW_EVERY_SECONDS = 1.0
WATCH_EVERY_SECONDS = 0.3
"""How often a running job looks whether it is still wanted."""

MESSAGE_EXPIRES_SECONDS = 600
SECONDS_TO_INTERRUPT = 2.0


class Refusal(Exception):
    """The question has no answer, or the file cannot be used; the stored sentence says why."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text.format(**values))
        self.stored = sentence(text, **values)


class Cancelled(Exception):
    """Somebody cancelled the job."""


class LeaseLost(Exception):
    """Another attempt owns the row; what this one found is dropped."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the work found: fields of the job's row, and a write that succeeds or fails with it.

    The write runs in the transaction that ends the job, while the lease is kept: it may report progress and be
    cancelled. It leaves the job's own row alone until its last moment, since others read and renew it meanwhile.
    """

    fields: dict[str, Any]
    write: Callable[[], None] = field(default=lambda: None)
    status: JobStatus = JobStatus.SUCCEEDED


class Progress:
    """Steps done, seen by the person who waits. Raises :class:`Cancelled` once they have lost interest.

    ``to_come`` are steps of a later part of the work, such as writing after checking: they count in ``shown_total``, so
    that the bar never starts again.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.to_come = 0
        self.cancelled = threading.Event()

    def __call__(self, *, done: int, total: int) -> None:
        self.done, self.total = done, total
        self.check()

    def advance(self, steps: int) -> None:
        """So many more are done."""
        self(done=min(self.done + steps, self.total), total=self.total)

    def go_on(self) -> None:
        """The part so far is done, and what was to come begins."""
        done, self.to_come, steps = self.total, 0, self.to_come
        self(done=done, total=done + steps)

    @property
    def shown_total(self) -> int:
        """All steps of the job as far as they are known."""
        return self.total + self.to_come

    def check(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled


def send(job: Job) -> None:
    """Tell the workers about a queued row. The row, not the message, is the job."""
    type(job).objects.filter(pk=job.pk).update(sent_at=timezone.now())
    current_app.send_task(job.task_name, args=[job.pk], queue=job.queue, expires=MESSAGE_EXPIRES_SECONDS)


def send_on_commit(job: Job) -> None:
    """Queue the message once the row is there for the worker to see.

    The person has asked even where the broker does not answer: the failure is logged, and the sweep sends it again.
    """
    transaction.on_commit(lambda: send(job), robust=True)


def cancel(job: Job) -> bool:
    """Cancel a queued job at once, ask a running one to stop. False when it had already ended."""
    jobs = type(job).objects
    at_once = jobs.filter(pk=job.pk, status=JobStatus.QUEUED).update(
        status=JobStatus.CANCELLED, finished_at=timezone.now()
    )
    return bool(at_once or jobs.filter(pk=job.pk, status__in=UNFINISHED).update(cancel_requested=True))


def perform(*, model: type[Job], pk: int, work: Callable[[Any, Progress], Outcome]) -> None:
    """Claim the row and do ``work(job, progress)``. A second delivery of the same message does nothing."""
    attempt = model.objects.claim(pk)
    if attempt is None:
        return
    held = model.objects.held(pk, attempt=attempt)
    progress = Progress()
    try:
        with _lease_kept(model=model, pk=pk, attempt=attempt, progress=progress) as ended:
            outcome = work(model.objects.get(pk=pk), progress)
            progress.check()
            _record(outcome, held=held, progress=progress, ended=ended)
    except LeaseLost:
        logger.warning("%s %s: attempt %s lost its lease", model.__name__, pk, attempt)
    except Cancelled:
        _end(held, JobStatus.CANCELLED, sentence("Cancelled."))
    except Refusal as refusal:
        _end(held, JobStatus.REFUSED, refusal.stored)
    except SoftTimeLimitExceeded:
        if progress.cancelled.is_set():
            _end(held, JobStatus.CANCELLED, sentence("Cancelled."))
            return
        _end(held, JobStatus.FAILED, sentence("The work took too long and was stopped. Ask a smaller question."))
    except (OperationalError, InterfaceError) as error:
        if progress.cancelled.is_set() and is_interrupted(error):
            _end(held, JobStatus.CANCELLED, sentence("Cancelled."))
            return
        # The database went away. The row keeps its lease until it runs out; then the sweep queues it again.
        connection.close()
        raise
    except Exception:
        _end(
            held,
            JobStatus.FAILED,
            sentence("Something went wrong on our side; it has been logged. Nothing was written."),
        )
        raise


def _record(outcome: Outcome, *, held: Any, progress: Progress, ended: threading.Event) -> None:
    """Write and end the job in one transaction. The row comes last: a locked row could tell nobody its progress.

    ``ended`` is set before the commit: what follows it, such as sampling the tables, is no longer interrupted.
    """
    if not held.exists():
        raise LeaseLost
    with transaction.atomic():
        outcome.write()
        progress.check()
        end = {"status": outcome.status, "finished_at": timezone.now(), "message": None}
        if not held.update(**end | outcome.fields):
            raise LeaseLost
        ended.set()


def is_interrupted(error: Exception) -> bool:
    """Whether the database ended the statement because it was told to: cancelled, or out of time."""
    return isinstance(error.__cause__, psycopg.errors.QueryCanceled)


def sweep(model: type[Job]) -> int:
    """Re-queue what a killed worker left, re-send what an emptied broker forgot; how many rows."""
    jobs = model.objects
    with transaction.atomic():
        # A locked row is being ended or renewed by its worker at this moment.
        unlocked = jobs.lease_ran_out().select_for_update(skip_locked=True)
        left = jobs.filter(pk__in=list(unlocked.values_list("pk", flat=True)))
        left.filter(cancel_requested=True).update(
            status=JobStatus.CANCELLED, finished_at=timezone.now(), message=sentence("Cancelled.")
        )
        left.exhausted().update(
            status=JobStatus.FAILED,
            finished_at=timezone.now(),
            message=sentence(
                "The work was interrupted {attempts} times. Ask a smaller question, or tell the data manager.",
                attempts=MAX_ATTEMPTS,
            ),
        )
        left.lease_ran_out().update(status=JobStatus.QUEUED, lease_until=None)
    waiting = left.filter(status=JobStatus.QUEUED) | jobs.forgotten()
    for job in waiting:
        send(job)
    return len(waiting)


def _end(held: Any, status: JobStatus, message: dict[str, Any]) -> None:
    held.update(status=status, finished_at=timezone.now(), message=message)


@contextmanager
def _lease_kept(*, model: type[Job], pk: int, attempt: int, progress: Progress) -> Iterator[threading.Event]:
    """Renew the lease, publish the progress and watch for cancellation from a thread while the block runs.

    Gives what the block may set to be left alone.
    """
    ended = threading.Event()
    worker = connections[DEFAULT_DB_ALIAS]
    held = model.objects.held(pk, attempt=attempt)

    def renew() -> None:
        held.update(
            lease_until=timezone.now() + LEASE, progress_done=progress.done, progress_total=progress.shown_total
        )

    def watch() -> None:
        if not held.filter(cancel_requested=False).exists() and not ended.is_set():
            progress.cancelled.set()
            # Again each time, for the next statement may have begun meanwhile.
            if worker.connection is not None:
                worker.connection.cancel_safe(timeout=SECONDS_TO_INTERRUPT)

    def keep() -> None:
        renewed = time.monotonic()
        while not ended.wait(WATCH_EVERY_SECONDS):
            try:
                watch()
                if time.monotonic() - renewed >= RENEW_EVERY_SECONDS:
                    renew()
                    renewed = time.monotonic()
            except (OperationalError, InterfaceError, psycopg.Error):
                logger.warning("The database is away; the lease is renewed when it is back.")
                connection.close()
        connection.close()

    keeper = threading.Thread(target=keep, name=f"lease-{model.__name__}-{pk}", daemon=True)
    keeper.start()
    try:
        yield ended
    finally:
        ended.set()
        keeper.join()
