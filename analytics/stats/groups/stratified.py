"""Two groups within strata: van Elteren's test."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.dominance import SUPERIORITY, Dominance
from analytics.stats.rank_sum import standard_deviation
from analytics.stats.result import Effect, Interval, NotComparable, Note, TwoGroupResult, counted
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import (
    Values,
    checked_confidence,
    checked_values,
    different_labels,
    sample_warnings,
    summary,
    tie_excess,
)

_VAN_ELTEREN = _("van Elteren's stratified rank-sum test, normal approximation with tie correction, two-sided")


@dataclass(frozen=True)
class _Stratum:
    """One stratum's share of the test: U's deviation from its mean, and its weight 1/(N + 1)."""

    dominance: Dominance
    deviation: float

    @property
    def weight(self) -> float:
        return 1 / (self.dominance.n + self.dominance.m + 1)

    @property
    def pairs(self) -> int:
        return self.dominance.n * self.dominance.m


def van_elteren(
    strata: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("x", "y"),
) -> TwoGroupResult:
    """Whether values of one group tend to be higher than those of the other within strata (centres, subtypes, ages).

    ``strata`` maps the name of each stratum to the values of the first and of the second group in it, one per
    independent unit. Values are ranked within their stratum only. The statistic is
    z = Σ wₛ(Uₛ − nₛmₛ/2)/√(Σ wₛ² Var Uₛ) with wₛ = 1/(nₛ + mₛ + 1), variances with ties, no continuity correction:
    the weights that are most powerful when the probability of superiority is the same in all strata. Strata without a
    value of one group say nothing and are left out with a note.

    The effect is the mean of the strata's probabilities of superiority with weights wₛnₛmₛ, of which the statistic
    is the deviation from ½; its normal interval takes each stratum's variance from Brunner & Munzel and is not
    estimable where a group of a stratum has a single value.

    Use it instead of Mann–Whitney where a stratum influences both the value and the group. Raises
    :class:`NotComparable` if no stratum has both groups, or on values that are not finite.

    van Elteren PH. Bull Int Stat Inst 1960;37:351–361.

    >>> result = van_elteren({"A": ([1, 4, 6], [5, 7]), "B": ([12, 15], [14, 16, 19, 23])})
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (-1.803, 0.0714)
    """
    different_labels(labels)
    checked_confidence(confidence)
    arrays = {name: _stratum_values(name, groups, labels) for name, groups in strata.items()}
    used = {name: groups for name, groups in arrays.items() if min(groups[0].size, groups[1].size)}
    if not used:
        raise NotComparable(_("No stratum has values of both groups."), code="no-stratum")
    members = [_Stratum(Dominance(x, y), _deviation(x, y)) for x, y in used.values()]
    pooled = {label: np.concatenate([groups[side] for groups in used.values()]) for side, label in enumerate(labels)}
    distance = sum(stratum.weight * (stratum.dominance.doubled_u - stratum.pairs) / 2 for stratum in members)
    deviation = math.sqrt(sum((stratum.weight * stratum.deviation) ** 2 for stratum in members))
    z = distance / deviation if deviation else 0.0
    p_value = min(1.0, 2 * float(stats.norm.sf(abs(z))))
    return TwoGroupResult(
        method=_VAN_ELTEREN,
        groups=(summary(labels[0], pooled[labels[0]]), summary(labels[1], pooled[labels[1]])),
        statistic_name="z",
        statistic=z,
        p_value=p_value,
        p_kind="asymptotic",
        asymptotic_p=p_value,
        effects=(_stratified_superiority(members, confidence=confidence),),
        warnings=(
            *_strata_notes(len(arrays), len(used), varies=deviation > 0),
            *(sample_warnings(pooled) if deviation else ()),
        ),
        references=("van Elteren PH. Bull Int Stat Inst 1960;37:351–361",),
    )


def _stratum_values(name: str, groups: tuple[ArrayLike, ArrayLike], labels: tuple[str, str]) -> tuple[Values, Values]:
    """A stratum's two groups; a group may be empty."""
    first, second = (
        np.empty(0) if np.size(values) == 0 else checked_values(values, label=f"{label}, {name}")
        for values, label in zip(groups, labels, strict=True)
    )
    return first, second


def _deviation(x: Values, y: Values) -> float:
    return standard_deviation(x.size, y.size, tie_excess(np.concatenate([x, y])))


def _stratified_superiority(strata: list[_Stratum], *, confidence: float) -> Effect:
    weights = [stratum.weight * stratum.pairs for stratum in strata]
    estimate = sum(
        weight * stratum.dominance.superiority for weight, stratum in zip(weights, strata, strict=True)
    ) / sum(weights)
    if any(min(stratum.dominance.n, stratum.dominance.m) < 2 for stratum in strata):
        return Effect(SUPERIORITY, estimate, None)
    variance = (
        sum(
            weight**2 * stratum.dominance.superiority_variance()[0]
            for weight, stratum in zip(weights, strata, strict=True)
        )
        / sum(weights) ** 2
    )
    if variance == 0:
        return Effect(SUPERIORITY, estimate, None)
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt(variance)
    return Effect(SUPERIORITY, estimate, Interval(max(0.0, estimate - half), min(1.0, estimate + half), confidence))


def _strata_notes(all_strata: int, used: int, *, varies: bool) -> tuple[Note, ...]:
    notes = []
    if used < all_strata:
        text = counted(
            all_strata - used,
            one=_("{count} of {total} strata has no value of one group and is left out."),
            several=_("{count} of {total} strata have no value of one group and are left out."),
        )
        notes.append(Note("strata-left-out", text, {"count": all_strata - used, "total": all_strata}))
    if not varies:
        text = _("Within every stratum all values are equal: no variation, so nothing to compare.")
        notes.append(Note("no-variation", text))
    return tuple(notes)
