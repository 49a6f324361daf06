"""Negative binomial regression of the number of events per patient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats
from scipy.optimize import brentq

from analytics.stats.checkpoint import checkpoint
from analytics.stats.cox.maximum import dependent_covariate, infinite_ratio, inverse, not_converged
from analytics.stats.cox.model import scaled_covariates
from analytics.stats.cox.regression import ratio_of
from analytics.stats.follow_up import DAYS_PER_YEAR, checked_days
from analytics.stats.result import Interval, NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Floats
from analytics.stats.samples import checked_confidence

_NEGATIVE_BINOMIAL = _("Negative binomial regression of event counts, offset by patient-years")
_POISSON = _("Poisson regression of event counts, offset by patient-years")

# Beyond this θ the variance exceeds Poisson's by nothing that data could show.
LARGEST_THETA = 1e7


@dataclass(frozen=True)
class CountTerm(Record):
    """One covariate: the ratio of event rates per unit of it."""

    covariate: str
    coefficient: float
    standard_error: float
    rate_ratio: float | None
    interval: Interval
    p_value: float

    def __str__(self) -> str:
        ratio = "beyond numbers" if self.rate_ratio is None else f"{self.rate_ratio:.4g}"
        return f"{self.covariate}: rate ratio {ratio} ({self.interval})"


@dataclass(frozen=True)
class NegativeBinomialResult(Result):
    """The regression. ``baseline_rate`` is events per patient-year with all covariates 0; Poisson has no ``theta``."""

    method: str
    n: int
    event_count: int
    patient_years: float
    theta: float | None
    baseline_rate: float | None
    terms: tuple[CountTerm, ...]
    log_likelihood: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def term(self, covariate: str) -> CountTerm:
        """The term of that covariate."""
        return next(term for term in self.terms if term.covariate == covariate)


def negative_binomial(
    count: ArrayLike, exposure: ArrayLike, covariates: Mapping[str, ArrayLike], *, confidence: float = 0.95
) -> NegativeBinomialResult:
    """Ratios of event rates where patients differ more than chance allows.

    ``count`` is the number of events of each patient, ``exposure`` the days under observation (1 or more); covariates
    map names to one number per patient. The counts have mean μ = exp(βx)·years and variance μ + μ²/θ; β and θ are those
    of greatest likelihood (Lawless 1987), the standard errors those of β at that θ, as in R's ``MASS::glm.nb``. The
    interval is Wald's. Where patients differ no more than Poisson's distribution makes them (no θ is best) the Poisson
    regression is given, and a note says so.

    For a covariate that changes during observation (a response) use :func:`~analytics.stats.andersen_gill` or
    :func:`~analytics.stats.event_rate`, which split time at the change. Assumes a constant rate per patient and that
    the length of observation does not depend on it.

    Raises :class:`NotComparable` without any event, on counts that are no whole numbers, on constant or collinear
    covariates, and where all events are on one side of a covariate.

    >>> result = negative_binomial([0, 5, 1, 9, 0, 2, 0, 1], [365] * 8, {"treated": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> round(result.theta, 3), str(result.terms[0])
    (1.124, 'treated: rate ratio 0.2 (95% CI 0.03301 to 1.212)')
    """
    checked_confidence(confidence)
    counts, days = _checked_counts(count), checked_days(exposure)
    if counts.shape != days.shape:
        raise ValueError("Every count needs its exposure.")
    if not days.all():
        text = _("{count} patients were under observation for no day. Exclude them first.")
        raise NotComparable(text, code="no-person-time", count=int(np.count_nonzero(days == 0)))
    if not counts.any():
        raise NotComparable(_("Nobody has had an event, so rates cannot be compared."), code="no-events")
    names = tuple(covariates)
    matrix, scale = scaled_covariates(covariates, size=counts.size)
    design = np.vstack([np.ones(counts.size), matrix])
    _refuse_separation(design, counts, names)
    fit = _fit(design, counts, np.log(days / DAYS_PER_YEAR))
    variance = inverse((design * _working_weight(fit.mean, fit.theta)) @ design.T)
    means = np.array([np.mean(np.asarray(values, dtype=np.float64)) for values in covariates.values()])
    coefficients = fit.coefficients[1:] / scale
    errors = np.sqrt(np.diag(variance)[1:]) / scale
    text = _("Patients differ no more than Poisson's distribution makes them, so a Poisson regression is given.")
    poisson = math.isinf(fit.theta)
    return NegativeBinomialResult(
        method=_POISSON if poisson else _NEGATIVE_BINOMIAL,
        n=int(counts.size),
        event_count=int(counts.sum()),
        patient_years=float(days.sum()) / DAYS_PER_YEAR,
        theta=None if poisson else fit.theta,
        baseline_rate=ratio_of(float(fit.coefficients[0] - coefficients @ means)),
        terms=tuple(
            _term(name, coefficient, error, confidence)
            for name, coefficient, error in zip(names, coefficients.tolist(), errors.tolist(), strict=True)
        ),
        log_likelihood=_log_likelihood(counts, fit.mean, fit.theta),
        warnings=(Note("underdispersed", text),) if poisson else (),
        references=("Lawless JF. Can J Stat 1987;15:209–225",),
    )


@dataclass(frozen=True, kw_only=True)
class _Fit:
    coefficients: Floats
    mean: Floats
    theta: float


def _fit(design: Floats, counts: Floats, offset: Floats) -> _Fit:
    """Coefficients and θ in turn, until neither moves; θ is infinite where no variance beyond Poisson's is seen."""
    theta = math.inf
    coefficients = np.zeros(len(design))
    coefficients[0] = math.log(counts.sum() / np.exp(offset).sum())
    for _round in range(500):
        checkpoint()
        started = coefficients
        coefficients, mean = _regress(design, counts, offset, theta, coefficients)
        previous, theta = theta, _best_theta(counts, mean)
        # Near Poisson's distribution the likelihood is flat in θ, whose last digits never settle, nor do they matter.
        settled = math.isfinite(previous) and float(np.abs(coefficients - started).max()) < 1e-10
        if settled or theta == previous or abs(theta - previous) < 1e-10 * theta:
            return _Fit(coefficients=coefficients, mean=mean, theta=theta)
    raise not_converged()


def _regress(
    design: Floats, counts: Floats, offset: Floats, theta: float, coefficients: Floats
) -> tuple[Floats, Floats]:
    """Fisher scoring of the coefficients at a given θ."""
    for _step in range(200):
        mean = np.exp(np.minimum(coefficients @ design + offset, 700))
        weight = _working_weight(mean, theta)
        score = design @ ((counts - mean) * weight / mean)
        step = np.linalg.solve((design * weight) @ design.T, score)
        # Far from the maximum a full step can overshoot without end.
        coefficients = coefficients + step / max(1.0, float(np.abs(step).max()) / 3)
        if abs(float(step @ score)) < 1e-18:
            return coefficients, np.exp(coefficients @ design + offset)
    raise not_converged()


def _working_weight(mean: Floats, theta: float) -> Floats:
    return np.asarray(mean / (1 + mean / theta))


def _best_theta(counts: Floats, mean: Floats) -> float:
    """The θ of greatest likelihood at given means, infinite where the likelihood still rises at ``LARGEST_THETA``."""

    def slope(logarithm: float) -> float:
        theta = math.exp(logarithm)
        terms = special.digamma(counts + theta) - special.digamma(theta) - np.log1p(mean / theta)
        return float(np.sum(terms + (mean - counts) / (mean + theta)))

    # The derivative by 1/θ at 0: more squared deviation than Poisson's distribution has.
    if float(np.sum((counts - mean) ** 2 - counts)) <= 0:
        return math.inf
    low, high = -10.0, 0.0
    while slope(high) > 0:
        high += 1
        if high > math.log(LARGEST_THETA):
            return math.inf
    while slope(low) < 0:
        low -= 5
    return math.exp(float(brentq(slope, low, high, xtol=1e-14, rtol=1e-14)))


def _log_likelihood(counts: Floats, mean: Floats, theta: float) -> float:
    if math.isinf(theta):
        return float(np.sum(counts * np.log(mean) - mean - special.gammaln(counts + 1)))
    terms = special.gammaln(counts + theta) - special.gammaln(theta) - special.gammaln(counts + 1)
    terms += special.xlogy(counts, mean / (mean + theta)) - theta * np.log1p(mean / theta)
    return float(np.sum(terms))


def _checked_counts(count: ArrayLike) -> Floats:
    counts: NDArray[np.float64] = np.asarray(count, dtype=np.float64)
    unusable = ~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))
    if unusable.any():
        text = _("{count} counts of events are missing, negative or no whole numbers.")
        raise NotComparable(text, code="not-a-count", count=int(unusable.sum()))
    return counts


def _refuse_separation(design: Floats, counts: Floats, names: tuple[str, ...]) -> None:
    dependent = dependent_covariate(design @ design.T, np.array([[0.0, 1.0]]))
    if dependent is not None:
        text = _("Covariate {covariate} follows from the covariates before it. Leave it out.")
        raise NotComparable(text, code="collinear-covariate", covariate=names[max(dependent - 1, 0)])
    for name, row in zip(names, design[1:], strict=True):
        with_events = row[counts > 0]
        for extreme in (row.min(), row.max()):
            if (with_events == extreme).all():
                raise infinite_ratio(name)


def _term(name: str, coefficient: float, error: float, confidence: float) -> CountTerm:
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return CountTerm(
        covariate=name,
        coefficient=coefficient,
        standard_error=error,
        rate_ratio=ratio_of(coefficient),
        interval=Interval(ratio_of(coefficient - half), ratio_of(coefficient + half), confidence),
        p_value=float(2 * stats.norm.sf(abs(coefficient) / error)),
    )
