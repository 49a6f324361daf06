"""Two groups by their means: Welch's t test and the permutation test."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.permutation import simulated_p, sum_distribution
from analytics.stats.result import Effect, Interval, NotComparable, TwoGroupResult
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import (
    Values,
    checked_confidence,
    checked_groups,
    different_labels,
    sample_warnings,
    summary,
)

MEAN_DIFFERENCE = _("difference of means")

_WELCH = _("Welch's t test, two-sided")
_PERMUTATION_EXACT = _("Permutation test of the difference of means, exact, two-sided by its distance from 0")
_PERMUTATION_SIMULATED = _("Permutation test of the difference of means, simulated, two-sided by its distance from 0")


def welch_t(
    x: ArrayLike,
    y: ArrayLike,
    *,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("x", "y"),
    unit: str = "",
) -> TwoGroupResult:
    """Whether two means differ, and by how much, without assuming equal variances.

    ``x`` and ``y`` are flat arrays, one value per independent unit. The effect is mean(x) − mean(y) in ``unit``, the
    statistic t = (mean(x) − mean(y))/√(s²ₓ/n + s²ᵧ/m) on Student's t with the degrees of Welch and Satterthwaite. It
    assumes means that are near normal: values near normal, or groups of a few dozen without far outliers; for skewed
    expression values take logarithms first, or compare ranks.

    Raises :class:`NotComparable` on a group of one value, and where the values of both groups do not vary but differ.

    Welch BL. Biometrika 1947;34:28–35. Student's sleep data (R: ``t.test(extra ~ group, sleep)``):

    >>> first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
    >>> second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> print(welch_t(first, second, unit="h").effects[0])
    difference of means -1.58 h (95% CI -3.365 to 0.2055)
    """
    different_labels(labels)
    checked_confidence(confidence)
    groups = checked_groups({labels[0]: x, labels[1]: y})
    first, second = groups.values()
    for label, values in groups.items():
        if values.size < 2:
            raise NotComparable(
                _("Group {group} has a single value; Welch's t test needs at least two in each group."),
                code="single-value",
                group=label,
            )
    statistic, degrees, p_value = 0.0, None, 1.0
    if np.ptp(np.concatenate([first, second])) > 0:
        statistic, degrees = welch_statistic(first, second)
        p_value = min(1.0, 2 * float(stats.t.sf(abs(statistic), degrees)))
    return TwoGroupResult(
        method=_WELCH,
        groups=(summary(labels[0], first), summary(labels[1], second)),
        statistic_name="t",
        statistic=statistic,
        p_value=p_value,
        p_kind="asymptotic",
        asymptotic_p=p_value,
        effects=(mean_difference(first, second, confidence=confidence, unit=unit),),
        warnings=sample_warnings(groups, ranks=False),
        references=("Welch BL. Biometrika 1947;34:28–35",),
        degrees_of_freedom=degrees,
    )


def permutation_test(
    x: ArrayLike,
    y: ArrayLike,
    *,
    confidence: float = 0.95,
    labels: tuple[str, str] = ("x", "y"),
    unit: str = "",
    seed: int = 20_260_101,
    resamples: int = 99_999,
) -> TwoGroupResult:
    """Whether two groups differ in mean, by all ways (or many random ways) to deal their values out to both.

    ``x`` and ``y`` are flat arrays, one value per independent unit. The p-value is the share of arrangements in which
    the difference of means is at least as far from 0 as the observed one, in either direction: the definition of coin
    and exactRankTests, where SciPy doubles the smaller tail. It is exact, with any ties, where that is feasible (see
    :func:`~analytics.stats.permutation.sum_distribution`), else simulated with ``seed`` and ``resamples`` and with its
    standard error. ``asymptotic_p`` is that of the normal approximation of the same distribution.

    It assumes that the two groups are exchangeable when nothing differs: a difference of spread alone can make p small
    too. The interval beside the difference is Welch's, which does not assume that, so the two can disagree near the
    border.

    Raises :class:`NotComparable` on an empty group or values that are not finite.

    Pitman EJG. Suppl J R Stat Soc 1937;4:119–130. Phipson B, Smyth GK. Stat Appl Genet Mol Biol 2010;9:39.

    >>> result = permutation_test([12, 14, 11, 19], [9, 10, 7, 11, 8])
    >>> result.p_kind, round(result.p_value * 126)
    ('exact', 2)
    """
    different_labels(labels)
    checked_confidence(confidence)
    groups = checked_groups({labels[0]: x, labels[1]: y})
    first, second = groups.values()
    pooled = np.concatenate([first, second])
    smaller = min(first, second, key=len)
    observed = math.fsum(smaller)
    exact = sum_distribution(pooled, size=smaller.size)
    if exact is not None:
        p_value, simulation = exact.two_sided_p(observed), None
    else:
        p_value, simulation = simulated_p(pooled, size=smaller.size, observed=observed, seed=seed, resamples=resamples)
    return TwoGroupResult(
        method=_PERMUTATION_SIMULATED if simulation else _PERMUTATION_EXACT,
        groups=(summary(labels[0], first), summary(labels[1], second)),
        statistic_name=MEAN_DIFFERENCE,
        statistic=_mean(first) - _mean(second),
        p_value=p_value,
        p_kind="simulated" if simulation else "exact",
        asymptotic_p=_normal_p(first, second),
        effects=(mean_difference(first, second, confidence=confidence, unit=unit),),
        warnings=sample_warnings(groups, ranks=False),
        references=("Pitman EJG. Suppl J R Stat Soc 1937;4:119–130",)
        if simulation is None
        else (
            "Pitman EJG. Suppl J R Stat Soc 1937;4:119–130",
            "Phipson B, Smyth GK. Stat Appl Genet Mol Biol 2010;9:39",
        ),
        simulation=simulation,
    )


def welch_statistic(x: Values, y: Values, *, null: float = 0.0) -> tuple[float, float]:
    """Welch's t for the null hypothesis mean(x) − mean(y) = ``null``, and its degrees of freedom."""
    error, degrees = _welch_error(x, y)
    if error == 0:
        raise NotComparable(
            _("Neither group varies in itself, so the difference of means has no standard error."), code="no-spread"
        )
    return (_mean(x) - _mean(y) - null) / error, degrees


