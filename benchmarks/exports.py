"""Measure how fast records leave the portal, and that the memory for it does not grow with their number.

``python -m benchmarks.exports``

Makes a database of its own with two studies, one of 10,000 and one of 1,000,000 laboratory results of 100 a patient,
and exports each in every format, with dates as recorded and shifted, in a process of its own. Prints a table in
Markdown: rows a second, and the most memory the process ever held (``VmHWM`` of Linux), beside that of a process that
exports a study without rows. The database is on the same machine, and its memory is not in the numbers.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from portal import embedded

SIZES = (0, 10_000, 1_000_000)
OF_PATIENT = 100
FORMATS = ("csv", "xlsx", "parquet")
MEBIBYTE = 1024

SEED = """
    SET session_replication_role = replica;
    INSERT INTO cases_study (code, title, ethics_approval, status, skeletal_event_window_days, counts_hypercalcaemia,
                             response_rule, record_number_pattern, is_synthetic)
    VALUES ('ROWS-{rows}', 'Invented', '', 'open', 21, false, 'any', '', true);
    INSERT INTO cases_patient (study_id, code, sex, birth_year, vital_status, death_date, cause_of_death,
                               last_follow_up_date, consent_status, consent_version, consent_date, consent_scope,
                               missing)
    SELECT s.id, 'P' || n, 'female', 1960, 'alive', '', '', '2024-03-02', 'given', '', '', '', '{{}}'
    FROM cases_study s, generate_series(1, {rows} / {of_patient}) n WHERE s.code = 'ROWS-{rows}';
    INSERT INTO cases_laboratoryresult (patient_id, test_id, date, comparator, value, unit, missing)
    SELECT p.id, t.id, to_char(date '2015-01-01' + n, 'YYYY-MM-DD'), '=', 2.1 + (n % 17) / 10.0, 'mmol/L', '{{}}'
    FROM cases_patient p JOIN cases_study s ON s.id = p.study_id,
         (SELECT min(id) AS id FROM cases_laboratorytest) t, generate_series(1, {of_patient}) n
    WHERE s.code = 'ROWS-{rows}';
    SET session_replication_role = origin;
"""


def seed() -> None:
    """The studies, written past the triggers: nothing reads their history."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO auth_user (username, password, is_superuser, is_staff, is_active, first_name, last_name, "
            "email, date_joined) VALUES ('benchmark', '', true, true, true, '', '', '', now())"
        )
        for rows in SIZES:
            cursor.execute(SEED.format(rows=rows, of_patient=OF_PATIENT))
        cursor.execute("ANALYZE")


def measure(*, rows: int, format: str, shift_dates: bool) -> None:
    """Export one study and print seconds and peak memory in KiB."""
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w", encoding="utf-8") as nowhere:
        start = time.perf_counter()
        call_command(
            "export_table",
            f"ROWS-{rows}",
            out=Path(folder),
            format=format,
            kinds=["laboratory-result"],
            shift_dates=shift_dates,
            stdout=nowhere,
        )
        seconds = time.perf_counter() - start
    # Not ru_maxrss, which begins with the memory of the process that started this one.
    print(seconds, re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])  # type: ignore[index]


def measured(*, rows: int, format: str, shift_dates: bool) -> tuple[float, int]:
    """The same in a new process: seconds, and peak memory in KiB."""
    command = [sys.executable, "-m", "benchmarks.exports", "--rows", str(rows), "--format", format]
    answer = subprocess.run(
        [*command, *(["--shift-dates"] if shift_dates else [])], check=True, capture_output=True, text=True
    )
    seconds, memory = answer.stdout.split()
    return float(seconds), int(memory)


def table() -> None:
    print("| format | dates | rows | rows a second | peak memory, MiB |")
    print("| --- | --- | ---: | ---: | ---: |")
    for format in FORMATS:
        for shift_dates in (False, True):
            for rows in SIZES:
                seconds, memory = measured(rows=rows, format=format, shift_dates=shift_dates)
                dates, speed = "shifted" if shift_dates else "as recorded", f"{rows / seconds:,.0f}" if rows else "–"
                print(f"| {format} | {dates} | {rows:,} | {speed} | {memory / MEBIBYTE:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--format", choices=FORMATS, help=argparse.SUPPRESS)
    parser.add_argument("--shift-dates", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.testing")
    if chosen.format:
        django.setup()
        measure(rows=chosen.rows, format=chosen.format, shift_dates=chosen.shift_dates)
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-benchmark-"))
    os.environ["PORTAL_VAR"] = str(folder)
    try:
        with embedded.servers(folder, durable=False):
            django.setup()
            seed()
            connection.close()
            table()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
