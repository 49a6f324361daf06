"""What a comparison of groups answers when their values come in clusters."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.stats.result import Effect, GroupSummary, HasEffects, Note, Record, Result, format_p


@dataclass(frozen=True)
class MeanComparison(HasEffects, Record):
    """One pair of groups: the difference of their means, the first minus the second, on Student's t."""

    first: str
    second: str
    effects: tuple[Effect, ...]
    standard_error: float
    statistic: float
    degrees_of_freedom: float | None
    p_value: float
    adjusted_p: float

    def __str__(self) -> str:
        return f"{self.first} minus {self.second}: {'; '.join(map(str, self.effects))}, {_t(self)}"


@dataclass(frozen=True)
class CovariateSlope(HasEffects, Record):
    """By how much the value changes per unit of a covariate, the group held fixed."""

    covariate: str
    effects: tuple[Effect, ...]
    standard_error: float
    statistic: float
    degrees_of_freedom: float | None
    p_value: float

    def __str__(self) -> str:
        return f"{self.covariate}: {self.effects[0]}, {_t(self)}"


@dataclass(frozen=True)
class Variation(HasEffects, Record):
    """Where values vary: between clusters, and within them; ``effects`` holds the intraclass correlation.

    ``design_effect`` is how many values say as much about a mean as one independent value, and ``effective_n`` how many
    independent values would say as much as all of them.
    """

    between_variance: float
    within_variance: float
    effects: tuple[Effect, ...]
    design_effect: float
    effective_n: float

    def __str__(self) -> str:
        return f"{self.effects[0]}; effective n {self.effective_n:.4g}, design effect {self.design_effect:.4g}"


@dataclass(frozen=True)
class ClusteredResult(Result):
    """Groups whose ``total`` values come in ``clusters`` (patients, experiments), which are the independent units.

    ``statistic`` asks whether any two groups differ, on ``degrees_of_freedom`` and ``denominator_degrees`` (``None``
    where nothing varies). ``variation`` is ``None`` where the method does not estimate it.
    """

    method: str
    groups: tuple[GroupSummary, ...]
    total: int
    clusters: int
    smallest_cluster: int
    largest_cluster: int
    comparisons: tuple[MeanComparison, ...]
    slopes: tuple[CovariateSlope, ...]
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    denominator_degrees: float | None
    p_value: float
    variation: Variation | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def comparison(self, first: str, second: str) -> MeanComparison:
        return next(pair for pair in self.comparisons if (pair.first, pair.second) == (first, second))

    def __str__(self) -> str:
        denominator = "" if self.denominator_degrees is None else f" and {self.denominator_degrees:.4g}"
        return "\n".join(
            (
                self.method,
                f"{self.total} values of {self.clusters} clusters ({self.smallest_cluster} to {self.largest_cluster})",
                *map(str, self.groups),
                *map(str, self.comparisons),
                *map(str, self.slopes),
                f"{self.statistic_name} = {self.statistic:.4g}, {self.degrees_of_freedom}{denominator} df, "
                f"p {format_p(self.p_value)}",
                *([] if self.variation is None else [str(self.variation)]),
                *map(str, self.warnings),
            )
        )


@dataclass(frozen=True)
class ClusterCorrelationResult(Result):
    """How alike the values of a cluster are; ``statistic`` is the F of the variation between clusters."""

    method: str
    total: int
    clusters: int
    smallest_cluster: int
    largest_cluster: int
    variation: Variation
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    denominator_degrees: int
    p_value: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(
            (
                self.method,
                f"{self.total} values of {self.clusters} clusters ({self.smallest_cluster} to {self.largest_cluster})",
                str(self.variation),
                f"{self.statistic_name} = {self.statistic:.4g}, {self.degrees_of_freedom} and "
                f"{self.denominator_degrees} df, p {format_p(self.p_value)}",
                *map(str, self.warnings),
            )
        )


def _t(term: MeanComparison | CovariateSlope) -> str:
    degrees = "" if term.degrees_of_freedom is None else f"{term.degrees_of_freedom:.4g} df, "
    return f"t = {term.statistic:.4g}, {degrees}p {format_p(term.p_value)}"
