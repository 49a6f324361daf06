"""A worker writes its sign of life, also after the database was away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from cases.models import ServiceHeartbeat
from portal import heartbeat
from tests.workers import celery_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def database_takes_no_new_connections() -> Iterator[None]:
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    # Not from within: a database cannot close itself.
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        try:
            yield
        finally:
            cursor.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")


def seen_after(moment: object) -> bool:
    return ServiceHeartbeat.objects.filter(name="worker:quick", seen_at__gt=moment).exists()


def test_a_worker_is_seen_with_its_queues_and_name() -> None:
    with celery_worker():
        wait_until(lambda: ServiceHeartbeat.objects.filter(name="worker:long").exists(), seconds=20)
        names = set(ServiceHeartbeat.objects.values_list("name", flat=True))
        (host,) = set(ServiceHeartbeat.objects.values_list("host", flat=True))
    assert names >= {"worker:quick", "worker:long"}
    assert host.endswith("@here")


def test_goes_on_after_the_database_was_away(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0.05)
    ended = threading.Event()
    beating = threading.Thread(target=heartbeat._beat, args=(["worker:quick"], "here", ended))
    beating.start()
    try:
        wait_until(ServiceHeartbeat.objects.exists, seconds=10)
        with database_takes_no_new_connections():
            wait_until(lambda: "until the database is back" in caplog.text, seconds=10)
            away = timezone.now()
            assert not seen_after(away)
        wait_until(lambda: seen_after(away), seconds=10)
    finally:
        ended.set()
        beating.join()
    assert caplog.text.count("until the database is back") == 1


def test_leaves_no_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child process that the worker forks meanwhile would inherit it."""
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 5)
    ended = threading.Event()
    beating = threading.Thread(target=heartbeat._beat, args=(["worker:quick"], "here", ended))
    before = _connections()
    beating.start()
    try:
        wait_until(ServiceHeartbeat.objects.exists, seconds=10)
        wait_until(lambda: _connections() == before, seconds=2)
    finally:
        ended.set()
        beating.join()


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
