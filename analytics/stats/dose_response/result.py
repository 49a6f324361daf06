"""What an experiment with doses in blocks answers."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.stats.clustered import MeanComparison
from analytics.stats.result import Effect, GroupSummary, HasEffects, Note, PKind, Record, Result, format_p


@dataclass(frozen=True)
class BlockedRankResult(HasEffects, Result):
    """One question about doses by ranks within ``blocks`` blocks; ``left_out`` more are incomplete.

    ``groups`` describe the values of the blocks at each dose. ``z`` is that of a rise, where the question is a trend;
    ``degrees_of_freedom`` belong to chi-square. ``wells`` counts technical replicates of all blocks.
    """

    method: str
    groups: tuple[GroupSummary, ...]
    wells: int
    blocks: int
    left_out: int
    statistic_name: str
    statistic: float
    z: float | None
    degrees_of_freedom: int | None
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        z = "" if self.z is None else f"z = {self.z:.4g}, "
        degrees = "" if self.degrees_of_freedom is None else f"{self.degrees_of_freedom} df, "
        return "\n".join(
            (
                self.method,
                f"{self.blocks} blocks",
                *map(str, self.groups),
                *map(str, self.effects),
                f"{self.statistic_name} = {self.statistic:.4g}, {z}{degrees}p {format_p(self.p_value)} ({self.p_kind})",
                *map(str, self.warnings),
            )
        )


@dataclass(frozen=True)
class ControlComparisonResult(Result):
    """Each dose against the control within blocks, p-values adjusted for all of them.

    ``groups`` describe the values of the blocks at each dose, on the scale of the model. ``statistic`` asks whether any
    two doses differ; its ``denominator_degrees`` are ``None`` where nothing varies.
    """

    method: str
    control: str
    groups: tuple[GroupSummary, ...]
    wells: int
    blocks: int
    comparisons: tuple[MeanComparison, ...]
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    denominator_degrees: int | None
    p_value: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def comparison(self, dose: str) -> MeanComparison:
        return next(comparison for comparison in self.comparisons if comparison.first == dose)

    def __str__(self) -> str:
        denominator = "" if self.denominator_degrees is None else f" and {self.denominator_degrees}"
        return "\n".join(
            (
                self.method,
                f"{self.blocks} blocks",
                *map(str, self.groups),
                *map(str, self.comparisons),
                f"{self.statistic_name} = {self.statistic:.4g}, {self.degrees_of_freedom}{denominator} df, "
                f"p {format_p(self.p_value)}",
                *map(str, self.warnings),
            )
        )


@dataclass(frozen=True)
class DoseCurve(HasEffects, Record):
    """The curve of one block: the value at dose 0 and at doses without end, its steepness, and the dose half way.

    ``residual_deviation`` is the standard deviation of the block's means about the curve.
    """

    block: str
    doses: int
    at_zero: float
    at_infinity: float
    steepness: float
    residual_deviation: float
    effects: tuple[Effect, ...]

    def __str__(self) -> str:
        return f"{self.block}: {self.effects[0]}, from {self.at_zero:.4g} to {self.at_infinity:.4g}"


@dataclass(frozen=True)
class DoseCurveResult(HasEffects, Result):
    """A curve per block; the effect is the geometric mean of their half-maximal doses, with the blocks as n."""

    method: str
    wells: int
    curves: tuple[DoseCurve, ...]
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def blocks(self) -> int:
        return len(self.curves)

    def __str__(self) -> str:
        lines = (self.method, f"{self.blocks} blocks", *self.curves, *self.effects, *self.warnings)
        return "\n".join(map(str, lines))


@dataclass(frozen=True)
class DoseResponseResult(Result):
    """The questions about one experiment; one without an answer is ``None``, and a warning says why."""

    method: str
    trend: BlockedRankResult | None
    difference: BlockedRankResult | None
    against_control: ControlComparisonResult | None
    curve: DoseCurveResult | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = (self.trend, self.difference, self.against_control, self.curve)
        answers = [str(part) for part in parts if part is not None]
        return "\n\n".join([self.method, *answers, *map(str, self.warnings)])
