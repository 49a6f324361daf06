"""The difference of two proportions."""

from __future__ import annotations

import math
from typing import Literal

from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq

from analytics.stats.proportions.one import wilson_bounds
from analytics.stats.proportions.table import Counts, TableResult, as_tuples, checked_counts
from analytics.stats.result import Effect, Interval, NotComparable
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

RISK_DIFFERENCE = _("difference of proportions")

_NEWCOMBE = _("Difference of proportions with Newcombe's hybrid score interval")
_MIETTINEN_NURMINEN = _("Difference of proportions with the score interval and test of Miettinen and Nurminen")


def risk_difference(
    table: ArrayLike,
    *,
    confidence: float = 0.95,
    method: Literal["newcombe", "miettinen-nurminen"] = "newcombe",
) -> TableResult:
    """The proportion of events in the first row minus that in the second.

    ``table`` is 2 × 2: groups in rows, event and no event in columns, counts of independent units. ``newcombe`` joins
    the Wilson intervals of both proportions (Newcombe's method 10) and gives no p-value. ``miettinen-nurminen`` holds
    the differences that the score test does not reject, the variance estimated under each of them and multiplied with
    N/(N − 1); its p-value is that of the same test of no difference. Both keep to −1 to 1 and work with empty cells.

    Raises :class:`NotComparable` on counts that are not whole numbers from 0 on, and on an empty row.

    Newcombe RG. Stat Med 1998;17:873–890. Miettinen O, Nurminen M. Stat Med 1985;4:213–226. Newcombe's example (a):

    >>> print(risk_difference([[56, 14], [48, 32]]).effects[0])
    difference of proportions 0.2 (95% CI 0.05243 to 0.3339)
    >>> print(risk_difference([[56, 14], [48, 32]], method="miettinen-nurminen").effects[0])
    difference of proportions 0.2 (95% CI 0.05283 to 0.3382)
    """
    checked_confidence(confidence)
    counts = checked_counts(table)
    if counts.shape != (2, 2):
        raise ValueError(f"Expected a table of shape (2, 2), not one of {counts.shape}.")
    for number, total in enumerate(counts.sum(axis=1).tolist(), start=1):
        if total == 0:
            raise NotComparable(_("Row {number} of the table is empty."), code="empty-margin", number=number)
    if method == "newcombe":
        return TableResult(
            method=_NEWCOMBE,
            table=as_tuples(counts),
            effects=(_newcombe(counts, confidence=confidence),),
            references=("Newcombe RG. Stat Med 1998;17:873–890",),
        )
    z = _score(counts, 0.0)
    return TableResult(
        method=_MIETTINEN_NURMINEN,
        table=as_tuples(counts),
        effects=(_miettinen_nurminen(counts, confidence=confidence),),
        p_value=min(1.0, 2 * float(stats.norm.sf(abs(z)))),
        statistic_name="z",
        statistic=z,
        references=("Miettinen O, Nurminen M. Stat Med 1985;4:213–226",),
    )


def _difference(table: Counts) -> float:
    (a, b), (c, d) = table.tolist()
    return (a * d - b * c) / ((a + b) * (c + d))


def _newcombe(table: Counts, *, confidence: float) -> Effect:
    (a, b), (c, d) = table.tolist()
    one, other, difference = a / (a + b), c / (c + d), _difference(table)
    (low, high), (other_low, other_high) = (wilson_bounds(a, a + b, confidence), wilson_bounds(c, c + d, confidence))
    interval = Interval(
        max(-1.0, difference - math.hypot(one - low, other_high - other)),
        min(1.0, difference + math.hypot(high - one, other - other_low)),
        confidence,
    )
    return Effect(RISK_DIFFERENCE, difference, interval)


def _miettinen_nurminen(table: Counts, *, confidence: float) -> Effect:
    difference = _difference(table)
    return Effect(
        RISK_DIFFERENCE,
        difference,
        Interval(-_upper_bound(table[::-1], confidence), _upper_bound(table, confidence), confidence),
    )


def _upper_bound(table: Counts, confidence: float) -> float:
    """The largest difference that the score test does not reject."""
    z = float(stats.norm.isf((1 - confidence) / 2))
    estimate = _difference(table)

    def excess(difference: float) -> float:
        return (difference - estimate) - z * math.sqrt(_variance(table, difference))

    # At the estimate itself the variance can be 0, as at a bound: without any event, and with 0% against 100%.
    start = estimate + 1e-9 * (1 - estimate)
    if start >= 1:
        return 1.0
    return float(brentq(excess, start, 1.0, xtol=1e-15, rtol=1e-14))


def _score(table: Counts, difference: float) -> float:
    variance = _variance(table, difference)
    return (_difference(table) - difference) / math.sqrt(variance) if variance else 0.0


def _variance(table: Counts, difference: float) -> float:
    """Variance of the difference of proportions when it is ``difference`` in truth (Miettinen & Nurminen 1985).

    The proportions are the most likely ones with that difference, the root of a cubic equation.
    """
    (a, b), (c, d) = table.tolist()
    n, m, events = a + b, c + d, a + c
    total = n + m
    square = (n + 2 * m) * difference - total - events
    linear = (m * difference - total - 2 * c) * difference + events
    constant = c * difference * (1 - difference)
    third = square / (3 * total)
    q = third**3 - square * linear / (6 * total**2) + constant / (2 * total)
    p = math.copysign(math.sqrt(max(third**2 - linear / (3 * total), 0)), q)
    angle = (math.pi + math.acos(max(-1.0, min(1.0, q / p**3)))) / 3 if p else math.pi / 2
    second = min(max(2 * p * math.cos(angle) - third, 0.0, -difference), 1.0, 1 - difference)
    first = min(max(second + difference, 0.0), 1.0)
    return (first * (1 - first) / n + second * (1 - second) / m) * total / (total - 1)
