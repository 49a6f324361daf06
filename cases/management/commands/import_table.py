"""``manage.py import_table``: a table of records into a study, by the same rules as the pages."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from cases.importing.at_once import Imported, import_at_once
from cases.importing.formats import ImportFormat
from cases.importing.mappings import KeptMapping, named, read_file
from cases.importing.reading import check_of_stored
from cases.importing.records.options_form import BLANK_ERASES, IDENTIFIES_NOBODY, REASON
from cases.importing.records.record_table import RecordTable
from cases.jobs import Refusal
from cases.management.person import named_person
from cases.models import Study
from cases.sentences import render

REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Imports a table of records: CSV, TSV, or a workbook with one sheet for each kind. Exit codes: 0 imported (or "
    )
    help += "nothing to do), 1 refused, 2 wrong use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
        parser.add_argument("--by", help="username of the person who imports; the only administrator by default")
        parser.add_argument("--blank-erases", action="store_true", help="blank cells erase what the study has")
        parser.add_argument("--mapping", help="name of a mapping of the study, or a file MAPPING.json")
        parser.add_argument("--reason", default="", help="why rows of verified patients change")
        parser.add_argument("--identifies-nobody", action="store_true", help="you checked texts that look like names")

    def handle(self, *args: Any, **options: Any) -> None:
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError("There is no study of this code.", returncode=USAGE)
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.", returncode=USAGE)
        answers = {name: "on" for name in (BLANK_ERASES, IDENTIFIES_NOBODY) if options[name]}
        import_format = RecordTable()
        try:
            imported = import_at_once(
                study=study,
                path=options["file"],
                by=named_person(options["by"]),
                import_format=import_format,
                answers=answers | {REASON: options["reason"]},
                dry_run=options["dry_run"],
                mapping=_mapping(options["mapping"], study=study, import_format=import_format),
            )
        except (Refusal, PermissionDenied, Http404) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        self._tell(imported)

    def _tell(self, imported: Imported) -> None:
        check = check_of_stored(imported.check)
        for warning in imported.warnings:
            self.stdout.write(render(warning))
        for finding in check.findings:
            self.stdout.write(": ".join(filter(None, [finding.place, finding.column, finding.text])))
        for sheet in check.sheets:
            self.stdout.write(f"{sheet.title}: {sheet.in_words}")
        if check.errors:
            raise CommandError("Nothing was written.", returncode=REFUSED)
        self.stdout.write("Imported." if imported.job else "Nothing was written.")


def _mapping(name: str | None, *, study: Study, import_format: ImportFormat) -> KeptMapping | None:
    if not name:
        return None
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        return read_file(path, import_format=import_format)
    return named(study=study, import_format=import_format, name=name)
