"""The relative quantities that the instrument's software printed, beside those of the portal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from expression.models import QpcrPrintedResult, QpcrTarget
from expression.result_row import ResultRow, cycles, times
from expression.scoring import PERFECT_EFFICIENCY, RelativeQuantity

TOLERANCE = 1e-4
"""Instruments print and calculate in single precision: a relative difference below is none."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A printed result, our relative quantity, and what it would be if every target doubled in each cycle."""

    printed: QpcrPrintedResult
    ours: RelativeQuantity
    doubling: RelativeQuantity

    @property
    def agrees(self) -> bool:
        return _same(self.printed.relative_quantity, self.ours.value)

    @property
    def doubling_agrees(self) -> bool:
        return _same(self.printed.relative_quantity, self.doubling.value)

    @property
    def corrected_text(self) -> str:
        return "–" if self.printed.corrected_cq is None else cycles(self.printed.corrected_cq)

    @property
    def printed_text(self) -> str:
        return _times(self.printed.relative_quantity)

    @property
    def ours_text(self) -> str:
        return _times(self.ours.value)

    @property
    def doubling_text(self) -> str:
        return _times(self.doubling.value)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``rows`` are the printed relative quantities whose sample and target the portal has a value of, too."""

    rows: Sequence[Compared]
    corrected: bool
    targets: Sequence[QpcrTarget]

    @property
    def sentence(self) -> str:
        """Whether the two agree, and if not why."""
        differing = [row for row in self.rows if not row.agrees]
        if not differing and all(row.doubling_agrees for row in self.rows):
            return _("The instrument’s software printed the same relative quantities.")
        if not differing:
            return _(
                "The instrument’s software printed the same relative quantities: it corrected its Cq by amplification "
                "efficiency (EqCq = Cq · log2 E), as this run does. 2^(−ΔΔCq) of the Cq as read, which takes every "
                "efficiency for 2, gives others."
            )
        if self.corrected and any(target.efficiency == PERFECT_EFFICIENCY for target in self.targets):
            return _(
                "The instrument’s software printed other relative quantities: it corrected its Cq by amplification "
                "efficiency (EqCq = Cq · log2 E), and this run takes efficiencies for 2. Adopt those of the standard "
                "curve, or enter them, to calculate alike."
            )
        return _(
            "The instrument’s software printed other relative quantities: it used other wells, reference genes, "
            "efficiencies or another calibrator."
        )


def comparison_of(
    *,
    printed: Iterable[QpcrPrintedResult],
    rows: Sequence[ResultRow],
    doubling: Sequence[ResultRow],
    targets: Sequence[QpcrTarget],
) -> Comparison | None:
    """None where the file printed no relative quantity of a sample of the run."""
    results = {(one.sample_id, one.target_id): one for one in printed}
    simple = {(row.sample.pk, row.target.pk): row.quantity for row in doubling}
    compared = [
        Compared(printed=one, ours=row.quantity, doubling=simple[place])
        for row in rows
        if row.quantity.value is not None
        and (one := results.get(place := (row.sample.pk, row.target.pk))) is not None
        and one.relative_quantity is not None
    ]
    if not compared:
        return None
    corrected = any(one.corrected_cq is not None for one in results.values())
    return Comparison(rows=compared, corrected=corrected, targets=targets)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def _times(value: float | None) -> str:
    return "–" if value is None else times(value)
