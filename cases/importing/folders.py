"""A folder of tables as one import: each table sees what those before it add, and all are written or none."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pghistory
from django.db import transaction

from cases.access import StudyRights
from cases.exporting.dictionary import ABOUT_TABLES
from cases.importing.at_once import (
    Imported,
    ImportRequest,
    check_file,
    kept_file,
    new_job,
    our_turn,
    writes_something,
)
from cases.importing.formats import Severity
from cases.importing.records.targets import targets
from cases.importing.runner import check_of_plan, write
from cases.jobs import Progress, Refusal
from cases.models import ImportJob
from cases.sentences import sentence

TABLES = (".csv", ".tsv", ".xlsx")
ARCHIVE = ".zip"
"""What the tables of a folder are kept in."""

Watch = Callable[[Path], Progress]
"""Gives the progress of a table that is begun."""


def tables_in(folder: Path) -> list[Path]:
    """The tables of the folder that have rows, each after those whose rows it names."""
    return [path for path in _known(folder) if path.is_file() and _has_rows(path)]


def left_out_of(folder: Path) -> list[Path]:
    """Tables that nobody knows by their names, those that describe an export aside."""
    known = _known(folder)
    tables = (path for path in folder.iterdir() if path.suffix.lower() in TABLES and path.stem not in ABOUT_TABLES)
    return sorted(path for path in tables if path not in known)


def _known(folder: Path) -> list[Path]:
    return [folder / f"{target.name}.csv" for target in targets()]


def import_folder(request: ImportRequest, folder: Path, *, watch: Watch = lambda path: Progress()) -> Imported:
    """Check table after table against the study with the tables before it, and keep all of it unless there are errors.

    A table that is refused as a whole is a finding like others. Only one table stands in memory at a time. Raises what
    :func:`cases.importing.at_once.import_at_once` does, but for files that cannot be used.
    """
    with our_turn(request) as rights, transaction.atomic():
        job = new_job(request, file_name=folder.name)
        with pghistory.context(user=request.by.pk, import_job=job.pk):
            parts = [_part(request, path, job=job, rights=rights, progress=watch(path)) for path in tables_in(folder)]
        check = _together([part.check for part in parts])
        warnings = [warning for part in parts for warning in part.warnings]
        if request.dry_run or check["total"][Severity.ERROR] or not writes_something(check):
            transaction.set_rollback(True)
            return Imported(check=check, warnings=warnings, job=None)
        _keep(job, folder, parts, check=check)
    return Imported(check=check, warnings=warnings, job=job)


def lines_kept(archive: Path) -> Iterator[str]:
    """Every line of the tables that an import of a folder keeps."""
    with zipfile.ZipFile(archive) as tables:
        for name in tables.namelist():
            with tables.open(name) as content, TextIOWrapper(content, encoding="utf-8-sig") as lines:
                yield from lines


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table of the folder. ``sheets`` are those of its outline, ``answers`` what they hold."""

    check: dict[str, Any]
    warnings: list[dict[str, Any]]
    sheets: list[dict[str, Any]]
    options: dict[str, Any]
    written: dict[str, int]


def _part(request: ImportRequest, path: Path, *, job: ImportJob, rights: StudyRights, progress: Progress) -> Part:
    """Of a table with errors the sound rows are written, too, so that the tables after it find them; not for long."""
    try:
        checked = check_file(request, path, rights=rights, progress=progress)
    except Refusal as refusal:
        return Part(check=_refused(path, refusal), warnings=[], sheets=[], options={}, written={})
    check = _named(check_of_plan(checked.plan), path)
    try:
        with transaction.atomic():
            write(checked.plan, job=job, progress=progress)
    except Refusal as refusal:
        checked.plan.forget()
        if not checked.plan.findings.has_errors:
            check = _refused(path, refusal)
    return Part(
        check=check,
        warnings=checked.warnings,
        sheets=checked.outline["sheets"],
        options=checked.options,
        written=checked.plan.written,
    )


def _named(check: dict[str, Any], path: Path) -> dict[str, Any]:
    """A text has no sheets: its findings are told by the name of the file."""
    return check | {name: [one | {"sheet": path.name} for one in check[name]] for name in ("findings", "sheets")}


def _refused(path: Path, refusal: Refusal) -> dict[str, Any]:
    finding = {"severity": Severity.ERROR.value, "sheet": path.name, "row": None, "column": ""}
    return {
        "rows": [],
        "new": 0,
        "changed": 0,
        "sheets": [],
        "total": {Severity.ERROR.value: 1, Severity.NOTE.value: 0},
        "findings": [finding | {"sentence": refusal.stored}],
    }


def _together(checks: list[dict[str, Any]]) -> dict[str, Any]:
    """Checks of tables of different kinds as one."""
    findings = [finding for check in checks for finding in check["findings"]]
    total = {level.value: sum(check["total"][level] for check in checks) for level in Severity}
    if sum(bool(check["total"][Severity.ERROR]) for check in checks) > 1:
        findings.append(_hint())
        total[Severity.NOTE.value] += 1
    return {
        **{name: [one for check in checks for one in check[name]] for name in ("rows", "sheets")},
        **{name: sum(check[name] for check in checks) for name in ("new", "changed")},
        "total": total,
        "findings": findings,
    }


def _hint() -> dict[str, Any]:
    told = sentence(
        "Rows may be refused only because they name rows of an earlier table that were refused. Correct the first "
        "table first."
    )
    return {"severity": Severity.NOTE.value, "sheet": "", "row": None, "column": "", "sentence": told}


def _keep(job: ImportJob, folder: Path, parts: list[Part], *, check: dict[str, Any]) -> None:
    """The import keeps its tables, zipped, and what was found and answered of them."""
    job.options = parts[0].options | {"sheets": [sheet for part in parts for sheet in part.options["sheets"]]}
    sheets = [sheet for part in parts for sheet in part.sheets]
    job.preview = {"outline": {"sheets": sheets, "warnings": []}, "check": check}
    job.written = {label: count for part in parts for label, count in part.written.items()}
    with TemporaryDirectory(prefix="import-") as name:
        archive = Path(name) / f"{folder.name}{ARCHIVE}"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as tables:
            for path in tables_in(folder):
                tables.write(path, path.name)
        kept = kept_file(archive)
        with kept["file"]:
            for field, value in kept.items():
                setattr(job, field, value)
            job.save()


def _has_rows(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return sum(1 for _line in islice(lines, 2)) > 1
