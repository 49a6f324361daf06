"""The sheets of a file of records: any common encoding and separator, titles above the headings, merged cells."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath

from cases.exporting.dictionary import ABOUT_TABLES
from cases.importing.files import FileKind, decode
from cases.importing.formats import Source
from cases.importing.records.double_headings import joined
from cases.importing.records.headings import guess_columns
from cases.importing.records.sheet_names import LISTS
from cases.importing.records.targets import targets
from cases.importing.records.values import without_apostrophe
from cases.importing.tables import COLUMNS_LIMIT, DELIMITERS, ROWS_LIMIT, Row, text_rows, workbook_rows
from cases.jobs import Refusal

LOOKED_AT = 20
"""Among how many first rows the headings are looked for."""

FEWEST_KNOWN = 2
"""How many known headings make a row the headings of records."""

JAPANESE = "ぁ-んァ-ヶ一-龠"
TWO_TOGETHER = re.compile(f"[{JAPANESE}]{{2}}")
TOUCHING_LATIN = re.compile(f"[a-z][{JAPANESE}ｦ-ﾟ]|[{JAPANESE}ｦ-ﾟ][a-z]")

Numbered = list[tuple[int, list[str]]]
"""Rows that are not blank, each with the spreadsheet's number."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A row of headings and the rows below it, each with a cell for every heading.

    ``name`` is blank for a text file, ``place`` what the file or the sheet is called; ``header_row`` is the
    spreadsheet's number of the row of headings. Headings in two rows are one, see :mod:`double_headings`.
    """

    name: str
    place: str
    header_row: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """The sheets with rows; ``encoding`` is how a text was written, blank for a workbook.

    ``left_out`` names sheets that are no tables, such as notes, and whose headings are none of a record.
    """

    sheets: list[Sheet]
    encoding: str = ""
    left_out: tuple[str, ...] = ()


def read_workbook(source: Source) -> Workbook:
    """Every sheet of the file. Raises :class:`Refusal` naming sheet, row and column where a sheet is no table."""
    if source.kind is FileKind.WORKBOOK:
        grids, encoding = workbook_rows(source.path, fill_merged=True), ""
    else:
        text, encoding = decode_any(source.path)
        grids = {"": _best_rows(text)}
    sheets, left_out = [], []
    for name, grid in grids.items():
        if name == LISTS or not any(any(cells) for cells in grid):
            continue
        if name in ABOUT_TABLES:
            left_out.append(name)
            continue
        try:
            sheets.append(_sheet(name, name or PurePath(source.file_name).stem, grid))
        except Refusal:
            if len(grids) == 1 or max(map(_known, grid[:LOOKED_AT])) >= FEWEST_KNOWN:
                raise
            left_out.append(name)
    if not sheets:
        raise Refusal("The file is empty. Choose a file with a row of headings and rows of values below it.")
    if not any(sheet.rows for sheet in sheets):
        raise Refusal("The file has headings and no rows below them.")
    rows = sum(len(sheet.rows) for sheet in sheets)
    if rows > ROWS_LIMIT:
        raise Refusal(
            "The file has {rows} rows, and the portal reads up to {limit} at a time. Divide it into several files.",
            rows=rows,
            limit=ROWS_LIMIT,
        )
    filled = [sheet for sheet in sheets if sheet.rows]
    return Workbook(sheets=filled, encoding=encoding, left_out=tuple(left_out))


def decode_any(path: Path) -> tuple[str, str]:
    """The text and its encoding: UTF-8, or Shift_JIS where nothing else it could be makes sense of it."""
    try:
        return decode(path), "UTF-8"
    except Refusal as refusal:
        content = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        try:
            text = content.decode("cp932")
        except UnicodeDecodeError:
            raise refusal from None
        # Accents of Western encodings, read as Japanese, stand alone between Latin letters.
        if "\x00" in text or not TWO_TOGETHER.search(text) or TOUCHING_LATIN.search(text.lower()):
            raise refusal from None
        return text, "Shift_JIS"


def _best_rows(text: str) -> list[list[str]]:
    """Read with the separator that finds most known headings, then most cells: a title has none of its own."""
    ranked = max(DELIMITERS, key=lambda delimiter: _worth(text, delimiter))
    return text_rows(text, delimiter=ranked)


def _worth(text: str, delimiter: str) -> tuple[int, int]:
    first: list[list[str]] = []
    try:
        first.extend(islice(csv.reader(io.StringIO(text), delimiter=delimiter), LOOKED_AT))
    except csv.Error:
        return 0, 0
    return max(map(_known, first), default=0), max(map(len, first), default=0)


def _known(cells: list[str]) -> int:
    """How many of the cells are headings of the record that explains most of them."""
    return max(sum(map(bool, guess_columns(target, cells))) for target in targets()) if any(cells) else 0


def _sheet(name: str, place: str, grid: list[list[str]]) -> Sheet:
    numbered = [(number, cells) for number, cells in enumerate(grid, start=1) if any(cells)]
    start = _header_position(numbered)
    header_row, headings, below = _headings(numbered, start)
    positions = list(_positions(header_row, headings, below, place=place))
    header = tuple(" ".join(headings[position].split()) for position in positions)
    _check_header(header_row, header, positions, place=place)
    rows = tuple(_row(number, cells, positions, width=len(headings), place=place) for number, cells in below)
    return Sheet(name=name, place=place, header_row=header_row, header=header, rows=rows)


def _header_position(numbered: Numbered) -> int:
    """The first of the rows with most known headings; the first row with more than one cell where none is known."""
    known = [_known(cells) for _number, cells in numbered[:LOOKED_AT]]
    if max(known) >= FEWEST_KNOWN or len(known) == 1:
        return known.index(max(known))
    several = (place for place, (_number, cells) in enumerate(numbered[:LOOKED_AT]) if sum(map(bool, cells)) > 1)
    return next(several, 0)


def _headings(numbered: Numbered, start: int) -> tuple[int, list[str], Numbered]:
    """The number of the row of headings, the headings, the rows below; of headings in two rows the first's number."""
    for first in (start - 1, start):
        if not 0 <= first < len(numbered) - 1:
            continue
        (row, above), (_next_row, below) = numbered[first : first + 2]
        together = joined(above, below, is_known=lambda text: _known([text]) > 0)
        if together is not None:
            return row, together, numbered[first + 2 :]
    return (*numbered[start], numbered[start + 1 :])


