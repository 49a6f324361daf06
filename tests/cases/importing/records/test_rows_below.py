"""The rows below the headings: which there are, what a cell says, and what does not fit."""

from collections.abc import Iterator
from typing import Any

import pytest

from cases.importing.records.rows_below import ROWS_PER_PIECE, RowsBelow, text_of
from cases.jobs import Refusal

GRID = [
    ["A list of patients"],
    ["code", "", "sex"],
    ["", " ", ""],
    [" P-1 ", "", "male"],
    ["P-2"],
    ["P-3", "", "'=female", "", " "],
]


def below(grid: list[list[str]] = GRID, **changes: Any) -> RowsBelow:
    """Of a sheet with its headings in the second row, the middle one blank."""
    fields: dict[str, Any] = {"header_row": 2, "last_row": 2, "headings": ["code", "", "sex"], "positions": [0, 2]}
    return RowsBelow(grid=lambda: iter(grid), place="Patients", **fields | changes)


def texts(rows: RowsBelow) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in rows]


def refusal_of(rows: RowsBelow) -> Refusal:
    with pytest.raises(Refusal) as refused:
        list(rows)
    return refused.value


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", ""),
        ("  ", ""),
        (" P-1\t", "P-1"),
        ("'=1+1", "=1+1"),
        ("a\x00b", "ab"),
        ("\x00", ""),
        ("O'Neill", "O'Neill"),
    ],
)
def test_what_a_cell_says(cell: str, text: str) -> None:
    assert text_of(cell) == text


def test_blank_rows_and_columns_without_heading_are_left_out() -> None:
    rows = below()
    for _time in ("once", "and again"):
        assert texts(rows) == [(4, ("P-1", "male")), (5, ("P-2", "")), (6, ("P-3", "=female"))]
    assert len(rows) == 3
    assert texts(below(last_row=4)) == [(5, ("P-2", "")), (6, ("P-3", "=female"))]
    assert texts(below(GRID[:3])) == []


def test_pieces_hold_the_cells_as_they_are_written_and_no_more_than_so_many() -> None:
    [piece] = below().pieces()
    assert piece.numbers == (4, 5, 6)
    assert piece.columns == [(" P-1 ", "P-2", "P-3"), ("male", "", "'=female")]
    assert list(below(GRID[:2]).pieces()) == []
    many = [*GRID[:2], *([f"P-{number}", "", "male"] for number in range(ROWS_PER_PIECE + 1))]
    assert [len(piece.numbers) for piece in below(many).pieces()] == [ROWS_PER_PIECE, 1]


def test_only_some_rows_are_read_and_none_after_the_last_of_them() -> None:
    def grid() -> Iterator[list[str]]:
        yield from GRID[:5]
        raise AssertionError("read on after the last row that was wanted")

    rows = RowsBelow(
        grid=grid, header_row=2, last_row=2, headings=["code", "", "sex"], positions=[0, 2], place="Patients"
    ).only({4, 5})
    assert texts(rows) == [(4, ("P-1", "male")), (5, ("P-2", ""))]
    assert len(rows) == 2


def test_cells_beyond_the_headings_are_refused_with_their_row() -> None:
    refusal = refusal_of(below([*GRID, ["P-4", "", "male", "x"]]))
    assert refusal.stored["values"] == {"sheet": "Patients", "row": 7}
    assert "beyond the last heading" in refusal.stored["text"]


def test_a_column_without_heading_may_not_hold_a_cell() -> None:
    below().check_blank_headings()
    below([["", "above the headings is no cell of the column"], *GRID[1:]]).check_blank_headings()
    with pytest.raises(Refusal) as refused:
        below([*GRID, ["P-4", "x", "male"]]).check_blank_headings()
    assert refused.value.stored["values"] == {"sheet": "Patients", "column": 2, "row": 7, "header": 2}
