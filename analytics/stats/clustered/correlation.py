"""How alike the values of a cluster are, and how many independent values they are worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.clustered.design import cluster_sums, no_spread_within, refuse_unclustered
from analytics.stats.clustered.result import ClusterCorrelationResult
from analytics.stats.clustered.variation import variation
from analytics.stats.follow_up import Codes, factor
from analytics.stats.result import Interval, NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, checked_values

_CORRELATION = _("Intraclass correlation from the one-way analysis of variance, design effect and effective n")


def cluster_correlation(values: ArrayLike, cluster: ArrayLike, *, confidence: float = 0.95) -> ClusterCorrelationResult:
    """How alike the values (cores, wells) of one cluster (patient, experiment) are, and what that makes of n.

    ``values`` and ``cluster`` are flat arrays, one place per value. From the mean squares between and within clusters
    of the one-way analysis of variance, ρ = (MSB − MSW)/(MSB + (n₀ − 1)MSW) with n₀ = (N − Σn²/N)/(k − 1) for clusters
    of different size (Donner 1986); it can be negative and is reported as it is. The interval is that of F = MSB/MSW
    with clusters of n₀ values: exact for clusters of one size (Searle 1971; ICC(1) of Shrout & Fleiss), approximate
    else. The values are worth Σ n/(1 + (n − 1)ρ) independent ones in a mean, the effective n; N over it is the design
    effect.

    Assumes near-normal values with one variance within all clusters. Ties need no treatment. Use it to describe, not to
    choose a method: values of one cluster are never independent merely because this correlation is near 0. Groups
    that differ make it larger; take them off, or see the result of :func:`~analytics.stats.mixed_model`.

    Raises :class:`NotComparable` on missing values, one cluster, clusters of a single value each, and where all values
    are equal.

    Donner A. Int Stat Rev 1986;54:67–82. Shrout PE, Fleiss JL. Psychol Bull 1979;86:420–428, with its table 2 (six
    persons, each rated four times):

    >>> ratings = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
    >>> print(cluster_correlation(ratings, [person for person in range(6) for _ in range(4)]).variation)
    intraclass correlation 0.1657 (95% CI -0.1329 to 0.7226); effective n 16.03, design effect 1.497
    """
    checked_confidence(confidence)
    array = checked_values(values, label="values")
    clusters = factor(cluster, size=array.size)
    refuse_unclustered(array.size, clusters.size)
    if np.ptp(array) == 0:
        raise NotComparable(_("All values are equal, so nothing is known of how clusters differ."), code="no-variation")
    sizes = np.bincount(clusters.codes).astype(np.float64)
    between, within, spread = _mean_squares(array, clusters.codes, sizes)
    degrees = (sizes.size - 1, array.size - sizes.size)
    typical = (array.size - float(sizes @ sizes) / array.size) / degrees[0]
    if within == 0:
        raise no_spread_within()
    statistic = between / within
    tail = (1 - confidence) / 2
    low, high = (_correlation(statistic / float(stats.f.isf(share, *degrees)), typical) for share in (tail, 1 - tail))
    return ClusterCorrelationResult(
        method=_CORRELATION,
        total=array.size,
        clusters=sizes.size,
        smallest_cluster=int(sizes.min()),
        largest_cluster=int(sizes.max()),
        variation=variation(
            between=(between - within) / typical * spread**2,
            within=within * spread**2,
            sizes=sizes,
            correlation=_correlation(statistic, typical),
            interval=Interval(low, high, confidence),
        ),
        statistic_name="F",
        statistic=statistic,
        degrees_of_freedom=degrees[0],
        denominator_degrees=degrees[1],
        p_value=float(stats.f.sf(statistic, *degrees)),
        warnings=_notes(sizes, statistic),
        references=("Donner A. Int Stat Rev 1986;54:67–82", "Shrout PE, Fleiss JL. Psychol Bull 1979;86:420–428"),
    )


def _mean_squares(values: Values, cluster: Codes, sizes: Values) -> tuple[float, float, float]:
    """Mean squares between and within clusters of the standardised values, and the standard deviation taken off."""
    spread = float(values.std())
    standard = (values - values.mean()) / spread
    means = cluster_sums(standard[:, None], cluster, sizes.size)[:, 0] / sizes
    inside = standard - means[cluster]
    # Rounding is not variation.
    inside[np.abs(inside) < 1e-13] = 0.0
    between = float(sizes @ (means - standard.mean()) ** 2) / (sizes.size - 1)
    return between, float(inside @ inside) / (values.size - sizes.size), spread


def _correlation(ratio: float, typical: float) -> float:
    return (ratio - 1) / (ratio + typical - 1)


def _notes(sizes: Values, statistic: float) -> tuple[Note, ...]:
    notes = []
    if statistic < 1:
        text = _("Values of a cluster differ more than those of different clusters: the correlation counts as 0 in n.")
        notes.append(Note("negative-correlation", text))
    if sizes.min() < sizes.max():
        text = _("The clusters have {smallest} to {largest} values, so the interval is approximate.")
        notes.append(Note("unequal-clusters", text, {"smallest": int(sizes.min()), "largest": int(sizes.max())}))
    return tuple(notes)
