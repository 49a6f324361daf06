"""The sheets of an import with a column that says what is wrong with each row: to correct and bring again.

Nothing of the file was written, so the sound rows are in it too, each where it stood. Of a large file the refused rows
stand alone, one below the other.
"""

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO, Any
from unicodedata import normalize

import xlsxwriter
from django.utils.translation import gettext

from cases.importing.formats import SheetCount
from cases.importing.records.headings import PROBLEMS
from cases.importing.records.sheet_names import sheet_names
from cases.importing.records.sheets import Sheet
from cases.list_files import harmless
from cases.models import ConsentStatus, ImportJob
from cases.sentences import render


def problem_file(job: ImportJob) -> IO[bytes]:
    """A workbook, open at its beginning, from what the last check kept. Every cell is a text, as it was read.

    Rows that name a patient who withdrew consent, before the check or since, stay out: nobody may bring them again.
    """
    file = TemporaryFile()  # noqa: SIM115 the answer closes it
    check = (job.preview or {})["check"]
    withdrew = job.study.patients.filter(consent_status=ConsentStatus.WITHDRAWN)
    codes = frozenset(withdrew.values_list("code", flat=True))
    sheets = [sheet for sheet in check["sheets"] if sheet["problems"]["rows"] or sheet["problems"].get("sound")]
    with xlsxwriter.Workbook(file) as book:
        bold = book.add_format({"bold": True})
        flagged = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FBE9E6"})
        for name, sheet in zip(sheet_names(one["sheet"] or one["what"] for one in sheets), sheets, strict=True):
            page, problems = book.add_worksheet(name), sheet["problems"]
            first, width = problems["header_row"] if holds_all_rows(check) else 1, len(problems["header"])
            _write(page, first, [*problems["header"], gettext(PROBLEMS)], bold)
            last = first
            for last, cells, reasons in _rows(problems, first, without=codes):
                _write(page, last, cells, None)
                if reasons:
                    page.write_string(last - 1, width, harmless(reasons), flagged)
            page.freeze_panes(first, 0)
            page.autofilter(first - 1, 0, last - 1, width)
            page.set_column(width, width, 80)
    file.seek(0)
    return file


def holds_all_rows(check: dict[str, Any]) -> bool:
    """Whether the file of problems holds the sound rows too."""
    return any("sound" in sheet["problems"] for sheet in check.get("sheets", []))


def with_sound_rows(counts: SheetCount, sheet: Sheet) -> SheetCount:
    """The counts of a sheet that keep its sound rows for the file of problems."""
    refused = {row["row"] for row in counts.problems["rows"]}
    sound = [{"row": row.number, "cells": list(row.cells)} for row in sheet.rows if row.number not in refused]
    return replace(counts, problems=counts.problems | {"header_row": sheet.rows.last_row, "sound": sound})


def problem_file_name(job: ImportJob) -> str:
    """After the file that was brought."""
    return f"{PurePath(job.file_name).stem}-problems.xlsx"


def _rows(
    problems: dict[str, Any], header_row: int, *, without: frozenset[str]
) -> Iterator[tuple[int, list[str], str]]:
    """For each row its number in the workbook, its cells, and what is wrong with it, blank for a sound one.

    Rows with a cell that is one of the codes ``without`` are left out.
    """
    brought = [*problems["rows"], *problems.get("sound", [])]
    kept = [row for row in brought if without.isdisjoint(map(_code, row["cells"]))]
    stands_alone = "sound" not in problems
    for place, row in enumerate(sorted(kept, key=itemgetter("row")), start=header_row + 1):
        yield place if stands_alone else row["row"], row["cells"], _reasons(row)


def _code(cell: str) -> str:
    """What the cell says, were it the code of a patient."""
    return normalize("NFKC", cell).strip()


def _write(page: Any, number: int, cells: list[str], style: Any) -> None:
    for column, text in enumerate(cells):
        page.write_string(number - 1, column, harmless(text), style)


def _reasons(row: dict[str, Any]) -> str:
    return "\n".join(_reason(*reason) for reason in row.get("reasons", []))


def _reason(heading: str, stored: dict[str, Any]) -> str:
    return f"{heading}: {render(stored)}" if heading else render(stored)
