"""Numbers as a reader sees them."""

import math
from collections.abc import Iterable

MINUS = "−"


def decimals(values: Iterable[float | None]) -> int:
    """How many decimals tell these values apart: two for a spread of 0.5 to 5, none from 50 on.

    >>> decimals([0.07, 0.37, 1.2]), decimals([150.0, 243.0]), decimals([5.0, 5.0])
    (2, 0, 2)
    """
    known = [value for value in values if value is not None]
    spread = max(known, default=0.0) - min(known, default=0.0)
    return min(max(1 - math.floor(math.log10(spread / 5)), 0), 6) if spread > 0 else 2


def number(value: float, places: int) -> str:
    """With a true minus sign, and never a negative zero.

    >>> number(-0.031, 2), number(-0.001, 2)
    ('−0.03', '0.00')
    """
    text = f"{abs(value):.{places}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def signed(value: float, places: int) -> str:
    """With its sign, as a difference is written.

    >>> signed(0.184, 2), signed(-0.031, 2), signed(0.001, 2)
    ('+0.18', '−0.03', '0.00')
    """
    text = number(value, places)
    return text if text.startswith(MINUS) or not float(text) else f"+{text}"


def percent(share: float) -> str:
    """A share in whole per cent, which never says all or none unless it is.

    >>> percent(0.654), percent(0.997), percent(0.002), percent(1.0)
    ('65%', '> 99%', '< 1%', '100%')
    """
    if 0.995 <= share < 1:
        return "> 99%"
    if 0 < share < 0.005:
        return "< 1%"
    return f"{100 * share:.0f}%"
