"""The restricted mean: time without the event up to a horizon, and its difference between groups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.follow_up import checked_follow_up, factor
from analytics.stats.result import Effect, HasEffects, Interval, NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence
from analytics.stats.survival.kaplan_meier import Steps, group_steps

RESTRICTED_MEAN_DIFFERENCE = _("difference of restricted means")

_RESTRICTED_MEAN = _("Restricted mean survival time, area under the Kaplan–Meier curve")


@dataclass(frozen=True)
class RestrictedMean(Record):
    """One group's mean number of days without the event up to the horizon."""

    label: str
    n: int
    event_count: int
    mean: float
    standard_error: float
    interval: Interval


@dataclass(frozen=True)
class RestrictedMeanResult(HasEffects, Result):
    """Restricted means of all groups; for two groups the difference, first minus second, in days."""

    method: str
    horizon: int
    groups: tuple[RestrictedMean, ...]
    effects: tuple[Effect, ...]
    standard_error: float | None
    p_value: float | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()


def restricted_mean(
    time: ArrayLike,
    event: ArrayLike,
    *,
    group: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    horizon: int,
    order: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> RestrictedMeanResult:
    """Mean days without the event within the first ``horizon`` days, and the difference between two groups.

    The area under the Kaplan–Meier curve S from 0 to τ, with variance Σ (∫ᵤ^τ S)² d/(n(n − d)) over the event days u ≤
    τ (Greenwood's, integrated; Irwin 1949, Royston & Parmar 2013). Needs no proportional hazards and reads in days, so
    it stands beside a hazard ratio where curves cross. The horizon is chosen before looking. Ties as in
    :func:`~analytics.stats.kaplan_meier`.

    Raises :class:`NotComparable` where a group's curve is not known up to the horizon: its last patient is censored
    before.

    >>> result = restricted_mean([2, 4, 6, 8, 3, 5], [1, 1, 0, 1, 1, 1], group=list("aaaabb"), horizon=5)
    >>> [(mean.label, mean.mean, round(mean.standard_error, 4)) for mean in result.groups]
    [('a', 4.0, 0.6124), ('b', 4.0, 0.7071)]
    >>> print(result.effects[0])
    difference of restricted means 0 days (95% CI -1.833 to 1.833)
    """
    checked_confidence(confidence)
    if horizon <= 0:
        raise ValueError(f"A horizon is a positive number of days, not {horizon}.")
    follow_up = checked_follow_up(time, event, entry=entry)
    groups = factor(group, size=follow_up.size, order=order)
    members = np.bincount(groups.codes, minlength=groups.size).tolist()
    means = tuple(
        _restricted_mean(label, n, steps, horizon, confidence)
        for label, n, steps in zip(groups.labels, members, group_steps(follow_up, groups.codes), strict=True)
    )
    effects: tuple[Effect, ...] = ()
    error = p_value = None
    if groups.size == 2:
        difference = means[0].mean - means[1].mean
        error = math.hypot(means[0].standard_error, means[1].standard_error)
        effects = (
            Effect(RESTRICTED_MEAN_DIFFERENCE, difference, _interval(difference, error, confidence), unit=_("days")),
        )
        p_value = float(2 * stats.norm.sf(abs(difference) / error)) if error else None
    return RestrictedMeanResult(
        method=_RESTRICTED_MEAN,
        horizon=horizon,
        groups=means,
        effects=effects,
        standard_error=error,
        p_value=p_value,
        references=("Royston P, Parmar MKB. BMC Med Res Methodol 2013;13:152",),
    )


def _restricted_mean(label: str, n: int, steps: Steps, horizon: int, confidence: float) -> RestrictedMean:
    last = int(steps.day[-1])
    if horizon > last and steps.survival[-1] > 0:
        text = _("Group {group} is followed for {days} days only; choose a horizon of at most that.")
        raise NotComparable(text, code="horizon-beyond-follow-up", group=label, days=last)
    within = steps.day <= horizon
    day = np.concatenate([[0], steps.day[within], [horizon]])
    area = np.concatenate([[1.0], steps.survival[within]]) * np.diff(day)
    # What is left of the area after each of the days; 0 where everybody has had the event.
    remaining = np.cumsum(area[::-1])[::-1][1:]
    at_risk, events = steps.at_risk[within], steps.events[within]
    survivors = at_risk - events
    step = np.where(survivors > 0, events / (at_risk * np.maximum(survivors, 1)), 0)
    mean, error = float(area.sum()), math.sqrt(float(np.sum(remaining**2 * step)))
    return RestrictedMean(
        label=label,
        n=n,
        event_count=int(events.sum()),
        mean=mean,
        standard_error=error,
        interval=_interval(mean, error, confidence),
    )


def _interval(estimate: float, error: float, confidence: float) -> Interval:
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return Interval(estimate - half, estimate + half, confidence)
