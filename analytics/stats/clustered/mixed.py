"""Groups of values nested in patients: the linear mixed model with a random intercept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.clustered.design import NEGLIGIBLE, Model, clustered_model, no_spread_within
from analytics.stats.clustered.inference import Fitted, clustered_result
from analytics.stats.clustered.restricted_likelihood import Point, RestrictedLikelihood
from analytics.stats.clustered.result import ClusteredResult, Variation
from analytics.stats.clustered.variation import variation
from analytics.stats.result import Interval, NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

_MIXED = _(
    "Linear mixed model with a random intercept per cluster, restricted maximum likelihood, degrees of freedom by "
    "Satterthwaite"
)

# Fewer clusters leave the variance between them all but unknown.
FEW_CLUSTERS = 6


def mixed_model(
    values: ArrayLike,
    group: ArrayLike,
    cluster: ArrayLike,
    *,
    order: Sequence[str] | None = None,
    reference: str | None = None,
    covariates: Mapping[str, ArrayLike] | None = None,
    confidence: float = 0.95,
    unit: str = "",
) -> ClusteredResult:
    """Whether means of groups differ when several values (cores, wells) come from one cluster (patient, experiment).

    ``values``, ``group`` and ``cluster`` are flat arrays, one place per value; groups and clusters are named by
    anything that can be sorted. A cluster may be in one group (patients of two subtypes) or in several (lesions before
    and after treatment). The model is yᵢⱼ = μ(group) + Σ βx + uᵢ + eᵢⱼ with uᵢ ~ N(0, σ²_between) of cluster i and
    eᵢⱼ ~ N(0, σ²_within): the values of a cluster have the intraclass correlation σ²_between/(σ²_between + σ²_within).
    Variances maximise the restricted likelihood, of which the profile also gives the interval of that correlation;
    differences of means (in ``unit``), every pair or each group minus ``reference``, first minus second, are on
    Student's t with Satterthwaite's degrees of freedom, and the question whether any groups differ on F with those of
    Fai & Cornelius, as in R's lmerTest. ``covariates`` maps names to numbers, one per value, to be held fixed.
    ``order`` orders the groups, by default they are sorted.

    Assumes near-normal values and cluster means with the same variances in every group (take logarithms of skewed
    values first), and that how many values a cluster has says nothing about their height. Ties need no treatment. With
    few clusters or unequal variances compare :func:`~analytics.stats.cluster_robust`. Without any variation between
    clusters (variance 0, on the border of what is possible) the values count as independent, which a note says.

    Raises :class:`NotComparable` on missing values, one group, clusters of a single value each, too few clusters for
    the groups, values that do not vary within clusters, and covariates that are constant or follow from others.

    Laird NM, Ware JH. Biometrics 1982;38:963–974. Weights of rat pups in seven litters under two doses:

    >>> weights = [6.6, 7.4, 7.2, 7.1, 6.4, 6.0, 6.3, 7.0, 6.8, 5.7, 5.4, 5.9, 6.2, 6.0, 5.2, 5.5, 6.1, 6.3]
    >>> litters = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 7]
    >>> result = mixed_model(weights, ["none"] * 9 + ["high"] * 9, litters, order=["none", "high"], unit="g")
    >>> print(result.comparisons[0])
    none minus high: difference of means 0.9344 g (95% CI 0.2456 to 1.623), t = 3.626, 4.431 df, p = 0.019
    >>> print(result.variation)
    intraclass correlation 0.32 (95% CI 0 to 0.8244); effective n 11.86, design effect 1.517
    """
    checked_confidence(confidence)
    model = clustered_model(values, group, cluster, order=order, covariates=covariates)
    likelihood = None if model.spread == 0 else _checked_likelihood(model)
    point = None if likelihood is None else likelihood.maximum()
    return clustered_result(
        model,
        None if likelihood is None or point is None else _fitted(likelihood, point),
        method=_MIXED,
        reference=reference,
        confidence=confidence,
        unit=unit,
        variation=None if likelihood is None or point is None else _variation(model, likelihood, point, confidence),
        warnings=() if point is None else _notes(model, point),
        references=(
            "Laird NM, Ware JH. Biometrics 1982;38:963–974",
            "Patterson HD, Thompson R. Biometrika 1971;58:545–554",
            "Satterthwaite FE. Biometrics Bull 1946;2:110–114",
            "Fai AHT, Cornelius PL. J Stat Comput Simul 1996;54:363–378",
            "Holm S. Scand J Stat 1979;6:65–70",
        ),
    )


def _checked_likelihood(model: Model) -> RestrictedLikelihood:
    likelihood = RestrictedLikelihood(model)
    if likelihood.degrees_between < 1:
        text = _(
            "There are too few clusters (patients, experiments) to tell the difference of groups from that of clusters."
        )
        raise NotComparable(text, code="too-few-clusters")
    if likelihood.degrees_within < 1:
        text = _("Too few clusters (patients, experiments) have several values to know how values of a cluster vary.")
        raise NotComparable(text, code="single-values")
    if likelihood.residual_within < NEGLIGIBLE**2:
        raise no_spread_within()
    return likelihood


def _fitted(likelihood: RestrictedLikelihood, point: Point) -> Fitted:
    variance = point.residual / likelihood.free * point.inverse
    covariance = np.linalg.inv(likelihood.information(point)) if point.ratio else None

    def degrees(combination: Values) -> float:
        """2f²/Var f of the variance f of an estimate (Satterthwaite); at the border only σ² is unknown."""
        if covariance is None:
            return float(likelihood.free)
        turned = point.inverse @ combination
        by_ratio = -point.residual / likelihood.free * float(turned @ point.first[0] @ turned)
        size = float(combination @ variance @ combination)
        gradient = np.array([by_ratio, size])
        return 2 * size**2 / float(gradient @ covariance @ gradient)

    def overall(combinations: Values) -> tuple[float, float]:
        eigenvalues, vectors = np.linalg.eigh(combinations @ variance @ combinations.T)
        independent = vectors.T @ combinations
        squares = (independent @ point.coefficients) ** 2 / eigenvalues
        return float(squares.mean()), fai_cornelius([degrees(row) for row in independent])

    return Fitted(coefficients=point.coefficients, variance=variance, degrees=degrees, overall=overall)


def fai_cornelius(degrees: list[float]) -> float:
    """Denominator degrees of freedom of F from those of its independent t (Fai & Cornelius 1996).

    >>> fai_cornelius([7.0]), round(fai_cornelius([6.0, 9.0]), 4), fai_cornelius([1.5, 9.0])
    (7.0, 7.0909, 2.0)
    """
    if max(degrees) - min(degrees) < 1e-8:
        return math.fsum(degrees) / len(degrees)
    if min(degrees) <= 2:
        return 2.0
    expected = sum(one / (one - 2) for one in degrees)
    return 2 * expected / (expected - len(degrees))


def _variation(model: Model, likelihood: RestrictedLikelihood, point: Point, confidence: float) -> Variation:
    within = point.residual / likelihood.free * model.spread**2
    low, high = likelihood.interval(point, confidence)
    return variation(
        between=within * point.ratio,
        within=within,
        sizes=model.sizes,
        correlation=point.ratio / (1 + point.ratio),
        interval=Interval(low / (1 + low), 1.0 if high is None else high / (1 + high), confidence),
    )


def _notes(model: Model, point: Point) -> tuple[Note, ...]:
    notes = []
    if point.ratio == 0:
        text = _(
            "Clusters (patients, experiments) do not differ more than their values do by chance: their variance is "
            "estimated as 0, and all values count as independent."
        )
        notes.append(Note("no-variance-between", text))
    if model.clusters < FEW_CLUSTERS:
        text = _("With {clusters} clusters only, the variance between clusters is all but unknown.")
        notes.append(Note("few-clusters", text, {"clusters": model.clusters}))
    return tuple(notes)
