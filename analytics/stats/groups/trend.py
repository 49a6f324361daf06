"""Groups in an order: the Jonckheere–Terpstra test of a trend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analytics.stats.rank_sum import LARGEST_EXACT_WORK, exact_distribution
from analytics.stats.result import (
    Effect,
    GroupSummary,
    HasEffects,
    Interval,
    Note,
    PKind,
    Result,
    format_p,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, checked_groups, sample_warnings, summary, tie_sizes

ORDERED_SUPERIORITY = _("probability that a value of a later group is higher")

_EXACT = _("Jonckheere–Terpstra test of a trend, exact, two-sided")
_ASYMPTOTIC = _("Jonckheere–Terpstra test of a trend, normal approximation with tie correction, two-sided")

# Fewer values than this in all make the normal approximation rough.
ROUGH_BELOW = 12


@dataclass(frozen=True)
class TrendResult(HasEffects, Result):
    """One question about groups in an order; ``z`` and the effect are those of a rise from the first to the last."""

    method: str
    groups: tuple[GroupSummary, ...]
    statistic_name: str
    statistic: float
    z: float
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(
            (
                self.method,
                *map(str, self.groups),
                *map(str, self.effects),
                f"{self.statistic_name} = {self.statistic:.4g}, z = {self.z:.4g}, "
                f"p {format_p(self.p_value)} ({self.p_kind})",
                *map(str, self.warnings),
            )
        )


def jonckheere_terpstra(groups: Mapping[str, ArrayLike], *, confidence: float = 0.95) -> TrendResult:
    """Whether values rise, or fall, from group to group in the order given.

    ``groups`` maps labels to flat arrays, one value per independent unit; their order (grade, stage, dose) is fixed
    beforehand. The statistic J counts the pairs in which the value of the later group is higher, a tie counting one
    half: J = Σ Uᵢⱼ over i < j. Without ties, and where feasible, p is exact: J is then a sum of independent rank sums,
    each group against all before it. With ties p is asymptotic with the variance of Hollander & Wolfe (equation 6.19),
    without continuity correction; z is that of Kendall's test between order and value. ``z`` is positive for a rise.

    The effect is J over the number of pairs, with a normal interval whose variance is estimated from each value's
    placements, as in Brunner & Munzel's interval of two groups.

    Use it instead of Kruskal–Wallis where the groups have an order; a rise followed by a fall can cancel out. Raises
    :class:`NotComparable` as :func:`kruskal_wallis` does.

    Jonckheere AR. Biometrika 1954;41:133–145. Hollander M, Wolfe DA, Chicken E. Nonparametric Statistical Methods,
    3rd ed., 2014, section 6.2, with its table 6.6 (piece-work output without, with rough and with accurate
    information on the production goal):

    >>> none, rough = [40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42]
    >>> accurate = [48, 40, 45, 43, 46, 44]
    >>> result = jonckheere_terpstra({"none": none, "rough": rough, "accurate": accurate})
    >>> result.statistic, round(result.z, 4), round(result.p_value, 4)
    (79.0, 2.0393, 0.0414)
    """
    checked_confidence(confidence)
    arrays = checked_groups(groups)
    in_order = [_pairs_in_order(list(arrays.values()), position) for position in range(len(arrays))]
    # Every pair was counted from both of its values.
    statistic = sum(float(counts.sum()) for counts in in_order) / 2
    sizes = [values.size for values in arrays.values()]
    pairs = (sum(sizes) ** 2 - sum(size**2 for size in sizes)) // 2
    pooled = np.concatenate(list(arrays.values()))
    deviation = math.sqrt(_variance(sizes, tie_sizes(pooled)))
    z = (statistic - pairs / 2) / deviation if deviation else 0.0
    rough_p = min(1.0, 2 * float(stats.norm.sf(abs(z))))
    exact_p = _exact_p(pooled, sizes, statistic)
    return TrendResult(
        method=_ASYMPTOTIC if exact_p is None else _EXACT,
        groups=tuple(summary(label, values) for label, values in arrays.items()),
        statistic_name="J",
        statistic=statistic,
        z=z,
        p_value=rough_p if exact_p is None else exact_p,
        p_kind="asymptotic" if exact_p is None else "exact",
        asymptotic_p=rough_p,
        effects=(_effect(in_order, statistic, pairs=pairs, confidence=confidence),),
        warnings=(*sample_warnings(arrays), *_rough_note(pooled, exact=exact_p is not None)),
        references=(
            "Jonckheere AR. Biometrika 1954;41:133–145",
            "Hollander M, Wolfe DA, Chicken E. Nonparametric Statistical Methods. 3rd ed. Wiley 2014, section 6.2",
        ),
    )


def _pairs_in_order(groups: list[Values], position: int) -> Values:
    """For each value of the group there, how many values of later groups are above it and of earlier ones below."""
    values = groups[position]
    counts = np.zeros(values.size)
    for others, higher in ((groups[:position], False), (groups[position + 1 :], True)):
        pooled = np.sort(np.concatenate([np.empty(0), *others]))
        below = (np.searchsorted(pooled, values, side="left") + np.searchsorted(pooled, values, side="right")) / 2
        counts += pooled.size - below if higher else below
    return counts


def _variance(sizes: list[int], ties: NDArray[np.int64]) -> float:
    """Variance of J under no difference, from the sizes of the groups and of the ties (Hollander & Wolfe, 6.19)."""
    total = sum(sizes)

    def sums(counts: list[int]) -> tuple[int, int, int]:
        return (
            sum(c * (c - 1) * (2 * c + 5) for c in counts),
            sum(c * (c - 1) * (c - 2) for c in counts),
            sum(c * (c - 1) for c in counts),
        )

    (of_all, _cubes, _squares), of_groups, of_ties = sums([total]), sums(sizes), sums(ties.tolist())
    variance = (of_all - of_groups[0] - of_ties[0]) / 72 + of_groups[2] * of_ties[2] / (8 * total * (total - 1))
    if total > 2:
        variance += of_groups[1] * of_ties[1] / (36 * total * (total - 1) * (total - 2))
    return max(variance, 0.0)


def _exact_p(pooled: Values, sizes: list[int], statistic: float) -> float | None:
    """Two-sided p by the distance of J from its mean; ``None`` with ties, or where it would cost too much."""
    if np.unique(pooled).size < pooled.size:
        return None
    probability, before = np.ones(1), sizes[0]
    for size in sizes[1:]:
        null = exact_distribution(
            np.arange(float(size)) + before,
            np.arange(float(before)),
            largest_work=LARGEST_EXACT_WORK // (len(sizes) - 1),
        )
        if null is None:
            return None
        probability = np.convolve(probability, null.probability)
        before += size
    mean = (probability.size - 1) / 2
    as_extreme = np.abs(np.arange(probability.size) - mean) >= abs(statistic - mean)
    return min(1.0, float(probability[as_extreme].sum()))


def _effect(in_order: list[Values], statistic: float, *, pairs: int, confidence: float) -> Effect:
    """J over its largest value; no interval where a group has one value, or all pairs are in the same order."""
    estimate = statistic / pairs
    if min(counts.size for counts in in_order) < 2:
        return Effect(ORDERED_SUPERIORITY, estimate, None)
    variance = sum(counts.size * float(counts.var(ddof=1)) for counts in in_order if np.ptp(counts)) / pairs**2
    if variance == 0:
        return Effect(ORDERED_SUPERIORITY, estimate, None)
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt(variance)
    interval = Interval(max(0.0, estimate - half), min(1.0, estimate + half), confidence)
    return Effect(ORDERED_SUPERIORITY, estimate, interval)


def _rough_note(pooled: Values, *, exact: bool) -> tuple[Note, ...]:
    if exact or pooled.size >= ROUGH_BELOW:
        return ()
    text = _("With ties the p-value of the trend is a normal approximation, which is rough for {total} values.")
    return (Note("rough-p", text, {"total": pooled.size}),)
