"""Which of several groups differ: Dunn's comparisons of mean ranks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.differences import SHIFT, shift_effect
from analytics.stats.dominance import Dominance
from analytics.stats.multiplicity import Adjustment, adjust
from analytics.stats.rank_sum import LARGEST_EXACT_WORK, exact_distribution
from analytics.stats.result import Effect, Note, PairComparison, PairwiseResult
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import (
    Values,
    checked_confidence,
    checked_groups,
    chosen_pairs,
    sample_warnings,
    summary,
    tie_excess,
)

_DUNN = {
    "holm": _("Dunn's test with tie correction, two-sided, p-values adjusted by Holm's method"),
    "bh": _("Dunn's test with tie correction, two-sided, p-values adjusted by the method of Benjamini and Hochberg"),
}


def dunn(
    groups: Mapping[str, ArrayLike],
    adjustment: Adjustment = "holm",
    reference: str | None = None,
    *,
    confidence: float = 0.95,
    unit: str = "",
) -> PairwiseResult:
    """Which groups differ: Dunn's comparison of mean ranks for every pair, or for each group against ``reference``.

    Ranks and their variance come from all groups together, as in the Kruskal–Wallis test before it. Each pair carries
    the Hodges–Lehmann shift (in ``unit``) and the probability of superiority of its own two groups, first minus second,
    with intervals that are *not* adjusted for the number of pairs. A reference is the second of every pair. The work of
    one exact test is shared out among the pairs; a shift whose exact interval would cost more has the asymptotic one.

    Raises :class:`NotComparable` as :func:`kruskal_wallis` does, and when ``reference`` is not among the groups.

    >>> result = dunn({"GCTB": [5.1, 6.2, 7.0], "ABC": [4.9, 5.5, 6.0], "FD": [1.0, 1.2, 2.1]}, reference="FD")
    >>> for pair in result.pairs:
    ...     print(pair.first, pair.second, round(pair.statistic, 4), round(pair.adjusted_p, 4))
    GCTB FD 2.3851 0.0341
    ABC FD 1.6398 0.1011
    """
    checked_confidence(confidence)
    arrays = checked_groups(groups)
    chosen = chosen_pairs(list(arrays), reference)
    scores = _dunn_scores(arrays, chosen)
    work = LARGEST_EXACT_WORK // len(chosen)
    p_values = [min(1.0, 2 * float(stats.norm.sf(abs(score)))) for score in scores]
    pairs = tuple(
        PairComparison(
            first=first,
            second=second,
            statistic=score,
            p_value=p_value,
            adjusted_p=adjusted_p,
            effects=_pair_effects(arrays[first], arrays[second], confidence=confidence, unit=unit, largest_work=work),
        )
        for (first, second), score, p_value, adjusted_p in zip(
            chosen, scores, p_values, adjust(p_values, adjustment), strict=True
        )
    )
    return PairwiseResult(
        method=_DUNN[adjustment],
        adjustment=adjustment,
        reference=reference,
        groups=tuple(summary(label, values) for label, values in arrays.items()),
        statistic_name="z",
        p_kind="asymptotic",
        pairs=pairs,
        warnings=(*sample_warnings(arrays), *_pairwise_warnings(pairs, confidence)),
        references=("Dunn OJ. Technometrics 1964;6:241–252", "Holm S. Scand J Stat 1979;6:65–70")
        if adjustment == "holm"
        else ("Dunn OJ. Technometrics 1964;6:241–252", "Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289–300"),
    )


def _pair_effects(x: Values, y: Values, *, confidence: float, unit: str, largest_work: int) -> tuple[Effect, ...]:
    return (
        shift_effect(x, y, confidence=confidence, null=exact_distribution(x, y, largest_work=largest_work), unit=unit),
        Dominance(x, y).superiority_effect(confidence),
    )


def _dunn_scores(arrays: Mapping[str, Values], pairs: list[tuple[str, str]]) -> list[float]:
    """Dunn's z of each pair: difference of mean ranks over its standard error under no difference, with ties."""
    pooled = np.concatenate(list(arrays.values()))
    total = pooled.size
    ranks = np.split(stats.rankdata(pooled), np.cumsum([values.size for values in arrays.values()])[:-1])
    mean_rank = {label: float(rank.mean()) for label, rank in zip(arrays, ranks, strict=True)}
    variance = total * (total + 1) / 12 - tie_excess(pooled) / (12 * (total - 1))
    if np.ptp(pooled) == 0:
        return [0.0] * len(pairs)
    return [
        (mean_rank[first] - mean_rank[second])
        / math.sqrt(variance * (1 / arrays[first].size + 1 / arrays[second].size))
        for first, second in pairs
    ]


def _pairwise_warnings(pairs: tuple[PairComparison, ...], confidence: float) -> tuple[Note, ...]:
    notes = []
    if len(pairs) > 1:
        text = _("The p-values are adjusted for {count} comparisons, the intervals are not.")
        notes.append(Note("intervals-unadjusted", text, {"count": len(pairs)}))
    intervals = [pair.effect(SHIFT).interval for pair in pairs]
    if any(interval is not None and interval.level < confidence for interval in intervals):
        text = _("In small pairs the interval of the shift is the range of all differences, at the confidence shown.")
        notes.append(Note("level-not-reached", text))
    return tuple(notes)
