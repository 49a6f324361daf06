"""The wells of the results, and what cannot be read of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.importing.formats import Finding, Severity
from cases.sentences import sentence
from expression.importing.plate import PlateWell
from expression.importing.quantstudio.columns import Columns
from expression.importing.quantstudio.quantities import Quantities
from expression.importing.quantstudio.sections import NUMBER, POSITION, RESULTS, Sections, normal
from expression.models import WellReading, WellTask

UNDETERMINED = frozenset({"undetermined", "no ct", "no cq"})
NOT_READ = frozenset({"", "n/a", "na", "-"})
TASKS = {
    "UNKNOWN": WellTask.UNKNOWN,
    "NTC": WellTask.NO_TEMPLATE,
    "NRT": WellTask.NO_RT,
    "STANDARD": WellTask.STANDARD,
}


@dataclass(kw_only=True)
class Wells:
    """What the results say. Rows that could not be read are among the ``problems``; ``empty`` wells hold nothing."""

    wells: list[PlateWell] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    empty: int = 0


def wells_of(sections: Sections, columns: Columns) -> Wells:
    found = Wells()
    quantities = Quantities.of(sections, decimal=_decimal(sections, columns))
    for number, row in columns.well_rows(sections):
        if not columns.cell(row, "target"):
            found.empty += 1
            continue
        try:
            found.wells.append(_well(number, row, columns, quantities))
        except _UnreadableCellError as unreadable:
            found.problems.append(
                Finding(
                    severity=Severity.ERROR,
                    sentence=unreadable.sentence,
                    sheet=RESULTS,
                    row=number,
                    column=unreadable.column,
                )
            )
    return found


class _UnreadableCellError(Exception):
    def __init__(self, sentence: dict[str, Any], *, column: str) -> None:
        self.sentence, self.column = sentence, column


def _decimal(sections: Sections, columns: Columns) -> str:
    """The sign before the decimals: that of the Cq, which have some; quantities may have signs of thousands too."""
    cqs = (columns.cell(row, "cq") for _number, row in columns.well_rows(sections))
    return "," if any("," in cq and NUMBER.fullmatch(cq) for cq in cqs) else "."


def _well(number: int, row: Sequence[str], columns: Columns, quantities: Quantities) -> PlateWell:
    position = columns.cell(row, "well position")
    match = POSITION.fullmatch(position.upper())
    if match is None:
        raise _UnreadableCellError(
            sentence("“{value}” is no well of a plate; wells are A1 to P24.", value=position),
            column=columns.headings.position,
        )
    reading, cq = _reading(columns.cell(row, "cq"), column=columns.headings.cq)
    well = PlateWell(
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
    if well.task == WellTask.STANDARD:
        return _with_quantity(well, quantities, column=columns.headings.quantity)
    return well


def _with_quantity(well: PlateWell, quantities: Quantities, *, column: str) -> PlateWell:
    quantity = quantities.quantity_of(well)
    if quantity is not None and quantity <= 0:
        raise _UnreadableCellError(
            sentence("The quantity of a standard is a number above 0, not {value:g}.", value=quantity), column=column
        )
    return well.with_quantity(quantity)


def _reading(text: str, *, column: str) -> tuple[WellReading, float | None]:
    if normal(text) in NOT_READ:
        return WellReading.NOT_READ, None
    if normal(text) in UNDETERMINED:
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
