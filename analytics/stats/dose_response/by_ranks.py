"""Doses in blocks by ranks: Page's test of a trend, and Friedman's test of any difference."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.dose_response.cells import Cells, Scale, checked_cells, no_variation_within_blocks
from analytics.stats.dose_response.ranks import (
    Integers,
    dispersion_probabilities,
    doubled_ranks,
    trend_probabilities,
)
from analytics.stats.dose_response.result import BlockedRankResult
from analytics.stats.result import Effect, Interval, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

RANK_CORRELATION = _("mean rank correlation of dose and value within blocks")
CONCORDANCE = _("Kendall's coefficient of concordance W")

_PAGE_EXACT = _("Page's test of a trend within blocks, exact, two-sided")
_PAGE_ASYMPTOTIC = _("Page's test of a trend within blocks, normal approximation with tie correction, two-sided")
_FRIEDMAN_EXACT = _("Friedman's test within blocks, exact")
_FRIEDMAN_ASYMPTOTIC = _("Friedman's test within blocks, chi-square approximation with tie correction")


def page_trend(
    values: ArrayLike, doses: ArrayLike, blocks: ArrayLike, *, scale: Scale = "linear", confidence: float = 0.95
) -> BlockedRankResult:
    """Whether values rise, or fall, with the dose (or the time) within blocks (biological replicates, patients).

    ``values``, ``doses`` and ``blocks`` are flat arrays, one place per well. Technical replicates, several values of
    one block and dose, are averaged first (on the scale ``log``: their logarithms) and are never n; blocks that lack a
    dose are counted and left out. Within each block values are ranked, with midranks for ties. The statistic is
    L = Σ j·Rⱼ for the rank sums Rⱼ of the doses in ascending order j. The p-value is exact given the ties, two-sided by
    the distance of L from its mean, where that is feasible, else normal:
    z = (L − bk(k + 1)²/4)/√(Σ Var) with k doses, b blocks and the variance (k + 1)k/12 · Σ(r − r̄)² of each.

    The effect is the mean over blocks of Spearman's correlation between dose and value, 1 where every block rises
    throughout, with an interval by Student's t over blocks, cut at ±1; it is not estimable from one block or where
    all blocks agree. Assumes independent blocks, in which every order of the values is equally likely if the dose
    makes no difference. Use it where a rise or a fall is expected beforehand; a rise followed by a fall can cancel out
    (:func:`~analytics.stats.friedman`).

    Raises :class:`NotComparable` on missing values, one dose, or without a complete block.

    Page EB. J Am Stat Assoc 1963;58:216–230. Strength of cotton in three fields by ascending potash (Hollander, Wolfe &
    Chicken 2014, example 7.2):

    >>> strength = [7.63, 8.14, 7.76, 7.17, 7.46, 8.00, 8.15, 7.73, 7.57, 7.68, 7.93, 7.87, 7.74, 7.80, 7.21]
    >>> result = page_trend(strength, [36, 54, 72, 108, 144] * 3, [1] * 5 + [2] * 5 + [3] * 5)
    >>> result.statistic, round(result.z, 3), round(result.p_value, 4), result.p_kind
    (112.0, -2.656, 0.005, 'exact')
    """
    checked_confidence(confidence)
    cells = checked_cells(values, doses, blocks, scale=scale)
    means = cells.of_complete_blocks()
    ranks = doubled_ranks(means)
    count, size = ranks.shape
    order = np.arange(1, size + 1)
    doubled = int((ranks @ order).sum())
    deviations = ranks / 2 - (size + 1) / 2
    by_block = np.square(deviations).sum(axis=1)
    spread = size * (size + 1) / 12 * float(by_block.sum())
    z = (doubled / 2 - count * size * (size + 1) ** 2 / 4) / math.sqrt(spread) if spread else 0.0
    rough_p = min(1.0, 2 * float(stats.norm.sf(abs(z))))
    exact_p = _exact_trend_p(ranks, doubled)
    return BlockedRankResult(
        method=_PAGE_ASYMPTOTIC if exact_p is None else _PAGE_EXACT,
        groups=cells.summaries(means),
        wells=cells.wells,
        blocks=count,
        left_out=len(cells.blocks) - count,
        statistic_name="L",
        statistic=doubled / 2,
        z=z,
        degrees_of_freedom=None,
        p_value=rough_p if exact_p is None else exact_p,
        p_kind="asymptotic" if exact_p is None else "exact",
        asymptotic_p=rough_p,
        effects=(_rank_correlation(deviations, by_block, confidence),),
        warnings=_rank_notes(cells, ranks),
        references=(
            "Page EB. J Am Stat Assoc 1963;58:216–230",
            "Hollander M, Wolfe DA, Chicken E. Nonparametric Statistical Methods. 3rd ed. Wiley 2014, section 7.2",
        ),
    )


def friedman(values: ArrayLike, doses: ArrayLike, blocks: ArrayLike, *, scale: Scale = "linear") -> BlockedRankResult:
    """Whether values differ between doses (or times) at all within blocks (biological replicates, patients).

    Arguments, averages and incomplete blocks are those of :func:`~analytics.stats.page_trend`, but the order of the
    doses plays no part. With midranks r within blocks and their sums Rⱼ over b blocks,
    χ² = (k − 1) Σ(Rⱼ − b(k + 1)/2)²/Σ(r − r̄)². The p-value is exact given the ties where that is feasible: with few
    blocks, the rule in experiments, chi-square is far off.

    The effect is Kendall's W = χ²/(b(k − 1)), 1 where all blocks agree on the order of the doses, 0 where their ranks
    cancel out; it has no interval of known coverage with few blocks, and none is given.

    Raises :class:`NotComparable` as :func:`~analytics.stats.page_trend` does.

    Friedman M. J Am Stat Assoc 1937;32:675–701. Strength of cotton in three fields by potash:

    >>> strength = [7.63, 8.14, 7.76, 7.17, 7.46, 8.00, 8.15, 7.73, 7.57, 7.68, 7.93, 7.87, 7.74, 7.80, 7.21]
    >>> result = friedman(strength, [36, 54, 72, 108, 144] * 3, [1] * 5 + [2] * 5 + [3] * 5)
    >>> round(result.statistic, 3), round(result.p_value, 4), round(result.asymptotic_p, 4)
    (8.8, 0.0376, 0.0663)
    """
    cells = checked_cells(values, doses, blocks, scale=scale)
    means = cells.of_complete_blocks()
    ranks = doubled_ranks(means)
    count, size = ranks.shape
    # Four times the sums of squares, integers.
    between = int(np.square(ranks.sum(axis=0) - count * (size + 1)).sum())
    total = int(np.square(ranks - (size + 1)).sum())
    statistic = (size - 1) * between / total if total else 0.0
    rough_p = float(stats.chi2.sf(statistic, size - 1))
    exact_p = _exact_difference_p(ranks)
    return BlockedRankResult(
        method=_FRIEDMAN_ASYMPTOTIC if exact_p is None else _FRIEDMAN_EXACT,
        groups=cells.summaries(means),
        wells=cells.wells,
        blocks=count,
        left_out=len(cells.blocks) - count,
        statistic_name="χ²",
        statistic=statistic,
        z=None,
        degrees_of_freedom=size - 1,
        p_value=rough_p if exact_p is None else exact_p,
        p_kind="asymptotic" if exact_p is None else "exact",
        asymptotic_p=rough_p,
        effects=(Effect(CONCORDANCE, statistic / (count * (size - 1)), None),),
        warnings=_rank_notes(cells, ranks),
        references=(
            "Friedman M. J Am Stat Assoc 1937;32:675–701",
            "Kendall MG, Babington Smith B. Ann Math Stat 1939;10:275–287",
        ),
    )


def _exact_trend_p(ranks: Integers, doubled: int) -> float | None:
    probability = trend_probabilities(ranks)
    if probability is None:
        return None
    twice_mean = int(ranks.sum()) * (ranks.shape[1] + 1)
    as_extreme = np.abs(2 * np.arange(probability.size) - twice_mean) >= abs(2 * doubled - twice_mean)
    return min(1.0, float(probability[as_extreme].sum()))


def _exact_difference_p(ranks: Integers) -> float | None:
    distribution = dispersion_probabilities(ranks)
    if distribution is None:
        return None
    dispersion, probability = distribution
    return min(1.0, float(probability[dispersion >= int(np.square(ranks.sum(axis=0)).sum())].sum()))


def _rank_correlation(deviations: Values, by_block: Values, confidence: float) -> Effect:
    """The mean of the blocks' correlations of dose and rank; a block whose values are all equal has 0."""
    size = deviations.shape[1]
    order = np.arange(size) - (size - 1) / 2
    scale = np.sqrt(by_block * float(order @ order))
    correlations = np.divide(deviations @ order, scale, out=np.zeros_like(scale), where=scale > 0)
    estimate = math.fsum(correlations) / correlations.size
    if correlations.size < 2 or np.ptp(correlations) < 1e-12:
        return Effect(RANK_CORRELATION, estimate, None)
    half = float(stats.t.isf((1 - confidence) / 2, correlations.size - 1)) * float(stats.sem(correlations))
    return Effect(
        RANK_CORRELATION, estimate, Interval(max(-1.0, estimate - half), min(1.0, estimate + half), confidence)
    )


def _rank_notes(cells: Cells, ranks: Integers) -> tuple[Note, ...]:
    notes = list(cells.notes(excluding=True))
    if np.all(ranks == ranks.shape[1] + 1):
        notes.append(no_variation_within_blocks())
    if len(ranks) == 1:
        notes.append(Note("single-block", _("There is a single complete block, so nothing is known of others.")))
    return tuple(notes)
