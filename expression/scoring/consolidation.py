"""From what readers saw on cores to one value of a specimen and one of a patient, on plain numbers.

Cores of a specimen are not independent, nor are specimens of a patient: the unit of every answer is the patient, and
what the cores said stands beside its value as a spread. Values are exact fractions until the last step, so that a mean
that equals a cut-off reaches it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import mean, median, stdev

Score = Fraction


class PlaceStatus(StrEnum):
    """What can be said about a place of a stain; where readers differ, the first that one of them saw."""

    EVALUABLE = "evaluable"
    NOT_ON_SCALE = "not_on_scale"
    """Scored, but only a summary on another scale was recorded."""
    LOST = "lost"
    NO_TUMOUR = "no_tumour"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True, kw_only=True)
class PlaceReading:
    """What one reader, or a consensus, said about a place. EVALUABLE has a ``score``, nothing else has one."""

    reader: str
    status: PlaceStatus
    score: Score | None = None
    is_consensus: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """A core, or a whole section, for one stain: what its readers together say. ``readers`` are those who count."""

    status: PlaceStatus
    readers: tuple[str, ...]
    score: Score | None = None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How far values lie apart. ``sd`` is the sample standard deviation, None for a single value."""

    number: int
    minimum: float
    maximum: float
    sd: float | None


def place_of(readings: Sequence[PlaceReading]) -> Place:
    """A consensus replaces what the readers saw; otherwise those who could score are averaged.

    Raises ``ValueError`` without a reading.

    >>> mk = PlaceReading(reader="MK", status=PlaceStatus.EVALUABLE, score=Fraction(100))
    >>> ts = PlaceReading(reader="TS", status=PlaceStatus.EVALUABLE, score=Fraction(140))
    >>> place_of([mk, ts]).score
    Fraction(120, 1)
    """
    if not readings:
        raise ValueError("A place nobody read.")
    counted = [reading for reading in readings if reading.is_consensus] or readings
    order = list(PlaceStatus)
    status = min((reading.status for reading in counted), key=order.index)
    scores = [reading.score for reading in counted if reading.score is not None]
    return Place(
        status=status,
        readers=tuple(sorted({reading.reader for reading in counted})),
        score=mean(scores) if scores else None,
    )


def spread(values: Sequence[Score]) -> Spread | None:
    """None without a value."""
    if not values:
        return None
    return Spread(
        number=len(values),
        minimum=float(min(values)),
        maximum=float(max(values)),
        sd=float(stdev(map(float, values))) if len(values) > 1 else None,
    )


SUMMARIES: dict[str, Callable[[Sequence[Score]], Score]] = {"median": median, "mean": mean, "max": max}
ANY_POSITIVE = "any_positive"


def summarised(values: Sequence[Score], *, by: str, positive_from: Score | None = None) -> Score:
    """The median, the mean or the highest value; ``any_positive``: 1 where one reaches ``positive_from``, else 0.

    Raises ``ValueError`` without values, without a cut-off where one is needed, and for a summary nobody knows.

    >>> summarised([Fraction(10), Fraction(60)], by="any_positive", positive_from=Fraction(60))
    Fraction(1, 1)
    """
    if not values:
        raise ValueError("Nothing to summarise.")
    if by == ANY_POSITIVE:
        if positive_from is None:
            raise ValueError("“Any positive” needs a cut-off.")
        return Fraction(any(value >= positive_from for value in values))
    if by not in SUMMARIES:
        raise ValueError(f"{by} is no summary.")
    return Fraction(SUMMARIES[by](values))
