"""Whether two values of the same unit rise together: Spearman's and Kendall's rank correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from analytics.stats import pairings
from analytics.stats.concordance import Concordance, Ranks
from analytics.stats.result import (
    Effect,
    HasEffects,
    Interval,
    NotComparable,
    Note,
    PKind,
    Result,
    format_p,
    lines,
    number,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence, checked_pairs, tie_sizes

SPEARMAN_RHO = _("Spearman's rho")
KENDALL_TAU = _("Kendall's tau-b")

_SPEARMAN_EXACT = _("Spearman's rank correlation, exact, two-sided")
_SPEARMAN_ASYMPTOTIC = _("Spearman's rank correlation, t approximation, two-sided")
_KENDALL_EXACT = _("Kendall's rank correlation, exact, two-sided")
_KENDALL_ASYMPTOTIC = _("Kendall's rank correlation, normal approximation with tie correction, two-sided")

FEWEST_PAIRS = 3


@dataclass(frozen=True)
class AssociationResult(HasEffects, Result):
    """How two values of each of ``n`` units go together; ``asymptotic_p`` stands beside an exact ``p_value``."""

    method: str
    labels: tuple[str, ...]
    n: int
    statistic_name: str
    statistic: float
    p_value: float
    p_kind: PKind
    asymptotic_p: float
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(
            self.method,
            f"{self.labels[0]} and {self.labels[1]}: n = {self.n}",
            *map(str, self.effects),
            f"{self.statistic_name} = {number(self.statistic)}, p {format_p(self.p_value)} ({self.p_kind})",
            *map(str, self.warnings),
        )


def spearman(
    x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95, labels: tuple[str, str] = ("x", "y")
) -> AssociationResult:
    """Whether the ranks of two values of a unit go together, on a scale from −1 to 1.

    ``x`` and ``y`` are flat arrays of equal length; each position is one independent unit (patient). ρ is Pearson's
    correlation of the midranks, the statistic S = (n³ − n)(1 − ρ)/6, without ties the sum of the squared differences of
    the ranks. It says how monotone the relation is, not how steep, and nothing about agreement.

    The p-value counts all pairings given the ties, two-sided by the distance of ρ from 0, for up to 12 units and
    wherever ρ is 1 or −1; else ρ√((n − 2)/(1 − ρ²)) is taken to Student's t on n − 2 degrees. The interval is that of
    Fisher's z with the variance (1 + ρ²/2)/(n − 3) of Bonett & Wright (2000). It was derived without ties and holds for
    scores of four levels as well, not for two, where a note says so. It needs four units and is not estimable at
    ρ = ±1.

    Raises :class:`NotComparable` on arrays of different length, fewer than three units, values that are not finite,
    and values that are all equal.

    Hollander & Wolfe 1973, page 187, brightness of canned tuna by instrument and by a panel:

    >>> lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    >>> panel = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    >>> print(spearman(lightness, panel, labels=("lightness", "panel")))
    Spearman's rank correlation, exact, two-sided
    lightness and panel: n = 9
    Spearman's rho 0.6 (95% CI -0.1742 to 0.9158)
    S = 48, p = 0.097 (exact)
    """
    checked_confidence(confidence)
    first, second = _doubled_ranks(x, y, labels=labels)
    n = first.size
    rho = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    rho = math.copysign(1, rho) if _monotone(first, second) else rho
    exact_p = _spearman_exact_p(first, second, rho)
    rough_p = correlation_p(rho, n)
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt((1 + rho**2 / 2) / (n - 3)) if n > 3 else 0.0
    effect = Effect(SPEARMAN_RHO, rho, _fisher_interval(rho, half=half, confidence=confidence))
    return AssociationResult(
        method=_SPEARMAN_ASYMPTOTIC if exact_p is None else _SPEARMAN_EXACT,
        labels=labels,
        n=n,
        statistic_name="S",
        statistic=(n**3 - n) * (1 - rho) / 6,
        p_value=rough_p if exact_p is None else exact_p,
        p_kind="asymptotic" if exact_p is None else "exact",
        asymptotic_p=rough_p,
        effects=(effect,),
        warnings=(*_interval_note(effect), *_two_levels_note(first, second, labels)),
        references=(
            "Spearman C. Am J Psychol 1904;15:72–101",
            "Bonett DG, Wright TA. Psychometrika 2000;65:23–28",
        ),
    )


def kendall(
    x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95, labels: tuple[str, str] = ("x", "y")
) -> AssociationResult:
    """Whether of two units the one with the higher x tends to have the higher y, on a scale from −1 to 1.

    ``x`` and ``y`` as in :func:`spearman`. With S the concordant minus the discordant comparisons of two units, and A
    and B the comparisons not tied in x and in y, τ_b = S/√(A·B): the correlation to take for scores with many ties (H
    and immunoreactive scores). The statistic z is S over its standard deviation given the ties, as in R.

    The p-value counts all pairings by |S|, for up to 12 units whatever the ties and for up to 100 without; else it is
    that of z. The interval is that of Fisher's z, atanh τ_b ± z·σ/(1 − τ_b²), where σ² is the variance of τ_b by the
    units' own shares in S, A and B (Brown & Benedetti 1977, with n − 1 for n; Cliff & Charlin 1991). It holds with
    ties, for which the constant variance of Fieller, Hartley & Pearson (1957) is far too small. It is not estimable at
    τ_b = ±1 and where all units contribute alike.

    Raises :class:`NotComparable` as :func:`spearman` does. Work grows with the square of the units: a second for ten
    thousand.

    >>> lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    >>> panel = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    >>> result = kendall(lightness, panel)
    >>> round(result.effects[0].estimate, 4), round(result.p_value, 4), result.p_kind
    (0.4444, 0.1194, 'exact')
    """
    checked_confidence(confidence)
    first, second = _doubled_ranks(x, y, labels=labels)
    n = first.size
    shares = Concordance(first, second)
    exact_p = _kendall_exact_p(first, second)
    z = shares.total / shares.null_deviation()
    rough_p = min(1.0, 2 * float(stats.norm.sf(abs(z))))
    deviation = shares.deviation()
    half = float(stats.norm.isf((1 - confidence) / 2)) * deviation / (1 - shares.tau**2) if deviation else 0.0
    effect = Effect(KENDALL_TAU, shares.tau, _fisher_interval(shares.tau, half=half, confidence=confidence))
    return AssociationResult(
        method=_KENDALL_ASYMPTOTIC if exact_p is None else _KENDALL_EXACT,
        labels=labels,
        n=n,
        statistic_name="z",
        statistic=z,
        p_value=rough_p if exact_p is None else exact_p,
        p_kind="asymptotic" if exact_p is None else "exact",
        asymptotic_p=rough_p,
        effects=(effect,),
        warnings=_interval_note(effect),
        references=(
            "Kendall MG. Biometrika 1938;30:81–93",
            "Brown MB, Benedetti JK. J Am Stat Assoc 1977;72:309–315",
            "Cliff N, Charlin V. Multivariate Behav Res 1991;26:693–707",
        ),
    )


def _doubled_ranks(x: ArrayLike, y: ArrayLike, *, labels: tuple[str, str]) -> tuple[Ranks, Ranks]:
    """Twice the midranks, whole numbers also with ties, of values that have an association at all."""
    values = checked_pairs(x, y, labels=labels)
    if values[0].size < FEWEST_PAIRS:
        text = _("There are {n} units with both values; a rank correlation needs at least {minimum}.")
        raise NotComparable(text, code="too-few-pairs", n=values[0].size, minimum=FEWEST_PAIRS)
    for label, array in zip(labels, values, strict=True):
        if np.all(array == array[0]):
            text = _("All {n} values of {label} are equal, so nothing can go together with them.")
            raise NotComparable(text, code="no-variation", n=array.size, label=label)
    first, second = (np.rint(2 * stats.rankdata(array)).astype(np.int64) for array in values)
    return first, second


def _monotone(first: Ranks, second: Ranks) -> bool:
    """Whether the ranks are the same or the reverse of each other: ρ is then 1 or −1, which rounding can miss."""
    return bool(np.array_equal(first, second) or np.array_equal(first, 2 * (first.size + 1) - second))


def _spearman_exact_p(first: Ranks, second: Ranks, rho: float) -> float | None:
    if first.size <= pairings.MOST_PAIRS:
        return pairings.product_p(first, second)
    return _extreme_p(first) if abs(rho) == 1 else None


def _extreme_p(ranks: Ranks) -> float:
    """The share of pairings of equal or reversed ranks with ρ = ±1: those that put ties to ties."""
    sizes = tie_sizes(ranks.astype(np.float64))
    orders = 2 if np.array_equal(sizes, sizes[::-1]) else 1
    logarithm = special.gammaln(sizes + 1.0).sum() - special.gammaln(ranks.size + 1.0)
    return orders * math.exp(max(float(logarithm), -700.0))


def correlation_p(correlation: float, n: int) -> float:
    """Two-sided p of a correlation of n pairs by Student's t on n − 2 degrees.

    >>> round(correlation_p(0.6, 9), 4)
    0.0876
    """
    if abs(correlation) == 1:
        return 0.0
    t = abs(correlation) * math.sqrt((n - 2) / ((1 - correlation) * (1 + correlation)))
    return min(1.0, 2 * float(stats.t.sf(t, n - 2)))


def _kendall_exact_p(first: Ranks, second: Ranks) -> float | None:
    untied = max(tie_sizes(ranks.astype(np.float64)).max() for ranks in (first, second)) == 1
    if first.size <= (pairings.MOST_UNTIED_PAIRS if untied else pairings.MOST_PAIRS):
        return pairings.concordance_p(first, second)
    return None


def _fisher_interval(estimate: float, *, half: float, confidence: float) -> Interval | None:
    """From a half width on the scale of atanh; none where the estimate is ±1 or the half width 0."""
    if abs(estimate) >= 1 or half == 0:
        return None
    centre = math.atanh(estimate)
    return Interval(math.tanh(centre - half), math.tanh(centre + half), confidence)


def _interval_note(effect: Effect) -> tuple[Note, ...]:
    if effect.interval is not None:
        return ()
    if effect.estimate is not None and abs(effect.estimate) >= 1:
        text = _("The order of the units is the same, or reversed, in both values: no interval can be estimated.")
        return (Note("perfect-association", text),)
    return (Note("no-interval", _("No interval of the correlation can be estimated from so few or such units.")),)


def _two_levels_note(first: Ranks, second: Ranks, labels: tuple[str, str]) -> tuple[Note, ...]:
    text = _("{label} has two different values only: the interval of rho can be too narrow. Take Kendall's tau-b.")
    return tuple(
        Note("two-levels", text, {"label": label})
        for label, ranks in zip(labels, (first, second), strict=True)
        if tie_sizes(ranks.astype(np.float64)).size == 2
    )
