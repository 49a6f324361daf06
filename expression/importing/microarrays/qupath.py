"""TMA results as QuPath exports them: tab-separated, one row per core; columns that would be all zero are absent."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cases.importing.files import decode
from cases.importing.tables import text_rows
from cases.importing.words import plain
from cases.jobs import Refusal
from expression.importing.microarrays.grids import Place
from expression.importing.microarrays.readings import Read
from expression.models import Evaluability, Scale

NAMES = ("tma core", "name")
MISSING = "missing"
POSITION = re.compile(r"([A-Z])-?([0-9]{1,2})")
BY_INTENSITY = ("num 1+", "num 2+", "num 3+")
NEGATIVE, POSITIVE = "num negative", "num positive"
PERCENT_PLACES = Decimal("0.01")
SCORE_PLACES = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class MeasuredCore:
    """A row of the file: its number, the place in the block, None where it names none, and what was measured."""

    row: int
    name: str
    place: Place | None
    read: Read


def looks_like_qupath(path: Path) -> bool:
    """Whether the first line has the columns that every such export has."""
    try:
        header = _header(decode(path))
    except Refusal:
        return False
    return MISSING in header and any(name in header for name in NAMES) and any("centroid" in one for one in header)


def read_cores(path: Path) -> list[MeasuredCore]:
    """Every core. Raises :class:`Refusal` for a file without the columns of such an export."""
    text = decode(path)
    header = _header(text)
    name = next((one for one in NAMES if one in header), None)
    if name is None or MISSING not in header:
        raise Refusal("The file has no columns “TMA core” (or “Name”) and “Missing”. Export the TMA results once more.")
    rows = text_rows(text, delimiter="\t")[1:]
    found = []
    for number, cells in enumerate(rows, start=2):
        if any(cells):
            measured = dict(zip(header, cells, strict=False))
            label = measured.get(name, "")
            found.append(MeasuredCore(row=number, name=label, place=_place(label), read=_read(measured)))
    return found


def _header(text: str) -> list[str]:
    return [plain(heading) for heading in text.partition("\n")[0].split("\t")]


def _place(label: str) -> Place | None:
    parts = POSITION.fullmatch(label.strip().upper())
    return (ord(parts[1]) - ord("A") + 1, int(parts[2])) if parts else None


def _read(measured: dict[str, str]) -> Read:
    """Percentages of the counted cells; without counts by intensity a summary score, as QuPath wrote it."""
    if measured.get(MISSING, "").casefold() == "true":
        return Read(evaluability=Evaluability.LOST)
    by_intensity = any(name in measured for name in BY_INTENSITY)
    positive = Decimal(0) if by_intensity else _number(measured, POSITIVE)
    counts = [_number(measured, NEGATIVE), *(_number(measured, name) for name in BY_INTENSITY)]
    total = sum(counts, positive)
    if total == 0:
        return Read(evaluability=Evaluability.NOT_ASSESSABLE)
    if positive:
        percent = (100 * positive / total).quantize(SCORE_PLACES)
        return Read(values={"recorded_score": percent, "recorded_scale": Scale.PERCENT_POSITIVE.value})
    percents = [(100 * count / total).quantize(PERCENT_PLACES) for count in counts]
    return Read(values={f"percent_{step}": percent for step, percent in enumerate(percents)})


def _number(measured: dict[str, Any], name: str) -> Decimal:
    """Of an absent column and of what is no number 0: such a column is absent where all its cells would be 0."""
    try:
        number = Decimal(measured.get(name, "0").replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)
