"""``manage.py export_table``: every table of a study as a CSV that ``import_table`` reads back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from cases import access
from cases.importing.records.targets import targets
from cases.list_files import csv_of
from cases.management.person import named_person
from cases.models import Study
from cases.record_files import log_export, record_lines, rows_of

REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Writes patients, every kind of record and the tables of the study and its laboratory into CSV files with "
        "names of fields and codes. Exit codes as import."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("--out", type=Path, required=True, help="folder of the files; made where it is not there")
        parser.add_argument("--by", help="username of the person who exports; the only administrator by default")

    def handle(self, *args: Any, **options: Any) -> None:
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError("There is no study of this code.", returncode=USAGE)
        person = named_person(options["by"])
        try:
            rights = access.rights(user=person, study=study)
            rights.require("sees_rows")
            rights.require("exports")
        except (PermissionDenied, Http404) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        for target in targets():
            rows = rows_of(target, user=person, study=study)
            number = rows.count()
            log_export(target, study=study, by=person, rows=number)
            with (folder / f"{target.name}.csv").open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_of(record_lines(target, rows)))
            self.stdout.write(f"{target.name}.csv: {number}")
