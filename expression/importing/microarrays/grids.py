"""The sheets of a workbook about a block: its map, its score sheets, what the numbers mean."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from xlsxwriter.utility import xl_rowcol_to_cell

from cases.importing.tables import workbook_rows
from cases.importing.words import plain
from cases.jobs import Refusal
from expression.importing.microarrays.rule_sheets import Translation, is_rule_sheet, translations_of

MAP_NAME = re.compile(r"\bmap\b|layout|マップ|配置|配列", re.IGNORECASE)
CASE = re.compile(r"[A-Za-z]{0,10}[ ._-]?[0-9]+[A-Za-z0-9 ._-]*")
"""How a laboratory numbers its cases: 12, C12, TMA1-12."""
FEWEST_CORES = 2
SAME_GRID = 0.8
"""Which part of a sheet's entries must lie on cores of the map to make it a score sheet."""

Place = tuple[int, int]
"""Row and column, from 1: of a cell in its sheet, or of a core in its block."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A sheet by cells: the text of every cell that is not blank, in the order of reading."""

    name: str
    entries: Mapping[Place, str]

    @property
    def counts(self) -> Counter[str]:
        """How often each entry stands in the sheet."""
        return Counter(self.entries.values())


@dataclass(frozen=True, kw_only=True)
class BlockWorkbook:
    """``scores`` are the sheets in the grid of the ``map``.

    ``labels`` has the place in the block for each lettered row and numbered column of the map, where it has such
    labels. ``translations`` say what the numbers of a biomarker mean, by its name in :func:`plain` writing.
    ``left_out`` names the sheets that are none of these.
    """

    map: Grid
    scores: tuple[Grid, ...]
    labels: tuple[Mapping[int, int], Mapping[int, int]] | None = None
    translations: Mapping[str, Translation] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def cases(self) -> list[str]:
        """What the cells of the map name: numbers in their order, then other texts."""
        return sorted(set(self.map.entries.values()), key=_in_order)

    def places(self, *, gaps_count: bool) -> dict[Place, Place]:
        """The place in the block of every core of the map, by its cell.

        Blank rows and columns between cores are gaps between sectors of the block, unless ``gaps_count``.
        """
        if self.labels is not None:
            rows, columns = self.labels
        elif gaps_count:
            rows, columns = (_from_the_first(numbers) for numbers in self._filled())
        else:
            rows, columns = (_one_after_another(numbers) for numbers in self._filled())
        return {(row, column): (rows[row], columns[column]) for row, column in self.map.entries}

    @property
    def has_gaps(self) -> bool:
        """Whether it matters what blank rows and columns are."""
        return self.labels is None and any(max(one) - min(one) >= len(one) for one in self._filled())

    def _filled(self) -> tuple[set[int], set[int]]:
        return {row for row, _column in self.map.entries}, {column for _row, column in self.map.entries}


def cell_name(place: Place) -> str:
    """As a spreadsheet names a cell.

    >>> cell_name((7, 2))
    'B7'
    """
    row, column = place
    return str(xl_rowcol_to_cell(row - 1, column - 1))


def read_block(path: Path) -> BlockWorkbook:
    """The workbook of a block. Raises :class:`Refusal` where no sheet is a map."""
    sheets = {name: rows for name, rows in workbook_rows(path).items() if any(map(any, rows))}
    rules = {name: rows for name, rows in sheets.items() if is_rule_sheet(rows)}
    grids = [_grid(name, rows) for name, rows in sheets.items() if name not in rules]
    maps = [grid for grid in grids if MAP_NAME.search(grid.name) and _is_map(grid)]
    if not maps:
        raise Refusal(
            "No sheet is a map of a tissue microarray: one that is called map and whose cells hold the number of the "
            "case of each core, in the grid of the block."
        )
    block_map, labels = _without_labels(maps[0])
    others = [_within(grid, maps[0], block_map) for grid in grids if grid is not maps[0]]
    scores = [grid for grid in others if _is_in_grid(grid, block_map)]
    return BlockWorkbook(
        map=block_map,
        scores=tuple(scores),
        labels=labels,
        translations={plain(one.biomarker): one for rows in rules.values() for one in translations_of(rows)},
        left_out=tuple(grid.name for grid in others if grid not in scores),
    )


def looks_like_block(path: Path) -> bool:
    """Whether a sheet that calls itself a map is one."""
    try:
        sheets = workbook_rows(path)
    except Refusal:
        return False
    return any(MAP_NAME.search(name) and _is_map(_grid(name, rows)) for name, rows in sheets.items())


def _grid(name: str, rows: list[list[str]]) -> Grid:
    return Grid(name=name, entries=dict(_entries(rows)))


def _entries(rows: list[list[str]]) -> Iterator[tuple[Place, str]]:
    for row, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells, start=1):
            if entry := " ".join(unicodedata.normalize("NFKC", text).split()):
                yield (row, column), entry


def _is_map(grid: Grid) -> bool:
    cases = sum(bool(CASE.fullmatch(text)) for text in grid.entries.values())
    return len(grid.entries) >= FEWEST_CORES and cases * 2 >= len(grid.entries)


def _is_in_grid(grid: Grid, block_map: Grid) -> bool:
    on_cores = len(grid.entries.keys() & block_map.entries.keys())
    return bool(grid.entries) and on_cores >= SAME_GRID * len(grid.entries)


def _without_labels(grid: Grid) -> tuple[Grid, tuple[Mapping[int, int], Mapping[int, int]] | None]:
    """The cores of a map with lettered rows and numbered columns, and which place each row and column is."""
    top, left = min(row for row, _column in grid.entries), min(column for _row, column in grid.entries)
    cores = {place: text for place, text in grid.entries.items() if place[0] > top and place[1] > left}
    letters = {row: text for (row, column), text in grid.entries.items() if column == left and row > top}
    numbers = {column: text for (row, column), text in grid.entries.items() if row == top and column > left}
    rows = {row: ord(text.upper()) - ord("A") + 1 for row, text in letters.items() if re.fullmatch("[A-Za-z]", text)}
    columns = {column: int(text) for column, text in numbers.items() if text.isdecimal()}
    labelled = {row for row, _column in cores} <= rows.keys() and {column for _row, column in cores} <= columns.keys()
    if not cores or not labelled or len(rows) < len(letters) or len(columns) < len(numbers):
        return grid, None
    if not all(_ascends(list(one.values())) for one in (rows, columns)):
        return grid, None
    return Grid(name=grid.name, entries=cores), (rows, columns)


def _within(grid: Grid, labelled: Grid, block_map: Grid) -> Grid:
    """A score sheet without the labels it shares with the map."""
    labels = labelled.entries.keys() - block_map.entries.keys()
    return Grid(name=grid.name, entries={place: text for place, text in grid.entries.items() if place not in labels})


def _ascends(numbers: list[int]) -> bool:
    return numbers[:1] >= [1] and all(first < second for first, second in pairwise(numbers))


def _from_the_first(numbers: set[int]) -> dict[int, int]:
    return {number: number - min(numbers) + 1 for number in numbers}


def _one_after_another(numbers: set[int]) -> dict[int, int]:
    return {number: place for place, number in enumerate(sorted(numbers), start=1)}


def _in_order(text: str) -> tuple[int, int, str]:
    return (0, int(text), text) if text.isdecimal() else (1, 0, text)
