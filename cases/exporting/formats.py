"""Tables as files in a folder: CSV, one workbook, Parquet. Rows go to the disk as they come."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import xlsxwriter
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.exporting.columns import Column, DataType
from cases.exporting.tables import Table, reasons_apart
from cases.jobs import Refusal
from cases.list_files import BYTE_ORDER_MARK, harmless

ROWS_TOLD_AT_ONCE = 1000
ROW_GROUP = 10_000
"""So many rows are in memory while Parquet is written; a reader may take one such group by itself."""
SHEET_ROWS = 1_048_576
LONGEST_CELL = 32_767


class ExportFormat(models.TextChoices):
    CSV = "csv", _("CSV, one file a table")
    XLSX = "xlsx", _("Excel workbook, one sheet a table")
    PARQUET = "parquet", _("Parquet, one file a table, with typed columns")


class Headings(models.TextChoices):
    NAMES = "names", _("Names of fields")
    ENGLISH = "en", _("English")
    JAPANESE = "ja", _("Japanese")


Told = Callable[[int], None]
"""Is told of every so many rows that are written."""


class Files(ABC):
    """Takes tables one after the other. ``close`` ends the last file."""

    def __init__(self, folder: Path, *, headings: Headings) -> None:
        self.folder = folder
        self.headings = headings

    @abstractmethod
    def write(self, table: Table, told: Told) -> int:
        """The number of rows."""

    def close(self) -> None:  # noqa: B027 most formats leave nothing open
        """To be called after the last table."""

    def heading(self, column: Column) -> str:
        if self.headings == Headings.NAMES:
            return column.name
        label = column.labels[self.headings]
        return f"{label} ({column.unit})" if column.unit and f"({column.unit})" not in label else label


class CsvFiles(Files):
    def write(self, table: Table, told: Told) -> int:
        with (self.folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(BYTE_ORDER_MARK)
            writer = csv.writer(file)
            writer.writerow([harmless(self.heading(column)) for column in table.columns])
            number = 0
            for number, line in _numbered(table, told):  # noqa: B007 the last number is that of all
                writer.writerow([harmless(plain(value)) for value in line])
        return number


class Workbook(Files):
    """One workbook, written a row at a time."""

    def __init__(self, folder: Path, *, headings: Headings) -> None:
        super().__init__(folder, headings=headings)
        self._book = xlsxwriter.Workbook(folder / "export.xlsx", {"constant_memory": True})

    def write(self, table: Table, told: Told) -> int:
        if table.count() >= SHEET_ROWS:
            raise Refusal(
                "“{table}” has more rows than a sheet of a workbook can hold. Choose CSV or Parquet.", table=table.name
            )
        sheet = self._book.add_worksheet(table.name)
        sheet.freeze_panes(1, 1)
        self._write_row(sheet, 0, [self.heading(column) for column in table.columns])
        rows = 0
        for rows, line in _numbered(table, told):
            self._write_row(sheet, rows, [plain(value) for value in line])
        return rows

    def close(self) -> None:
        self._book.close()

    def _write_row(self, sheet: Any, number: int, values: list[Any]) -> None:
        for place, value in enumerate(map(harmless, values)):
            if not isinstance(value, str):
                sheet.write_number(number, place, value)
            elif len(value) > LONGEST_CELL:
                raise Refusal("A text is longer than a cell of a workbook can hold. Choose CSV or Parquet.")
            elif value:
                sheet.write_string(number, place, value)


class ParquetFiles(Files):
    """Reasons for missing values stand in columns of their own, so that the others keep their type."""

    def write(self, table: Table, told: Told) -> int:
        typed = reasons_apart(table)
        schema = pyarrow.schema([(self.heading(column), _arrow_type(column)) for column in typed.columns])
        rows = 0
        lines = (line for _number, line in _numbered(typed, told))
        with pyarrow.parquet.ParquetWriter(self.folder / f"{table.name}.parquet", schema, compression="zstd") as writer:
            while group := list(islice(lines, ROW_GROUP)):
                arrays = [
                    pyarrow.array([_plain_text(line[place]) for line in group], type=field.type)
                    for place, field in enumerate(schema)
                ]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
                rows += len(group)
        return rows


FILES: dict[ExportFormat, type[Files]] = {
    ExportFormat.CSV: CsvFiles,
    ExportFormat.XLSX: Workbook,
    ExportFormat.PARQUET: ParquetFiles,
}


def plain(value: Any) -> Any:
    """A value as a text file has it: numbers as they are, everything else in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else value


def _plain_text(value: Any) -> Any:
    """Arrow knows str, and not what is derived from it."""
    return str(value) if isinstance(value, str) else value


def _numbered(table: Table, told: Told) -> Iterator[tuple[int, list[Any]]]:
    number = 0
    for number, (_patient, line) in enumerate(table.lines(), start=1):
        yield number, line
        if number % ROWS_TOLD_AT_ONCE == 0:
            told(ROWS_TOLD_AT_ONCE)
    told(number % ROWS_TOLD_AT_ONCE)


def _arrow_type(column: Column) -> Any:
    if column.type is DataType.DECIMAL:
        return pyarrow.decimal128(*column.digits)
    return {
        DataType.YES_NO: pyarrow.bool_(),
        DataType.INTEGER: pyarrow.int64(),
        DataType.NUMBER: pyarrow.float64(),
        DataType.DATE: pyarrow.date32(),
        DataType.INTEGERS: pyarrow.list_(pyarrow.int32()),
        DataType.TEXTS: pyarrow.list_(pyarrow.string()),
    }.get(column.type, pyarrow.string())
