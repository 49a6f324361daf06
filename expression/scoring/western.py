"""The arithmetic of western blots, on plain numbers.

A band's volume means something only beside its membrane's loading control, because two membranes are neither loaded,
transferred nor exposed alike. The phosphorylated share of a protein in a lane is

    ratio = (phospho / its membrane's control) ÷ (total / its membrane's control)

With both on one membrane the control cancels: phospho ÷ total. A protein without phospho-site has total ÷ control.
Blots differ by exposure as a whole, so a ratio is given relative to the calibrator lane of the same blot, and
statistics run on its log2.

References: Degasperi A et al. (2014) PLoS ONE 9:e87293, doi:10.1371/journal.pone.0087293 (normalisation by a control,
by a fixed lane, on the log scale). Taylor SC, Posch A (2014) BioMed Res Int 361590, doi:10.1155/2014/361590 (loading
control, saturation). Janes KA (2015) Sci Signal 8:rs2, doi:10.1126/scisignal.2005966 (linear range, total protein).
"""

import math
from dataclasses import dataclass
from enum import StrEnum


class BlotStatus(StrEnum):
    EVALUABLE = "evaluable"
    BELOW_DETECTION = "below_detection"
    """The band in the numerator has a volume of zero: less than the blot shows, with no log2."""
    NOT_EVALUABLE = "not_evaluable"


class BlotReason(StrEnum):
    """Why there is no ratio, or no relative value."""

    PHOSPHO_MISSING = "phospho_missing"
    TOTAL_MISSING = "total_missing"
    TOTAL_ZERO = "total_zero"
    SEVERAL_TOTALS = "several_totals"
    CONTROL_MISSING = "control_missing"
    CONTROL_ZERO = "control_zero"
    NO_CALIBRATOR = "no_calibrator"
    CALIBRATOR_WITHOUT_VALUE = "calibrator_without_value"


class BlotFlag(StrEnum):
    """What to doubt about a value."""

    SATURATED = "saturated"
    """A band it rests on is saturated: its true volume is larger by an unknown amount."""
    CALIBRATOR_SATURATED = "calibrator_saturated"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One band: its volume in the imager's arbitrary units, not negative."""

    volume: float
    saturated: bool = False


@dataclass(frozen=True, kw_only=True)
class BandRatio:
    """A lane's ratio. EVALUABLE has a ``value``; BELOW_DETECTION has none, nor has NOT_EVALUABLE, but a ``reason``."""

    status: BlotStatus
    value: float | None = None
    reason: BlotReason | None = None
    saturated: bool = False


@dataclass(frozen=True, kw_only=True)
class RelativeRatio:
    """How many times the calibrator lane's ratio; the calibrator's own value is 1, its log2 is 0."""

    status: BlotStatus
    value: float | None = None
    reason: BlotReason | None = None
    flags: tuple[BlotFlag, ...] = ()

    @property
    def log2(self) -> float | None:
        return None if self.value is None else math.log2(self.value)

    @property
    def analysed(self) -> float | None:
        """The log2 that an analysis counts: none where a band it rests on, or one of the calibrator's, is saturated.

        Such a value is shown with its flag, but whether it is too high or too low nobody knows.
        """
        return None if self.flags else self.log2


def phospho_ratio(
    *,
    phospho: Signal | None,
    total: Signal | None,
    phospho_control: Signal | None = None,
    total_control: Signal | None = None,
    same_membrane: bool,
) -> BandRatio:
    """The phosphorylated share of a protein in one lane (formula above).

    ``same_membrane``: both bands are of one membrane, and its control, which cancels, is neither needed nor read.

    >>> bands = {"phospho": Signal(volume=600), "total": Signal(volume=1200)}
    >>> phospho_ratio(**bands, same_membrane=True).value
    0.5
    >>> controls = {"phospho_control": Signal(volume=200), "total_control": Signal(volume=400)}
    >>> phospho_ratio(**bands, **controls, same_membrane=False).value
    1.0
    """
    if phospho is None:
        return _not_evaluable(BlotReason.PHOSPHO_MISSING)
    if total is None:
        return _not_evaluable(BlotReason.TOTAL_MISSING)
    if total.volume == 0:
        return _not_evaluable(BlotReason.TOTAL_ZERO)
    if same_membrane:
        return _ratio(numerator=[phospho], denominator=[total])
    if phospho_control is None or total_control is None:
        return _not_evaluable(BlotReason.CONTROL_MISSING)
    if phospho_control.volume == 0 or total_control.volume == 0:
        return _not_evaluable(BlotReason.CONTROL_ZERO)
    return _ratio(numerator=[phospho, total_control], denominator=[phospho_control, total])


def total_ratio(*, total: Signal | None, control: Signal | None) -> BandRatio:
    """A protein against the loading control of its membrane.

    >>> total_ratio(total=Signal(volume=300), control=Signal(volume=400)).value
    0.75
    """
    if total is None:
        return _not_evaluable(BlotReason.TOTAL_MISSING)
    if control is None:
        return _not_evaluable(BlotReason.CONTROL_MISSING)
    if control.volume == 0:
        return _not_evaluable(BlotReason.CONTROL_ZERO)
    return _ratio(numerator=[total], denominator=[control])


def relative_ratio(*, lane: BandRatio, calibrator: BandRatio | None) -> RelativeRatio:
    """The lane's ratio ÷ the calibrator lane's, of the same target on the same blot.

    >>> half, double = (BandRatio(status=BlotStatus.EVALUABLE, value=value) for value in (0.5, 2.0))
    >>> relative_ratio(lane=double, calibrator=half).log2
    2.0
    """
    flags = (BlotFlag.SATURATED,) if lane.saturated else ()
    if lane.status == BlotStatus.NOT_EVALUABLE:
        return RelativeRatio(status=lane.status, reason=lane.reason)
    if calibrator is None:
        return RelativeRatio(status=BlotStatus.NOT_EVALUABLE, reason=BlotReason.NO_CALIBRATOR, flags=flags)
    if calibrator.value is None:
        return RelativeRatio(status=BlotStatus.NOT_EVALUABLE, reason=BlotReason.CALIBRATOR_WITHOUT_VALUE, flags=flags)
    if calibrator.saturated:
        flags = (*flags, BlotFlag.CALIBRATOR_SATURATED)
    if lane.value is None:
        return RelativeRatio(status=BlotStatus.BELOW_DETECTION, flags=flags)
    return RelativeRatio(status=BlotStatus.EVALUABLE, value=lane.value / calibrator.value, flags=flags)


def _ratio(*, numerator: list[Signal], denominator: list[Signal]) -> BandRatio:
    saturated = any(band.saturated for band in numerator + denominator)
    above = math.prod(band.volume for band in numerator)
    if above == 0:
        return BandRatio(status=BlotStatus.BELOW_DETECTION, saturated=saturated)
    value = above / math.prod(band.volume for band in denominator)
    return BandRatio(status=BlotStatus.EVALUABLE, value=value, saturated=saturated)


def _not_evaluable(reason: BlotReason) -> BandRatio:
    return BandRatio(status=BlotStatus.NOT_EVALUABLE, reason=reason)
