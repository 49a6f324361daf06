"""Small numbers are not shown to those who may not see single patients.

A number below ``SMALLEST_SHOWN`` may point at somebody. Hiding one part of a whole is not enough: the total
minus the other parts gives it back, so further parts are hidden until the hidden ones cannot be told apart.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

SMALLEST_SHOWN = 5

K = TypeVar("K", bound=Hashable)


def disclosed(number: int) -> int | None:
    """The number, or None when it is too small to show. Nobody at all is shown."""
    return number if number == 0 or number >= SMALLEST_SHOWN else None


def disclosed_parts(parts: Mapping[K, int]) -> dict[K, int | None]:
    """Parts that make up a whole, with None for those that are hidden.

    At least two parts with together at least ``SMALLEST_SHOWN`` are hidden, if any; the smallest first.

    >>> disclosed_parts({"GCTB": 21, "ABC": 9, "FD": 2})
    {'GCTB': 21, 'ABC': None, 'FD': None}
    """
    hidden = {key for key, number in parts.items() if disclosed(number) is None}
    others = sorted((key for key, number in parts.items() if disclosed(number)), key=lambda key: parts[key])
    while hidden and others and (len(hidden) < 2 or sum(parts[key] for key in hidden) < SMALLEST_SHOWN):
        hidden.add(others.pop(0))
    return {key: None if key in hidden else number for key, number in parts.items()}
