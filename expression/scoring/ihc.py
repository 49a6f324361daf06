"""The arithmetic of immunohistochemistry, on plain numbers.

Every score is of the percentages of cells at 0, 1+, 2+ and 3+, which add up to 100; imported decimals may miss it by
0.1, and a score never leaves its scale for that. Classes are compared in exact fractions, so that their edges hold:
10% is in the class 10–50%, one third is not above 1/3.

References: H-score: McCarty KS Jr et al. (1985) Arch Pathol Lab Med 109:716–721. Immunoreactive score: Remmele W,
Stegner HE (1987) Pathologe 8:138–140. Allred score: Harvey JM et al. (1999) J Clin Oncol 17:1474–1481,
doi:10.1200/JCO.1999.17.5.1474; Allred DC et al. (1998) Mod Pathol 11:155–168.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, fsum
from typing import TypeVar

Number = TypeVar("Number", int, float, Decimal)

ROUNDING = 0.1
"""How far percentages of imported decimals may miss 100."""

LAST_DIGIT = 1e-9
"""A number of the machine is no exact decimal: 33.4 + 33.3 + 33.2 + 0 may miss 99.9 by its last digit."""

IRS_CLASSES = (Fraction(10), Fraction(50), Fraction(80))
"""Positive cells, %: below the first is class 1, up to the second 2, up to the third 3, beyond 4."""

ALLRED_CLASSES = (Fraction(1, 10), Fraction(1, 3), Fraction(2, 3))
"""Upper ends of the proportions 2, 3 and 4; below 1/100 is 1, above 2/3 is 5."""

STRONGEST = 3


@dataclass(frozen=True, kw_only=True)
class StainIntensity:
    """From 0 to 3 (0, 1+, 2+, 3+), as the reader wrote it, or ``derived`` from the percentages."""

    value: int
    derived: bool


def h_score(percentages: Sequence[Number]) -> Number:
    """1·p₁ + 2·p₂ + 3·p₃ from the percentages of cells at 0, 1+, 2+ and 3+: 0 to 300.

    Raises ``ValueError`` for percentages that are no distribution, as every score here does.

    >>> h_score((0, 0, 0, 100))
    300
    """
    _negative, weak, moderate, strong = _distribution(percentages)
    score = weak + 2 * moderate + 3 * strong
    return score if score <= 300 else type(score)(300)


def percent_positive(percentages: Sequence[Number]) -> Number:
    """Cells at 1+, 2+ or 3+, %.

    >>> percent_positive((40, 30, 20, 10))
    60
    """
    _negative, weak, moderate, strong = _distribution(percentages)
    positive = weak + moderate + strong
    return positive if positive <= 100 else type(positive)(100)


def stain_intensity(percentages: Sequence[Number], *, as_read: int | None = None) -> StainIntensity:
    """The predominant intensity as read; where it was not read, the mean of the positive cells rounded half up.

    The percentages alone do not determine what a reader would call predominant, so a derived one is marked. Without
    a positive cell it is 0. Raises ``ValueError`` for an intensity other than 0 to 3.

    >>> stain_intensity((0, 50, 50, 0))
    StainIntensity(value=2, derived=True)
    """
    if as_read is not None:
        if not 0 <= as_read <= STRONGEST:
            raise ValueError(f"An intensity is 0, 1, 2 or 3, not {as_read}.")
        return StainIntensity(value=as_read, derived=False)
    _negative, weak, moderate, strong = map(Fraction, _distribution(percentages))
    positive = weak + moderate + strong
    mean = (weak + 2 * moderate + 3 * strong) / positive if positive else Fraction(0)
    return StainIntensity(value=floor(mean + Fraction(1, 2)), derived=True)


def immunoreactive_score(percentages: Sequence[Number], *, intensity: int) -> int:
    """Intensity (0–3) × class of positive cells (0: none; 1: < 10%; 2: 10–50%; 3: > 50–80%; 4: > 80%): 0 to 12.

    >>> immunoreactive_score((20, 80, 0, 0), intensity=3)
    9
    """
    return intensity * _positive_class(Fraction(percent_positive(percentages)))


def allred(percentages: Sequence[Number], *, intensity: int) -> int:
    """Class of the proportion (0: none; 1: < 1/100; 2: to 1/10; 3: to 1/3; 4: to 2/3; 5: beyond) + intensity (1–3).

    0, or 2 to 8: nothing is added where no cell is positive or the intensity is 0.

    >>> allred((90, 10, 0, 0), intensity=1)
    3
    """
    proportion = Fraction(percent_positive(percentages)) / 100
    if proportion == 0 or intensity == 0:
        return 0
    if proportion < Fraction(1, 100):
        return 1 + intensity
    return 2 + sum(proportion > upper for upper in ALLRED_CLASSES) + intensity


def _positive_class(percent: Fraction) -> int:
    if percent == 0:
        return 0
    ten, fifty, eighty = IRS_CLASSES
    return 1 if percent < ten else 2 + (percent > fifty) + (percent > eighty)


def _distribution(percentages: Sequence[Number]) -> Sequence[Number]:
    """The four percentages; ``ValueError`` where one is negative or they do not add up to 100."""
    if len(percentages) != 4 or any(part < 0 for part in percentages):
        raise ValueError(f"Four percentages from 0 on, not {percentages}.")
    total = fsum(map(float, percentages))
    if abs(total - 100) > ROUNDING + LAST_DIGIT:
        raise ValueError(f"Percentages add up to 100, not to {total:g}.")
    return percentages
