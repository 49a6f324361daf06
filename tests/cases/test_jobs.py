"""A job's row through claim, lease, end, cancellation and sweep; with threads where two want the same row."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from cases import jobs
from cases.jobs import Outcome, Progress, Refusal, cancel, perform, send, send_on_commit, sweep
from cases.models import ImportJob, JobStatus, Patient, ServiceHeartbeat
from cases.models.job import LEASE, MAX_ATTEMPTS, RESEND_AFTER
from cases.sentences import render
from cases.tasks import sweep_jobs_task
from tests.factories import ImportJobFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

EXPIRED = -timedelta(seconds=1)


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The queue ``quick``, empty before and after."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete("quick")
        yield client
        client.delete("quick")


@pytest.fixture
def quick_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RENEW_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(jobs, "WATCH_EVERY_SECONDS", 0.02)


def messages(broker: redis.Redis) -> list[int]:
    """The keys of the jobs that workers were told about."""
    bodies = (json.loads(message)["body"] for message in broker.lrange("quick", 0, -1))
    return [json.loads(base64.b64decode(body))[0][0] for body in bodies]


def do(job: ImportJob, work: Callable[[Any, Progress], Outcome]) -> ImportJob:
    perform(model=ImportJob, pk=job.pk, work=work)
    job.refresh_from_db()
    return job


def done(_job: Any, _progress: Progress) -> Outcome:
    return Outcome(fields={"written": {"patients": 1}})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def in_threads(number: int, call: Callable[[], Any]) -> list[Any]:
    """The answers of simultaneous calls, each on a database connection of its own."""
    barrier = threading.Barrier(number)

    def together() -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return [future.result() for future in [pool.submit(together) for _ in range(number)]]


class TestSend:
    def test_without_a_broker_the_question_is_asked_all_the_same(
        self, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        with monkeypatch.context() as gone:
            nowhere = Celery("nowhere", broker="redis+socket:///nowhere/redis.sock", set_as_current=False)
            gone.setattr(jobs, "current_app", nowhere)
            with transaction.atomic():
                job = ImportJobFactory()
                send_on_commit(job)
        assert "nowhere" in caplog.text
        job.refresh_from_db()
        assert job.status == JobStatus.QUEUED
        ImportJob.objects.update(sent_at=timezone.now() - RESEND_AFTER + EXPIRED)
        assert sweep(ImportJob) == 1
        assert messages(broker) == [job.pk]


class TestClaim:
    def test_starts_an_attempt_with_a_lease(self) -> None:
        job = ImportJobFactory()
        assert ImportJob.objects.claim(job.pk) == 1
        job.refresh_from_db()
        assert job.status == JobStatus.RUNNING
        assert timezone.now() < job.lease_until <= timezone.now() + LEASE

    @pytest.mark.parametrize("status", [status for status in JobStatus if status != JobStatus.QUEUED])
    def test_only_of_a_queued_row(self, status: JobStatus) -> None:
        job = ImportJobFactory(status=status, lease_until=timezone.now())
        assert ImportJob.objects.claim(job.pk) is None

    def test_of_no_row(self) -> None:
        assert ImportJob.objects.claim(0) is None

    def test_one_of_many_workers_gets_it(self) -> None:
        job = ImportJobFactory()
        answers = in_threads(8, lambda: ImportJob.objects.claim(job.pk))
        assert sorted(answers, key=str) == [1] + [None] * 7


class TestPerform:
    def test_records_what_the_work_found(self) -> None:
        job = do(ImportJobFactory(), done)
        assert (job.status, job.written, job.attempt) == (JobStatus.SUCCEEDED, {"patients": 1}, 1)
        assert job.finished_at is not None

    def test_a_second_delivery_does_nothing(self) -> None:
        calls: list[int] = []

        def work(job: Any, progress: Progress) -> Outcome:
            calls.append(job.pk)
            return done(job, progress)

        job = do(do(ImportJobFactory(), work), work)
        assert calls == [job.pk]

    def test_many_deliveries_at_once_do_it_once(self) -> None:
        job = ImportJobFactory()
        calls: list[int] = []

        def work(_job: Any, _progress: Progress) -> Outcome:
            calls.append(1)
            time.sleep(0.05)
            return Outcome(fields={"written": {"patients": len(calls)}})

        in_threads(4, lambda: perform(model=ImportJob, pk=job.pk, work=work))
        job.refresh_from_db()
        assert (calls, job.written) == ([1], {"patients": 1})

    def test_writes_together_with_the_result_or_not_at_all(self) -> None:
        job = ImportJobFactory()

        def write() -> None:
            PatientFactory(study=job.study)
            raise RuntimeError("the disk is full")

        with pytest.raises(RuntimeError, match="the disk is full"):
            do(job, lambda _job, _progress: Outcome(fields={"written": {"patients": 1}}, write=write))
        job.refresh_from_db()
        assert (job.status, job.written, Patient.objects.count()) == (JobStatus.FAILED, None, 0)
        assert "it has been logged" in render(job.message)

    def test_keeps_the_lease_and_shows_progress(self, quick_renewal: None) -> None:
        def work(job: Any, progress: Progress) -> Outcome:
            progress(done=3, total=7)
            until(lambda: ImportJob.objects.get(pk=job.pk).progress_done == 3)
            renewed = ImportJob.objects.get(pk=job.pk)
            assert renewed.lease_until > job.lease_until
            assert renewed.progress_total == 7
            return done(job, progress)

        assert do(ImportJobFactory(), work).status == JobStatus.SUCCEEDED

    def test_what_follows_the_end_is_not_interrupted(self, quick_renewal: None) -> None:
        """The row is no longer held then, as after a cancellation."""
        followed: list[str] = []

        def wait() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")
            followed.append("waited")

        job = do(
            ImportJobFactory(), lambda _job, _progress: Outcome(fields={}, write=lambda: transaction.on_commit(wait))
        )
        assert (job.status, followed) == (JobStatus.SUCCEEDED, ["waited"])

    def test_refusal_is_a_sentence(self) -> None:
        def work(_job: Any, _progress: Progress) -> Outcome:
            raise Refusal("Row {row} has no value.", row=3)

        job = do(ImportJobFactory(), work)
        assert (job.status, render(job.message)) == (JobStatus.REFUSED, "Row 3 has no value.")

    def test_time_limit_is_a_sentence(self) -> None:
        def work(_job: Any, _progress: Progress) -> Outcome:
            raise SoftTimeLimitExceeded

        job = do(ImportJobFactory(), work)
        assert (job.status, "too long" in render(job.message)) == (JobStatus.FAILED, True)

    def test_database_gone_leaves_the_row_to_the_sweep(self, broker: redis.Redis) -> None:
        def work(_job: Any, _progress: Progress) -> Outcome:
            raise OperationalError("the connection is closed")

        job = ImportJobFactory()
        with pytest.raises(OperationalError):
            do(job, work)
        job.refresh_from_db()
        assert job.status == JobStatus.RUNNING
        ImportJob.objects.update(lease_until=timezone.now() + EXPIRED)
        sweep(ImportJob)
        assert do(job, done).attempt == 2


class TestLostLease:
    def test_what_a_late_attempt_found_is_dropped(self, broker: redis.Redis) -> None:
        """The lease runs out, a second attempt ends first; the first one must not overwrite it, nor write."""
        job = ImportJobFactory()
        late: list[str] = []

        def second(_job: Any, _progress: Progress) -> Outcome:
            return Outcome(fields={"written": {"by": "second"}})

        def first(_job: Any, _progress: Progress) -> Outcome:
            ImportJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() + EXPIRED)
            assert sweep(ImportJob) == 1
            perform(model=ImportJob, pk=job.pk, work=second)
            return Outcome(fields={"written": {"by": "first"}}, write=lambda: late.append("written"))

        do(job, first)
        assert (job.status, job.attempt, job.written, late) == (JobStatus.SUCCEEDED, 2, {"by": "second"}, [])

    def test_a_late_failure_is_dropped_too(self, broker: redis.Redis) -> None:
        job = ImportJobFactory()

        def work(_job: Any, _progress: Progress) -> Outcome:
            ImportJob.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, lease_until=None)
            raise Refusal("No.")

        assert do(job, work).status == JobStatus.QUEUED


class TestCancel:
    def test_a_queued_job_at_once(self) -> None:
        job = ImportJobFactory()
        assert cancel(job)
        assert do(job, done).status == JobStatus.CANCELLED

    def test_a_running_job_when_it_next_reports(self, quick_renewal: None) -> None:
        def work(job: Any, progress: Progress) -> Outcome:
            assert cancel(job)
            until(progress.cancelled.is_set)
            progress(done=1, total=2)
            raise AssertionError("goes on although cancelled")

        job = do(ImportJobFactory(), work)
        assert (job.status, job.written) == (JobStatus.CANCELLED, None)

    def test_a_running_job_that_never_reports_records_nothing(self, quick_renewal: None) -> None:
        def work(job: Any, progress: Progress) -> Outcome:
            cancel(job)
            until(progress.cancelled.is_set)
            return done(job, progress)

        job = do(ImportJobFactory(), work)
        assert (job.status, job.written) == (JobStatus.CANCELLED, None)

    def test_a_running_statement_at_once(self, quick_renewal: None) -> None:
        def work(job: Any, _progress: Progress) -> Outcome:
            cancel(job)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")
            raise AssertionError("goes on although cancelled")

        assert do(ImportJobFactory(), work).status == JobStatus.CANCELLED

    def test_a_statement_that_begins_after_the_cancellation(self, quick_renewal: None) -> None:
        def work(job: Any, progress: Progress) -> Outcome:
            cancel(job)
            until(progress.cancelled.is_set)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")
            raise AssertionError("goes on although cancelled")

        assert do(ImportJobFactory(), work).status == JobStatus.CANCELLED

    def test_a_statement_interrupted_by_somebody_else_is_no_cancellation(self, broker: redis.Redis) -> None:
        def work(_job: Any, _progress: Progress) -> Outcome:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_cancel_backend(pg_backend_pid())")
                cursor.execute("SELECT pg_sleep(1)")
            raise AssertionError("was not interrupted")

        job = ImportJobFactory()
        with pytest.raises(OperationalError):
            do(job, work)
        job.refresh_from_db()
        assert job.status == JobStatus.RUNNING

    def test_an_ended_job_stays_as_it_is(self) -> None:
        job = do(ImportJobFactory(), done)
        assert not cancel(job)
        job.refresh_from_db()
        assert job.status == JobStatus.SUCCEEDED


class TestSweep:
    def test_leaves_alone_what_is_well(self, broker: redis.Redis) -> None:
        send(ImportJobFactory())
        ImportJobFactory(status=JobStatus.RUNNING, lease_until=timezone.now() + LEASE)
        for status in (JobStatus.WAITING, JobStatus.SUCCEEDED, JobStatus.FAILED):
            ImportJobFactory(status=status)
        broker.delete("quick")
        assert sweep(ImportJob) == 0
        assert messages(broker) == []

    def test_queues_again_what_a_killed_worker_left(self, broker: redis.Redis) -> None:
        job = ImportJobFactory(status=JobStatus.RUNNING, lease_until=timezone.now() + EXPIRED, attempt=1)
        assert sweep(ImportJob) == 1
        job.refresh_from_db()
        assert (job.status, job.lease_until) == (JobStatus.QUEUED, None)
        assert messages(broker) == [job.pk]

    def test_sends_again_what_the_broker_forgot(self, broker: redis.Redis) -> None:
        job = ImportJobFactory()
        send(job)
        broker.delete("quick")
        ImportJob.objects.update(sent_at=timezone.now() - RESEND_AFTER + EXPIRED)
        assert sweep(ImportJob) == 1
        assert messages(broker) == [job.pk]
        assert sweep(ImportJob) == 0

    def test_sends_what_was_never_sent(self, broker: redis.Redis) -> None:
        """The web server was killed between writing the row and sending the message."""
        job = ImportJobFactory()
        assert sweep(ImportJob) == 0
        ImportJob.objects.update(requested_at=timezone.now() - RESEND_AFTER + EXPIRED)
        assert (job.sent_at, sweep(ImportJob)) == (None, 1)

    def test_sends_an_old_message_once(self, broker: redis.Redis) -> None:
        past = timezone.now() - RESEND_AFTER + EXPIRED
        job = ImportJobFactory(status=JobStatus.RUNNING, lease_until=past, sent_at=past, attempt=1)
        assert sweep(ImportJob) == 1
        assert messages(broker) == [job.pk]

    def test_does_not_wait_for_a_long_write(self, broker: redis.Redis) -> None:
        """The worker that writes holds its row's lock beyond the lease; others must not wait for it."""
        past = timezone.now() + EXPIRED
        writing = ImportJobFactory(status=JobStatus.RUNNING, lease_until=past, attempt=1)
        killed = ImportJobFactory(status=JobStatus.RUNNING, lease_until=past, attempt=1)

        def sweep_beside() -> int:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '5s'")
                return sweep(ImportJob)
            finally:
                connection.close()

        with transaction.atomic(), ThreadPoolExecutor(1) as threads:
            ImportJob.objects.filter(pk=writing.pk).update(progress_done=1)
            assert threads.submit(sweep_beside).result() == 1
        assert messages(broker) == [killed.pk]

    def test_gives_up_after_several_attempts(self, broker: redis.Redis) -> None:
        past = timezone.now() + EXPIRED
        job = ImportJobFactory(status=JobStatus.RUNNING, lease_until=past, attempt=MAX_ATTEMPTS)
        assert sweep(ImportJob) == 0
        job.refresh_from_db()
        assert (job.status, str(MAX_ATTEMPTS) in render(job.message)) == (JobStatus.FAILED, True)

    def test_cancels_what_was_to_be_cancelled(self, broker: redis.Redis) -> None:
        past = timezone.now() + EXPIRED
        job = ImportJobFactory(status=JobStatus.RUNNING, lease_until=past, cancel_requested=True)
        assert sweep(ImportJob) == 0
        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED

    def test_says_that_the_timetable_is_kept(self, broker: redis.Redis) -> None:
        ServiceHeartbeat.objects.create(name="gone", host="a", seen_at=timezone.now() - timedelta(days=2))
        sweep_jobs_task()
        (row,) = ServiceHeartbeat.objects.all()
        assert row.name == "beat"
        assert timezone.now() - row.seen_at < timedelta(seconds=10)
