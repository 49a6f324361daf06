"""The arithmetic of quantitative PCR, on plain numbers.

A Cq is a number of cycles: the fewer, the more template. With an amplification of E-fold per
cycle (2 when perfect) the quantity of a target is proportional to E^(−Cq), so that its log2 is −Cq·log2(E). Relative to
the reference genes of the same sample

    ΔCq = mean Cq(target)·log2 E(target) − mean over reference genes of [mean Cq(gene)·log2 E(gene)]

in cycles of perfect amplification; the mean over genes is the geometric mean of their quantities. Relative to a
calibrator sample, or to the mean ΔCq of a group of calibrators, which is the geometric mean of their quantities,

    relative quantity = 2^−(ΔCq(sample) − ΔCq(calibrator))

which with E = 2 is the comparative method and otherwise the efficiency-corrected ratio.

References: Livak KJ, Schmittgen TD (2001) Methods 25:402–408, doi:10.1006/meth.2001.1262. Pfaffl MW (2001)
Nucleic Acids Res 29:e45, doi:10.1093/nar/29.9.e45. Vandesompele J et al. (2002) Genome Biol 3:research0034,
doi:10.1186/gb-2002-3-7-research0034. Bustin SA et al. (2009, MIQE) Clin Chem 55:611–622,
doi:10.1373/clinchem.2008.112797.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev

PERFECT_EFFICIENCY = 2.0
"""Fold per cycle when every template is copied."""

LARGEST_EFFICIENCY = 2.5
"""More than doubling is noise; more than this is a mistake."""

REPLICATE_SD_LIMIT = 0.5
"""Technical replicates with a larger standard deviation, in cycles, are flagged."""

CONTROL_MARGIN = 5.0
"""A control well that reads less than this many cycles after the weakest sample is flagged."""


class UndeterminedPolicy(StrEnum):
    """What a target well without a Cq after the last cycle stands for."""

    CENSORED = "censored"
    """A Cq of at least the number of cycles: the sample has a lower limit of ΔCq instead of a value."""
    EXCLUDED = "excluded"
    """Nothing: the well is left out."""
    LIMIT = "limit"
    """A Cq of exactly the number of cycles."""


class Status(StrEnum):
    EVALUABLE = "evaluable"
    UNDETERMINED = "undetermined"
    """The target was not detected in every well: only a limit is known."""
    NOT_EVALUABLE = "not_evaluable"


class Reason(StrEnum):
    """Why there is no value."""

    TARGET_NOT_READ = "target_not_read"
    TARGET_UNDETERMINED = "target_undetermined"
    NO_REFERENCE_GENE = "no_reference_gene"
    REFERENCE_NOT_READ = "reference_not_read"
    REFERENCE_UNDETERMINED = "reference_undetermined"
    NO_CALIBRATOR = "no_calibrator"
    CALIBRATOR_WITHOUT_VALUE = "calibrator_without_value"


class Flag(StrEnum):
    """What to doubt about a value."""

    TARGET_REPLICATES = "target_replicates"
    REFERENCE_REPLICATES = "reference_replicates"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A target read in a well, in cycles. ``cq`` None: undetermined. Omitted and unread wells are no readings."""

    position: str
    cq: float | None


@dataclass(frozen=True, kw_only=True)
class Assay:
    """The readings of one target or reference gene in one sample. ``efficiency`` is fold per cycle."""

    name: str
    readings: Sequence[Reading]
    efficiency: float = PERFECT_EFFICIENCY

    def at(self, positions: set[str]) -> "Assay":
        """The readings in these wells."""
        kept = [reading for reading in self.readings if reading.position in positions]
        return Assay(name=self.name, readings=kept, efficiency=self.efficiency)

    @property
    def positions(self) -> set[str]:
        return {reading.position for reading in self.readings}

    @property
    def detected(self) -> list[float]:
        """The Cq of the wells that have one."""
        return [reading.cq for reading in self.readings if reading.cq is not None]

    @property
    def has_undetermined(self) -> bool:
        return any(reading.cq is None for reading in self.readings)

    @property
    def sd(self) -> float | None:
        """Standard deviation of the replicates that have a Cq, in cycles; None for fewer than two."""
        return stdev(self.detected) if len(self.detected) > 1 else None

    def log2_quantity(self, *, undetermined: float | None = None) -> float:
        """−mean Cq·log2(E), counting undetermined wells as a Cq of ``undetermined``."""
        cqs = [undetermined if reading.cq is None else reading.cq for reading in self.readings]
        return -math.fsum(cq for cq in cqs if cq is not None) / len(cqs) * math.log2(self.efficiency)


