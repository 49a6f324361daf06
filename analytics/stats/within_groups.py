"""One correlation from those within each group, so that differences between the groups are no part of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
from scipy import stats

from analytics.stats.chi_square import ChiSquare, chi_square
from analytics.stats.result import Effect, HasEffects, Interval, Result, lines
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

_METHOD = _("Rank correlations within groups, combined by Fisher's transformation with weights of inverse variance")


@dataclass(frozen=True)
class WithinGroupsResult(HasEffects, Result):
    """The common correlation of ``groups`` groups; ``heterogeneity`` tests whether they have one."""

    method: str
    groups: int
    effects: tuple[Effect, ...]
    heterogeneity: ChiSquare
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(self.method, f"{self.groups} groups", *map(str, self.effects), str(self.heterogeneity))


def within_groups(correlations: Sequence[Effect], *, confidence: float = 0.95) -> WithinGroupsResult | None:
    """The common correlation of independent groups; ``None`` unless two of them have an interval.

    ``correlations`` are effects of one name, such as those of :func:`spearman`, whose intervals are symmetric about
    atanh r and of one level. With z = atanh r and s its standard error, from the width of the interval, the common z is
    Σ z/s² ÷ Σ 1/s² with the standard error (Σ 1/s²)^−½ (Hedges & Olkin 1985, chapter 11). Groups without an interval,
    of up to three units or of ±1, are no part of it. Heterogeneity is Σ ((zᵢ − z)/sᵢ)² on one degree fewer than groups.

    >>> low, high = Effect("rho", 0.2, Interval(-0.1, 0.47, 0.95)), Effect("rho", 0.5, Interval(0.24, 0.69, 0.95))
    >>> found = within_groups([low, high])
    >>> [round(value, 2) for value in (found.effects[0].estimate, found.effects[0].interval.low)]
    [0.36, 0.16]
    """
    checked_confidence(confidence)
    known = [(one.estimate, one.interval) for one in correlations if one.estimate is not None and _inside(one.interval)]
    if len(known) < 2:
        return None
    z = np.array([math.atanh(estimate) for estimate, _own in known])
    errors = np.array([_standard_error(own) for _estimate, own in known])
    weights = errors**-2
    centre = float((weights * z).sum() / weights.sum())
    half = float(stats.norm.isf((1 - confidence) / 2)) / math.sqrt(float(weights.sum()))
    interval = Interval(math.tanh(centre - half), math.tanh(centre + half), confidence)
    return WithinGroupsResult(
        method=_METHOD,
        groups=len(known),
        effects=(Effect(correlations[0].name, math.tanh(centre), interval),),
        heterogeneity=chi_square(float((weights * (z - centre) ** 2).sum()), len(known) - 1),
        references=("Hedges LV, Olkin I. Statistical Methods for Meta-Analysis. Academic Press 1985, chapter 11",),
    )


def _inside(interval: Interval | None) -> TypeGuard[Interval]:
    """Whether the interval ends before ±1, which so wide a one as of four units can reach by rounding."""
    return interval is not None and max(abs(interval.low or 0), abs(interval.high or 0)) < 1


def _standard_error(interval: Interval) -> float:
    """Of atanh r, from the interval of r."""
    width = math.atanh(interval.high or 0) - math.atanh(interval.low or 0)
    return width / (2 * float(stats.norm.isf((1 - interval.level) / 2)))
