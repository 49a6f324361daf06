"""The arithmetic of immunohistochemistry, on plain numbers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

Number = TypeVar("Number", int, float, Decimal)


def h_score(percentages: Sequence[Number]) -> Number:
    """1·p₁ + 2·p₂ + 3·p₃ from the percentages of cells at 0, 1+, 2+ and 3+: 0 to 300.

    McCarty KS Jr et al. (1985) Arch Pathol Lab Med 109:716–721.

    >>> h_score((0, 0, 0, 100))
    300
    """
    _negative, weak, moderate, strong = percentages
    return weak + 2 * moderate + 3 * strong
