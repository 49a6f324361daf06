"""Draws of the simulation: yes or no, one of several, a date as precisely as somebody wrote it down."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def happens(random: np.random.Generator, chance: float) -> bool:
    """Whether something of this chance (0 to 1) happens."""
    return bool(random.random() < chance)


def pick(random: np.random.Generator, weights: Mapping[T, float]) -> T:
    """One of the keys, by weights of any sum."""
    left = random.random() * sum(weights.values())
    for choice, weight in weights.items():
        left -= weight
        if left < 0:
            return choice
    return choice


def written(random: np.random.Generator, day: date, *, month: float = 0.1, year: float = 0.0) -> str:
    """The day in ISO 8601; with these chances only its month or its year is known."""
    known = pick(random, {4: year, 7: month, 10: 1 - month - year})
    return day.isoformat()[:known]
