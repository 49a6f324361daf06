"""How far a chi-square statistic may lie from what it is under no difference."""

from __future__ import annotations

from scipy import stats
from scipy.optimize import brentq


def noncentrality_bounds(statistic: float, degrees: int, *, confidence: float) -> tuple[float, float]:
    """The noncentralities under which the statistic is just not too high and just not too low (Steiger 2004).

    The lower is 0 exactly where the test's p is at least (1 − confidence)/2. A statistic below its expectation under no
    difference, its degrees of freedom, is given the upper bound that belongs to that expectation, and no upper bound is
    below the statistic.
    """
    tail = (1 - confidence) / 2
    low = _noncentrality(statistic, degrees, cumulative=1 - tail)
    high = _noncentrality(max(statistic, float(degrees)), degrees, cumulative=tail)
    return low, max(high, statistic)


def _noncentrality(statistic: float, degrees: int, *, cumulative: float) -> float:
    """The noncentrality under which chi-square is at most ``statistic`` with that probability, 0 if there is none."""

    def excess(noncentrality: float) -> float:
        return float(stats.ncx2.cdf(statistic, degrees, noncentrality)) - cumulative

    if float(stats.chi2.cdf(statistic, degrees)) <= cumulative:
        return 0.0
    upper = statistic + 10
    while excess(upper) > 0:
        upper *= 2
    return float(brentq(excess, 0, upper, xtol=1e-10, rtol=1e-12))
