"""Rows of a CSV, TSV or Excel file, with the row numbers that a spreadsheet shows."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, load_workbook

from cases.importing.files import FileKind, decode
from cases.importing.workbooks import LONGEST_TITLE
from cases.jobs import Refusal

ROWS_LIMIT = 100_000
COLUMNS_LIMIT = 200
DELIMITERS = ",;\t"
LONGEST_CELL = 32_767
"""Letters that a cell of a spreadsheet can hold; messages repeat what cells and headings say."""

WorkbookValue = int | float | str | bool | date | datetime | time | timedelta


class Row(NamedTuple):
    """One row of a table. ``number`` is the spreadsheet's, from 1; ``cells`` has a text for every heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A row of headings and the rows below it. ``sheet`` is blank for a text file; blank rows are left out."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, heading: str) -> Iterator[tuple[int, str]]:
        """Row number and text of every cell below the heading."""
        position = self.header.index(heading)
        return ((row.number, row.cells[position]) for row in self.rows)


def read_table(path: Path, kind: FileKind) -> Table:
    """The table of a text file, or of the first sheet with any content.

    Raises :class:`Refusal` naming row and column when the headings are not one distinct text per column, a row has more
    or fewer cells than there are headings, quotation marks do not match, or there is too much of it.
    """
    sheet, grid = _first_sheet(path) if kind is FileKind.WORKBOOK else ("", text_rows(decode(path)))
    numbered = [(number, cells) for number, cells in enumerate(grid, start=1) if any(cells)]
    if not numbered:
        raise Refusal("The file is empty. Choose a file with a row of headings and rows of values below it.")
    numbered = _without_blank_columns(numbered)
    header = _checked_header(*numbered[0])
    if len(numbered) == 1:
        raise Refusal("The file has headings and no rows below them.")
    if len(numbered) - 1 > ROWS_LIMIT:
        raise Refusal(
            "The file has {rows} rows, and the portal reads up to {limit} at a time. Divide it into several files.",
            rows=len(numbered) - 1,
            limit=ROWS_LIMIT,
        )
    rows = tuple(_checked_row(number, cells, header=header) for number, cells in numbered[1:])
    return Table(sheet=sheet, header=header, rows=rows)


def text_rows(text: str, *, delimiter: str | None = None) -> list[list[str]]:
    """All records of a delimited text, blank ones too, cells stripped; ``delimiter`` is guessed from the first line."""
    rows = records(io.StringIO(text), delimiter=delimiter or _delimiter(text))
    return [list(map(str.strip, cells)) for cells in rows]


def records(lines: Iterable[str], *, delimiter: str) -> Iterator[list[str]]:
    """The records of a delimited text, one after the other, cells as they stand there."""
    number = 0
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True):
            number += 1
            yield cells
    except csv.Error as error:
        raise Refusal(
            "In row {row} the quotation marks do not match. A cell that holds a quotation mark must be quoted, and the "
            "mark within it doubled.",
            row=number + 1,
        ) from error


def workbook_rows(path: Path, *, fill_merged: bool = False) -> dict[str, list[list[str]]]:
    """All rows of every worksheet by its name, from A1 on, blank ones too, cells as texts.

    With ``fill_merged`` the text of merged cells stands in each of their rows, in the first column.

    Numbers keep all their digits; whole numbers have no decimal point; dates are ISO 8601. The file must have passed
    :func:`cases.importing.files.inspect`, since reading a hostile one can end the process.
    """
    try:
        workbook = load_workbook(path)
        sheets = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        _check_names(sheets)
        return {name: _sheet_rows(workbook.get_sheet_by_name(name), fill_merged=fill_merged) for name in sheets}
    except (CalamineError, ValueError, OSError) as error:
        raise Refusal(
            "The workbook is damaged and cannot be opened. Save it once more, or save the table as CSV UTF-8."
        ) from error


def _first_sheet(path: Path) -> tuple[str, list[list[str]]]:
    sheets = workbook_rows(path)
    return next(((name, rows) for name, rows in sheets.items() if rows), ("", []))


def _check_names(sheets: Iterable[str]) -> None:
    if any(len(name) > LONGEST_TITLE for name in sheets):
        raise Refusal(
            "The name of a sheet has more than {limit} letters. Give the sheet a shorter name.", limit=LONGEST_TITLE
        )


def _sheet_rows(sheet: CalamineSheet, *, fill_merged: bool) -> list[list[str]]:
    rows = [[_as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for number, row in enumerate(rows, start=1):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise Refusal(
                "{sheet}, row {row}: a cell has more than {limit} letters, more than a spreadsheet holds.",
                sheet=sheet.name,
                row=number,
                limit=LONGEST_CELL,
            )
    for (top, left), (bottom, _right) in (sheet.merged_cell_ranges or []) if fill_merged else []:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]
    return rows


def _as_text(value: WorkbookValue) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def _delimiter(text: str) -> str:
    first_line = next((line for line in text.split("\n") if line.strip()), "")
    unquoted = "".join(first_line.split('"')[::2])
    return max(DELIMITERS, key=unquoted.count)


def _without_blank_columns(numbered: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Columns without heading and without any cell, such as those left of a table in a sheet, are left out."""
    number, header = numbered[0]
    blank = {position for position, heading in enumerate(header) if not heading}
    for row, cells in numbered[1:] if blank else []:
        for position in blank:
            if position < len(cells) and cells[position]:
                raise Refusal(
                    "Column {column} has a cell in row {row} and no heading in row {header}.",
                    column=position + 1,
                    row=row,
                    header=number,
                )
    if not blank:
        return numbered
    return [(row, [cell for position, cell in enumerate(cells) if position not in blank]) for row, cells in numbered]


def _checked_header(number: int, header: list[str]) -> tuple[str, ...]:
    if len(header) > COLUMNS_LIMIT:
        raise Refusal(
            "The file has {columns} columns, and the portal reads up to {limit}. Keep the sample, what describes it, "
            "and the study markers.",
            columns=len(header),
            limit=COLUMNS_LIMIT,
        )
    seen: dict[str, int] = {}
    for position, heading in enumerate(header, start=1):
        if heading in seen:
            raise Refusal(
                "Row {row}: columns {first} and {second} have the same heading “{heading}”. Give each its own.",
                row=number,
                first=seen[heading],
                second=position,
                heading=heading,
            )
        seen[heading] = position
    return tuple(header)


def _checked_row(number: int, cells: list[str], *, header: tuple[str, ...]) -> Row:
    surplus = _without_blank_end(cells[len(header) :])
    if surplus or len(cells) < len(header):
        raise Refusal(
            "Row {row} does not fit the headings (cells: {cells}, headings: {columns}). A cell that holds a comma or "
            "another delimiter must be quoted.",
            row=number,
            cells=len(header) + len(surplus) if surplus else len(cells),
            columns=len(header),
        )
    return Row(number=number, cells=tuple(cells[: len(header)]))


def _without_blank_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]
