"""Quadratic forms of a score and its variance: the chi-square statistics of rank and score tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.result import Record, format_p
from analytics.stats.risk_sets import Floats

# Eigenvalues below this share of the largest are rounding, not information.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class ChiSquare(Record):
    """A chi-square statistic with its p-value, from the upper tail: it keeps its digits where 1 − cdf would be 0."""

    statistic: float
    degrees_of_freedom: int
    p_value: float

    def __str__(self) -> str:
        return f"chi-square = {self.statistic:.4g}, {self.degrees_of_freedom} df, p {format_p(self.p_value)}"


def chi_square(statistic: float, degrees_of_freedom: int) -> ChiSquare:
    """A statistic and its degrees of freedom with the p-value that belongs to them.

    >>> print(chi_square(271.0, 1).p_value < 1e-59)
    True
    """
    return ChiSquare(float(statistic), degrees_of_freedom, float(stats.chi2.sf(statistic, degrees_of_freedom)))


def score_test(score: Floats, variance: Floats) -> ChiSquare | None:
    """score' · variance⁻ · score with the rank of the variance as degrees of freedom; ``None`` where that is 0.

    The inverse is the generalised one on the eigenvectors that carry information, so a group that adds nothing takes
    no degree of freedom, and it does not matter which of several linearly dependent scores is left out.
    """
    # Some estimates of a variance, as Gray's with few tied days, can come out below 0: they carry no information.
    scale = np.sqrt(np.maximum(np.diag(variance), 0))
    informative = scale > NEGLIGIBLE * scale.max(initial=0)
    if not informative.any():
        return None
    scale = scale[informative]
    correlation = variance[np.ix_(informative, informative)] / np.outer(scale, scale)
    eigenvalues, vectors = np.linalg.eigh(correlation)
    kept = eigenvalues > NEGLIGIBLE
    projected = vectors[:, kept].T @ (score[informative] / scale)
    return chi_square(float(np.sum(projected**2 / eigenvalues[kept])), int(kept.sum()))
