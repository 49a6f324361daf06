"""Two values of the same unit: the Wilcoxon signed-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.result import Effect, GroupSummary, HasEffects, Note, PKind, Result, counted, format_p
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, checked_pairs, summary
from analytics.stats.signed_rank import (
    pseudomedian_effect,
    signed_rank_asymptotic_p,
    signed_rank_probabilities,
)

_EXACT = _("Wilcoxon signed-rank test, exact, two-sided, pairs without a difference left out")
_ASYMPTOTIC = _(
    "Wilcoxon signed-rank test, normal approximation with tie and continuity correction, two-sided, "
    "pairs without a difference left out"
)


@dataclass(frozen=True)
class PairedResult(HasEffects, Result):
    """Comparison of two values of each of ``pairs`` units; ``unchanged`` of them are equal. First minus second."""

    method: str
    groups: tuple[GroupSummary, GroupSummary]
    pairs: int
    unchanged: int
    statistic_name: str
    statistic: float
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        first, second = self.groups
        return "\n".join(
            (
                self.method,
                str(first),
                str(second),
                f"Direction: {first.label} minus {second.label}, {self.pairs} pairs",
                *map(str, self.effects),
                f"{self.statistic_name} = {self.statistic:.4g}, p {format_p(self.p_value)} ({self.p_kind})",
                *map(str, self.warnings),
            )
        )


def wilcoxon_signed_rank(
    first: ArrayLike,
    second: ArrayLike,
    *,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("first", "second"),
    unit: str = "",
) -> PairedResult:
    """Whether the two values of a unit differ, as before and after treatment, and by how much.

    ``first`` and ``second`` are flat arrays of equal length; each position is one independent unit (patient). It
    assumes that the differences d = first − second are symmetric about their centre. The statistic V is the sum of the
    ranks of |d| over d > 0; pairs with d = 0 are left out of the test (Wilcoxon's own rule, as in R; Pratt's differs)
    and counted in a note. The p-value is exact given the ties, two-sided by the distance of V from its mean, where that
    is feasible, else asymptotic.

    The effect is the Hodges–Lehmann pseudomedian, the median of all averages (dᵢ + dⱼ)/2 in ``unit``, with the interval
    of :func:`~analytics.stats.signed_rank.pseudomedian_interval`. All pairs are in it, also those with d = 0: to leave
    them out would make every change look larger. R's ``wilcox.test`` leaves them out.

    Raises :class:`NotComparable` on arrays of different length, no pairs, or values that are not finite.

    Wilcoxon F. Biometrics Bull 1945;1:80–83. Depression scores before and after (Hollander & Wolfe 1973, page 29):

    >>> before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    >>> after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    >>> result = wilcoxon_signed_rank(before, after)
    >>> result.statistic, round(result.p_value, 8)
    (40.0, 0.0390625)
    >>> print(result.effects[0])
    Hodges–Lehmann pseudomedian 0.46 (95% CI 0.01 to 0.786)
    """
    checked_confidence(confidence)
    one, other = checked_pairs(first, second, labels=labels)
    differences = one - other
    changed = differences[differences != 0]
    ranks = stats.rankdata(np.abs(changed))
    statistic, p_value, p_kind, rough_p = 0.0, 1.0, "exact", 1.0
    if changed.size:
        statistic = float(ranks[changed > 0].sum())
        rough_p = signed_rank_asymptotic_p(changed)
        exact_p = _exact_p(ranks, statistic)
        p_value, p_kind = (rough_p, "asymptotic") if exact_p is None else (exact_p, "exact")
    return PairedResult(
        method=_EXACT if p_kind == "exact" else _ASYMPTOTIC,
        groups=(summary(labels[0], one), summary(labels[1], other)),
        pairs=one.size,
        unchanged=one.size - changed.size,
        statistic_name="V",
        statistic=statistic,
        p_value=p_value,
        p_kind="exact" if p_kind == "exact" else "asymptotic",
        asymptotic_p=rough_p,
        effects=(effect := pseudomedian_effect(differences, confidence=confidence, unit=unit),),
        warnings=(*_unchanged_notes(differences, changed), *_level_note(effect, confidence)),
        references=(
            "Wilcoxon F. Biometrics Bull 1945;1:80–83",
            "Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598–611",
        ),
    )


def _exact_p(ranks: Values, statistic: float) -> float | None:
    probability = signed_rank_probabilities(np.rint(2 * ranks).astype(np.int64))
    if probability is None:
        return None
    doubled_mean = (probability.size - 1) / 2
    as_extreme = np.abs(np.arange(probability.size) - doubled_mean) >= abs(2 * statistic - doubled_mean)
    return min(1.0, float(probability[as_extreme].sum()))


def _unchanged_notes(differences: Values, changed: Values) -> tuple[Note, ...]:
    if changed.size == differences.size:
        return ()
    if not changed.size:
        text = _("In all {total} pairs both values are equal: nothing to compare.")
        return (Note("no-variation", text, {"total": differences.size}),)
    text = counted(
        differences.size - changed.size,
        one=_("{count} of {total} pairs has no difference: it is not in the test, but in the pseudomedian."),
        several=_("{count} of {total} pairs have no difference: they are not in the test, but in the pseudomedian."),
    )
    return (Note("unchanged-pairs", text, {"count": differences.size - changed.size, "total": differences.size}),)


def _level_note(effect: Effect, confidence: float) -> tuple[Note, ...]:
    if effect.interval is None:
        return (Note("no-interval", _("No interval of the pseudomedian can be estimated from these pairs.")),)
    if effect.interval.level >= confidence:
        return ()
    text = _(
        "With so few pairs an interval of {wanted:.3g}% cannot be reached; the interval of the pseudomedian is the "
        "range of the differences, with a confidence of {level:.3g}%."
    )
    return (Note("level-not-reached", text, {"wanted": 100 * confidence, "level": 100 * effect.interval.level}),)
