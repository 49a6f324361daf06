"""Agreement of two methods of measurement: Bland and Altman's limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.association import correlation_p
from analytics.stats.result import (
    Effect,
    HasEffects,
    Interval,
    NotComparable,
    Note,
    Result,
    format_p,
    lines,
    number,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, checked_pairs

BIAS = _("bias (mean difference)")
LOWER_LIMIT = _("lower limit of agreement")
UPPER_LIMIT = _("upper limit of agreement")

_BLAND_ALTMAN = _("Bland–Altman limits of agreement")

# Below it the relation of difference and mean is not taken for chance.
SIGNIFICANT = 0.05
# Differences, or averages, that vary by less than this share of the largest value vary by rounding only.
ROUNDING = 8 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class BlandAltmanResult(HasEffects, Result):
    """Differences, first minus second, of ``n`` units; ``coverage`` is the share of units the limits should hold.

    ``averages`` and ``differences`` of the units are the points of the figure. ``statistic`` is Student's t of the
    question whether the bias is 0, ``None`` where all differences are equal.
    """

    method: str
    labels: tuple[str, ...]
    n: int
    coverage: float
    standard_deviation: float
    averages: tuple[float, ...]
    differences: tuple[float, ...]
    effects: tuple[Effect, ...]
    statistic_name: str
    statistic: float | None
    degrees_of_freedom: int
    p_value: float | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        test = []
        if self.statistic is not None and self.p_value is not None:
            test = [
                f"{self.statistic_name} = {number(self.statistic)}, {self.degrees_of_freedom} df, "
                f"p {format_p(self.p_value)} (asymptotic)"
            ]
        return lines(
            self.method,
            f"{self.labels[0]} minus {self.labels[1]}: n = {self.n}",
            *map(str, self.effects),
            *test,
            *map(str, self.warnings),
        )


def bland_altman(
    first: ArrayLike,
    second: ArrayLike,
    *,
    coverage: float = 0.95,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("first", "second"),
    unit: str = "",
) -> BlandAltmanResult:
    """Between which limits the difference of two measurements of a unit lies for most units.

    ``first`` and ``second`` are flat arrays of equal length, measurements of the same independent units in ``unit``.
    With d̄ and s the mean and standard deviation of the differences first − second, the limits are d̄ ± z·s, z being
    the normal quantile of ``coverage`` (1.96 for 95%). The intervals take t on n − 1 degrees: d̄ ± t·s/√n, and limit ±
    t·s·√(1/n + z²/(2(n − 1))) (Bland & Altman 1999). Whether the limits are narrow enough is a question of the purpose,
    not of p, which only asks whether the bias is 0.

    Differences are assumed normal and unrelated to the size; a note says where they go with the mean of the two
    (Pearson's correlation, p < 0.05). Then compare logarithms: the limits are limits of the ratio.

    Raises :class:`NotComparable` on arrays of different length, fewer than two units, or values that are not finite.

    Bland JM, Altman DG. Lancet 1986;i:307–310, peak flow (l/min) by two meters:

    >>> large = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    >>> mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    >>> for effect in bland_altman(large, mini, unit="l/min").effects:
    ...     print(effect)
    bias (mean difference) -2.118 l/min (95% CI -22.05 to 17.81)
    lower limit of agreement -78.1 l/min (95% CI -112.9 to -43.34)
    upper limit of agreement 73.86 l/min (95% CI 39.1 to 108.6)
    """
    checked_confidence(confidence)
    if not 0 < coverage < 1:
        raise ValueError(f"A coverage lies between 0 and 1, not at {coverage}.")
    one, other = checked_pairs(first, second, labels=labels)
    n = one.size
    if n < 2:
        raise NotComparable(_("Limits of agreement need at least two units."), code="too-few-pairs")
    differences, averages = one - other, one / 2 + other / 2
    varies = bool(np.ptp(differences) > ROUNDING * max(np.abs(one).max(), np.abs(other).max()))
    bias, deviation = float(differences.mean()), float(differences.std(ddof=1)) if varies else 0.0
    error = deviation / math.sqrt(n)
    return BlandAltmanResult(
        method=_BLAND_ALTMAN,
        labels=labels,
        n=n,
        coverage=coverage,
        standard_deviation=deviation,
        averages=tuple(averages.tolist()),
        differences=tuple(differences.tolist()),
        effects=_effects(bias, deviation, n=n, coverage=coverage, confidence=confidence, unit=unit),
        statistic_name="t",
        statistic=bias / error if error else None,
        degrees_of_freedom=n - 1,
        p_value=min(1.0, 2 * float(stats.t.sf(abs(bias) / error, n - 1))) if error else None,
        warnings=_notes(differences, averages, varies=varies),
        references=(
            "Bland JM, Altman DG. Lancet 1986;i:307–310",
            "Bland JM, Altman DG. Stat Methods Med Res 1999;8:135–160",
        ),
    )


def _effects(
    bias: float, deviation: float, *, n: int, coverage: float, confidence: float, unit: str
) -> tuple[Effect, ...]:
    z = float(stats.norm.isf((1 - coverage) / 2))
    t = float(stats.t.isf((1 - confidence) / 2, n - 1))
    half_bias = t * deviation / math.sqrt(n)
    half_limit = t * deviation * math.sqrt(1 / n + z**2 / (2 * (n - 1)))
    places = (
        (BIAS, bias, half_bias),
        (LOWER_LIMIT, bias - z * deviation, half_limit),
        (UPPER_LIMIT, bias + z * deviation, half_limit),
    )
    return tuple(
        Effect(name, place, Interval(place - half, place + half, confidence) if deviation else None, unit=unit)
        for name, place, half in places
    )


def _notes(differences: Values, averages: Values, *, varies: bool) -> tuple[Note, ...]:
    if not varies:
        text = _("All {n} differences are equal: no interval can be estimated.")
        return (Note("no-variation", text, {"n": differences.size}),)
    if differences.size < 3 or np.ptp(averages) <= ROUNDING * np.abs(averages).max():
        return ()
    correlation = float(np.clip(np.corrcoef(averages, differences)[0, 1], -1, 1))
    if correlation_p(correlation, differences.size) >= SIGNIFICANT:
        return ()
    text = _(
        "The difference goes with the size of the measurement (correlation {correlation:.2g}): the limits do not hold "
        "over the whole range. Compare the logarithms, or take limits that change with the size."
    )
    return (Note("proportional-bias", text, {"correlation": correlation}),)
