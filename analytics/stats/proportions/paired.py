"""Two answers of the same unit: McNemar's test."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.proportions.difference import RISK_DIFFERENCE
from analytics.stats.proportions.odds import ODDS_RATIO
from analytics.stats.proportions.one import clopper_pearson_bounds
from analytics.stats.proportions.table import TableResult, as_tuples, checked_counts
from analytics.stats.result import Effect, Interval, NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

_EXACT = _("McNemar's test, exact, two-sided")
_ASYMPTOTIC = _("McNemar's test with continuity correction")


def mcnemar(table: ArrayLike, *, confidence: float = 0.95, exact: bool = True) -> TableResult:
    """Whether a proportion changes between two answers of the same units (two assays, before and after).

    ``table`` is 2 × 2: the first answer yes and no in rows, the second in columns, each unit counted once. Only units
    whose answers differ, b (yes, no) and c (no, yes), say anything. ``exact`` is the binomial test that b and c are
    equally likely; otherwise X² = (|b − c| − 1)²/(b + c) on one degree of freedom, as R's ``mcnemar.test``.

    Effects: the odds ratio b/c with the exact interval of Clopper and Pearson for b/(b + c); and the difference
    (b − c)/n of the proportions, first minus second, with Bonett and Price's adjusted Wald interval, which adds one
    unit to b and c for the interval only.

    Raises :class:`NotComparable` without units, or on counts that are not whole numbers from 0 on.

    McNemar Q. Psychometrika 1947;12:153–157. Bonett DG, Price RM. J Educ Behav Stat 2012;37:479–488. Agresti's
    approval of the prime minister in two surveys (R: ``mcnemar.test(Performance)``):

    >>> result = mcnemar([[794, 150], [86, 570]], exact=False)
    >>> round(result.statistic, 4), round(result.p_value, 9)
    (16.8178, 4.1146e-05)
    """
    checked_confidence(confidence)
    counts = checked_counts(table)
    if counts.shape != (2, 2):
        raise ValueError(f"Expected a table of shape (2, 2), not one of {counts.shape}.")
    if counts.sum() == 0:
        raise NotComparable(_("There are no pairs of answers."), code="empty-group")
    (_both, b), (c, _neither) = counts.tolist()
    discordant = b + c
    statistic = max(abs(b - c) - 1, 0) ** 2 / discordant if discordant else 0.0
    if exact:
        p_value = min(1.0, 2 * float(stats.binom.cdf(min(b, c), discordant, 0.5)))
    else:
        p_value = float(stats.chi2.sf(statistic, 1))
    return TableResult(
        method=_EXACT if exact else _ASYMPTOTIC,
        table=as_tuples(counts),
        effects=(
            *_paired_odds_ratio(b, c, confidence),
            _paired_difference(b, c, int(counts.sum()), confidence),
        ),
        p_value=p_value,
        p_kind="exact" if exact else "asymptotic",
        statistic_name="" if exact else "X²",
        statistic=None if exact else statistic,
        degrees_of_freedom=None if exact else 1,
        warnings=_no_change_note(discordant),
        references=(
            "McNemar Q. Psychometrika 1947;12:153–157",
            "Bonett DG, Price RM. J Educ Behav Stat 2012;37:479–488",
        ),
    )


def _paired_odds_ratio(b: int, c: int, confidence: float) -> tuple[Effect, ...]:
    """b/c; none where no unit changed."""
    if b + c == 0:
        return ()
    low, high = clopper_pearson_bounds(b, b + c, confidence)
    interval = Interval(low / (1 - low), high / (1 - high) if high < 1 else None, confidence)
    return (Effect(ODDS_RATIO, b / c if c else None, interval),)


def _paired_difference(b: int, c: int, total: int, confidence: float) -> Effect:
    first, second = (b + 1) / (total + 2), (c + 1) / (total + 2)
    centre = first - second
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt((first + second - centre**2) / (total + 2))
    return Effect(
        RISK_DIFFERENCE, (b - c) / total, Interval(max(-1.0, centre - half), min(1.0, centre + half), confidence)
    )


def _no_change_note(discordant: int) -> tuple[Note, ...]:
    if discordant:
        return ()
    return (Note("no-change", _("Both answers are the same in every unit: nothing to compare.")),)
