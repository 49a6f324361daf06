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
from cases.models import ImportJob
from portal.celery import app
from portal.embedded import REPOSITORY
from tests.import_kills import checked_import, counts, go_on, kill_while_writing
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
    chance, everything = random.Random(arguments.seed), (arguments.rows, arguments.rows)
    with tempfile.TemporaryDirectory() as name, worker():
        file = Path(name) / "ihc-reading.csv"
        write_file(file, arguments.rows)
        imports = [checked(file, arguments.rows, number) for number in range(1, arguments.moments + 1)]
    kills = [kill_while_writing(job, chance=chance, within=arguments.within, worker=worker) for job in imports]
    go_on(imports, worker=worker)
    torn = 0
    for number, (job, killed) in enumerate(zip(imports, kills, strict=True), start=1):
        rows, events = counts(job.study)
        torn += (killed.rows, killed.events) not in ((0, 0), everything) or (rows, events) != everything
        print(f"| {number} | {killed.after:.2f} | {killed.rows:,} | {killed.events:,} | {rows:,} | {events:,} |")
    print(f"\nImports that were torn or written twice: {torn} of {len(imports)}.")
    sys.exit(bool(torn))


def checked(file: Path, rows: int, number: int) -> ImportJob:
    """An import of the file into a study of its own, ready to be confirmed."""
    study = study_for(rows, code=f"KILLED-{number}")
    return checked_import(study, file, by=get_user_model().objects.get(username=study.code.lower()))


if __name__ == "__main__":
    main()
