"""Servers, workers and timetable of the portal, supervised as in the demonstration, in a folder that vanishes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from portal import embedded
from portal.embedded.addresses import ADDRESS_VARIABLES
from portal.operations import supervision
from portal.operations.supervision import PORTAL, Program

QUESTIONS = "tests.analytics.permutations"
ENDED = ("succeeded", "refused", "failed", "cancelled")


@contextmanager
def at_work() -> Iterator[Path]:
    """The folder of a portal whose workers also answer ``QUESTIONS``; there is no web server."""
    var_dir = Path(tempfile.mkdtemp(prefix="portal-benchmark-")).resolve()
    for address in ADDRESS_VARIABLES.values():
        # Servers of somebody else are nothing to kill.
        os.environ.pop(address, None)
    os.environ |= {"PORTAL_VAR": str(var_dir), "DJANGO_SETTINGS_MODULE": "portal.settings.development"}
    groups = supervision.programs(var_dir=var_dir, port=0)
    groups[PORTAL] = [_with_questions(program) for program in groups[PORTAL] if program.name != "web"]
    try:
        with supervision.supervised(groups, var_dir=var_dir):
            embedded.wait_until_ready(embedded.wanted(), var_dir)
            manage("migrate", "--verbosity", "0")
            supervision.start_portal(var_dir)
            alive = "SELECT count(DISTINCT name) FROM cases_serviceheartbeat"
            wait_until(lambda: rows(var_dir, alive)[0][0] >= 3, seconds=300)
            yield var_dir
    finally:
        shutil.rmtree(var_dir, ignore_errors=True)


def manage(*arguments: str) -> None:
    """A management command of the portal; raises when it fails."""
    subprocess.run([sys.executable, str(embedded.REPOSITORY / "manage.py"), *arguments], check=True)


def ask(**numbers: int) -> None:
    """Ask questions, see :func:`benchmarks.questions.ask`."""
    given = ", ".join(f"{name}={number}" for name, number in numbers.items())
    manage("shell", "--no-imports", "--command", f"from benchmarks.questions import ask; ask({given})")


def rows(var_dir: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the database answers, once it does."""
    while True:
        try:
            with psycopg.connect(embedded.postgres_url(var_dir), connect_timeout=5) as connection:
                found = connection.execute(sql)
                return found.fetchall() if found.description else []
        except psycopg.OperationalError:
            time.sleep(0.2)


def ended(var_dir: Path) -> int:
    """How many analyses are in a final state."""
    return int(rows(var_dir, f"SELECT count(*) FROM analytics_analysis WHERE status IN {ENDED}")[0][0])  # noqa: S608


def kill(var_dir: Path, program: str) -> None:
    """SIGKILL to a program and its children; the supervisor starts it again."""
    configuration = var_dir / "supervisor" / "supervisord.conf"
    control = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(configuration), "pid", program]
    pid = int(subprocess.run(control, check=True, capture_output=True, text=True).stdout)
    os.killpg(os.getpgid(pid), signal.SIGKILL)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    """Return once the condition holds; raises ``TimeoutError`` when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"Not within {seconds} seconds.")
        time.sleep(0.2)


def _with_questions(program: Program) -> Program:
    if not program.name.startswith("worker-"):
        return program
    return replace(program, command=[*program.command, "--include", QUESTIONS])
