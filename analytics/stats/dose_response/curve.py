"""The dose of half the effect, from a log-logistic curve per block."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.dose_response.cells import Cells, checked_cells
from analytics.stats.dose_response.log_logistic import FittedCurve, fit_curve
from analytics.stats.dose_response.result import DoseCurve, DoseCurveResult
from analytics.stats.result import Effect, Interval, NotComparable, Note, counted
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

HALF_MAXIMAL_DOSE = _("half-maximal dose (EC50)")

_CURVE = _(
    "Four-parameter log-logistic curve per block by least squares, half-maximal dose as geometric mean over blocks"
)

# Doses that leave an error to a curve of four parameters.
FEWEST_DOSES = 5

# A plateau farther away than so many ranges of the values is none.
FARTHEST_PLATEAU = 100.0

# exp of more leaves the range of double precision.
LARGEST_LOGARITHM = 700.0


def half_maximal_dose(
    values: ArrayLike, doses: ArrayLike, blocks: ArrayLike, *, confidence: float = 0.95, unit: str = ""
) -> DoseCurveResult:
    """The dose with half the effect (EC50, IC50), of every block (biological replicate) and over blocks.

    ``values``, ``doses`` and ``blocks`` are flat arrays, one place per well; ``unit`` is that of the doses. Technical
    replicates of a block and dose are averaged first. Each block has its own curve
    f(x) = A + (B − A)·xʰ/(xʰ + eʰ), from A at dose 0 to B at doses without end, rising or falling, with half of the way
    at e; A, B, ln e and h > 0 minimise the sum of squares. The interval of a block's e is that of ln e by Student's t
    on its number of doses less 4, from the curvature at the minimum; it is about the scatter of that block's values
    alone. Over blocks the effect is the geometric mean of their e, with an interval by Student's t of ln e on b − 1
    degrees of freedom: the blocks are n.

    Assumes a curve between two plateaus with one variance about it; doses should reach both. A block with fewer than
    five doses, or whose least sum of squares is not within its doses (no plateau, a jump between two doses, a flat
    line), has no curve and is counted in a note. Raises :class:`NotComparable` on missing values, doses below 0, one
    dose, and where no block has a curve.

    Finney DJ. Statistical Method in Biological Assay. 3rd ed. Griffin 1978. Ritz C, et al. PLoS One 2015;10:e0146021.
    Optical density by concentration of DNase (ng/ml) in the first two runs of ``datasets::DNase``, means of duplicates:

    >>> doses = [0.04882812, 0.1953125, 0.390625, 0.78125, 1.5625, 3.125, 6.25, 12.5]
    >>> first = [0.0175, 0.1225, 0.2, 0.3845, 0.6245, 1.0455, 1.524, 1.7225]
    >>> second = [0.0475, 0.1225, 0.2135, 0.398, 0.687, 1.095, 1.4755, 1.7185]
    >>> result = half_maximal_dose(first + second, doses * 2, [1] * 8 + [2] * 8, unit="ng/ml")
    >>> print(result.curves[0])
    1: half-maximal dose (EC50) 2.958 ng/ml (95% CI 2.011 to 4.353), from 0.03871 to 2.031
    """
    checked_confidence(confidence)
    cells = checked_cells(values, doses, blocks, scale="linear")
    if cells.doses[0] < 0:
        raise NotComparable(_("A dose below 0 has no place on a curve of doses."), code="negative-dose")
    fits = {row: fitted for row in range(len(cells.blocks)) if (fitted := _fitted(*_block(cells, row)))}
    if not fits:
        text = _(
            "No block (experiment) has a curve with two plateaus and a half-maximal dose within its doses, of which it "
            "needs at least {fewest}."
        )
        raise NotComparable(text, code="no-curve", fewest=FEWEST_DOSES)
    return DoseCurveResult(
        method=_CURVE,
        wells=cells.wells,
        curves=tuple(_curve(cells, row, fitted, confidence, unit) for row, fitted in fits.items()),
        effects=(_over_blocks([fitted.log_half_dose for fitted in fits.values()], confidence, unit),),
        warnings=(*_replicate_notes(cells), *_curve_notes(len(cells.blocks), len(fits))),
        references=(
            "Finney DJ. Statistical Method in Biological Assay. 3rd ed. Griffin 1978",
            "Ritz C, et al. PLoS One 2015;10:e0146021",
        ),
    )


def _block(cells: Cells, row: int) -> tuple[Values, Values]:
    """The doses that a block has, and its means there."""
    present = ~np.isnan(cells.means[row])
    return cells.doses[present], cells.means[row][present]


def _fitted(doses: Values, response: Values) -> FittedCurve | None:
    """The curve of one block, ``None`` where it has none."""
    spread = float(np.ptp(response)) if response.size else 0.0
    if doses.size < FEWEST_DOSES or np.count_nonzero(doses) < 2 or spread == 0:
        return None
    # The scale of the values must not matter.
    middle = float(response.mean())
    fitted = fit_curve(doses, (response - middle) / spread)
    if fitted is None or max(abs(fitted.at_zero), abs(fitted.at_infinity)) > FARTHEST_PLATEAU:
        return None
    return replace(
        fitted,
        at_zero=middle + spread * fitted.at_zero,
        at_infinity=middle + spread * fitted.at_infinity,
        deviation=spread * fitted.deviation,
    )


def _curve(cells: Cells, row: int, fitted: FittedCurve, confidence: float, unit: str) -> DoseCurve:
    doses = _block(cells, row)[0].size
    return DoseCurve(
        block=cells.blocks[row],
        doses=doses,
        at_zero=fitted.at_zero,
        at_infinity=fitted.at_infinity,
        steepness=math.exp(fitted.log_steepness),
        residual_deviation=fitted.deviation,
        effects=(_dose_effect(fitted.log_half_dose, fitted.error, doses - 4, confidence, unit),),
    )


def _dose_effect(logarithm: float, error: float, degrees: int, confidence: float, unit: str) -> Effect:
    """exp of a logarithm of a dose, with its interval by Student's t; a bound beyond all numbers is open."""
    half = float(stats.t.isf((1 - confidence) / 2, degrees)) * error
    low, high = logarithm - half, logarithm + half
    interval = Interval(
        math.exp(low) if low > -LARGEST_LOGARITHM else 0.0,
        math.exp(high) if high < LARGEST_LOGARITHM else None,
        confidence,
    )
    return Effect(HALF_MAXIMAL_DOSE, math.exp(logarithm), interval if error > 0 else None, unit)


def _over_blocks(logarithms: list[float], confidence: float, unit: str) -> Effect:
    mean = math.fsum(logarithms) / len(logarithms)
    if len(logarithms) < 2:
        return Effect(HALF_MAXIMAL_DOSE, math.exp(mean), None, unit)
    return _dose_effect(mean, float(stats.sem(logarithms)), len(logarithms) - 1, confidence, unit)


def _replicate_notes(cells: Cells) -> tuple[Note, ...]:
    return tuple(note for note in cells.notes(excluding=False) if note.code == "replicates-averaged")


def _curve_notes(blocks: int, curves: int) -> tuple[Note, ...]:
    notes = []
    if curves < blocks:
        text = counted(
            blocks - curves,
            one=_("{count} of {total} blocks has no curve with two plateaus within its doses and is left out."),
            several=_("{count} of {total} blocks have no curve with two plateaus within their doses and are left out."),
        )
        notes.append(Note("blocks-left-out", text, {"count": blocks - curves, "total": blocks}))
    if curves == 1:
        text = _("The half-maximal dose rests on one block, so its variation between blocks is not known.")
        notes.append(Note("single-block", text))
    return tuple(notes)
