"""The rows below the headings of a sheet: one by one as texts, or piece by piece in columns as the file writes them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple, Self

from cases.importing.records.values import without_apostrophe
from cases.importing.tables import Row
from cases.jobs import Refusal

ROWS_PER_PIECE = 250
"""Many more rows in memory would be looked through by the collector of garbage again and again."""

Grid = Callable[[], Iterator[list[str]]]
"""Gives the rows of a file or a sheet from the first one on, as often as it is called."""


class Piece(NamedTuple):
    """Some rows: the spreadsheet's number of each, and for every heading their cells, of which :func:`text_of` is what
    they say."""

    numbers: tuple[int, ...]
    columns: list[tuple[str, ...]]


def numbered(grid: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows with any cell, each with its number in a spreadsheet."""
    return ((number, cells) for number, cells in enumerate(grid, start=1) if any(map(str.strip, cells)))


def text_of(cell: str) -> str:
    """What a cell says: no blanks around it, no NUL, and no apostrophe that keeps spreadsheets from calculating it."""
    text = cell.strip()
    return without_apostrophe(text.replace("\x00", "")) if text[:1] == "'" or "\x00" in text else text


@dataclass(frozen=True, kw_only=True)
class RowsBelow:
    """The rows below the headings, without blank ones and without the columns that have no heading.

    The headings stand in ``header_row``, or in that and ``last_row``; ``positions`` are those of the columns that have
    one. With ``only``, the rows of these numbers alone. Rows are read while one goes through them, as often as one
    likes: one that does not fit the headings raises :class:`Refusal` there. Their number costs reading all of them.
    """

    grid: Grid
    header_row: int
    last_row: int
    headings: list[str]
    positions: list[int]
    place: str
    numbers: Collection[int] | None = None

    def __iter__(self) -> Iterator[Row]:
        for number, cells in self._fitting():
            yield Row(number, tuple(text_of(cells[position]) for position in self.positions))

    def __len__(self) -> int:
        return sum(1 for _row in self._fitting()) if self.numbers is None else len(self.numbers)

    def pieces(self) -> Iterator[Piece]:
        """All rows, ``ROWS_PER_PIECE`` at a time."""
        rows = self._fitting()
        while piece := list(islice(rows, ROWS_PER_PIECE)):
            numbers, cells = zip(*piece, strict=True)
            columns = list(zip(*cells, strict=True))
            yield Piece(numbers, [columns[position] for position in self.positions])

    def only(self, numbers: Collection[int]) -> Self:
        """The rows with these numbers, each of which there is."""
        return replace(self, numbers=numbers)

    def check_blank_headings(self) -> None:
        """A column without heading and cells is left out, one with cells is refused."""
        blank = [position for position, heading in enumerate(self.headings) if not heading]
        for number, cells in numbered(self.grid()) if blank else ():
            for position in blank if number > self.last_row else ():
                if position < len(cells) and cells[position].strip():
                    raise Refusal(
                        "{sheet}: column {column} has a cell in row {row} and no heading in row {header}.",
                        sheet=self.place,
                        column=position + 1,
                        row=number,
                        header=self.header_row,
                    )

    def _fitting(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.headings)
        for number, cells in self._below():
            yield number, cells if len(cells) == width else self._fitted(number, cells)

    def _below(self) -> Iterator[tuple[int, list[str]]]:
        below = ((number, cells) for number, cells in numbered(self.grid()) if number > self.last_row)
        if self.numbers is None:
            return below
        wanted = self.numbers
        return islice(((number, cells) for number, cells in below if number in wanted), len(wanted))

    def _fitted(self, number: int, cells: list[str]) -> list[str]:
        """Cells that are missing at the end of a row are blank; cells beyond the headings are refused."""
        width = len(self.headings)
        if any(map(str.strip, cells[width:])):
            raise Refusal(
                "{sheet}, row {row}: there are cells beyond the last heading. A cell that holds a comma or another "
                "delimiter must be quoted.",
                sheet=self.place,
                row=number,
            )
        return [*cells[:width], *[""] * (width - len(cells))]
