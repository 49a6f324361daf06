"""``manage.py export_table``: tables of a study in a folder, which ``import_table`` reads back."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from cases import access
from cases.exporting.formats import ExportFormat, Headings
from cases.exporting.forms import ShapeForm, with_usual
from cases.exporting.package import Shape, prepare, write_package
from cases.exports import MAKERS, RECORDS, STATEMENT_SECONDS, Tables
from cases.jobs import Progress, Refusal
from cases.management.person import named_person
from cases.models import ExportKind, ListExport, Study
from cases.one_moment import one_moment

REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Writes patients, every kind of record and the tables of the study and its laboratory, or one wide table, into "
        "files with a data dictionary and a manifest. Exit codes as import_table."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("--out", type=Path, required=True, help="folder of the files; made where it is not there")
        parser.add_argument("--by", help="username of the person who exports; the only administrator by default")
        parser.add_argument("--format", choices=ExportFormat.values, default=ExportFormat.CSV.value)
        parser.add_argument("--headings", choices=Headings.values, default=Headings.NAMES.value)
        parser.add_argument("--kinds", nargs="+", help="tables to export; all by default")
        parser.add_argument("--filter", default="", help="patients, as the address of their list has it: sex=female")
        parser.add_argument("--shift-dates", action="store_true", help="move the dates of each patient by a secret")
        parser.add_argument("--leave-out-texts", action="store_true", help="leave out free texts")
        parser.add_argument("--wide", choices=["patient", "specimen"], help="one table with a row for each of these")
        parser.add_argument("--variables", nargs="+", help="columns of the wide table; all by default")

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
        maker = MAKERS[ExportKind.WIDE].tables if options["wide"] else RECORDS
        if maker is None:
            raise CommandError("There is no wide table.", returncode=USAGE)
        form = _form(maker.form, options, study=study, user=person)
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        # Nothing lies in the folder before it is kept who took it.
        with TemporaryDirectory(dir=folder) as name:
            manifest = _written(maker, form.options, folder=Path(name), study=study, by=person)
            _log(manifest, study=study, by=person)
            for path in Path(name).iterdir():
                path.replace(folder / path.name)
        for name, rows in manifest["rows"].items():
            self.stdout.write(f"{name}: {rows}")


def _written(tables: Tables, options: dict[str, Any], *, folder: Path, study: Study, by: User) -> dict[str, Any]:
    shape, progress = Shape.of(options), Progress()
    prepare(study, shape)
    try:
        with one_moment(seconds=STATEMENT_SECONDS):
            return write_package(
                tables.make(options, user=by, study=study, progress=progress),
                folder=folder,
                study=study,
                by=by,
                shape=shape,
                progress=progress,
                query=options["filter"],
            )
    except Refusal as error:
        raise CommandError(str(error), returncode=REFUSED) from error


def _log(manifest: dict[str, Any], *, study: Study, by: User) -> None:
    for name, rows in manifest["rows"].items():
        ListExport.objects.create(
            study=study,
            exported_by=by,
            list_name=name,
            query=manifest["filter"],
            rows=rows,
            format=manifest["format"],
        )


def _form(form_class: type[ShapeForm], options: Mapping[str, Any], *, study: Study, user: User) -> ShapeForm:
    """The choices of the command as the form of the page understands them."""
    names = ("format", "headings", "filter", "shift_dates", "leave_out_texts")
    given = {name: options[name] for name in names}
    if options["wide"]:
        given["rows"] = options["wide"]
    chosen = {"tables": options["kinds"], "variables": options["variables"]}
    given |= {name: values for name, values in chosen.items() if values}
    try:
        form = with_usual(form_class, given, study=study, user=user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=USAGE) from error
    if not form.is_valid():
        texts = [f"{name}: {text}" for name, errors in form.errors.items() for text in errors]
        raise CommandError(" ".join(map(str, texts)), returncode=USAGE)
    return form