@dataclass(frozen=True, kw_only=True)
class DeltaCq:
    """A target against the reference genes in one sample.

    EVALUABLE has a ``value``, UNDETERMINED a ``limit`` (ΔCq is at least this: expression at most), NOT_EVALUABLE a
    ``reason``. ``wells`` counts the target's wells it rests on, ``mean_cq`` and ``target_sd`` are of those with
    a Cq, ``reference_sd`` is the largest of the reference genes'. ``undetermined_wells`` counts the target's wells
    without a Cq, whatever was made of them.
    """

    status: Status
    value: float | None = None
    limit: float | None = None
    reason: Reason | None = None
    wells: int = 0
    mean_cq: float | None = None
    target_sd: float | None = None
    reference_sd: float | None = None
    undetermined_wells: int = 0

    @property
    def flags(self) -> list[Flag]:
        return [
            flag
            for flag, sd in (
                (Flag.TARGET_REPLICATES, self.target_sd),
                (Flag.REFERENCE_REPLICATES, self.reference_sd),
            )
            if sd is not None and sd > REPLICATE_SD_LIMIT
        ]


@dataclass(frozen=True, kw_only=True)
class RelativeQuantity:
    """Fold of the calibrator. UNDETERMINED has an upper ``limit``, NOT_EVALUABLE a ``reason``."""

    status: Status
    value: float | None = None
    limit: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class ControlSignal:
    """A control well that reads too close to the ``weakest`` sample of the target, or reads where no sample does."""

    target: str
    position: str
    cq: float
    weakest: float | None


def delta_cq(
    *,
    target: Assay,
    references: Sequence[Assay],
    cycles: float,
    same_well: bool = False,
    undetermined: UndeterminedPolicy = UndeterminedPolicy.CENSORED,
) -> DeltaCq:
    """ΔCq of a target in a sample (formula above).

    ``same_well`` compares every target well with the reference wells of the same position (multiplex) and uses
    only positions where each reference gene was read too; otherwise all wells of the sample count. An undetermined
    reference well makes the sample not evaluable, because nothing is known about how much RNA it held.

    >>> rankl = Assay(name="RANKL", readings=[Reading(position="A1", cq=28.0), Reading(position="A2", cq=28.4)])
    >>> gapdh = Assay(name="GAPDH", readings=[Reading(position="B1", cq=19.1), Reading(position="B2", cq=19.3)])
    >>> round(delta_cq(target=rankl, references=[gapdh], cycles=40).value, 6)
    9.0
    """
    if not target.readings:
        return _not_evaluable(Reason.TARGET_NOT_READ)
    if not references:
        return _not_evaluable(Reason.NO_REFERENCE_GENE)
    undetermined_wells = sum(reading.cq is None for reading in target.readings)
    if undetermined == UndeterminedPolicy.EXCLUDED:
        target = target.at({reading.position for reading in target.readings if reading.cq is not None})
        if not target.readings:
            return _not_evaluable(Reason.TARGET_UNDETERMINED)
    if same_well:
        shared = target.positions.intersection(*(gene.positions for gene in references))
        target, references = target.at(shared), [gene.at(shared) for gene in references]
    if not all(gene.readings for gene in references):
        return _not_evaluable(Reason.REFERENCE_NOT_READ)
    if any(gene.has_undetermined for gene in references):
        return _not_evaluable(Reason.REFERENCE_UNDETERMINED)
    difference = fmean(gene.log2_quantity() for gene in references) - target.log2_quantity(undetermined=cycles)
    censored = target.has_undetermined and undetermined == UndeterminedPolicy.CENSORED
    return DeltaCq(
        status=Status.UNDETERMINED if censored else Status.EVALUABLE,
        value=None if censored else difference,
        limit=difference if censored else None,
        wells=len(target.readings),
        mean_cq=fmean(target.detected) if target.detected else None,
        target_sd=target.sd,
        reference_sd=max((gene.sd for gene in references if gene.sd is not None), default=None),
        undetermined_wells=undetermined_wells,
    )


