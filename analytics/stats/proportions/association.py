"""Whether rows and columns of a table of counts belong together: Fisher's exact test and the chi-square test."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.noncentrality import noncentrality_bounds
from analytics.stats.proportions import exact_tables
from analytics.stats.proportions.odds import conditional_odds_ratio, disagreement_note, fisher_p
from analytics.stats.proportions.table import Counts, TableResult, as_tuples, checked_table
from analytics.stats.result import Effect, Interval, Note, counted
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

CRAMERS_V = _("Cramér's V")

_FISHER = _("Fisher's exact test, two-sided by the probability of the tables")
_FISHER_SIMULATED = _("Fisher's exact test, simulated, two-sided by the probability of the tables")
_CHI_SQUARE = _("Pearson's chi-square test")
_CHI_SQUARE_CORRECTED = _("Pearson's chi-square test with Yates' continuity correction")

# Expected counts below it make the chi-square p rough (Cochran 1954).
SMALL_EXPECTATION = 5


def fisher_exact(
    table: ArrayLike, *, confidence: float = 0.95, seed: int = 20_260_101, resamples: int = 99_999
) -> TableResult:
    """Whether rows and columns are associated, from all tables with the same margins.

    ``table`` holds counts of independent units, groups in rows. The p-value is the probability, given both margins, of
    all tables at most as probable as the observed one. It is exact for 2 × 2 tables of any size and for larger tables
    where that is feasible (see :mod:`~analytics.stats.proportions.exact_tables`; a 3 × 4 table with 250 units takes
    about two seconds), else simulated with ``seed`` and ``resamples`` and with its standard error.

    The effect of a 2 × 2 table is the conditional odds ratio of :func:`odds_ratio` with its exact interval, of a larger
    one Cramér's V. Use it instead of :func:`chi_square` where expected counts are small.

    Raises :class:`NotComparable` on counts that are not whole numbers from 0 on, and on an empty row or column.

    Fisher RA. J R Stat Soc 1935;98:39–82. Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427–434. Agresti's job
    satisfaction by income (R: ``fisher.test(Job)``):

    >>> result = fisher_exact([[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]])
    >>> result.p_kind, round(result.p_value, 6)
    ('exact', 0.782685)
    """
    checked_confidence(confidence)
    counts = checked_table(table)
    if counts.shape == (2, 2):
        p_value, simulation = fisher_p(counts), None
        effect = conditional_odds_ratio(counts, confidence=confidence)
    else:
        exact, simulation = exact_tables.exact_p(counts), None
        effect = _cramers_v(counts, confidence=confidence)
        if exact is None:
            exact, simulation = exact_tables.simulated_p(counts, seed=seed, resamples=resamples)
        p_value = exact
    return TableResult(
        method=_FISHER_SIMULATED if simulation else _FISHER,
        table=as_tuples(counts),
        effects=(effect,),
        p_value=p_value,
        p_kind="simulated" if simulation else "exact",
        simulation=simulation,
        warnings=disagreement_note(effect, p_value) if counts.shape == (2, 2) else (),
        references=(
            "Fisher RA. J R Stat Soc 1935;98:39–82",
            *([] if counts.shape == (2, 2) else ["Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427–434"]),
            *(["Patefield WM. J R Stat Soc C 1981;30:91–97"] if simulation else []),
        ),
    )


def chi_square(table: ArrayLike, *, confidence: float = 0.95, continuity: bool = True) -> TableResult:
    """Whether rows and columns are associated, by Pearson's X² = Σ (observed − expected)²/expected.

    ``table`` holds counts of independent units, groups in rows. ``continuity`` takes Yates' correction for a 2 × 2
    table, as R does; it makes p larger. A note names expected counts that are too small for the approximation: then use
    :func:`fisher_exact`. The effect is Cramér's V = √(X²/(n·(min(r, c) − 1))) of the uncorrected X², 0 to 1, with the
    interval of :func:`~analytics.stats.noncentrality.noncentrality_bounds`.

    Raises :class:`NotComparable` as :func:`fisher_exact` does.

    Pearson K. Philos Mag 1900;50:157–175. Yates F. Suppl J R Stat Soc 1934;1:217–235. Cramér H. Mathematical Methods
    of Statistics, 1946.

    >>> result = chi_square([[762, 327, 468], [484, 239, 477]])
    >>> round(result.statistic, 4), result.degrees_of_freedom
    (30.0701, 2)
    """
    checked_confidence(confidence)
    counts = checked_table(table)
    corrected = continuity and counts.shape == (2, 2)
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    statistic = _pearson(counts, corrected=corrected)
    return TableResult(
        method=_CHI_SQUARE_CORRECTED if corrected else _CHI_SQUARE,
        table=as_tuples(counts),
        effects=(_cramers_v(counts, confidence=confidence),),
        p_value=float(stats.chi2.sf(statistic, degrees)),
        statistic_name="X²",
        statistic=statistic,
        degrees_of_freedom=degrees,
        warnings=_small_expectation_note(counts),
        references=(
            "Pearson K. Philos Mag 1900;50:157–175",
            *(["Yates F. Suppl J R Stat Soc 1934;1:217–235"] if corrected else []),
            "Steiger JH. Psychol Methods 2004;9:164–182",
        ),
    )


def _expected(table: Counts) -> np.ndarray:
    return np.outer(table.sum(axis=1), table.sum(axis=0) / table.sum())


def _pearson(table: Counts, *, corrected: bool = False) -> float:
    expected = _expected(table)
    distance = np.abs(table - expected)
    if corrected:
        distance -= min(0.5, float(distance.min()))
    return float((distance**2 / expected).sum())


def _cramers_v(table: Counts, *, confidence: float) -> Effect:
    statistic, degrees = _pearson(table), (table.shape[0] - 1) * (table.shape[1] - 1)
    largest = float(table.sum()) * (min(table.shape) - 1)
    low, high = noncentrality_bounds(statistic, degrees, confidence=confidence)
    interval = Interval(min(1.0, math.sqrt(low / largest)), min(1.0, math.sqrt(high / largest)), confidence)
    return Effect(CRAMERS_V, min(1.0, math.sqrt(statistic / largest)), interval)


def _small_expectation_note(table: Counts) -> tuple[Note, ...]:
    small = int(np.count_nonzero(_expected(table) < SMALL_EXPECTATION))
    if not small:
        return ()
    text = counted(
        small,
        one=_("{count} of {total} expected counts is below {minimum}: use Fisher's exact test."),
        several=_("{count} of {total} expected counts are below {minimum}: use Fisher's exact test."),
    )
    return (Note("small-expectation", text, {"count": small, "total": table.size, "minimum": SMALL_EXPECTATION}),)
