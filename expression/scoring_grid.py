"""The places of a block as its scoring grid shows them, and how far the scoring is."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import Core, CoreStatus, TissueMicroarray
from cases.versions import version_of
from expression.core_score import colour, in_words, number, short
from expression.models import Evaluability, IhcReading
from expression.models.percentages import PERCENTAGES

TYPED = (*PERCENTAGES, "intensity")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place of the grid: empty, ``taken`` by a core the person may not see, or with a core and its reading.

    ``url`` is the form of the core for whoever may score it. ``refusals`` say why what was typed is not saved.
    """

    row: int
    column: int
    core: Core | None = None
    taken: bool = False
    reading: IhcReading | None = None
    url: str = ""
    saved: bool = False
    refusals: tuple[str, ...] = ()

    @property
    def position(self) -> str:
        return f"{chr(ord('A') + self.row - 1)}-{self.column}"

    @property
    def tissue(self) -> str:
        """The specimen or the control tissue."""
        return str(self.core.specimen or self.core.control_tissue) if self.core else ""

    @property
    def may_be_scored(self) -> bool:
        """Whether there is tissue to read."""
        return self.core is not None and self.core.status == CoreStatus.EVALUABLE

    @property
    def colour(self) -> str:
        """The classes of the place."""
        if self.core is None:
            return ""
        shown = colour(self.reading) if self.reading else "" if self.may_be_scored else self.core.status
        return f"{shown} control" if self.core.control_tissue else shown

    @property
    def text(self) -> str:
        if self.reading is not None:
            return short(self.reading)
        return "·" if self.core is None or self.may_be_scored else self.core.get_status_display()

    @property
    def in_words(self) -> str:
        """To be read out."""
        if self.core is None:
            return _("%(position)s: empty") % {"position": self.position}
        if self.reading is not None:
            said = in_words(self.reading)
        else:
            said = _("not read") if self.may_be_scored else self.core.get_status_display()
        return f"{self.position}, {self.tissue}: {said}"

    @property
    def values(self) -> str:
        """What the fields of entry hold for this core, as JSON."""
        held = {name: getattr(self.reading, name, None) for name in TYPED}
        return json.dumps({name: "" if value is None else _typed(value) for name, value in held.items()})

    @property
    def version(self) -> str:
        return version_of(self.reading) if self.reading else ""


def _typed(value: object) -> str:
    return str(value) if isinstance(value, int) else number(value)  # type: ignore[arg-type]


def grid(
    *,
    microarray: TissueMicroarray,
    cores: Iterable[Core],
    readings: Iterable[IhcReading],
    url_of: Callable[[Core], str],
) -> list[tuple[str, list[Place]]]:
    """The letter and the places of each row, with ``cores`` the person may see and ``readings`` of one reader.

    ``url_of`` is where a core is scored, blank where it is not. One query.
    """
    reading_of = {reading.core_id: reading for reading in readings}
    filled = {
        (core.row, core.column): Place(
            row=core.row, column=core.column, core=core, reading=reading_of.get(core.pk), url=url_of(core)
        )
        for core in cores
    }
    taken = set(microarray.cores.values_list("row", "column"))
    return [
        (
            chr(ord("A") + row - 1),
            [
                filled.get((row, column), Place(row=row, column=column, taken=(row, column) in taken))
                for column in range(1, microarray.columns + 1)
            ],
        )
        for row in range(1, microarray.rows + 1)
    ]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many of the evaluable cores are read, and how many have no score for which reason."""

    read: int
    cores: int
    without_score: list[tuple[str, int]]


def progress(*, cores: Iterable[Core], readings: Iterable[IhcReading]) -> Progress:
    """Of one reader. Cores which the block has lost need no reading."""
    evaluable = {core.pk for core in cores if core.status == CoreStatus.EVALUABLE}
    own = [reading for reading in readings if reading.core_id in evaluable]
    numbers = Counter(reading.evaluability for reading in own)
    reasons = [reason for reason in Evaluability if reason != Evaluability.EVALUABLE]
    return Progress(
        read=len(own),
        cores=len(evaluable),
        without_score=[(str(reason.label), numbers[reason]) for reason in reasons if numbers[reason]],
    )
