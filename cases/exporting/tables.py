"""Exported tables: columns, and lines that are made while they are written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from cases.exporting.columns import Column, DataType, Reason

Line = list[Any]
Lines = Iterator[tuple[int | None, Line]]
"""The key of the patient whom a line is about, None for nobody's, and its values in the order of the columns."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """``lines`` reads the rows anew each time it is called; ``count`` says beforehand how many there are.

    Where it ``wants_reasons_apart``, reasons for missing values stand in columns of their own in every format.
    """

    name: str
    columns: tuple[Column, ...]
    count: Callable[[], int]
    lines: Callable[[], Lines] = field(repr=False)
    wants_reasons_apart: bool = False

    def changed(self, columns: tuple[Column, ...], change: Callable[[int | None, Line], Line]) -> "Table":
        """The same rows, each line changed while it is written."""

        def lines() -> Lines:
            return ((patient, change(patient, line)) for patient, line in self.lines())

        return replace(self, columns=columns, lines=lines)


def reasons_apart(table: Table) -> Table:
    """Reasons for missing values in columns of their own, so that every column has one type."""
    columns = tuple(
        part
        for column in table.columns
        for part in ((replace(column, missing={}), column.reasons) if column.missing else (column,))
    )
    two = [bool(column.missing) for column in table.columns]

    def change(patient: int | None, line: Line) -> Line:
        changed: Line = []
        for value, with_reason in zip(line, two, strict=True):
            is_reason = isinstance(value, Reason)
            changed.append(None if is_reason else value)
            if with_reason:
                changed.append(str(value) if is_reason else None)
        return changed

    return table.changed(columns, change)


def text_table(name: str, headings: tuple[str, ...], lines: list[Line]) -> Table:
    """A small table of texts that is about the others. Its headings are the same in every language."""
    columns = tuple(
        Column(name=each, labels={code: each for code, _title in settings.LANGUAGES}, type=DataType.TEXT)
        for each in headings
    )

    def rows() -> Lines:
        return ((None, line) for line in lines)

    return Table(name=name, columns=columns, count=lambda: len(lines), lines=rows)
