"""A plate as a grid of places, each with what one target read there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from expression.models import QpcrTarget, QpcrWell, WellReading, WellTask
from expression.result_row import cycles
from expression.scoring import REPLICATE_SD_LIMIT, Assay

SMALL_PLATE = (8, 12)
LARGE_PLATE = (16, 24)
STEPS = 10
"""Classes of colour, from the latest Cq to the earliest; the style sheet has one of cividis for each."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place of the plate. Without a ``well`` it is empty for this target, or ``withheld`` from this reader."""

    row: int
    column: int
    well: QpcrWell | None = None
    step: int | None = None
    withheld: bool = False
    flags: Sequence[str] = ()

    @property
    def name(self) -> str:
        return f"{chr(ord('A') + self.row - 1)}{self.column}"

    @property
    def kind(self) -> str:
        """Words for the style sheet; shapes tell the kinds apart where colours do not."""
        if self.well is None:
            return ""
        words = ["read" if self.step is not None else str(self.well.reading)]
        words += [f"step-{self.step}"] if self.step is not None else []
        words += ["left-out"] if self.well.omitted else []
        words += ["control"] if self.well.task in (WellTask.NO_TEMPLATE, WellTask.NO_RT) else []
        words += ["standard"] if self.well.task == WellTask.STANDARD else []
        return " ".join([*words, *(["doubted"] if self.flags else [])])

    @property
    def text(self) -> str:
        """What stands in the cell."""
        if self.well is None:
            return ""
        if self.well.cq is not None:
            return f"{self.well.cq:.1f}"
        return _("und.") if self.well.reading == WellReading.UNDETERMINED else "–"

    @property
    def description(self) -> str:
        """The whole cell in words."""
        well = self.well
        if well is None:
            return _("%(place)s: empty") % {"place": self.name}
        said: list[Any] = [well.sample or _("no sample"), well.target, well.get_task_display()]
        said.append(f"Cq {cycles(well.cq)}" if well.cq is not None else well.get_reading_display())
        if well.omitted:
            said.append(_("omitted"))
        return f"{self.name}: {', '.join(str(part) for part in [*said, *self.flags])}"


@dataclass(frozen=True, kw_only=True)
class PlateGrid:
    """``lowest`` and ``highest`` Cq are the ends of the colours; None where nothing was read."""

    columns: Sequence[int]
    rows: Sequence[tuple[str, Sequence[Place]]]
    lowest: float | None = None
    highest: float | None = None
    steps: Sequence[int] = field(default_factory=lambda: range(STEPS))

    @property
    def is_large(self) -> bool:
        return len(self.columns) > SMALL_PLATE[1]

    @property
    def ends(self) -> tuple[str, str]:
        """The latest and the earliest Cq in words."""
        if self.lowest is None or self.highest is None:
            return "–", "–"
        return cycles(self.highest), cycles(self.lowest)


def grid_of(
    *,
    target: QpcrTarget | None,
    wells: Iterable[QpcrWell],
    withheld: Iterable[str],
    signals: Iterable[str],
    assays: Mapping[int, Assay],
) -> PlateGrid:
    """The grid of ``target``.

    ``withheld`` are the positions of wells the reader may not see, ``signals`` those of control wells that read too
    early; ``assays`` the readings of the target by sample, for replicates that differ.
    """
    all_wells = list(wells)
    shown = {well.position: well for well in all_wells if target is not None and well.target_id == target.pk}
    hidden, early = set(withheld), set(signals)
    places = [_parts(position) for position in {*(well.position for well in all_wells), *hidden}]
    small = all(row <= SMALL_PLATE[0] and column <= SMALL_PLATE[1] for row, column in places)
    rows, columns = SMALL_PLATE if small else LARGE_PLATE
    cqs = [well.cq for well in shown.values() if well.cq is not None and not well.omitted]
    lowest, highest = min(cqs, default=None), max(cqs, default=None)

    def place(row: int, column: int) -> Place:
        name = f"{chr(ord('A') + row - 1)}{column}"
        well = shown.get(name)
        return Place(
            row=row,
            column=column,
            well=well,
            step=_step(well, lowest, highest) if well else None,
            withheld=well is None and name in hidden,
            flags=_flags(well, early, assays) if well else (),
        )

    return PlateGrid(
        columns=range(1, columns + 1),
        rows=[
            (chr(ord("A") + row - 1), [place(row, column) for column in range(1, columns + 1)])
            for row in range(1, rows + 1)
        ],
        lowest=lowest,
        highest=highest,
    )


def _parts(position: str) -> tuple[int, int]:
    return ord(position[0]) - ord("A") + 1, int(position[1:])


def _step(well: QpcrWell, lowest: float | None, highest: float | None) -> int | None:
    """The earlier the Cq, the higher the step."""
    if well.cq is None or well.omitted or lowest is None or highest is None:
        return None
    share = (highest - well.cq) / (highest - lowest) if highest > lowest else 0.5
    return min(STEPS - 1, int(share * STEPS))


def _flags(well: QpcrWell, early: set[str], assays: Mapping[int, Assay]) -> list[str]:
    flags = [_("a signal in a control")] if well.position in early else []
    replicates = assays.get(well.sample_id) if well.sample_id and not well.omitted else None
    if replicates is not None and replicates.sd is not None and replicates.sd > REPLICATE_SD_LIMIT:
        flags.append(_("replicates differ"))
    return flags
