"""All questions about an experiment with doses, or times, in blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from numpy.typing import ArrayLike

from analytics.stats.dose_response.against_control import compare_with_control
from analytics.stats.dose_response.by_ranks import friedman, page_trend
from analytics.stats.dose_response.cells import Scale, checked_cells
from analytics.stats.dose_response.curve import half_maximal_dose
from analytics.stats.dose_response.result import DoseResponseResult
from analytics.stats.result import NotComparable, Note
from analytics.stats.result import gettext_noop as _

_DOSE_RESPONSE = _("Dose and response within blocks")

Answer = TypeVar("Answer")


def dose_response(
    values: ArrayLike,
    doses: ArrayLike,
    blocks: ArrayLike,
    *,
    control: float | None = None,
    scale: Scale = "log",
    curve: bool = True,
    confidence: float = 0.95,
    unit: str = "",
    dose_unit: str = "",
) -> DoseResponseResult:
    """Dose (or time) and response of an experiment with biological replicates as blocks.

    ``values``, ``doses`` and ``blocks`` are flat arrays, one place per well; technical replicates of a block and dose
    are averaged first and never n. Answers whether values rise or fall with the dose
    (:func:`~analytics.stats.page_trend`), whether they differ at all (:func:`~analytics.stats.friedman`), by how much
    each dose differs from ``control``, by default the lowest (:func:`~analytics.stats.compare_with_control`), and with
    ``curve`` at which dose half the effect is reached (:func:`~analytics.stats.half_maximal_dose`, of values as they
    are): leave it out for times. See there for assumptions, ties and incomplete blocks, which the first two leave out
    and the third uses.

    A question that these data cannot answer is ``None`` and has its reason among the warnings. Raises
    :class:`NotComparable` on missing values, one dose, and values without a logarithm on the scale ``log``.

    >>> strength = [7.63, 8.14, 7.76, 7.17, 7.46, 8.00, 8.15, 7.73, 7.57, 7.68, 7.93, 7.87, 7.74, 7.80, 7.21]
    >>> result = dose_response(strength, [36, 54, 72, 108, 144] * 3, [1] * 5 + [2] * 5 + [3] * 5, curve=False)
    >>> round(result.trend.p_value, 4), round(result.difference.p_value, 4), round(result.against_control.p_value, 4)
    (0.005, 0.0376, 0.0427)
    """
    checked_cells(values, doses, blocks, scale=scale)
    reasons: list[Note] = []

    def answered(question: Callable[[], Answer]) -> Answer | None:
        try:
            return question()
        except NotComparable as refusal:
            if refusal.note not in reasons:
                reasons.append(refusal.note)
            return None

    trend = answered(lambda: page_trend(values, doses, blocks, scale=scale, confidence=confidence))
    difference = answered(lambda: friedman(values, doses, blocks, scale=scale))
    against_control = answered(
        lambda: compare_with_control(
            values, doses, blocks, control=control, scale=scale, confidence=confidence, unit=unit
        )
    )
    fitted = answered(
        lambda: half_maximal_dose(values, doses, blocks, confidence=confidence, unit=dose_unit) if curve else None
    )
    parts = [part for part in (trend, difference, against_control, fitted) if part is not None]
    return DoseResponseResult(
        method=_DOSE_RESPONSE,
        trend=trend,
        difference=difference,
        against_control=against_control,
        curve=fitted,
        warnings=tuple(reasons),
        references=tuple(dict.fromkeys(reference for part in parts for reference in part.references)),
    )
