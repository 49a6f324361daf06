"""Real Celery workers for tests: processes of their own, on the test database and the test broker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from portal.celery import app

REPOSITORY = Path(__file__).resolve().parent.parent


@contextmanager
def celery_worker(
    *,
    beat: bool = False,
    queues: str = "quick,long,timetable",
    include: str = "",
    environment: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of these queues, with the timetable if asked; ready when the block begins, gone when it ends.

    ``include`` is a module that the worker imports, beyond those of the portal.
    """
    name = f"tests-{queues}-{os.getpid()}@here"
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", queues, "-n", name]
    command += ["--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    if include:
        command += ["--include", include]
    if beat:
        command += ["--beat", "--schedule", str(settings.VAR_DIR / f"schedule-{os.getpid()}")]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **_test_environment(), **(environment or {})},
        start_new_session=True,
    )
    try:
        wait_until(lambda: bool(app.control.ping(destination=[name], timeout=0.5)), seconds=60)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    """Return as soon as the condition holds; fail when it does not within the time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} seconds")
        time.sleep(0.1)


def _test_environment() -> dict[str, str]:
    """The addresses of the databases this test process uses."""
    database = connection.settings_dict
    address = f"postgres://{quote(database['USER'] or '')}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return {
        "DATABASE_URL": address,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "portal.settings.testing",
    }
