"""Answers about groups: two, several, and pairs of them."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.stats.result.estimate import Effect, HasEffects, PKind, Simulation, format_p, lines, number
from analytics.stats.result.note import Note
from analytics.stats.result.record import Record, Result


@dataclass(frozen=True)
class GroupSummary(Record):
    """One group's distribution. Quartiles interpolate linearly (Hyndman–Fan type 7, the default of R and NumPy)."""

    label: str
    n: int
    median: float
    q1: float
    q3: float
    minimum: float
    maximum: float

    def __str__(self) -> str:
        return f"{self.label}: n = {self.n}, median {number(self.median)} (IQR {number(self.q1)} to {number(self.q3)})"


@dataclass(frozen=True)
class TwoGroupResult(HasEffects, Result):
    """Comparison of two groups.

    Every signed effect is the first group minus the second. ``asymptotic_p`` stands beside an exact ``p_value`` so that
    a reader can compare with software that has no exact test with ties. ``degrees_of_freedom`` belong to Student's t.
    """

    method: str
    groups: tuple[GroupSummary, GroupSummary]
    statistic_name: str
    statistic: float
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()
    degrees_of_freedom: float | None = None
    simulation: Simulation | None = None

    def __str__(self) -> str:
        first, second = self.groups
        degrees = "" if self.degrees_of_freedom is None else f"{number(self.degrees_of_freedom)} df, "
        return lines(
            self.method,
            str(first),
            str(second),
            f"Direction: {first.label} minus {second.label}",
            *map(str, self.effects),
            f"{self.statistic_name} = {number(self.statistic)}, {degrees}p {format_p(self.p_value)} ({self.p_kind})",
            *([str(self.simulation)] if self.simulation else []),
            *map(str, self.warnings),
        )


@dataclass(frozen=True)
class SeveralGroupsResult(HasEffects, Result):
    """One question about two or more groups at once."""

    method: str
    groups: tuple[GroupSummary, ...]
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    p_kind: PKind
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(
            self.method,
            *map(str, self.groups),
            *map(str, self.effects),
            f"{self.statistic_name} = {number(self.statistic)}, {self.degrees_of_freedom} df, "
            f"p {format_p(self.p_value)} ({self.p_kind})",
            *map(str, self.warnings),
        )


@dataclass(frozen=True)
class PairComparison(HasEffects, Record):
    """One pair of a :class:`PairwiseResult`: effects are the first group minus the second."""

    first: str
    second: str
    statistic: float
    p_value: float
    adjusted_p: float
    effects: tuple[Effect, ...]

    def __str__(self) -> str:
        effects = "; ".join(map(str, self.effects))
        return f"{self.first} minus {self.second}: {effects}; adjusted p {format_p(self.adjusted_p)}"


@dataclass(frozen=True)
class PairwiseResult(Result):
    """Several pairs of groups, their p-values adjusted as one family of ``len(pairs)`` questions.

    ``adjustment`` is a method of :func:`analytics.stats.multiplicity.adjust`; ``reference`` names the group that all
    others are compared with, or is ``None`` where every pair is compared.
    """

    method: str
    adjustment: str
    reference: str | None
    groups: tuple[GroupSummary, ...]
    statistic_name: str
    p_kind: PKind
    pairs: tuple[PairComparison, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(self.method, *map(str, self.groups), *map(str, self.pairs), *map(str, self.warnings))
