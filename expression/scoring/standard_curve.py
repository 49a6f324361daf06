"""The standard curve of quantitative PCR: Cq of known quantities, and the amplification efficiency they show.

A straight line through Cq on log10 of the quantity, by least squares over all wells of the standards:

    Cq = intercept + slope · log10(quantity),  E = 10^(−1/slope) fold per cycle,  R² = 1 − Σ residual² / Σ (Cq − mean)²

Perfect doubling has the slope −1/log10(2) = −3.3219. An efficiency between 1.8 and 2.1 (slope −3.92 to −3.10) is what a
validated assay shows.

References: Rasmussen R (2001) in Rapid Cycle Real-time PCR, 21–34; Pfaffl MW (2001) Nucleic Acids Res 29:e45,
doi:10.1093/nar/29.9.e45; Bustin SA et al. (2009, MIQE) Clin Chem 55:611–622, doi:10.1373/clinchem.2008.112797.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import StatisticsError, correlation, linear_regression

from expression.scoring.qpcr import efficiency_from_slope

USUAL_EFFICIENCY = (1.8, 2.1)
"""Fold per cycle, both ends included; outside it an assay is to be doubted."""

FLATTEST_SLOPE = -1.0
"""Of a factor ten in each cycle, which no amplification reaches."""


class NoEfficiency(StrEnum):
    """Why the standards show no efficiency."""

    NOT_DETECTED = "not_detected"
    """Every standard is undetermined."""
    ONE_DILUTION = "one_dilution"
    """A line needs standards of two quantities."""
    NOT_FALLING = "not_falling"
    """More template does not come earlier: the slope is positive, or flatter than tenfold a cycle would be."""


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A well of a known ``quantity``, above 0; ``cq`` None: undetermined."""

    quantity: float
    cq: float | None


@dataclass(frozen=True, kw_only=True)
class StandardCurve:
    """``points`` wells with a Cq in ``dilutions`` quantities; ``undetermined`` wells are no points.

    ``slope`` in cycles per factor ten, ``intercept`` the Cq of quantity 1; None with fewer than two dilutions.
    ``efficiency`` in fold per cycle, None with a ``reason``. ``r_squared`` is None where all Cq are equal.
    """

    points: int
    dilutions: int
    undetermined: int
    slope: float | None = None
    intercept: float | None = None
    r_squared: float | None = None
    efficiency: float | None = None
    reason: NoEfficiency | None = None

    @property
    def is_usual(self) -> bool:
        """Whether the efficiency lies where that of a validated assay does."""
        lowest, highest = USUAL_EFFICIENCY
        return self.efficiency is not None and lowest <= self.efficiency <= highest


def standard_curve(standards: Iterable[Standard]) -> StandardCurve:
    """The line through the standards (formula above).

    Tenfold dilutions 3.3219 cycles apart double in each cycle:

    >>> curve = standard_curve(Standard(quantity=10.0**n, cq=35 - 3.321928095 * n) for n in range(4))
    >>> round(curve.efficiency, 6), round(curve.intercept, 6), curve.points, curve.dilutions
    (2.0, 35.0, 4, 4)
    """
    wells = list(standards)
    points = sorted((math.log10(well.quantity), well.cq) for well in wells if well.cq is not None)
    counts = {
        "points": len(points),
        "dilutions": len({quantity for quantity, _cq in points}),
        "undetermined": len(wells) - len(points),
    }
    if not points:
        return StandardCurve(**counts, reason=NoEfficiency.NOT_DETECTED)
    if counts["dilutions"] == 1:
        return StandardCurve(**counts, reason=NoEfficiency.ONE_DILUTION)
    quantities, cqs = [quantity for quantity, _cq in points], [cq for _quantity, cq in points]
    slope, intercept = linear_regression(quantities, cqs)
    falls = slope <= FLATTEST_SLOPE
    return StandardCurve(
        **counts,
        slope=slope,
        intercept=intercept,
        r_squared=_r_squared(quantities, cqs),
        efficiency=efficiency_from_slope(slope) if falls else None,
        reason=None if falls else NoEfficiency.NOT_FALLING,
    )


def _r_squared(quantities: list[float], cqs: list[float]) -> float | None:
    try:
        return min(1.0, correlation(quantities, cqs) ** 2)
    except StatisticsError:
        return None
