"""Which of two markers tells units with an event from units without better: DeLong's test of paired areas."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.prediction.outcome import checked_marker, checked_outcome, discrimination, interval_note
from analytics.stats.prediction.roc import AREA_UNDER_CURVE, REFERENCES, area_effect
from analytics.stats.result import (
    Effect,
    HasEffects,
    Interval,
    NotComparable,
    Note,
    Result,
    format_p,
    lines,
    number,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, different_labels

AREA_DIFFERENCE = _("difference of the areas")

_DELONG = _("DeLong's test of two areas under ROC curves of the same units, two-sided")


@dataclass(frozen=True)
class AucComparisonResult(HasEffects, Result):
    """Two markers of the same units; ``areas`` are those of each, the effect is the first minus the second.

    ``statistic`` is z, 0 where both markers put the units in the same order.
    """

    method: str
    labels: tuple[str, ...]
    with_event: int
    without_event: int
    areas: tuple[Effect, ...]
    effects: tuple[Effect, ...]
    statistic_name: str
    statistic: float
    p_value: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        areas = (f"{label}: {area}" for label, area in zip(self.labels, self.areas, strict=True))
        return lines(
            self.method,
            f"{self.with_event} with the event, {self.without_event} without",
            *areas,
            *map(str, self.effects),
            f"{self.statistic_name} = {number(self.statistic)}, p {format_p(self.p_value)} (asymptotic)",
            *map(str, self.warnings),
        )


def compare_auc(
    first: ArrayLike,
    second: ArrayLike,
    outcome: ArrayLike,
    *,
    higher: tuple[bool, bool] = (True, True),
    confidence: float = 0.95,
    labels: tuple[str, str] = ("first", "second"),
) -> AucComparisonResult:
    """Whether one of two markers of the same units discriminates better than the other, and by how much.

    ``first``, ``second`` and ``outcome`` as in :func:`~analytics.stats.auc`, one position per unit; ``higher`` says of
    each marker whether the event is expected at higher values. The difference of the areas has the variance
    s²₁₀/n + s²₀₁/m of the differences of both markers' placements, which takes their correlation into account; z, p
    and the interval are normal. Not for nested models fitted to the same units, whose difference is not normal.

    Raises :class:`NotComparable` as :func:`~analytics.stats.auc` does, with fewer than two units in either group, and
    where the areas differ although the difference has no variance.

    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837–845.

    >>> outcome = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    >>> result = compare_auc([1, 2, 3, 4, 6, 5, 7, 8, 9, 10], [2, 1, 5, 3, 8, 4, 6, 9, 7, 10], outcome)
    >>> print(result.effects[0])
    difference of the areas 0.12 (95% CI -0.06386 to 0.3039)
    """
    checked_confidence(confidence)
    different_labels(labels)
    event = checked_outcome(outcome)
    markers = [
        checked_marker(marker, event, label=label, higher=direction)
        for marker, label, direction in zip((first, second), labels, higher, strict=True)
    ]
    one, other = (discrimination(values, event) for values in markers)
    if min(one.n, one.m) < 2:
        text = _("Comparing areas needs at least two units with the event and two without.")
        raise NotComparable(text, code="single-value")
    difference = one.superiority - other.superiority
    error = math.sqrt(sum(_variance_of_mean(*placed) for placed in _placements(markers, event)))
    if error == 0 and difference != 0:
        text = _("The difference of the areas has no variance on these units, so it cannot be tested.")
        raise NotComparable(text, code="no-variation")
    z = difference / error if error else 0.0
    return AucComparisonResult(
        method=_DELONG,
        labels=labels,
        with_event=one.n,
        without_event=one.m,
        areas=tuple(area_effect(dominance, confidence=confidence, name=AREA_UNDER_CURVE) for dominance in (one, other)),
        effects=(_effect(difference, error, confidence),),
        statistic_name="z",
        statistic=z,
        p_value=min(1.0, 2 * float(stats.norm.sf(abs(z)))),
        warnings=(
            *interval_note(one, label=labels[0]),
            *interval_note(other, label=labels[1]),
            *_same_order_note(error),
        ),
        references=REFERENCES,
    )


def _placements(markers: list[Values], event: np.ndarray) -> tuple[list[Values], list[Values]]:
    """Both markers' placements of the units with the event, and of those without, in the order of the units."""
    with_event, without_event = [], []
    for values in markers:
        dominance = discrimination(values, event)
        with_event.append(_in_order(dominance.x_placements, values[event]))
        without_event.append(_in_order(dominance.y_placements, values[~event]))
    return with_event, without_event


def _in_order(placements: Values, values: Values) -> Values:
    placed = np.empty_like(placements)
    placed[np.argsort(values)] = placements
    return placed


def _variance_of_mean(one: Values, other: Values) -> float:
    differences = one - other
    return float(differences.var(ddof=1)) / differences.size if np.ptp(differences) else 0.0


def _effect(difference: float, error: float, confidence: float) -> Effect:
    if error == 0:
        return Effect(AREA_DIFFERENCE, difference, None)
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    interval = Interval(max(-1.0, difference - half), min(1.0, difference + half), confidence)
    return Effect(AREA_DIFFERENCE, difference, interval)


def _same_order_note(error: float) -> tuple[Note, ...]:
    if error:
        return ()
    text = _("Both markers place units with the event alike among those without: there is no difference to test.")
    return (Note("no-variation", text),)
