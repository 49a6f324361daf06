"""The series of benchmarks.import_kills, on servers that are there."""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

import benchmarks.django_ready  # noqa: F401 models need it
from benchmarks.readings import study_for, write_file
from portal.celery import app
from portal.embedded import REPOSITORY
from tests.import_kills import checked_import, kill_while_writing
from tests.workers import wait_until


@contextmanager
def worker() -> Iterator[Any]:
    """A worker of every queue, ready when the block begins."""
    name = f"kills-{os.getpid()}@here"
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", "quick,long,timetable", "-n", name]
    command += ["--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True, stdout=sys.stderr)
    try:
        wait_until(lambda: bool(app.control.ping(destination=[name], timeout=0.5)), seconds=120)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--moments", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--within", type=float, required=True)
    arguments = parser.parse_args()
    chance, wrong = random.Random(arguments.seed), 0
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "ihc-reading.csv"
        write_file(file, arguments.rows)
        for number in range(1, arguments.moments + 1):
            study = study_for(arguments.rows, code=f"KILLED-{number}")
            by = get_user_model().objects.get(username=study.code.lower())
            job = checked_import(study, file, by=by, worker=worker)
            killed = kill_while_writing(job, chance=chance, within=arguments.within, worker=worker)
            everything = (arguments.rows, arguments.rows)
            then = (killed.rows_then, killed.events_then)
            wrong += then not in ((0, 0), everything) or (killed.rows, killed.events) != everything
            print(
                f"| {number} | {killed.after:.2f} | {killed.rows_then:,} | {killed.events_then:,} | "
                f"{killed.attempts} | {killed.rows:,} | {killed.events:,} |",
                flush=True,
            )
    print(f"\nMoments at which the import was torn or written twice: {wrong}.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
