"""Exports of Applied Biosystems QuantStudio and ViiA 7 instruments, as text and as workbook.

A text file holds ``* name = value`` items, then sections ``[Sample Setup]``, ``[Amplification Data]``, ``[Results]`` of
tab-separated columns. A workbook holds the same as sheets, each with the items above its headings. The name of a
heading depends on software and method (CT, Ct, CRT, Cq, and Cт with a Cyrillic т); the Design & Analysis software
calls ``Sample Name`` and ``Target Name`` just ``Sample`` and ``Target``. Below the results a footer may name the
endogenous control and the reference sample.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from cases.importing.files import FileKind, decode
from cases.importing.formats import Finding, Severity
from cases.importing.tables import workbook_rows
from cases.jobs import Refusal
from cases.sentences import sentence
from expression.importing.plate import Headings, Plate, PlateWell
from expression.models import WellReading, WellTask

RESULTS = "Results"
AMPLIFICATION = "Amplification Data"
SECTIONS = (RESULTS, AMPLIFICATION)

POSITION = re.compile(r"([A-P])0?([1-9]|1[0-9]|2[0-4])")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")
RUN_END = re.compile(r"(?:Experiment )?Run End .*Time")
ITEM = re.compile(r"\* (?P<name>.+?)\s*=\s*(?P<value>.*)")

SAMPLE_HEADINGS = ("sample name", "sample")
TARGET_HEADINGS = ("target name", "target")
CQ_HEADINGS = ("ct", "crt", "cq")

UNDETERMINED = frozenset({"undetermined", "no ct", "no cq"})
NOT_READ = frozenset({"", "n/a", "na", "-"})
TASKS = {
    "UNKNOWN": WellTask.UNKNOWN,
    "NTC": WellTask.NO_TEMPLATE,
    "NRT": WellTask.NO_RT,
    "STANDARD": WellTask.STANDARD,
}

PERSONAL_ITEMS = frozenset(
    {
        "user name",
        "experiment user name",
        "operator",
        "exported by",
        "comment",
        "experiment comment",
        "experiment comments",
    }
)
"""Who worked, and free text: not kept."""

Rows = Sequence[Sequence[str]]


def looks_like(path: Path, kind: FileKind) -> bool:
    """Whether the start of the file is that of such an export. Never raises."""
    try:
        if kind is FileKind.WORKBOOK:
            return any(_header_row(rows) is not None for rows in workbook_rows(path).values())
        with path.open("rb") as file:
            start = file.read(64 * 1024).removeprefix(b"\xef\xbb\xbf").lstrip()
        return start.startswith(b"* ") and b"\n[" in start.replace(b"\r", b"\n")
    except (Refusal, OSError):
        return False


def read(path: Path, kind: FileKind) -> Plate:
    """The plate. Raises :class:`Refusal` for a file without results, and for runs that quantify nothing."""
    sections = _workbook_sections(path) if kind is FileKind.WORKBOOK else _text_sections(path)
    if not sections.results:
        raise Refusal(
            "The file has no results. Export the run once more and choose “Results” among the contents of the file."
        )
    columns = _Columns.of(sections.results, experiment_type=sections.experiment_type)
    wells, problems, empty_wells = _wells(sections, columns)
    if not wells and not problems:
        raise Refusal("The results hold no well with a target. Was the plate set up in the instrument's software?")
    footer = dict(_footer(sections, columns))
    items = sections.items
    return Plate(
        sheet=RESULTS,
        headings=columns.headings,
        wells=tuple(wells),
        problems=tuple(problems),
        items=_kept(items),
        instrument=items.get("Instrument Type", ""),
        chemistry=items.get("Chemistry", ""),
        experiment_type=sections.experiment_type,
        run_at=next((value for name, value in items.items() if RUN_END.fullmatch(name)), ""),
        name=items.get("Experiment Name") or PureWindowsPath(items.get("File Name", "")).stem,
        cycles=_cycles(sections.amplification),
        reference_targets=tuple(filter(None, map(str.strip, re.split("[,;]", footer.get("Endogenous Control", ""))))),
        calibrator=footer.get("Reference Sample", ""),
        slopes=_slopes(sections, columns),
        empty_wells=empty_wells,
    )


@dataclass(frozen=True, kw_only=True)
class _Sections:
    """Row ``n`` of ``results`` is row ``first_row + n`` of the file."""

    items: Mapping[str, str]
    results: Rows
    first_row: int
    amplification: Rows

    @property
    def experiment_type(self) -> str:
        return _latin(self.items.get("Experiment Type", "")).strip()


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Where the columns of the results are; the row of headings is ``header`` from the section's start."""

    header: int
    at: Mapping[str, int]
    headings: Headings

    @classmethod
    def of(cls, results: Rows, *, experiment_type: str) -> "_Columns":
        header = _header_row(results)
        if header is None:
            raise Refusal("The results have no row of headings with “Well Position”. Export the run once more.")
        texts = list(results[header])
        at: dict[str, int] = {}
        for number, text in enumerate(texts):
            at.setdefault(_normal(text), number)
        sample, target, cq = (
            next((name for name in names if name in at), None)
            for names in (SAMPLE_HEADINGS, TARGET_HEADINGS, CQ_HEADINGS)
        )
        if target is None or cq is None:
            raise Refusal(
                "The results have no columns for a target and its Cq{experiment}, so there is nothing to quantify. The "
                "portal imports quantification runs: comparative Ct, standard curve, presence/absence.",
                experiment=f" ({experiment_type})" if experiment_type else "",
            )
        at |= {"sample": at[sample]} if sample else {}
        at |= {"target": at[target], "cq": at[cq]}
        named = {
            name: texts[at[name]] if name in at else "" for name in ("well position", "sample", "target", "task", "cq")
        }
        position = named.pop("well position")
        return cls(header=header, at=at, headings=Headings(position=position, **named))

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text below the heading; blank where the file has no such column or the row is shorter."""
        number = self.at.get(name)
        return row[number].strip() if number is not None and number < len(row) else ""


def _text_sections(path: Path) -> _Sections:
    items: dict[str, str] = {}
    rows: dict[str, list[list[str]]] = {}
    starts: dict[str, int] = {}
    current = ""
    for number, line in enumerate(decode(path).split("\n"), start=1):
        if line.startswith("[") and line.rstrip().endswith("]"):
            current = line.strip("[] \t")
            starts[current] = number + 1
        elif current in SECTIONS:
            rows.setdefault(current, []).append([cell.strip().strip('"') for cell in line.split("\t")])
        elif not current and (item := ITEM.fullmatch(line.rstrip())):
            items[item["name"].strip()] = item["value"].strip()
    return _Sections(
        items=items,
        results=rows.get(RESULTS, []),
        first_row=starts.get(RESULTS, 1),
        amplification=rows.get(AMPLIFICATION, []),
    )


def _workbook_sections(path: Path) -> _Sections:
    sheets = workbook_rows(path)
    results = sheets.get(RESULTS, [])
    above = results[: _header_row(results) or 0]
    items = {row[0].strip(): row[1].strip() if len(row) > 1 else "" for row in above if row and row[0].strip()}
    return _Sections(items=items, results=results, first_row=1, amplification=sheets.get(AMPLIFICATION, []))


def _header_row(rows: Rows) -> int | None:
    return next((number for number, row in enumerate(rows) if "well position" in map(_normal, row)), None)


def _wells(sections: _Sections, columns: _Columns) -> tuple[list[PlateWell], list[Finding], int]:
    wells: list[PlateWell] = []
    problems: list[Finding] = []
    empty = 0
    for number, row in _data_rows(sections, columns):
        if not columns.cell(row, "target"):
            empty += 1
            continue
        try:
            wells.append(_well(number, row, columns))
        except _UnreadableCellError as unreadable:
            problems.append(
                Finding(
                    severity=Severity.ERROR,
                    sentence=unreadable.sentence,
                    sheet=RESULTS,
                    row=number,
                    column=unreadable.column,
                )
            )
    return wells, problems, empty


class _UnreadableCellError(Exception):
    def __init__(self, sentence: dict[str, Any], *, column: str) -> None:
        self.sentence, self.column = sentence, column


def _well(number: int, row: Sequence[str], columns: _Columns) -> PlateWell:
    position = columns.cell(row, "well position")
    match = POSITION.fullmatch(position.upper())
    if match is None:
        raise _UnreadableCellError(
            sentence("“{value}” is no well of a plate; wells are A1 to P24.", value=position),
            column=columns.headings.position,
        )
    reading, cq = _reading(columns.cell(row, "cq"), column=columns.headings.cq)
    return PlateWell(
        row=number,
        position=match[1] + match[2],
        target=columns.cell(row, "target"),
        sample=columns.cell(row, "sample"),
        task=TASKS.get(columns.cell(row, "task").upper() or "UNKNOWN", WellTask.OTHER),
        reading=reading,
        cq=cq,
        omitted=columns.cell(row, "omit").lower() in ("true", "yes", "1"),
        reporter=columns.cell(row, "reporter"),
    )


def _reading(text: str, *, column: str) -> tuple[WellReading, float | None]:
    if _normal(text) in NOT_READ:
        return WellReading.NOT_READ, None
    if _normal(text) in UNDETERMINED:
        return WellReading.UNDETERMINED, None
    if not NUMBER.fullmatch(text):
        raise _UnreadableCellError(
            sentence("“{value}” is neither a number of cycles nor “Undetermined”.", value=text), column=column
        )
    cq = float(text.replace(",", "."))
    if cq <= 0:
        raise _UnreadableCellError(
            sentence(
                "A Cq is a number of cycles above 0, not {value}. Omit the well in the instrument's software.",
                value=text,
            ),
            column=column,
        )
    return WellReading.DETECTED, cq


def _data_rows(sections: _Sections, columns: _Columns) -> Iterator[tuple[int, Sequence[str]]]:
    """Number in the file and cells of every row of the results that begins with the number of a well."""
    for offset, row in enumerate(sections.results[columns.header + 1 :], start=columns.header + 1):
        if _is_well(row, columns):
            yield sections.first_row + offset, row


def _is_well(row: Sequence[str], columns: _Columns) -> bool:
    leading = columns.cell(row, "well") if "well" in columns.at else columns.cell(row, "well position")
    return bool(NUMBER.fullmatch(leading) or POSITION.fullmatch(leading.upper()))


def _footer(sections: _Sections, columns: _Columns) -> Iterator[tuple[str, str]]:
    """``name = value`` in one cell of a text file, in two cells of a workbook."""
    for row in sections.results[columns.header + 1 :]:
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells or _is_well(row, columns):
            continue
        name, _equals, value = cells[0].partition("=")
        yield name.strip(), value.strip() or (cells[1] if len(cells) > 1 else "")


def _slopes(sections: _Sections, columns: _Columns) -> dict[str, float]:
    found = (
        (columns.cell(row, "target"), columns.cell(row, "slope")) for _number, row in _data_rows(sections, columns)
    )
    return {target: float(slope.replace(",", ".")) for target, slope in found if target and NUMBER.fullmatch(slope)}


def _cycles(amplification: Rows) -> int | None:
    header = next((number for number, row in enumerate(amplification) if "cycle" in map(_normal, row)), None)
    if header is None:
        return None
    column = [_normal(text) for text in amplification[header]].index("cycle")
    cycles = (row[column].strip() for row in amplification[header + 1 :] if len(row) > column)
    return max((int(text) for text in cycles if re.fullmatch(r"[0-9]{1,3}", text)), default=None)


def _kept(items: Mapping[str, str]) -> dict[str, str]:
    """Without persons and free text, and without the folders in which somebody kept the file."""
    return {
        name: PureWindowsPath(value).name if name.endswith("File Name") else value
        for name, value in items.items()
        if value and name.lower() not in PERSONAL_ITEMS
    }


def _normal(text: str) -> str:
    return _latin(" ".join(text.split())).casefold()


def _latin(text: str) -> str:
    """The Cyrillic т, which the software writes in Cт, as t."""
    return text.replace("т", "t")
