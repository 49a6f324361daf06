"""Estimates with their intervals, and how p-values are found and printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.stats.result.record import Record

# Simulated: estimated from random arrangements, see :class:`Simulation`.
PKind = Literal["exact", "asymptotic", "simulated"]


@dataclass(frozen=True)
class Interval(Record):
    """A closed confidence interval. ``level`` is the confidence it really has, as a fraction; ``None`` is open."""

    low: float | None
    high: float | None
    level: float

    def __str__(self) -> str:
        low = "−∞" if self.low is None else number(self.low)
        high = "∞" if self.high is None else number(self.high)
        return f"{self.level * 100:.3g}% CI {low} to {high}"


@dataclass(frozen=True)
class Simulation(Record):
    """How a simulated p-value was found: as often as ``seed`` and ``resamples`` are the same, it is the same.

    ``standard_error`` is that of the p-value.
    """

    seed: int
    resamples: int
    standard_error: float

    def __str__(self) -> str:
        return f"{self.resamples} random arrangements, seed {self.seed}, standard error {number(self.standard_error)}"


@dataclass(frozen=True)
class Effect(Record):
    """The size of a difference or an association, with its interval (``None``: not estimable).

    ``estimate`` is ``None`` where it is infinite, as an odds ratio with an empty cell: its interval is open above.
    """

    name: str
    estimate: float | None
    interval: Interval | None
    unit: str = ""

    def __str__(self) -> str:
        estimate = "∞" if self.estimate is None else number(self.estimate)
        unit = f" {self.unit}" if self.unit else ""
        interval = "interval not estimable" if self.interval is None else str(self.interval)
        return f"{self.name} {estimate}{unit} ({interval})"


class HasEffects:
    """Finds an effect by its name, such as :data:`analytics.stats.SHIFT`."""

    effects: tuple[Effect, ...]

    def effect(self, name: str) -> Effect:
        return next(effect for effect in self.effects if effect.name == name)


def format_p(p_value: float) -> str:
    """A p-value with its sign of relation, as a paper prints it.

    >>> format_p(0.15984), format_p(0.0123), format_p(2e-9), format_p(0.0), format_p(0.9999), format_p(1.0)
    ('= 0.160', '= 0.012', '< 0.001', '< 1e-300', '> 0.999', '= 1')
    """
    if p_value < 1e-300:
        return "< 1e-300"
    if p_value < 0.001:
        return "< 0.001"
    if p_value == 1:
        return "= 1"
    return "> 0.999" if p_value > 0.999 else f"= {p_value:.3f}"


def number(value: float) -> str:
    """A number with the four digits a reader needs."""
    return f"{value:.4g}"


def lines(*parts: str) -> str:
    """Text of one part per line."""
    return "\n".join(parts)
