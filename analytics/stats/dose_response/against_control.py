"""Each dose against the control within blocks: the two-way model without interaction."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.clustered import MeanComparison
from analytics.stats.dose_response.cells import Cells, Scale, checked_cells, no_variation_within_blocks
from analytics.stats.dose_response.result import ControlComparisonResult
from analytics.stats.groups.means import MEAN_DIFFERENCE
from analytics.stats.multiplicity import adjust, adjusted_notes
from analytics.stats.result import Effect, Interval, NotComparable, Note, counted
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

FOLD = _("ratio to the control")

_ADDITIVE = {
    "log": _("Each dose against the control, additive model of blocks and doses of binary logarithms"),
    "linear": _("Each dose against the control, additive model of blocks and doses"),
}

# Beyond this binary logarithm a ratio leaves the range of double precision.
LARGEST_LOGARITHM = 1000.0

# A smaller share of the variation is rounding.
NEGLIGIBLE = 1e-20


@dataclass(frozen=True)
class _Fit:
    """Differences of each dose from the control with their standard errors, on the unit of ``spread``."""

    differences: Values
    errors: Values
    degrees: int
    statistic: float


def compare_with_control(
    values: ArrayLike,
    doses: ArrayLike,
    blocks: ArrayLike,
    *,
    control: float | None = None,
    scale: Scale = "log",
    confidence: float = 0.95,
    unit: str = "",
) -> ControlComparisonResult:
    """By how much each dose (or time) differs from the control within blocks (biological replicates, patients).

    ``values``, ``doses`` and ``blocks`` are flat arrays, one place per well; ``control`` is a dose, by default the
    lowest. Technical replicates of a block and dose are averaged first and are never n. The model is
    y = block + dose + e with one variance, fitted by least squares; on the scale ``log`` to the binary logarithms of
    the values, so that effects multiply and each difference is also given as ratio to the control. Differences, dose
    minus control, are on Student's t with the degrees of freedom that blocks and doses leave ((b − 1)(k − 1) where no
    value is missing; with two doses it is the paired t test); their p-values are adjusted by Holm's method for the
    number of doses, the intervals are not. Blocks that lack some dose take part with the values they have, which the
    model allows for; a block with one dose says nothing and is left out.

    Assumes that a dose has the same effect in every block on this scale, and errors near normal: take the scale on
    which blocks differ by a shift, logarithms for concentrations and counts, ``linear`` for values that are
    logarithms already (−ΔCq). Ties need no treatment.

    Raises :class:`NotComparable` on missing values, one dose, no value of the control, values without a logarithm,
    too few blocks to leave an error, doses that no blocks connect, and values that the model fits without any error.

    Scheffé H. The Analysis of Variance. Wiley 1959, chapter 4. Strength of cotton in three fields by potash:

    >>> strength = [7.63, 8.14, 7.76, 7.17, 7.46, 8.00, 8.15, 7.73, 7.57, 7.68, 7.93, 7.87, 7.74, 7.80, 7.21]
    >>> result = compare_with_control(strength, [36, 54, 72, 108, 144] * 3, [1] * 5 + [2] * 5 + [3] * 5)
    >>> print(result.comparison("144").effect(FOLD))
    ratio to the control 0.9485 (95% CI 0.9007 to 0.9989)
    """
    checked_confidence(confidence)
    cells = checked_cells(values, doses, blocks, scale=scale)
    position = _control_position(cells, control)
    means = cells.means[np.count_nonzero(~np.isnan(cells.means), axis=1) > 1]
    if not means.size:
        raise NotComparable(_("No block (experiment) has values of two doses."), code="no-comparison")
    others = [index for index in range(cells.doses.size) if index != position]
    # The scale of the values must not matter: they are standardised first.
    within = means - np.nanmean(means, axis=1, keepdims=True)
    varies = bool((np.nanmax(means, axis=1) > np.nanmin(means, axis=1)).any())
    spread = float(np.sqrt(np.nanmean(np.square(within)))) if varies else 0.0
    fit = _fit(within / spread, position, others) if spread else None
    comparisons = _comparisons(cells, fit, spread, position, others, confidence=confidence, unit=unit)
    return ControlComparisonResult(
        method=_ADDITIVE[scale],
        control=cells.labels[position],
        groups=cells.summaries(means),
        wells=cells.wells,
        blocks=len(means),
        comparisons=comparisons,
        statistic_name="F",
        statistic=0.0 if fit is None else fit.statistic,
        degrees_of_freedom=len(others),
        denominator_degrees=None if fit is None else fit.degrees,
        p_value=1.0 if fit is None else float(stats.f.sf(fit.statistic, len(others), fit.degrees)),
        warnings=(
            *cells.notes(excluding=False),
            *_block_notes(cells, means),
            *adjusted_notes(len(others)),
            *(() if spread else (no_variation_within_blocks(),)),
        ),
        references=("Scheffé H. The Analysis of Variance. Wiley 1959", "Holm S. Scand J Stat 1979;6:65–70"),
    )


def _control_position(cells: Cells, control: float | None) -> int:
    if control is None:
        return 0
    if control not in cells.doses:
        raise NotComparable(_("No value is of the control dose {dose}."), code="no-control", dose=control)
    return int(np.flatnonzero(cells.doses == control)[0])


def _fit(means: Values, position: int, others: list[int]) -> _Fit:
    """Least squares of the cells that there are; the dose of the control has no column."""
    block, dose = np.nonzero(~np.isnan(means))
    response = means[block, dose]
    in_block = (block[:, None] == np.arange(len(means))).astype(np.float64)
    design = np.hstack([in_block, (dose[:, None] == np.array(others)).astype(np.float64)])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        text = _("Some doses share no block with the others, so they cannot be compared within blocks.")
        raise NotComparable(text, code="not-connected")
    degrees = response.size - design.shape[1]
    if degrees < 1:
        text = _("With so few blocks (experiments) the differences have no error. Repeat the experiment.")
        raise NotComparable(text, code="too-few-blocks")
    coefficients, left = _least_squares(design, response)
    if left < NEGLIGIBLE * response.size:
        text = _("The doses differ by the same amount in every block, so their differences have no error.")
        raise NotComparable(text, code="no-spread")
    variance = left / degrees
    errors = np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))[len(means) :]
    explained = _least_squares(in_block, response)[1] - left
    return _Fit(
        differences=coefficients[len(means) :],
        errors=errors,
        degrees=degrees,
        statistic=max(explained, 0.0) / len(others) / variance,
    )


def _least_squares(design: Values, response: Values) -> tuple[Values, float]:
    """Coefficients and the sum of squares they leave."""
    coefficients = np.linalg.lstsq(design, response, rcond=None)[0]
    return np.asarray(coefficients, dtype=np.float64), float(np.sum(np.square(response - design @ coefficients)))


def _comparisons(
    cells: Cells, fit: _Fit | None, spread: float, position: int, others: list[int], *, confidence: float, unit: str
) -> tuple[MeanComparison, ...]:
    if fit is None:
        differences, errors, p_values, quantile = [0.0] * len(others), [0.0] * len(others), [1.0] * len(others), 0.0
    else:
        differences, errors = (spread * fit.differences).tolist(), (spread * fit.errors).tolist()
        p_values = np.minimum(1, 2 * stats.t.sf(np.abs(fit.differences / fit.errors), fit.degrees)).tolist()
        quantile = float(stats.t.isf((1 - confidence) / 2, fit.degrees))
    adjusted = adjust(p_values)
    comparisons = []
    for place, index in enumerate(others):
        difference, error = differences[place], errors[place]
        half = quantile * error
        interval = None if fit is None else Interval(difference - half, difference + half, confidence)
        comparisons.append(
            MeanComparison(
                first=cells.labels[index],
                second=cells.labels[position],
                effects=_effects(difference, interval, cells.scale, unit),
                standard_error=error,
                statistic=difference / error if error else 0.0,
                degrees_of_freedom=None if fit is None else float(fit.degrees),
                p_value=p_values[place],
                adjusted_p=adjusted[place],
            )
        )
    return tuple(comparisons)


def _effects(difference: float, interval: Interval | None, scale: Scale, unit: str) -> tuple[Effect, ...]:
    if scale == "linear":
        return (Effect(MEAN_DIFFERENCE, difference, interval, unit),)
    ratios = None if interval is None else Interval(_ratio(interval.low) or 0.0, _ratio(interval.high), interval.level)
    return (Effect(MEAN_DIFFERENCE, difference, interval, "log2"), Effect(FOLD, _ratio(difference), ratios))


def _ratio(logarithm: float | None) -> float | None:
    """2 to that power, or ``None`` beyond the range of double precision."""
    return None if logarithm is None or logarithm > LARGEST_LOGARITHM else math.exp2(logarithm)


def _block_notes(cells: Cells, means: Values) -> tuple[Note, ...]:
    lonely = len(cells.blocks) - len(means)
    if not lonely:
        return ()
    text = counted(
        lonely,
        one=_("{count} of {total} blocks has values of one dose only and is left out."),
        several=_("{count} of {total} blocks have values of one dose only and are left out."),
    )
    return (Note("blocks-left-out", text, {"count": lonely, "total": len(cells.blocks)}),)
