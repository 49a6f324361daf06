"""Fine and Gray's regression: covariates and the cumulative incidence of one cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.competing.cumulative_incidence import checked_competing
from analytics.stats.competing.subdistribution import SubdistributionLikelihood
from analytics.stats.cox.maximum import infinite_ratio, inverse, maximise
from analytics.stats.cox.model import refuse_dependent, standardised_covariates
from analytics.stats.cox.regression import hazard_ratio_of, ratio_of
from analytics.stats.result import Interval, NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

_FINE_GRAY = _("Fine–Gray regression of the subdistribution hazard, robust variance")


@dataclass(frozen=True)
class FineGrayTerm(Record):
    """One covariate: the ratio of subdistribution hazards per unit of it."""

    covariate: str
    coefficient: float
    standard_error: float
    hazard_ratio: float
    interval: Interval
    p_value: float

    def __str__(self) -> str:
        return f"{self.covariate}: subdistribution hazard ratio {self.hazard_ratio:.4g} ({self.interval})"


@dataclass(frozen=True)
class FineGrayResult(Result):
    """The regression for one cause."""

    method: str
    cause: int
    n: int
    event_count: int
    competing_count: int
    terms: tuple[FineGrayTerm, ...]
    log_likelihood_null: float
    log_likelihood: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def term(self, covariate: str) -> FineGrayTerm:
        """The term of that covariate."""
        return next(term for term in self.terms if term.covariate == covariate)


def fine_gray(
    time: ArrayLike,
    cause: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    event_of_interest: int = 1,
    entry: ArrayLike | None = None,
    response_time: ArrayLike | None = None,
    confidence: float = 0.95,
) -> FineGrayResult:
    """How covariates go with the cumulative incidence of one cause, the other causes being what they are.

    Proportional hazards for the subdistribution (Fine & Gray 1999): patients with a competing event stay in the risk
    set with the weight G(t−)/G(T−), G the Kaplan–Meier estimate of remaining uncensored, one for all patients.
    Breslow's ties; the standard error is the sandwich that also carries the estimation of G, as in R's ``cmprsk::crr``.
    ``time`` holds whole days, ``cause`` 0 for censored or the code of what happened.

    The ratio orders incidences and is no effect on a rate: patients whom another cause has taken stay in its risk set.
    It answers a question of prognosis; one of aetiology is answered by :func:`~analytics.stats.cox` for the cause with
    other causes as censored. Assumes that censoring depends on nothing, covariates included.

    Late ``entry`` and a response that comes during follow-up (``response_time``) are refused: a patient in the risk set
    after death has neither. Raises :class:`NotComparable` also without an event of the cause, on covariates that are
    constant, collinear or missing, and where a ratio would be infinite.

    >>> time, cause = [3, 4, 4, 6, 8, 9, 2, 2, 5, 7, 9, 10], [1, 2, 0, 1, 1, 0, 1, 1, 2, 1, 1, 0]
    >>> print(fine_gray(time, cause, {"b": [0] * 6 + [1] * 6}).terms[0])
    b: subdistribution hazard ratio 1.256 (95% CI 0.3272 to 4.822)
    """
    checked_confidence(confidence)
    _refuse_what_changes(entry, response_time)
    follow_up, causes = checked_competing(time, cause, entry=None)
    of_interest = causes == event_of_interest
    if event_of_interest <= 0 or not of_interest.any():
        text = _("Nobody has had the event of interest, so its incidence has no regression.")
        raise NotComparable(text, code="no-events")
    names = tuple(covariates)
    matrix, scale = standardised_covariates(covariates, size=follow_up.size)
    likelihood = SubdistributionLikelihood(matrix, follow_up.time, causes, event_of_interest)
    null = likelihood.evaluate(np.zeros(len(names)))
    refuse_dependent(likelihood.information(null), matrix, names)
    maximum = maximise(likelihood)
    if maximum.diverging.any():
        raise infinite_ratio(names[int(np.flatnonzero(maximum.diverging)[0])])
    influence = inverse(likelihood.information(maximum.evaluation)) @ likelihood.influence(maximum.evaluation)
    errors = np.sqrt(np.sum(influence**2, axis=1)) / scale
    coefficients = maximum.coefficients / scale
    return FineGrayResult(
        method=_FINE_GRAY,
        cause=event_of_interest,
        n=follow_up.size,
        event_count=int(of_interest.sum()),
        competing_count=int(np.count_nonzero(follow_up.event & ~of_interest)),
        terms=tuple(
            _term(name, coefficient, error, confidence)
            for name, coefficient, error in zip(names, coefficients.tolist(), errors.tolist(), strict=True)
        ),
        log_likelihood_null=null.log_likelihood,
        log_likelihood=maximum.evaluation.log_likelihood,
        references=("Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496–509",),
    )


def _refuse_what_changes(entry: ArrayLike | None, response_time: ArrayLike | None) -> None:
    if entry is not None:
        text = _(
            "Fine–Gray regression cannot take account of patients who enter late. A Cox regression of the "
            "cause-specific hazard can."
        )
        raise NotComparable(text, code="delayed-entry")
    if response_time is not None:
        text = _(
            "Fine–Gray regression has no answer for a response that comes during follow-up: patients who had another "
            "event stay in its risk set, and can respond no more. A Cox regression of the cause-specific hazard "
            "answers it."
        )
        raise NotComparable(text, code="time-dependent-response")


def _term(name: str, coefficient: float, error: float, confidence: float) -> FineGrayTerm:
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return FineGrayTerm(
        covariate=name,
        coefficient=coefficient,
        standard_error=error,
        hazard_ratio=hazard_ratio_of(coefficient, covariate=name),
        interval=Interval(ratio_of(coefficient - half), ratio_of(coefficient + half), confidence),
        p_value=float(2 * stats.norm.sf(abs(coefficient) / error)) if error else 1.0,
    )
