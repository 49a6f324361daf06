"""The parts of an export: the items of its header, and its tables by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cases.importing.files import FileKind, decode
from cases.importing.tables import workbook_rows

RESULTS = "Results"
SETUP = "Sample Setup"
AMPLIFICATION = "Amplification Data"
REPLICATES = "Replicate Group Result"
CURVES = "Standard Curve Result"
RELATIVE = "RQ Replicate Group Result"
SECTIONS = (RESULTS, SETUP, AMPLIFICATION, REPLICATES, CURVES, RELATIVE)

POSITION = re.compile(r"([A-P])0?([1-9]|1[0-9]|2[0-4])")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")
ITEM = re.compile(r"\* (?P<name>.+?)\s*=\s*(?P<value>.*)")

SAME = {"sample name": "sample", "target name": "target"}
"""Headings of older software and what newer software calls them."""

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Sections:
    """Row ``n`` of the results is row ``first_row + n`` of the file."""

    items: Mapping[str, str]
    tables: Mapping[str, Rows]
    first_row: int

    @property
    def results(self) -> Rows:
        return self.tables.get(RESULTS, [])

    @property
    def experiment_type(self) -> str:
        return latin(self.items.get("Experiment Type", "")).strip()

    def records(self, name: str) -> Iterator[Mapping[str, str]]:
        """The rows below the headings of a table, by heading without case; none where the file has no such table."""
        rows = self.tables.get(name, [])
        header = next((number for number, row in enumerate(rows) if _is_header(row)), None)
        if header is None:
            return
        headings = [normal(text) for text in rows[header]]
        names = [SAME.get(heading, heading) for heading in headings]
        for row in rows[header + 1 :]:
            cells: dict[str, str] = {}
            for heading, cell in zip(names, row, strict=False):
                cells.setdefault(heading, cell.strip())
            yield cells


def sections_of(path: Path, kind: FileKind) -> Sections:
    return _workbook(path) if kind is FileKind.WORKBOOK else _text(path)


def _text(path: Path) -> Sections:
    items: dict[str, str] = {}
    tables: dict[str, list[list[str]]] = {}
    starts: dict[str, int] = {}
    current = ""
    for number, line in enumerate(decode(path).split("\n"), start=1):
        if line.startswith("[") and line.rstrip().endswith("]"):
            current = line.strip("[] \t")
            starts[current] = number + 1
        elif current in SECTIONS:
            tables.setdefault(current, []).append([cell.strip().strip('"') for cell in line.split("\t")])
        elif not current and (item := ITEM.fullmatch(line.rstrip())):
            items[item["name"].strip()] = item["value"].strip()
    return Sections(items=items, tables=tables, first_row=starts.get(RESULTS, 1))


def _workbook(path: Path) -> Sections:
    sheets = workbook_rows(path)
    results = sheets.get(RESULTS, [])
    above = results[: header_row(results) or 0]
    items = {row[0].strip(): row[1].strip() if len(row) > 1 else "" for row in above if row and row[0].strip()}
    return Sections(items=items, tables={name: sheets[name] for name in SECTIONS if name in sheets}, first_row=1)


def header_row(rows: Rows) -> int | None:
    """The number of the row of headings of a table of wells."""
    return next((number for number, row in enumerate(rows) if "well position" in map(normal, row)), None)


def _is_header(row: Sequence[str]) -> bool:
    return {"well position", "sample", "cycle"} & set(map(normal, row)) != set() and len(list(filter(None, row))) > 1


def number_of(text: str | None) -> float | None:
    """The number a cell holds; None where it holds none.

    >>> number_of("1,5"), number_of("-"), number_of(None)
    (1.5, None, None)
    """
    return float(text.replace(",", ".")) if text and NUMBER.fullmatch(text) else None


def normal(text: str) -> str:
    return latin(" ".join(text.split())).casefold()


def latin(text: str) -> str:
    """The Cyrillic т, which the software writes in Cт, as t."""
    return text.replace("т", "t")