def mean_difference(x: Values, y: Values, *, confidence: float, unit: str = "") -> Effect:
    """mean(x) − mean(y) with Welch's interval; no interval where a group has one value or nothing varies in them."""
    estimate = _mean(x) - _mean(y)
    if min(x.size, y.size) < 2:
        return Effect(MEAN_DIFFERENCE, estimate, None, unit)
    error, degrees = _welch_error(x, y)
    if error == 0:
        return Effect(MEAN_DIFFERENCE, estimate, None, unit)
    half = float(stats.t.isf((1 - confidence) / 2, degrees)) * error
    return Effect(MEAN_DIFFERENCE, estimate, Interval(estimate - half, estimate + half, confidence), unit)


def _welch_error(x: Values, y: Values) -> tuple[float, float]:
    """Standard error of the difference of means, 0 where neither group varies, and its degrees of freedom."""
    from_x, from_y = (_variance(values) / values.size for values in (x, y))
    if from_x + from_y == 0:
        return 0.0, 0.0
    # Scaled first: the square of a small variance would leave the range of double precision.
    share = from_x / (from_x + from_y)
    degrees = 1 / (share**2 / (x.size - 1) + (1 - share) ** 2 / (y.size - 1))
    return math.sqrt(from_x + from_y), degrees


def _variance(values: Values) -> float:
    """The variance with n − 1; exactly 0 where all values are equal, whatever their mean rounds to."""
    return float(values.var(ddof=1)) if np.ptp(values) else 0.0


def _mean(values: Values) -> float:
    """The mean; of equal values it is that value, whatever their sum rounds to."""
    return math.fsum(values) / values.size if np.ptp(values) else float(values[0])


def _normal_p(x: Values, y: Values) -> float:
    """The normal approximation of the permutation distribution, without continuity correction."""
    pooled = np.concatenate([x, y])
    if np.ptp(pooled) == 0:
        return 1.0
    deviation = math.sqrt(float(pooled.var(ddof=1)) * (1 / x.size + 1 / y.size))
    return min(1.0, 2 * float(stats.norm.sf(abs(_mean(x) - _mean(y)) / deviation)))
