"""One way of writing IHC readings, timed in a process of its own: answers one line of JSON. See benchmarks.imports."""

import argparse
import csv
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pghistory
import tablib
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget

import benchmarks.django_ready  # noqa: F401 models need it
from benchmarks.readings import HEADINGS, readings, study_for
from cases.importing.at_once import ImportRequest, import_at_once
from cases.importing.records.record_table import RecordTable
from cases.models import Patient, Specimen, Study
from expression.models import Antibody, IhcReading

CLOCK_TICKS = 100
COLUMNS = (
    "study_id, patient_id, specimen_id, antibody_id, cell_type, compartment, evaluability, percent_0, percent_1, "
    "percent_2, percent_3, intensity, recorded_scale, reader, read_on, is_consensus, missing"
)


def timed(work: Callable[[], Any]) -> dict[str, float]:
    """Seconds on the clock, and seconds of the processors: of this process and of its own in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    start, of_us, of_database = time.perf_counter(), time.process_time(), _ticks(stat)
    work()
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "processor": time.process_time() - of_us + (_ticks(stat) - of_database) / CLOCK_TICKS,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _ticks(stat: Path) -> int:
    after_name = stat.read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])


def bare_copy(study: Study, file: Path, rows: int) -> dict[str, float]:
    """COPY of the finished lines into the same table, with its triggers, constraints and history."""
    keys = [dict(of.objects.filter(study=study).values_list("code", "pk")) for of in (Patient, Specimen, Antibody)]
    lines = []
    for row in readings(rows):
        named = [of[code] for of, code in zip(keys, row, strict=False)]
        values = [study.pk, *named, *row[3:10], row[10] if row[10] != "" else r"\N", "", *row[11:], "f", "{}"]
        lines.append("\t".join(map(str, values)) + "\n")
    text = "".join(lines)

    def work() -> None:
        with transaction.atomic(), pghistory.context(user=1), connection.cursor() as cursor:
            # Tells the database the context, which a COPY by itself does not.
            cursor.execute("VALUES (1)")
            with cursor.copy(f"COPY {IhcReading._meta.db_table} ({COLUMNS}) FROM STDIN") as copy:
                for start in range(0, len(text), 65536):
                    copy.write(text[start : start + 65536])
            connection.check_constraints()

    return timed(work)


def portal(study: Study, file: Path, rows: int, *, dry_run: bool = False) -> dict[str, float]:
    """The whole import as ``manage.py import_table`` does it: headings, checks, rows, history."""
    by = get_user_model().objects.get(username=study.code.lower())

    def work() -> None:
        request = ImportRequest(study=study, by=by, import_format=RecordTable(), dry_run=dry_run)
        done = import_at_once(request, file)
        if done.check["total"]["error"] or done.check["new"] + done.check["changed"] != rows:
            raise SystemExit(f"Not what was asked for: {done.check['findings'][:3]}")

    return timed(work)


def check(study: Study, file: Path, rows: int) -> dict[str, float]:
    """The check alone."""
    return portal(study, file, rows, dry_run=True)


def changed(study: Study, file: Path, rows: int) -> dict[str, float]:
    """The same file once more, with another reading day in every row."""
    portal(study, file, rows)
    later = file.with_name("changed") / file.name
    later.parent.mkdir(exist_ok=True)
    with file.open(newline="") as old, later.open("w", newline="") as new:
        table, writer = csv.DictReader(old), csv.writer(new)
        writer.writerow(HEADINGS)
        writer.writerows([*(row[name] for name in HEADINGS[:-1]), "2024-06-30"] for row in table)
    return portal(study, later, rows)


def import_export(study: Study, file: Path, rows: int) -> dict[str, float]:
    """django-import-export with its checks of each row and rows found by their codes, in one transaction."""

    def named(model: Any) -> fields.Field:
        class OfStudy(ForeignKeyWidget):
            def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> Any:
                return model.objects.filter(study=study)

        name = model._meta.model_name
        return fields.Field(attribute=name, column_name=name, widget=OfStudy(model, "code"))

    class Readings(resources.ModelResource):
        patient, specimen, antibody = named(Patient), named(Specimen), named(Antibody)

        class Meta:
            model = IhcReading
            fields = HEADINGS
            import_id_fields = ("specimen", "antibody", "cell_type", "compartment", "reader")
            clean_model_instances = True
            skip_unchanged = True
            use_transactions = True

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.study = study

        def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.study = study
            super().import_instance(instance, row, **kwargs)

    table = tablib.Dataset().load(file.read_text(), format="csv")

    def work() -> None:
        result = Readings().import_data(table, dry_run=False, raise_errors=True)
        if result.totals["new"] != rows:
            raise SystemExit(f"Not what was asked for: {result.totals}")

    return timed(work)


def pages(study: Study, file: Path, rows: int, *, seconds: float = 8) -> dict[str, float]:
    """How long the list of patients takes, again and again; ``first`` is what a server that just started takes."""
    client, took = Client(), []
    client.force_login(get_user_model().objects.get(username=study.code.lower()))
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(took) < 2:
        start = time.perf_counter()
        answer = client.get(reverse("cases:list", args=[study.code, "patient"]))
        took.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise SystemExit(f"The page answers {answer.status_code}.")
    first, *later = took
    return {"first": first, "median": median(later), "longest": max(later)}


WAYS = {way.__name__: way for way in (bare_copy, portal, check, changed, import_export, pages)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    arguments = parser.parse_args()
    study = study_for(arguments.rows, code=f"{arguments.way.upper().replace('_', '-')}-{time.time_ns()}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_patient, cases_specimen")
    print(json.dumps(WAYS[arguments.way](study, arguments.file, arguments.rows)))


if __name__ == "__main__":
    main()
