"""Whether two groups differ by less than a margin: two one-sided tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.differences import shift_effect
from analytics.stats.dominance import Dominance
from analytics.stats.groups.means import mean_difference, welch_statistic
from analytics.stats.rank_sum import RankSumDistribution, exact_distribution, standard_deviation
from analytics.stats.result import Effect, GroupSummary, HasEffects, NotComparable, Note, PKind, Result, format_p
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import (
    Values,
    checked_confidence,
    checked_groups,
    different_labels,
    sample_warnings,
    summary,
    tie_excess,
)

Quantity = Literal["shift", "mean"]

_RANKS_EXACT = _("Equivalence of two groups by two one-sided Mann–Whitney tests, exact")
_RANKS_ASYMPTOTIC = _(
    "Equivalence of two groups by two one-sided Mann–Whitney tests, "
    "normal approximation with tie and continuity correction"
)
_MEANS = _("Equivalence of two means by two one-sided Welch t tests")


@dataclass(frozen=True)
class EquivalenceResult(HasEffects, Result):
    """Whether a difference, first minus second, lies within ±``margin``.

    ``p_above`` tests that the difference is −margin or less, ``p_below`` that it is margin or more; ``p_value`` is the
    larger, and a small one speaks for equivalence. The interval of the effect has the confidence 1 − 2 ``alpha``.
    """

    method: str
    groups: tuple[GroupSummary, GroupSummary]
    margin: float
    alpha: float
    p_above: float
    p_below: float
    p_value: float
    p_kind: PKind
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def equivalent(self) -> bool:
        """Whether equivalence is shown at ``alpha``. Where it is not, a difference is not shown either."""
        return self.p_value <= self.alpha

    def __str__(self) -> str:
        first, second = self.groups
        return "\n".join(
            (
                self.method,
                str(first),
                str(second),
                f"Direction: {first.label} minus {second.label}, margin ±{self.margin:.4g}",
                *map(str, self.effects),
                f"p {format_p(self.p_value)} ({self.p_kind})",
                *map(str, self.warnings),
            )
        )


def equivalence(
    x: ArrayLike,
    y: ArrayLike,
    *,
    margin: float,
    quantity: Quantity = "shift",
    alpha: float = 0.05,
    labels: tuple[str, str] = ("x", "y"),
    unit: str = "",
    exact: bool | None = None,
) -> EquivalenceResult:
    """Whether two groups are the same but for a difference that would not matter.

    ``x`` and ``y`` are flat arrays, one value per independent unit; ``margin`` is the smallest difference that would
    matter, in ``unit``, fixed before the data are seen. With ``quantity="shift"`` the difference is the Hodges–Lehmann
    shift and both tests are one-sided Mann–Whitney tests of x ± margin against y, exact given the ties where that is
    feasible (``exact=False`` demands the normal approximation); they assume equal shapes. With ``"mean"`` it is the
    difference of means, by Welch's t. The groups are called equivalent where both p-values are at most ``alpha``, which
    without ties is where the interval of confidence 1 − 2 alpha lies within ±margin.

    A difference that is not significant is no sign of equivalence; this test is. Raises :class:`NotComparable` on a
    margin that is not positive, an empty group, values that are not finite, and as :func:`welch_t` does.

    Schuirmann DJ. J Pharmacokinet Biopharm 1987;15:657–680. Wellek S. Testing Statistical Hypotheses of Equivalence
    and Noninferiority, 2nd ed., 2010.

    >>> x, y = [5.1, 4.8, 5.6, 5.0, 5.3, 4.9], [5.2, 4.7, 5.4, 5.05, 5.5, 4.95]
    >>> result = equivalence(x, y, margin=0.5)
    >>> print(result.effects[0], round(result.p_value, 4), result.equivalent)
    Hodges–Lehmann shift -0.05 (90% CI -0.4 to 0.3) 0.013 True
    """
    different_labels(labels)
    confidence = 1 - 2 * checked_confidence(alpha)
    checked_confidence(confidence)
    if not (margin > 0 and math.isfinite(margin)):
        raise NotComparable(
            _("The margin of equivalence is the smallest difference that matters: a number above 0."),
            code="no-margin",
        )
    groups = checked_groups({labels[0]: x, labels[1]: y})
    first, second = groups.values()
    p_kind: PKind = "asymptotic"
    if quantity == "mean":
        method = _MEANS
        effect = mean_difference(first, second, confidence=confidence, unit=unit)
        p_above, p_below = (_welch_above(first, second, -margin), _welch_above(second, first, -margin))
    else:
        null = None if exact is False else exact_distribution(first, second)
        effect = shift_effect(first, second, confidence=confidence, null=null, unit=unit)
        # Moving a group changes its ties with the other, and with them whether an exact test is feasible.
        moved = [(_moved(first, margin, second), second), (_moved(second, margin, first), first)]
        nulls = [None if exact is False else exact_distribution(*pair) for pair in moved]
        if all(nulls):
            method, p_kind = _RANKS_EXACT, "exact"
        else:
            method, nulls = _RANKS_ASYMPTOTIC, [None, None]
        p_above, p_below = (_ranks_above(*pair, null) for pair, null in zip(moved, nulls, strict=True))
    return EquivalenceResult(
        method=method,
        groups=(summary(labels[0], first), summary(labels[1], second)),
        margin=margin,
        alpha=alpha,
        p_above=p_above,
        p_below=p_below,
        p_value=max(p_above, p_below),
        p_kind=p_kind,
        effects=(effect,),
        warnings=(*sample_warnings(groups, ranks=quantity == "shift"), *_level_note(effect, confidence)),
        references=(
            "Schuirmann DJ. J Pharmacokinet Biopharm 1987;15:657–680",
            "Wellek S. Testing Statistical Hypotheses of Equivalence and Noninferiority. 2nd ed. CRC 2010",
        ),
    )


def _welch_above(x: Values, y: Values, bound: float) -> float:
    """One-sided p that mean(x) − mean(y) is above ``bound``."""
    statistic, degrees = welch_statistic(x, y, null=bound)
    return float(stats.t.sf(statistic, degrees))


def _ranks_above(x: Values, y: Values, null: RankSumDistribution | None) -> float:
    """One-sided Mann–Whitney p that x tends to be above y; as ``wilcox.test(exact = FALSE)`` without ``null``."""
    doubled_u = Dominance(x, y).doubled_u
    if null is not None:
        return min(1.0, float(null.probability[null.doubled_u >= doubled_u].sum()))
    deviation = standard_deviation(x.size, y.size, tie_excess(np.concatenate([x, y])))
    return float(stats.norm.sf((doubled_u - x.size * y.size - 1) / 2 / deviation)) if deviation else 1.0


def _moved(values: Values, distance: float, others: Values) -> Values:
    """The values moved by a distance; one that meets another group's value but for rounding is that value."""
    moved, others = values + distance, np.unique(others)
    after = np.searchsorted(others, moved)
    rounding = 4 * np.finfo(np.float64).eps * np.maximum(np.abs(values), distance)
    for nearest in (others[np.minimum(after, others.size - 1)], others[np.maximum(after - 1, 0)]):
        moved = np.where(np.abs(moved - nearest) <= rounding, nearest, moved)
    return moved


def _level_note(effect: Effect, confidence: float) -> tuple[Note, ...]:
    if effect.interval is None:
        return (Note("no-interval", _("No interval of the difference can be estimated from these values.")),)
    if effect.interval.level >= confidence:
        return ()
    text = _("With so few values the interval reaches a confidence of {level:.3g}% only, not {wanted:.3g}%.")
    return (Note("level-not-reached", text, {"wanted": 100 * confidence, "level": 100 * effect.interval.level}),)