def relative_quantity(*, sample: DeltaCq, calibrator: DeltaCq | None) -> RelativeQuantity:
    """2^(−ΔΔCq): how many times the calibrator's expression, for the same target.

    >>> ours, theirs = DeltaCq(status=Status.EVALUABLE, value=4.5), DeltaCq(status=Status.EVALUABLE, value=6.5)
    >>> relative_quantity(sample=ours, calibrator=theirs).value
    4.0
    """
    if sample.status == Status.NOT_EVALUABLE:
        return _no_quantity(sample.reason)
    if calibrator is None:
        return _no_quantity(Reason.NO_CALIBRATOR)
    if calibrator.value is None:
        return _no_quantity(Reason.CALIBRATOR_WITHOUT_VALUE)
    if sample.value is not None:
        return RelativeQuantity(status=Status.EVALUABLE, value=2.0 ** (calibrator.value - sample.value))
    if sample.limit is not None:
        return RelativeQuantity(status=Status.UNDETERMINED, limit=2.0 ** (calibrator.value - sample.limit))
    return _no_quantity(sample.reason)


def calibrator_group(members: Sequence[DeltaCq]) -> DeltaCq | None:
    """What relative quantities are multiples of: the mean ΔCq of the calibrators; None without any.

    A member without a value leaves the group without one: a mean over the others would be another group's.

    >>> ours, theirs = DeltaCq(status=Status.EVALUABLE, value=4.5), DeltaCq(status=Status.EVALUABLE, value=6.5)
    >>> calibrator_group([ours, theirs]).value
    5.5
    """
    if not members:
        return None
    values = [member.value for member in members if member.value is not None]
    if len(values) < len(members):
        return _not_evaluable(Reason.CALIBRATOR_WITHOUT_VALUE)
    return DeltaCq(status=Status.EVALUABLE, value=fmean(values), wells=sum(member.wells for member in members))


def efficiency_from_slope(slope: float) -> float:
    """Amplification per cycle from a standard curve of Cq on log10 quantity: E = 10^(−1/slope) (Pfaffl 2001).

    Raises ``ValueError`` for a slope that is not negative.

    >>> round(efficiency_from_slope(-3.321928), 5)
    2.0
    """
    if not slope < 0:
        raise ValueError(f"The slope of a standard curve is negative, not {slope}.")
    return 10.0 ** (-1.0 / slope)


def control_signals(
    *, controls: Sequence[Assay], samples: Sequence[Assay], margin: float = CONTROL_MARGIN
) -> list[ControlSignal]:
    """Control wells (no template, no RT) that read less than ``margin`` cycles after the weakest sample of the target.

    ``controls`` and ``samples`` may hold several assays of the same name.
    """
    detected: dict[str, list[float]] = defaultdict(list)
    for assay in samples:
        detected[assay.name] += assay.detected
    signals = []
    for assay in controls:
        weakest = max(detected[assay.name], default=None)
        for reading in assay.readings:
            if reading.cq is not None and (weakest is None or reading.cq < weakest + margin):
                signals.append(
                    ControlSignal(target=assay.name, position=reading.position, cq=reading.cq, weakest=weakest)
                )
    return sorted(signals, key=lambda signal: (signal.target, signal.cq, signal.position))


def _not_evaluable(reason: Reason) -> DeltaCq:
    return DeltaCq(status=Status.NOT_EVALUABLE, reason=reason)


def _no_quantity(reason: Reason | None) -> RelativeQuantity:
    return RelativeQuantity(status=Status.NOT_EVALUABLE, reason=reason)
