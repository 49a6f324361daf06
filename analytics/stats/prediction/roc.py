"""How well a marker tells units with an event from units without: the ROC curve and the area under it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.dominance import Dominance
from analytics.stats.prediction.outcome import checked_marker, checked_outcome, discrimination, interval_note
from analytics.stats.rank_sum import asymptotic_p, exact_distribution
from analytics.stats.result import Effect, HasEffects, Interval, Note, PKind, Result, format_p, lines, number
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

AREA_UNDER_CURVE = _("area under the ROC curve")

_AUC_EXACT = _("Area under the ROC curve, DeLong's interval, exact Mann–Whitney test")
_AUC_ASYMPTOTIC = _("Area under the ROC curve, DeLong's interval, Mann–Whitney test by normal approximation")

REFERENCES = (
    "Bamber D. J Math Psychol 1975;12:387–415",
    "DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837–845",
)


@dataclass(frozen=True)
class AucResult(HasEffects, Result):
    """How well ``label`` discriminates; ``higher``: the event is expected at higher values, else at lower ones.

    ``p_value`` is that of the Mann–Whitney test whether the area is ½.
    """

    method: str
    label: str
    higher: bool
    with_event: int
    without_event: int
    effects: tuple[Effect, ...]
    statistic_name: str
    statistic: float
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(
            self.method,
            f"{self.label}: {self.with_event} with the event, {self.without_event} without, "
            f"expected at {'higher' if self.higher else 'lower'} values",
            *map(str, self.effects),
            f"{self.statistic_name} = {number(self.statistic)}, p {format_p(self.p_value)} ({self.p_kind})",
            *map(str, self.warnings),
        )


@dataclass(frozen=True)
class RocResult(Result):
    """The curve: columns of equal length, from the strictest threshold to the loosest.

    A unit is called positive with a value at or above the threshold (at or below it unless ``auc.higher``); the first
    point, threshold ``None``, calls nobody positive. Shares are counts over ``auc.with_event`` and
    ``auc.without_event``.
    """

    method: str
    auc: AucResult
    threshold: tuple[float | None, ...]
    true_positives: tuple[int, ...]
    false_positives: tuple[int, ...]
    sensitivity: tuple[float, ...]
    specificity: tuple[float, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(f"{self.method}, {len(self.threshold)} points", str(self.auc))


_ROC_CURVE = _("ROC curve, empirical")


def auc(
    marker: ArrayLike,
    outcome: ArrayLike,
    *,
    higher: bool = True,
    confidence: float = 0.95,
    label: str = "marker",
) -> AucResult:
    """The probability that a unit with the event has the higher marker than one without, a tie counting one half.

    ``marker`` and ``outcome`` (1 event, 0 none) are flat arrays of equal length; each position is one independent unit.
    ``higher=False`` expects the event at lower values; say so before looking. The area under the ROC curve is U/(n·m)
    of the Mann–Whitney test, which gives p, exact given the ties where feasible. The interval is area ± z·√V, cut at 0
    and 1, with DeLong's V = s²₁₀/n + s²₀₁/m, the variances of the placements of both groups; ties need no correction.
    At an area of 1 or 0 V is 0 and the interval is not estimable.

    An area describes these units; of a marker, model or cut chosen on them it is too large. Raises
    :class:`NotComparable` on arrays of different length, values that are not finite, an outcome other than 0 or 1, and
    where all units or none have the event.

    >>> result = auc([1, 2, 3, 3, 5, 6, 4, 2], [0, 0, 0, 1, 1, 1, 1, 0], label="H-score")
    >>> print(result)
    Area under the ROC curve, DeLong's interval, exact Mann–Whitney test
    H-score: 4 with the event, 4 without, expected at higher values
    area under the ROC curve 0.9688 (95% CI 0.8821 to 1)
    U = 15.5, p = 0.057 (exact)
    """
    checked_confidence(confidence)
    event = checked_outcome(outcome)
    return _area(checked_marker(marker, event, label=label, higher=higher), event, higher, confidence, label)


def roc_curve(
    marker: ArrayLike,
    outcome: ArrayLike,
    *,
    higher: bool = True,
    confidence: float = 0.95,
    label: str = "marker",
) -> RocResult:
    """Sensitivity and specificity at every value of a marker, with the area under the curve as :func:`auc` gives it.

    Arguments and refusals as for :func:`auc`. The curve marks no best threshold: one read off it is chosen from the
    data, and :func:`~analytics.stats.maximally_selected_rank` corrects for that.

    >>> curve = roc_curve([1, 2, 3, 3, 5], [0, 0, 0, 1, 1])
    >>> curve.threshold, curve.sensitivity, [round(value, 3) for value in curve.specificity]
    ((None, 5.0, 3.0, 2.0, 1.0), (0.0, 0.5, 1.0, 1.0, 1.0), [1.0, 1.0, 0.667, 0.333, 0.0])
    """
    checked_confidence(confidence)
    event = checked_outcome(outcome)
    values = checked_marker(marker, event, label=label, higher=higher)
    area = _area(values, event, higher, confidence, label)
    threshold = np.unique(values)[::-1]
    true, false = (_at_or_above(values[group], threshold) for group in (event, ~event))
    return RocResult(
        method=_ROC_CURVE,
        auc=area,
        threshold=(None, *(threshold if higher else -threshold).tolist()),
        true_positives=tuple(true.tolist()),
        false_positives=tuple(false.tolist()),
        sensitivity=tuple((true / area.with_event).tolist()),
        specificity=tuple(((area.without_event - false) / area.without_event).tolist()),
        warnings=area.warnings,
        references=area.references,
    )


def area_effect(dominance: Dominance, *, confidence: float, name: str = AREA_UNDER_CURVE) -> Effect:
    """The area with DeLong's interval; none where its variance is 0 or cannot be estimated."""
    area = dominance.superiority
    if min(dominance.n, dominance.m) < 2 or dominance.superiority_variance()[0] == 0:
        return Effect(name, area, None)
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt(dominance.superiority_variance()[0])
    return Effect(name, area, Interval(max(0.0, area - half), min(1.0, area + half), confidence))


def _area(values: Values, event: np.ndarray, higher: bool, confidence: float, label: str) -> AucResult:
    dominance = discrimination(values, event)
    positive, negative = values[event], values[~event]
    null = exact_distribution(positive, negative)
    rough_p = asymptotic_p(dominance.doubled_u, positive, negative)
    return AucResult(
        method=_AUC_ASYMPTOTIC if null is None else _AUC_EXACT,
        label=label,
        higher=higher,
        with_event=positive.size,
        without_event=negative.size,
        effects=(area_effect(dominance, confidence=confidence),),
        statistic_name="U",
        statistic=dominance.doubled_u / 2,
        p_value=rough_p if null is None else null.two_sided_p(dominance.doubled_u),
        p_kind="asymptotic" if null is None else "exact",
        asymptotic_p=rough_p,
        warnings=interval_note(dominance, label=label),
        references=REFERENCES,
    )


def _at_or_above(values: Values, thresholds: Values) -> np.ndarray:
    """How many values are at or above each threshold, and none above the point before the first."""
    counts = values.size - np.searchsorted(np.sort(values), thresholds, side="left")
    return np.concatenate([[0], counts])
