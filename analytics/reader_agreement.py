"""How far two readers of a stained block agree, core by core and over all cores that both scored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.stats.agreement import bland_altman, cohens_kappa, icc
from analytics.stats.result import Effect, NotComparable, Note
from cases.models import Core
from expression.models import Evaluability, IhcReading, Scale

ADJUDICATED_BEYOND = Decimal(50)
"""Points of the H-score by which readers may differ before somebody settles it, unless the page is asked otherwise."""
BANDS = ("0", "1–100", "101–200", "201–300")
"""Of the H-score, in order."""


@dataclass(frozen=True, kw_only=True)
class CoreScores:
    """A core as two readers saw it, and what settled it. ``beyond`` is the distance that goes to adjudication."""

    core: Core
    first: IhcReading | None = None
    second: IhcReading | None = None
    consensus: IhcReading | None = None
    beyond: Decimal = ADJUDICATED_BEYOND

    @property
    def both(self) -> bool:
        """Whether both said something, if only that it cannot be scored."""
        return self.first is not None and self.second is not None

    @property
    def h_scores(self) -> tuple[Decimal, Decimal] | None:
        first, second = (one.score(Scale.H_SCORE) if one else None for one in (self.first, self.second))
        return None if first is None or second is None else (Decimal(first), Decimal(second))

    @property
    def difference(self) -> Decimal | None:
        """First minus second."""
        return self.h_scores[0] - self.h_scores[1] if self.h_scores else None

    @property
    def mean(self) -> Decimal | None:
        return (self.h_scores[0] + self.h_scores[1]) / 2 if self.h_scores else None

    @property
    def differs_in_evaluability(self) -> bool:
        """One scored it, the other could not."""
        return self.both and _is_evaluable(self.first) != _is_evaluable(self.second)

    @property
    def goes_to_adjudication(self) -> bool:
        too_far = self.difference is not None and abs(self.difference) > self.beyond
        return too_far or self.differs_in_evaluability


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is compared and by which method; its effects with their intervals, or ``refusal`` why there are none."""

    subject: str | Promise
    method: str = ""
    n: int = 0
    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def rows(self) -> list[tuple[str, Effect]]:
        """The effects with their names in the reader's language."""
        return [(gettext(effect.name), effect) for effect in self.effects]


def core_scores(
    *, cores: Iterable[Core], readings: Iterable[IhcReading], readers: tuple[str, str], beyond: Decimal
) -> list[CoreScores]:
    """Cores of which at least one of the two said something: those to settle first, then as they stand on the block."""
    said: dict[tuple[int | None, str], IhcReading] = {}
    settled: dict[int | None, IhcReading] = {}
    for reading in readings:
        if reading.is_consensus:
            settled[reading.core_id] = reading
        else:
            said[reading.core_id, reading.reader] = reading
    scored = [
        CoreScores(
            core=core,
            first=said.get((core.pk, readers[0])),
            second=said.get((core.pk, readers[1])),
            consensus=settled.get(core.pk),
            beyond=beyond,
        )
        for core in cores
    ]
    scored = [one for one in scored if one.first or one.second]
    return sorted(scored, key=lambda one: (not one.goes_to_adjudication, one.core.row, one.core.column))


def measures(scored: Iterable[CoreScores]) -> list[Measure]:
    """The agreement on the H-score as a number, in bands, and on whether a core can be scored at all."""
    both = [one for one in scored if one.both]
    pairs = [one.h_scores for one in both if one.h_scores]
    first, second = [float(pair[0]) for pair in pairs], [float(pair[1]) for pair in pairs]
    bands = [[band(value) for value in values] for values in (first, second)]
    sides = [one.first for one in both], [one.second for one in both]
    evaluable = [[_evaluability(reading) for reading in side] for side in sides]
    return [
        _measured(_("H-score: absolute agreement"), lambda: icc(np.column_stack([first, second]), form="2,1")),
        _measured(_("H-score: difference, first minus second"), lambda: bland_altman(first, second)),
        _measured(
            _("H-score in bands: 0, 1–100, 101–200, 201–300"),
            lambda: cohens_kappa(*bands, weights="quadratic", categories=BANDS),
        ),
        _measured(_("Evaluable or not"), lambda: cohens_kappa(*evaluable)),
    ]


def band(h_score: float) -> str:
    """The band of an H-score.

    >>> [band(value) for value in (0, 0.5, 100, 100.5, 300)]
    ['0', '1–100', '1–100', '101–200', '201–300']
    """
    return BANDS[sum(h_score > bound for bound in (0, 100, 200))]


def _measured(subject: str | Promise, method: Callable[[], Any]) -> Measure:
    try:
        result = method()
    except NotComparable as refusal:
        return Measure(subject=subject, refusal=_sentence(refusal.note))
    return Measure(
        subject=subject,
        method=gettext(result.method),
        n=result.n,
        effects=result.effects,
        notes=tuple(map(_sentence, result.warnings)),
    )


def _sentence(note: Note) -> str:
    return gettext(note.text).format(**note.values)


def _evaluability(reading: IhcReading | None) -> str:
    return gettext("evaluable") if _is_evaluable(reading) else gettext("not evaluable")


def _is_evaluable(reading: IhcReading | None) -> bool:
    return reading is not None and reading.evaluability == Evaluability.EVALUABLE
