"""From a file to a plate."""

import re
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath

from cases.importing.files import FileKind
from cases.importing.tables import workbook_rows
from cases.jobs import Refusal
from expression.importing.plate import Plate
from expression.importing.quantstudio import printed
from expression.importing.quantstudio.columns import Columns
from expression.importing.quantstudio.sections import (
    AMPLIFICATION,
    RESULTS,
    Rows,
    header_row,
    normal,
    sections_of,
)
from expression.importing.quantstudio.wells import wells_of

RUN_END = re.compile(r"(?:Experiment )?Run End .*Time")

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


def looks_like(path: Path, kind: FileKind) -> bool:
    """Whether the start of the file is that of such an export. Never raises."""
    try:
        if kind is FileKind.WORKBOOK:
            return any(header_row(rows) is not None for rows in workbook_rows(path).values())
        with path.open("rb") as file:
            start = file.read(64 * 1024).removeprefix(b"\xef\xbb\xbf").lstrip()
        return start.startswith(b"* ") and b"\n[" in start.replace(b"\r", b"\n")
    except (Refusal, OSError):
        return False


def read(path: Path, kind: FileKind) -> Plate:
    """The plate. Raises :class:`Refusal` for a file without results, and for runs that quantify nothing."""
    sections = sections_of(path, kind)
    if not sections.results:
        raise Refusal(
            "The file has no results. Export the run once more and choose “Results” among the contents of the file."
        )
    columns = Columns.of(sections.results, experiment_type=sections.experiment_type)
    found = wells_of(sections, columns)
    if not found.wells and not found.problems:
        raise Refusal("The results hold no well with a target. Was the plate set up in the instrument's software?")
    footer = dict(columns.footer(sections))
    items = sections.items
    return Plate(
        sheet=RESULTS,
        headings=columns.headings,
        wells=tuple(found.wells),
        problems=tuple(found.problems),
        items=_kept(items),
        instrument=items.get("Instrument Type", ""),
        chemistry=items.get("Chemistry", ""),
        experiment_type=sections.experiment_type,
        run_at=next((value for name, value in items.items() if RUN_END.fullmatch(name)), ""),
        name=items.get("Experiment Name") or PureWindowsPath(items.get("File Name", "")).stem,
        cycles=_cycles(sections.tables.get(AMPLIFICATION, [])),
        reference_targets=_named(footer.get("Endogenous Control", "")) or printed.reference_targets_of(sections),
        calibrator=footer.get("Reference Sample", "") or printed.calibrator_of(sections),
        slopes=printed.slopes_of(sections),
        efficiencies=printed.efficiencies_of(sections),
        printed=tuple(printed.results_of(sections)),
        empty_wells=found.empty,
    )


def _named(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, re.split("[,;]", text))))


def _cycles(amplification: Rows) -> int | None:
    header = next((number for number, row in enumerate(amplification) if "cycle" in map(normal, row)), None)
    if header is None:
        return None
    column = [normal(text) for text in amplification[header]].index("cycle")
    cycles = (row[column].strip() for row in amplification[header + 1 :] if len(row) > column)
    return max((int(text) for text in cycles if re.fullmatch(r"[0-9]{1,3}", text)), default=None)


def _kept(items: Mapping[str, str]) -> dict[str, str]:
    """Without persons and free text, and without the folders in which somebody kept the file."""
    return {
        name: PureWindowsPath(value).name if name.endswith("File Name") else value
        for name, value in items.items()
        if value and name.lower() not in PERSONAL_ITEMS
    }
