"""What a proportional hazards regression answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.stats.chi_square import ChiSquare
from analytics.stats.result import Interval, Note, Record, Result


@dataclass(frozen=True)
class CoxTerm(Record):
    """One covariate. ``hazard_ratio`` is per unit of it, with its interval.

    Where the likelihood has no maximum, ``limit`` names where the hazard ratio goes; coefficient, standard error and
    ratio are then ``None``, the interval is open on that side and comes, with the p-value, from the likelihood ratio.
    ``standard_error`` is the robust one where patients are clustered, ``model_error`` always that of the model.
    """

    covariate: str
    coefficient: float | None
    standard_error: float | None
    model_error: float | None
    hazard_ratio: float | None
    interval: Interval | None
    p_value: float
    limit: Literal["infinite", "zero"] | None = None

    def __str__(self) -> str:
        ratio = self.limit if self.hazard_ratio is None else f"{self.hazard_ratio:.4g}"
        return f"{self.covariate}: hazard ratio {ratio} ({self.interval or 'interval not estimable'})"


@dataclass(frozen=True)
class CoxResult(Result):
    """The regression. ``patients`` is ``None`` where rows were not said to belong to patients.

    ``wald`` uses the robust variance if there is one; it is ``None`` where a hazard ratio is infinite or zero.
    """

    method: str
    rows: int
    patients: int | None
    clusters: int | None
    event_count: int
    strata: int
    terms: tuple[CoxTerm, ...]
    log_likelihood_null: float
    log_likelihood: float
    likelihood_ratio: ChiSquare
    score: ChiSquare
    wald: ChiSquare | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def term(self, covariate: str) -> CoxTerm:
        """The term of that covariate."""
        return next(term for term in self.terms if term.covariate == covariate)

    def __str__(self) -> str:
        return "\n".join([self.method, *map(str, self.terms), *map(str, self.warnings)])