def _positions(header_row: int, headings: list[str], below: Numbered, *, place: str) -> Iterator[int]:
    """The columns with a heading. One without heading and cells is left out, one with cells is refused."""
    for position, heading in enumerate(headings):
        if heading:
            yield position
            continue
        row = next((number for number, cells in below if position < len(cells) and cells[position]), None)
        if row is not None:
            raise Refusal(
                "{sheet}: column {column} has a cell in row {row} and no heading in row {header}.",
                sheet=place,
                column=position + 1,
                row=row,
                header=header_row,
            )


def _check_header(number: int, header: tuple[str, ...], positions: list[int], *, place: str) -> None:
    if len(header) > COLUMNS_LIMIT:
        raise Refusal(
            "{sheet}: there are {columns} columns, and the portal reads up to {limit}.",
            sheet=place,
            columns=len(header),
            limit=COLUMNS_LIMIT,
        )
    seen: dict[str, int] = {}
    for position, heading in zip(positions, header, strict=True):
        if heading in seen:
            raise Refusal(
                "{sheet}, row {row}: columns {first} and {second} have the same heading “{heading}”. Give each its "
                "own.",
                sheet=place,
                row=number,
                first=seen[heading] + 1,
                second=position + 1,
                heading=heading,
            )
        seen[heading] = position


def _row(number: int, cells: list[str], positions: list[int], *, width: int, place: str) -> Row:
    """Cells that are missing at the end of a row are blank; cells beyond the headings are refused."""
    if any(cells[width:]):
        raise Refusal(
            "{sheet}, row {row}: there are cells beyond the last heading. A cell that holds a comma or another "
            "delimiter must be quoted.",
            sheet=place,
            row=number,
        )
    texts = (cells[position] if position < len(cells) else "" for position in positions)
    return Row(number=number, cells=tuple(without_apostrophe(text.replace("\x00", "")) for text in texts))
