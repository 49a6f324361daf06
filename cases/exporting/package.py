"""Tables, their data dictionary and a manifest, written into a folder, and the folder as one file."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from cases.exporting.date_shift import shift_of, shifted, without_free_text
from cases.exporting.dictionary import MANIFEST, dictionary
from cases.exporting.formats import FILES, ExportFormat, Headings
from cases.exporting.tables import Table, reasons_apart, text_table
from cases.importing.records.targets import targets
from cases.jobs import Progress
from cases.models import Study


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How tables leave: in which format, under which headings, and what is taken out of them."""

    format: ExportFormat = ExportFormat.CSV
    headings: Headings = Headings.NAMES
    shift_dates: bool = False
    leave_out_texts: bool = False

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Shape":
        return cls(
            format=ExportFormat(options["format"]),
            headings=Headings(options["headings"]),
            shift_dates=bool(options["shift_dates"]),
            leave_out_texts=bool(options["leave_out_texts"]),
        )


def prepare(study: Study, shape: Shape) -> None:
    """What has to be in the database before the rows are read, at a moment in which nothing can be written."""
    if shape.shift_dates:
        shift_of(study)


def write_package(
    tables: Iterable[Table], *, folder: Path, study: Study, by: User, shape: Shape, progress: Progress, query: str = ""
) -> dict[str, Any]:
    """Write the tables, their dictionary and the manifest; the manifest.

    Raises :class:`~cases.jobs.Refusal` where the format cannot hold a table, ``Cancelled`` when nobody waits any more.
    """
    leaving = [_shaped(table, study=study, shape=shape) for table in tables]
    files = FILES[shape.format](folder, headings=shape.headings)
    # What was done to make the tables stays done, so that the bar never starts again.
    done = progress.total
    total = done + sum(table.count() for table in leaving)
    progress.to_come = 0

    def told(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done=done, total=total)

    rows = {table.name: files.write(table, told) for table in leaving}
    described = [reasons_apart(table) for table in leaving] if shape.format == ExportFormat.PARQUET else leaving
    for table in dictionary(described):
        files.write(table, lambda _rows: progress.check())
    manifest = _manifest(study=study, by=by, shape=shape, query=query, rows=rows)
    if shape.format == ExportFormat.XLSX:
        files.write(_as_table(manifest), lambda _rows: progress.check())
    files.close()
    manifest["files"] = [
        {"name": path.name, "rows": rows.get(path.stem), "sha256": sha256_of(path)} for path in sorted(folder.iterdir())
    ]
    (folder / f"{MANIFEST}.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return manifest


def format_label(manifest: dict[str, Any] | None) -> str:
    """What kind of file it is, in words."""
    return str(ExportFormat(manifest["format"]).label) if manifest else ""


def row_counts(manifest: dict[str, Any] | None) -> list[tuple[str, int]]:
    """What each table of an export is called and how many rows it has, patients before what belongs to them."""
    rows = (manifest or {}).get("rows", {})
    headings = {target.name: str(target.heading) for target in targets() if target.name in rows}
    return [(heading, rows[name]) for name, heading in headings.items()] + [
        (name, number) for name, number in rows.items() if name not in headings
    ]


def one_file(folder: Path, shape: Shape) -> Path:
    """The workbook, or everything zipped."""
    if shape.format == ExportFormat.XLSX:
        return folder / "export.xlsx"
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted(folder.iterdir()):
            if member != path:
                archive.write(member, member.name)
    return path


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shaped(table: Table, *, study: Study, shape: Shape) -> Table:
    if shape.leave_out_texts:
        table = without_free_text(table)
    if shape.shift_dates:
        table = shifted(table, shift_of(study))
    return reasons_apart(table) if table.wants_reasons_apart else table


def _manifest(*, study: Study, by: User, shape: Shape, query: str, rows: dict[str, int]) -> dict[str, Any]:
    return {
        "study": study.code,
        "synthetic": study.is_synthetic,
        "exported_by": by.get_username(),
        "exported_at": timezone.localtime().isoformat(timespec="seconds"),
        "format": shape.format.value,
        "headings": shape.headings.value,
        "dates_shifted": shape.shift_dates,
        "free_texts_left_out": shape.leave_out_texts,
        "filter": query,
        "rows": rows,
    }


def _as_table(manifest: dict[str, Any]) -> Table:
    """In a workbook. Its own hash cannot be in it; it stands beside the download."""
    lines = [[name, str(value)] for name, value in manifest.items() if name != "rows"]
    lines += [[f"rows of {name}", str(number)] for name, number in manifest["rows"].items()]
    return text_table(MANIFEST, ("what", "value"), lines)
