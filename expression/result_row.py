"""The results of a run, one target in one sample, as a reader sees them."""

import math
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expression.models import QpcrSample, QpcrTarget
from expression.scoring import DeltaCq, Flag, Reason, RelativeQuantity, Status

Text = str | Promise

MINUS = "−"

REASONS = {
    Reason.TARGET_NOT_READ: gettext_lazy("No well of the target was read."),
    Reason.TARGET_UNDETERMINED: gettext_lazy("The target is undetermined in every well."),
    Reason.NO_REFERENCE_GENE: gettext_lazy("The run has no reference gene."),
    Reason.REFERENCE_NOT_READ: gettext_lazy("A reference gene was not read."),
    Reason.REFERENCE_UNDETERMINED: gettext_lazy("A reference gene is undetermined."),
    Reason.NO_CALIBRATOR: gettext_lazy("The run has no calibrator."),
    Reason.CALIBRATOR_WITHOUT_VALUE: gettext_lazy("The calibrator has no value of this target."),
}
FLAGS = {
    Flag.TARGET_REPLICATES: gettext_lazy("Replicates of the target differ."),
    Flag.REFERENCE_REPLICATES: gettext_lazy("Replicates of a reference gene differ."),
}


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One target in one sample."""

    sample: QpcrSample
    target: QpcrTarget
    delta: DeltaCq
    quantity: RelativeQuantity

    @property
    def remarks(self) -> list[Text]:
        """What to doubt, or why there is no value."""
        remarks: list[Text] = [FLAGS[flag] for flag in self.delta.flags]
        if self.delta.reason:
            remarks.append(REASONS[self.delta.reason])
        elif self.quantity.reason == Reason.CALIBRATOR_WITHOUT_VALUE:
            remarks.append(REASONS[self.quantity.reason])
        if self.delta.status == Status.UNDETERMINED:
            remarks.append(_("Undetermined: a limit instead of a value."))
        return remarks

    @property
    def wells_text(self) -> str:
        return "–" if self.delta.status == Status.NOT_EVALUABLE else str(self.delta.wells)

    @property
    def mean_cq_text(self) -> str:
        return _or_dash(self.delta.mean_cq)

    @property
    def target_sd_text(self) -> str:
        return _or_dash(self.delta.target_sd)

    @property
    def reference_sd_text(self) -> str:
        return _or_dash(self.delta.reference_sd)

    @property
    def delta_text(self) -> str:
        return _or_limit(self.delta.value, self.delta.limit, sign="≥", text=cycles)

    @property
    def quantity_text(self) -> str:
        return _or_limit(self.quantity.value, self.quantity.limit, sign="≤", text=times)


def cycles(value: float) -> str:
    """A Cq or ΔCq with three decimals and a true minus sign.

    >>> cycles(-0.25)
    '−0.250'
    """
    return f"{value:.3f}".replace("-", MINUS)


def times(value: float) -> str:
    """A relative quantity with six or seven significant digits, as instruments print it.

    >>> times(0.665483015), times(1.10143571), times(0.0000123456789), times(81525.12345)
    ('0.665483', '1.101436', '0.0000123457', '81525.12')
    """
    return f"{value:.{_decimals(value, digits=7 if value >= 1 else 6)}f}"


def significant(value: float) -> str:
    """A relative quantity for a sentence: three significant digits.

    >>> significant(0.66548), significant(8.1525), significant(1234.5)
    ('0.665', '8.15', '1234')
    """
    return f"{value:.{_decimals(value, digits=3)}f}"


def _decimals(value: float, *, digits: int) -> int:
    return max(0, digits - 1 - math.floor(math.log10(value))) if value > 0 else digits


def _or_dash(value: float | None) -> str:
    return "–" if value is None else cycles(value)


def _or_limit(value: float | None, limit: float | None, *, sign: str, text: Any) -> str:
    if value is not None:
        return str(text(value))
    return f"{sign} {text(limit)}" if limit is not None else "–"
