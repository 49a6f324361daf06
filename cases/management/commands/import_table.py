"""``manage.py import_table``: a table of records, or a file of another format, by the same rules as the pages."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from cases.importing.at_once import Imported, ImportRequest, import_at_once
from cases.importing.files import inspect
from cases.importing.folders import import_folder, left_out_of, tables_in
from cases.importing.formats import ImportFormat, Source, by_code, registered
from cases.importing.mappings import KeptMapping, named, read_file
from cases.importing.reading import check_of_stored
from cases.importing.records.options_form import BLANK_ERASES, IDENTIFIES_NOBODY, REASON
from cases.importing.records.record_table import RecordTable
from cases.importing.runner import recognised
from cases.jobs import Progress, Refusal
from cases.management.person import named_person
from cases.management.progress import CLEAR_LINE, ShownProgress
from cases.models import Study
from cases.sentences import render

REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Imports tables of patients, their records, the study and its laboratory: CSV, TSV, or a workbook with one "
        "sheet for each; or a file of another format. Exit codes: 0 imported (or nothing to do), 1 refused, 2 wrong "
        "use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("file", type=Path, help="a table, or a folder that export_table has written")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
        parser.add_argument("--by", help="username of the person who imports; the only administrator by default")
        parser.add_argument(
            "--format",
            choices=[offered.code for offered in registered()],
            help="what the file is; recognised by default",
        )
        parser.add_argument(
            "--answers",
            type=Path,
            help="a JSON file with answers to the questions of the format, by the names of the fields on its page; "
            "what it leaves out is answered as guessed",
        )
        parser.add_argument("--blank-erases", action="store_true", help="blank cells erase what the study has")
        parser.add_argument("--mapping", help="name of a mapping of the study, or a file MAPPING.json")
        parser.add_argument("--reason", default="", help="why rows of verified patients change")
        parser.add_argument("--identifies-nobody", action="store_true", help="you checked texts that look like names")

    def handle(self, *args: Any, **options: Any) -> None:
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError("There is no study of this code.", returncode=USAGE)
        file: Path = options["file"]
        if not file.exists():
            raise CommandError(f"There is no file {file}.", returncode=USAGE)
        if file.is_dir():
            self._check_folder(file, options)
        try:
            imported = self._imported(study, file, options)
        except (Refusal, PermissionDenied, Http404) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        except KeyboardInterrupt as error:
            raise CommandError("Cancelled. Nothing was written.", returncode=REFUSED) from error
        finally:
            if sys.stderr.isatty():
                sys.stderr.write(CLEAR_LINE)
        self._tell(imported)

    def _check_folder(self, folder: Path, options: dict[str, Any]) -> None:
        if options["format"] not in (None, RecordTable.code):
            raise CommandError("A folder holds tables of records: name one file of another format.", returncode=USAGE)
        for path in left_out_of(folder):
            self.stdout.write(f"{path.name}: no table is called so, and it was left out.")
        if not tables_in(folder):
            raise CommandError("No table in the folder has rows. Name them as export_table does.", returncode=USAGE)

    def _imported(self, study: Study, file: Path, options: dict[str, Any]) -> Imported:
        answers = {name: "on" for name in (BLANK_ERASES, IDENTIFIES_NOBODY) if options[name]}
        answers |= {REASON: options["reason"]} | _answers_in(options["answers"])
        import_format = by_code(options["format"]) if options["format"] else _recognised(study, file)
        request = ImportRequest(
            study=study,
            by=named_person(options["by"]),
            import_format=import_format,
            answers=answers,
            mapping=_mapping(options["mapping"], study=study, import_format=import_format),
            dry_run=options["dry_run"],
        )
        if file.is_dir():
            # “.” has no name for the import to be known by.
            return import_folder(request, file.resolve(), watch=self._progress)
        return import_at_once(request, file, progress=self._progress(file))

    def _progress(self, path: Path) -> Progress:
        return ShownProgress(path.name, sys.stderr) if sys.stderr.isatty() else Progress()

    def _tell(self, imported: Imported) -> None:
        check = check_of_stored(imported.check)
        for warning in imported.warnings:
            self.stdout.write(render(warning))
        for finding in check.findings:
            self.stdout.write(": ".join(filter(None, [finding.place, finding.column, finding.text])))
        for sheet in check.sheets:
            self.stdout.write(f"{sheet.title}: {sheet.in_words}")
        for count in () if check.sheets else check.counts:
            self.stdout.write(f"{count.title}: new {count.new}, unchanged {count.matched}")
        if check.errors:
            raise CommandError("Nothing was written.", returncode=REFUSED)
        self.stdout.write("Imported." if imported.job else "Nothing was written.")


def _recognised(study: Study, file: Path) -> ImportFormat:
    """A folder holds tables of records. Raises :class:`Refusal` for a file that nobody can read."""
    if file.is_dir():
        return by_code(RecordTable.code)
    return recognised(Source(study=study, path=file, file_name=file.name, kind=inspect(file)))


def _answers_in(path: Path | None) -> dict[str, str]:
    """Name of a field -> its answer as a text. Raises ``CommandError``."""
    if path is None:
        return {}
    try:
        answers = json.loads(path.read_text(encoding="utf-8"))
        # No half of a character, which no database stores.
        json.dumps(answers, ensure_ascii=False).encode()
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path} is no JSON file that can be read.", returncode=USAGE) from error
    if not isinstance(answers, dict) or not all(isinstance(answer, str) for answer in answers.values()):
        raise CommandError("Answers are an object: the name of each field and its answer as a text.", returncode=USAGE)
    return answers


def _mapping(name: str | None, *, study: Study, import_format: ImportFormat) -> KeptMapping | None:
    if not name:
        return None
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        return read_file(path, import_format=import_format)
    return named(study=study, import_format=import_format, name=name)
