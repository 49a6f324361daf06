"""Compare the speed of an import with a bare COPY and with django-import-export.

``python -m benchmarks.imports > docs/importing-speed.md``

Starts a PostgreSQL of its own, unless ``DATABASE_URL`` and ``REDIS_URL`` name servers. Every way writes its rows into
a study of its own, in a process of its own; the ways take turns, and the median of the turns is printed. Seconds of
the processors are those of the process and of its own process of the database: they depend less than the clock on what
else the machine does. Needs the dependency group ``benchmark``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import machine
from portal import embedded

Answers = list[dict[str, float]]


def time_way(way: str, *, rows: int, folder: Path) -> dict[str, float]:
    return dict(json.loads(_process(way, rows=rows, folder=folder).communicate()[0].splitlines()[-1]))


def _process(way: str, *, rows: int, folder: Path) -> subprocess.Popen[str]:
    file = folder / f"{rows}" / "ihc-reading.csv"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        subprocess.run([sys.executable, "-m", "benchmarks.readings", str(file), str(rows)], check=True)
    command = [sys.executable, "-m", "benchmarks.import_timing", way, "--rows", str(rows), "--file", str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def row_of(name: str, rows: int, answers: Answers, *, bare: Answers) -> str:
    """Name, rows, seconds, rows per second, ratio to bare COPY on the clock and by processors, memory."""
    seconds, processor = (median(answer[key] for answer in answers) for key in ("seconds", "processor"))
    memory = max(answer["megabytes"] for answer in answers)
    share = [rate(answers, rows, key) / rate(bare, int(bare[0]["rows"]), key) for key in ("seconds", "processor")]
    return (
        f"| {name} | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} | {share[0]:.1%} | {processor:.1f} | "
        f"{rows / processor:,.0f} | {share[1]:.1%} | {memory:.0f} |"
    )


def rate(answers: Answers, rows: int, key: str) -> float:
    return rows / median(answer[key] for answer in answers)


def report(arguments: argparse.Namespace, folder: Path) -> None:
    """Print the tables as Markdown."""
    rows, turns = arguments.rows, range(arguments.turns)
    answers: dict[str, Answers] = {"bare_copy": [], "portal": [], "check": [], "changed": []}
    for _turn in turns:
        for way, found in answers.items():
            found.append(time_way(way, rows=rows, folder=folder) | {"rows": rows})
    bare = answers["bare_copy"]
    print("# Speed of imports\n")
    print("Written by `python -m benchmarks.imports`; see there what is measured.\n")
    print(f"{machine()}; Python {platform.python_version()}, django-import-export {version('django-import-export')}.\n")
    print("IHC readings with their rules, triggers and history. The ratios are rows per second over those of a bare")
    print("COPY of the same rows into the same tables in the same run.\n")
    print(
        "| way | rows | seconds | rows/s | of COPY | seconds of processors | rows per such second | of COPY | peak MB |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(row_of("bare COPY", rows, bare, bare=bare))
    print(row_of("import: read, check, write", rows, answers["portal"], bare=bare))
    print(row_of("check alone", rows, answers["check"], bare=bare))
    print(row_of("import that changes every row", rows, answers["changed"], bare=bare), flush=True)
    few = arguments.library_rows
    library = [time_way("import_export", rows=few, folder=folder) for _turn in turns]
    print(row_of("django-import-export", few, library, bare=bare), flush=True)
    if arguments.many:
        many = [time_way("portal", rows=arguments.many, folder=folder)]
        print(row_of("import of a long file", arguments.many, many, bare=bare), flush=True)
    report_pages(rows, folder)
    report_kinds(arguments.kind_rows)


def report_pages(rows: int, folder: Path) -> None:
    """How long the list of patients takes, alone and while an import runs."""
    alone = time_way("pages", rows=rows, folder=folder)
    importing = _process("portal", rows=rows, folder=folder)
    during = time_way("pages", rows=rows, folder=folder)
    importing.communicate()
    print(
        "\nThe page with the list of patients of a study. The first answer of a server that just started stands apart:"
    )
    print("it reads addresses and templates.\n")
    print("| | median, ms | longest, ms | first, ms |")
    print("| --- | ---: | ---: | ---: |")
    for name, answer in (("alone", alone), (f"while {rows:,} rows are imported", during)):
        print(f"| {name} | {' | '.join(f'{1000 * answer[key]:.0f}' for key in ('median', 'longest', 'first'))} |")


def report_kinds(rows: int) -> None:
    """Rows per second of every kind of record."""
    print(f"\n{rows:,} new records of each other kind, ten for a patient; read, checked and written:\n", flush=True)
    subprocess.run([sys.executable, "-m", "benchmarks.import_kinds", "--rows", str(rows)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--many", type=int, default=1_000_000, help="rows of the file whose memory counts; 0 for none")
    parser.add_argument("--kind-rows", type=int, default=20_000, help="rows of a file of each other kind of record")
    parser.add_argument("--library-rows", type=int, default=5_000, help="rows for django-import-export, which is slow")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as name:
        folder = Path(name)
        os.environ |= {"PORTAL_VAR": name, "DJANGO_SETTINGS_MODULE": "portal.settings.testing"}
        with embedded.servers(folder):
            migrate: list[Any] = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, check=True, cwd=embedded.REPOSITORY)
            report(arguments, folder)


if __name__ == "__main__":
    main()
