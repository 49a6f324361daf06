"""The sheets of a file of records: any common encoding and separator, titles above the headings, merged cells."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePath

from cases.exporting.dictionary import ABOUT_TABLES
from cases.importing.files import FileKind, pieces
from cases.importing.formats import Source
from cases.importing.records.double_headings import joined
from cases.importing.records.headings import guess_columns, tells_problems
from cases.importing.records.rows_below import Grid, RowsBelow, numbered
from cases.importing.records.sheet_names import LISTS
from cases.importing.records.targets import targets
from cases.importing.tables import COLUMNS_LIMIT, DELIMITERS, ROWS_LIMIT, records, workbook_rows
from cases.jobs import Refusal

LOOKED_AT = 20
"""Among how many first rows the headings are looked for."""

FEWEST_KNOWN = 2
"""How many known headings make a row the headings of records."""

TEXT_ROWS_LIMIT = 1_000_000
"""Of a text, which is read piece by piece; a workbook is unpacked in memory."""

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
    rows: RowsBelow


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
    if source.kind is not FileKind.WORKBOOK:
        return _read_text(source)
    grids = workbook_rows(source.path, fill_merged=True)
    sheets, left_out = [], []
    for name, grid in grids.items():
        if name == LISTS or not any(any(cells) for cells in grid):
            continue
        if name in ABOUT_TABLES:
            left_out.append(name)
            continue
        try:
            sheet = _sheet(name, name, grid.__iter__)
            sheets.append((sheet, len(sheet.rows)))
        except Refusal:
            if len(grids) == 1 or max(map(_known, map(tuple, grid[:LOOKED_AT]))) >= FEWEST_KNOWN:
                raise
            left_out.append(name)
    _check_number(sum(rows for _sheet, rows in sheets), limit=ROWS_LIMIT)
    _check_filled([sheet for sheet, _rows in sheets])
    return Workbook(sheets=[sheet for sheet, rows in sheets if rows], left_out=tuple(left_out))


def _read_text(source: Source) -> Workbook:
    codec, encoding, lines = _encoding_of(source.path)
    delimiter = _best_delimiter(source.path, codec)
    sheet = None
    if any(True for _row in numbered(_text_grid(source.path, codec, delimiter))):
        sheet = _sheet("", PurePath(source.file_name).stem, lambda: _text_grid(source.path, codec, delimiter))
        if lines > TEXT_ROWS_LIMIT:
            _check_number(len(sheet.rows), limit=TEXT_ROWS_LIMIT)
    sheets = [sheet] if sheet else []
    _check_filled(sheets)
    return Workbook(sheets=sheets, encoding=encoding)


def _check_filled(sheets: list[Sheet]) -> None:
    if not sheets:
        raise Refusal("The file is empty. Choose a file with a row of headings and rows of values below it.")
    if not any(True for sheet in sheets for _row in sheet.rows):
        raise Refusal("The file has headings and no rows below them.")


def _check_number(rows: int, *, limit: int) -> None:
    if rows > limit:
        raise Refusal(
            "The file has {rows} rows, and the portal reads up to {limit} at a time. Divide it into several files.",
            rows=rows,
            limit=limit,
        )


def _encoding_of(path: Path) -> tuple[str, str, int]:
    """Codec, name and number of line ends of a text: UTF-8, or Shift_JIS where nothing else makes sense of it."""
    try:
        return "utf-8-sig", "UTF-8", sum(text.count("\n") for text in pieces(path, encoding="utf-8-sig"))
    except Refusal:
        if not _is_japanese(path):
            raise
        return "cp932", "Shift_JIS", sum(text.count("\n") for text in pieces(path, encoding="cp932"))


def _is_japanese(path: Path) -> bool:
    """Accents of Western encodings, read as Japanese, stand alone between Latin letters."""
    has_words = False
    try:
        with path.open(encoding="cp932") as lines:
            for line in lines:
                if "\x00" in line or TOUCHING_LATIN.search(line.lower()):
                    return False
                has_words = has_words or bool(TWO_TOGETHER.search(line))
    except UnicodeDecodeError:
        return False
    return has_words


def _text_grid(path: Path, codec: str, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=codec) as lines:
        yield from records(lines, delimiter=delimiter)


def _best_delimiter(path: Path, codec: str) -> str:
    """The separator that finds most known headings, then most cells: a title has none of its own."""
    return max(DELIMITERS, key=lambda delimiter: _worth(path, codec, delimiter))


def _worth(path: Path, codec: str, delimiter: str) -> tuple[int, int]:
    first: list[list[str]] = []
    try:
        with path.open(encoding=codec) as lines:
            first.extend(islice(csv.reader(lines, delimiter=delimiter), LOOKED_AT))
    except csv.Error:
        return 0, 0
    return max(map(_known, map(tuple, first)), default=0), max(map(len, first), default=0)


@lru_cache(maxsize=256)
def _known(cells: tuple[str, ...]) -> int:
    """How many of the cells are headings of the record that explains most of them."""
    return max(sum(map(bool, guess_columns(target, cells))) for target in targets()) if any(cells) else 0


def _sheet(name: str, place: str, grid: Grid) -> Sheet:
    first = [(number, list(map(str.strip, cells))) for number, cells in islice(numbered(grid()), LOOKED_AT)]
    header_row, last_row, headings = _headings(first, _header_position(first))
    positions = [position for position, heading in enumerate(headings) if heading and not tells_problems(heading)]
    header = tuple(" ".join(headings[position].split()) for position in positions)
    rows = RowsBelow(
        grid=grid, header_row=header_row, last_row=last_row, headings=headings, positions=positions, place=place
    )
    rows.check_blank_headings()
    _check_header(header_row, header, positions, place=place)
    return Sheet(name=name, place=place, header_row=header_row, header=header, rows=rows)


def _header_position(first: Numbered) -> int:
    """The first of the rows with most known headings; the first row with more than one cell where none is known."""
    known = [_known(tuple(cells)) for _number, cells in first]
    if max(known) >= FEWEST_KNOWN or len(known) == 1:
        return known.index(max(known))
    several = (place for place, (_number, cells) in enumerate(first) if sum(map(bool, cells)) > 1)
    return next(several, 0)


def _headings(rows: Numbered, start: int) -> tuple[int, int, list[str]]:
    """The numbers of the first and the last row of headings, and the headings: of two rows they are one."""
    for first in (start - 1, start):
        if not 0 <= first < len(rows) - 1:
            continue
        (row, above), (next_row, below) = rows[first : first + 2]
        together = joined(above, below, is_known=lambda text: _known((text,)) > 0)
        if together is not None:
            return row, next_row, together
    row, headings = rows[start]
    return row, row, headings


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
