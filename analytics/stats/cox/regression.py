"""Cox's regression: hazard ratios with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.chi_square import ChiSquare, chi_square
from analytics.stats.cox.maximum import inverse, maximise, not_converged, profile_interval
from analytics.stats.cox.model import CoxModel, fit_cox
from analytics.stats.cox.result import CoxResult, CoxTerm
from analytics.stats.follow_up import Codes, FollowUp, checked_follow_up, factor
from analytics.stats.result import Interval, NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Floats
from analytics.stats.samples import checked_confidence

_COX = _("Cox proportional hazards regression, ties by Efron")
_COX_ROBUST = _("Cox proportional hazards regression, ties by Efron, robust variance by cluster")

# Robust variances of fewer clusters are too small (Kauermann & Carroll 2001).
FEW_CLUSTERS = 40

# exp of more leaves the range of double precision.
LARGEST_LOGARITHM = 700


def cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    entry: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    patient: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CoxResult:
    """Hazard ratios of the event per unit of each covariate, the others held equal.

    Rows are intervals ``(entry, time]`` in whole days; without ``entry`` they begin at the start. A patient may have
    several rows with different covariates (start–stop), which must not overlap: ``patient`` says whose a row is, and
    has it checked. ``covariates`` maps names to numbers, one per row (code groups as 0 and 1). ``stratum`` gives each
    stratum its own baseline hazard. ``cluster`` gives the robust (sandwich) variance of Lin & Wei (1989), for rows or
    patients that are not independent.

    Maximises Cox's partial likelihood (1972) with Efron's treatment of ties (1977); intervals are Wald's on the scale
    of the logarithm. Assumes that hazard ratios do not change over time
    (:func:`~analytics.stats.proportional_hazards_test`) and that censoring does not depend on what the covariates leave
    unexplained. A covariate must be known at the start of its row: a response that comes later belongs in rows of its
    own (:func:`~analytics.stats.time_dependent_response`).

    Where a covariate orders the events perfectly the estimate is infinite or zero; it is reported so, with an interval
    from the profile likelihood that is open on that side.

    Raises :class:`NotComparable` without events, on constant, collinear or missing covariates, on rows that end before
    they begin, and on overlapping rows of a patient.

    >>> weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    >>> event = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    >>> print(cox(weeks, event, {"not maintained": [0] * 11 + [1] * 12}).terms[0])
    not maintained: hazard ratio 2.498 (95% CI 0.9159 to 6.813)
    """
    follow_up = checked_follow_up(time, event, entry=entry)
    return cox_of(follow_up, covariates, stratum=stratum, cluster=cluster, patient=patient, confidence=confidence)


def cox_of(
    follow_up: FollowUp,
    covariates: Mapping[str, ArrayLike],
    *,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    patient: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CoxResult:
    """The regression of :func:`cox` on rows that are checked already."""
    checked_confidence(confidence)
    size = follow_up.size
    patients = None if patient is None else factor(patient, size=size)
    if patients is not None:
        refuse_overlap(follow_up, patients.codes)
    model = fit_cox(follow_up, covariates, stratum=stratum)
    clusters = None if cluster is None else factor(cluster, size=size)
    robust = None if clusters is None else _robust_variance(model, clusters.codes, clusters.size)
    variance = model.variance if robust is None else robust
    terms = tuple(_term(model, index, variance, confidence) for index in range(len(model.names)))
    maximum = model.maximum
    gained = 2 * (maximum.evaluation.log_likelihood - model.null.log_likelihood)
    degrees = len(terms)
    return CoxResult(
        method=_COX if robust is None else _COX_ROBUST,
        rows=size,
        patients=None if patients is None else patients.size,
        clusters=None if clusters is None else clusters.size,
        event_count=int(follow_up.event.sum()),
        strata=model.strata,
        terms=terms,
        log_likelihood_null=model.null.log_likelihood,
        log_likelihood=maximum.evaluation.log_likelihood,
        likelihood_ratio=chi_square(max(gained, 0.0), degrees),
        score=_score_test(model),
        wald=None if maximum.diverging.any() else _wald(maximum.coefficients, variance),
        warnings=(*_limit_notes(terms), *_cluster_notes(None if clusters is None else clusters.size)),
        references=(
            "Cox DR. J R Stat Soc B 1972;34:187–220",
            "Efron B. J Am Stat Assoc 1977;72:557–565",
            *(() if robust is None else ("Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074–1078",)),
        ),
    )


def refuse_overlap(follow_up: FollowUp, patient: Codes) -> None:
    """Raise :class:`NotComparable` where two rows of one patient are at risk on the same day."""
    entry = np.full(follow_up.size, -1) if follow_up.entry is None else follow_up.entry
    order = np.lexsort((entry, patient))
    same = patient[order][1:] == patient[order][:-1]
    overlapping = int(np.count_nonzero(same & (entry[order][1:] < follow_up.time[order][:-1])))
    if overlapping:
        text = _("{count} rows overlap with another row of the same patient. A patient is at risk once on any day.")
        raise NotComparable(text, code="overlapping-rows", count=overlapping)


def ratio_of(logarithm: float) -> float | None:
    """exp of a log ratio, or ``None`` where that leaves the range of numbers."""
    return math.exp(logarithm) if abs(logarithm) < LARGEST_LOGARITHM else None


def hazard_ratio_of(coefficient: float, *, covariate: str) -> float:
    """The hazard ratio per unit of a covariate; raises :class:`NotComparable` where it leaves the range of numbers."""
    ratio = ratio_of(coefficient)
    if ratio is None:
        text = _(
            "The hazard ratio per unit of covariate {covariate} is too large for a number. Give it in a larger unit."
        )
        raise NotComparable(text, code="unit-too-small", covariate=covariate)
    return ratio


def _robust_variance(model: CoxModel, codes: Codes, clusters: int) -> Floats:
    residuals = model.likelihood.score_residuals(model.maximum.evaluation)
    by_cluster = np.stack([np.bincount(codes, row, minlength=clusters) for row in residuals])
    influence = model.variance @ by_cluster
    return np.asarray(influence @ influence.T)


def _term(model: CoxModel, index: int, variance: Floats, confidence: float) -> CoxTerm:
    if model.maximum.diverging[index]:
        return _infinite_term(model, index, confidence)
    scale = float(model.scale[index])
    coefficient = float(model.maximum.coefficients[index]) / scale
    if min(variance[index, index], model.variance[index, index]) < 0:
        raise not_converged()
    error = math.sqrt(float(variance[index, index])) / scale
    ratio = hazard_ratio_of(coefficient, covariate=model.names[index])
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return CoxTerm(
        covariate=model.names[index],
        coefficient=coefficient,
        standard_error=error,
        model_error=math.sqrt(float(model.variance[index, index])) / scale,
        hazard_ratio=ratio,
        interval=Interval(ratio_of(coefficient - half), ratio_of(coefficient + half), confidence),
        p_value=float(2 * stats.norm.sf(abs(coefficient) / error)) if error else 1.0,
    )


def _infinite_term(model: CoxModel, index: int, confidence: float) -> CoxTerm:
    maximum = model.maximum
    without = maximise(model.likelihood, fixed={index: 0.0}).evaluation.log_likelihood
    gained = max(2 * (maximum.evaluation.log_likelihood - without), 0.0)
    bounds = [
        None if bound is None else ratio_of(bound / float(model.scale[index]))
        for bound in profile_interval(model.likelihood, maximum, index, confidence)
    ]
    return CoxTerm(
        covariate=model.names[index],
        coefficient=None,
        standard_error=None,
        model_error=None,
        hazard_ratio=None,
        interval=None if bounds == [None, None] else Interval(bounds[0], bounds[1], confidence),
        p_value=float(stats.chi2.sf(gained, 1)),
        limit="infinite" if maximum.diverging[index] > 0 else "zero",
    )


def _score_test(model: CoxModel) -> ChiSquare:
    score = model.null.score
    return chi_square(float(score @ inverse(model.null_information) @ score), score.size)


def _wald(coefficients: Floats, variance: Floats) -> ChiSquare:
    return chi_square(float(coefficients @ inverse(variance) @ coefficients), coefficients.size)


def _limit_notes(terms: tuple[CoxTerm, ...]) -> tuple[Note, ...]:
    infinite = _(
        "The hazard ratio of {covariate} is infinite: all events are on one side of it. Its interval and p-value come "
        "from the likelihood ratio."
    )
    zero = _(
        "The hazard ratio of {covariate} is zero: all events are on one side of it. Its interval and p-value come from "
        "the likelihood ratio."
    )
    return tuple(
        Note("monotone-likelihood", infinite if term.limit == "infinite" else zero, {"covariate": term.covariate})
        for term in terms
        if term.limit
    )


def _cluster_notes(clusters: int | None) -> tuple[Note, ...]:
    if clusters is None or clusters >= FEW_CLUSTERS:
        return ()
    text = _("With {clusters} clusters only, robust standard errors tend to be too small.")
    return (Note("few-clusters", text, {"clusters": clusters}),)
