"""One proportion with its interval."""

from __future__ import annotations

import math
from typing import Literal

from scipy import stats

from analytics.stats.proportions.table import TableResult, checked_counts
from analytics.stats.result import Effect, Interval, NotComparable
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

PROPORTION = _("proportion")

_METHODS = {
    "wilson": _("Proportion with Wilson's score interval"),
    "clopper-pearson": _("Proportion with the exact interval of Clopper and Pearson"),
}
_REFERENCES = {
    "wilson": "Wilson EB. J Am Stat Assoc 1927;22:209–212",
    "clopper-pearson": "Clopper CJ, Pearson ES. Biometrika 1934;26:404–413",
}


def proportion(
    events: int,
    total: int,
    *,
    confidence: float = 0.95,
    method: Literal["wilson", "clopper-pearson"] = "wilson",
) -> TableResult:
    """The share of ``events`` among ``total`` independent units, with an interval that never leaves 0 to 1.

    ``wilson`` holds its confidence on average, ``clopper-pearson`` at least, at the price of width: take it where a
    guarantee is asked for. Raises :class:`NotComparable` without units, with counts that are not whole numbers from 0
    on, or with more events than units.

    >>> print(proportion(0, 10).effects[0])
    proportion 0 (95% CI 0 to 0.2775)
    >>> print(proportion(0, 10, method="clopper-pearson").effects[0])
    proportion 0 (95% CI 0 to 0.3085)
    """
    checked_confidence(confidence)
    of, units = checked_counts([events, total]).tolist()
    if units == 0:
        raise NotComparable(_("There are no units to take a proportion of."), code="empty-group")
    if of > units:
        raise NotComparable(_("There are more events ({events}) than units ({total})."), events=of, total=units)
    low, high = (wilson_bounds if method == "wilson" else clopper_pearson_bounds)(of, units, confidence)
    return TableResult(
        method=_METHODS[method],
        table=((of, units - of),),
        effects=(Effect(PROPORTION, of / units, Interval(low, high, confidence)),),
        references=(_REFERENCES[method],),
    )


def wilson_bounds(events: int, total: int, confidence: float) -> tuple[float, float]:
    """The proportions that the score test does not reject: (p + z²/2n ± z√(p(1 − p)/n + z²/4n²))/(1 + z²/n)."""
    z = float(stats.norm.isf((1 - confidence) / 2))
    share = events / total
    centre, scale = share + z**2 / (2 * total), 1 + z**2 / total
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    low = 0.0 if events == 0 else (centre - half) / scale
    high = 1.0 if events == total else (centre + half) / scale
    return low, high


def clopper_pearson_bounds(events: int, total: int, confidence: float) -> tuple[float, float]:
    """The proportions under which neither P(X ≥ events) nor P(X ≤ events) is below half of 1 − confidence."""
    tail = (1 - confidence) / 2
    low = 0.0 if events == 0 else float(stats.beta.ppf(tail, events, total - events + 1))
    high = 1.0 if events == total else float(stats.beta.isf(tail, events + 1, total - events))
    return low, high
