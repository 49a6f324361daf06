"""Real workers on the real broker and database: killed in mid-analysis, forgotten by the broker, cancelled.

A lock on the table of values, held by another connection, stops an analysis in the middle of its work. Leases,
timetable and limits are those of the portal; nothing is shortened.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.models import Analysis
from analytics.runner import LOADED
from analytics.stats import mann_whitney
from cases import jobs
from cases.models import JobStatus
from tests.analytics.cohort import HIGH, LOW, asked, cohort
from tests.analytics.permutations import Permutations, offered, permutations_asked
from tests.factories import MembershipFactory
from tests.workers import celery_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

A_MINUTE = 60.0


@pytest.fixture(autouse=True)
def broker() -> Iterator[redis.Redis]:
    """The broker of this test process, empty before and after."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()


@contextmanager
def values_locked() -> Iterator[None]:
    """Whoever reads expression values in this block waits for its end."""
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}
    with psycopg.connect(**known) as other:
        other.execute("LOCK TABLE expression_expressionvalue IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


@pytest.fixture
def recorded() -> Iterator[None]:
    """The database notes every writing of a result, for :func:`times_recorded`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE recorded (analysis bigint)")
        cursor.execute(
            "CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO recorded VALUES (NEW.id); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER record AFTER UPDATE OF result ON analytics_analysis "
            "FOR EACH ROW WHEN (NEW.result IS NOT NULL) EXECUTE FUNCTION record()"
        )
        yield
        cursor.execute("DROP TRIGGER record ON analytics_analysis")
        cursor.execute("DROP FUNCTION record")
        cursor.execute("DROP TABLE recorded")


def times_recorded(analysis: Analysis) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recorded WHERE analysis = %s", [analysis.pk])
        return int(cursor.fetchone()[0])


def status(analysis: Analysis) -> str:
    return Analysis.objects.values_list("status", flat=True).get(pk=analysis.pk)


def ask(**changes: Any) -> Analysis:
    study = cohort()
    return asked(study, MembershipFactory(study=study).user, **changes)


def test_a_worker_answers() -> None:
    analysis = ask()
    with celery_worker():
        wait_until(lambda: status(analysis) == JobStatus.SUCCEEDED, seconds=30)
    analysis.refresh_from_db()
    assert analysis.attempt == 1
    assert analysis.result["comparison"]["p_value"] == mann_whitney(HIGH, LOW).p_value


def test_killed_in_mid_analysis_the_result_is_recorded_once_within_a_minute(recorded: None) -> None:
    analysis = ask()
    with values_locked(), celery_worker() as worker:
        wait_until(lambda: status(analysis) == JobStatus.RUNNING, seconds=30)
        os.killpg(worker.pid, signal.SIGKILL)
        killed_at = time.monotonic()
    with celery_worker(beat=True):
        wait_until(lambda: status(analysis) == JobStatus.SUCCEEDED, seconds=killed_at + A_MINUTE - time.monotonic())
    analysis.refresh_from_db()
    assert analysis.attempt == 2
    assert times_recorded(analysis) == 1
    assert analysis.result["comparison"]["p_value"] == mann_whitney(HIGH, LOW).p_value


def test_an_emptied_broker_forgets_nothing_that_matters(broker: redis.Redis, recorded: None) -> None:
    waiting = [ask(), ask(consolidation="mean"), ask(reference="SSX1")]
    assert broker.llen("quick") == 3
    broker.flushdb()
    assert broker.llen("quick") == 0
    with celery_worker(beat=True):
        for analysis in waiting:
            wait_until(lambda analysis=analysis: status(analysis) == JobStatus.SUCCEEDED, seconds=A_MINUTE)
    assert [times_recorded(analysis) for analysis in waiting] == [1, 1, 1]


def seconds_to_cancel(analysis: Analysis) -> float:
    """How long after it was cancelled a running analysis had ended."""
    cancelled_at = timezone.now()
    assert jobs.cancel(analysis)
    wait_until(lambda: status(analysis) == JobStatus.CANCELLED, seconds=30)
    analysis.refresh_from_db()
    assert analysis.result is None
    return (analysis.finished_at - cancelled_at).total_seconds()


def test_cancelled_while_the_database_works(record_property: Callable[[str, object], None]) -> None:
    """The lock is held until the analysis has ended: only an interrupted statement lets it end."""
    study = cohort()
    user = MembershipFactory(study=study).user
    with celery_worker(), values_locked():
        analysis = asked(study, user)
        wait_until(waits_for_a_lock, seconds=30)
        record_property("seconds", seconds_to_cancel(analysis))


def test_cancelled_in_a_million_permutations(record_property: Callable[[str, object], None]) -> None:
    """They take a minute and more; the wait for the end is half of one."""
    study = cohort()
    user = MembershipFactory(study=study).user
    with offered(), celery_worker(include=Permutations.__module__):
        analysis = permutations_asked(study, user, resamples=1_000_000)
        wait_until(lambda: progress(analysis) > LOADED, seconds=60)
        record_property("seconds", seconds_to_cancel(analysis))


def test_a_quick_question_does_not_wait_behind_long_ones(record_property: Callable[[str, object], None]) -> None:
    study = cohort()
    user = MembershipFactory(study=study).user
    include = Permutations.__module__
    with offered(), celery_worker(queues="long", include=include), celery_worker(queues="quick", include=include):
        long = [permutations_asked(study, user, resamples=1_000_000 + number) for number in range(10)]
        wait_until(lambda: status(long[0]) == JobStatus.RUNNING, seconds=30)
        quick = asked(study, user)
        wait_until(lambda: status(quick) == JobStatus.SUCCEEDED, seconds=30)
        quick.refresh_from_db()
        record_property("seconds", (quick.finished_at - quick.requested_at).total_seconds())
        assert {status(analysis) for analysis in long} <= {JobStatus.QUEUED, JobStatus.RUNNING}
        assert all(jobs.cancel(analysis) for analysis in long)
        wait_until(lambda: status(long[0]) == JobStatus.CANCELLED, seconds=30)


def progress(analysis: Analysis) -> int:
    return Analysis.objects.values_list("progress_done", flat=True).get(pk=analysis.pk)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])
