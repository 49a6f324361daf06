"""The odds ratio of two groups."""

from __future__ import annotations

import math
from typing import Literal

from numpy.typing import ArrayLike
from scipy import stats
from scipy.stats import contingency

from analytics.stats.proportions.table import Counts, TableResult, as_tuples, checked_table
from analytics.stats.result import Effect, Interval, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence

ODDS_RATIO = _("odds ratio")

_CONDITIONAL = _("Conditional maximum-likelihood odds ratio with exact interval, p of Fisher's exact test")
_SAMPLE = _("Sample odds ratio with Woolf's interval, p of the Wald test")


def odds_ratio(
    table: ArrayLike, *, confidence: float = 0.95, method: Literal["conditional", "sample"] = "conditional"
) -> TableResult:
    """How many times the odds of the event (first column) in the first row are those in the second.

    ``table`` is 2 × 2: groups in rows, event and no event in columns, counts of independent units. ``conditional``
    maximises the likelihood given both margins and inverts two one-sided exact tests (Cornfield 1956), as R's
    ``fisher.test``; it works with any counts. ``sample`` is ad/bc with Woolf's interval
    exp(ln OR ± z√(1/a + 1/b + 1/c + 1/d)), which needs four counts above 0. With an empty cell the odds ratio is 0 or
    infinite, and the exact interval is open on that side: nothing is added to the cells.

    Raises :class:`NotComparable` on counts that are not whole numbers from 0 on, and on an empty row or column.

    Cornfield J. Proc 3rd Berkeley Symp 1956;4:135–148. Woolf B. Ann Hum Genet 1955;19:251–253. Fisher's tea tasting:

    >>> print(odds_ratio([[3, 1], [1, 3]]).effects[0])
    odds ratio 6.408 (95% CI 0.2117 to 626.2)
    >>> print(odds_ratio([[4, 0], [1, 3]]).effects[0])
    odds ratio ∞ (95% CI 0.5329 to ∞)
    """
    checked_confidence(confidence)
    counts = checked_table(table, shape=(2, 2))
    if method == "sample":
        return _sample(counts, confidence=confidence)
    p_value = min(1.0, float(stats.fisher_exact(counts).pvalue))
    effect = conditional_odds_ratio(counts, confidence=confidence)
    return TableResult(
        method=_CONDITIONAL,
        table=as_tuples(counts),
        effects=(effect,),
        p_value=p_value,
        p_kind="exact",
        warnings=disagreement_note(effect, p_value),
        references=("Cornfield J. Proc 3rd Berkeley Symp 1956;4:135–148", "Fisher RA. J R Stat Soc 1935;98:39–82"),
    )


def conditional_odds_ratio(table: Counts, *, confidence: float) -> Effect:
    """The conditional odds ratio of a checked 2 × 2 table with its exact interval."""
    found = contingency.odds_ratio(table, kind="conditional")
    interval = found.confidence_interval(confidence)
    return Effect(
        ODDS_RATIO,
        _finite(float(found.statistic)),
        Interval(float(interval.low), _finite(float(interval.high)), confidence),
    )


def disagreement_note(effect: Effect, p_value: float) -> tuple[Note, ...]:
    """The test adds tables of both sides by their probability, the interval halves its error: they can differ."""
    interval = effect.interval
    if interval is None or interval.low is None:
        return ()
    includes_one = interval.low <= 1 and (interval.high is None or interval.high >= 1)
    if includes_one and p_value < 1 - interval.level:
        text = _(
            "The interval of the odds ratio includes 1 although p is below {alpha:.3g}: they count the sides apart."
        )
    elif not includes_one and p_value > 1 - interval.level:
        text = _(
            "The interval of the odds ratio excludes 1 although p is above {alpha:.3g}: they count the sides apart."
        )
    else:
        return ()
    return (Note("interval-disagrees", text, {"alpha": 1 - interval.level}),)


def _sample(table: Counts, *, confidence: float) -> TableResult:
    (a, b), (c, d) = table.tolist()
    interval, p_value, statistic = None, None, None
    notes: tuple[Note, ...] = ()
    if min(a, b, c, d):
        log, error = math.log(a) + math.log(d) - math.log(b) - math.log(c), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        half = float(stats.norm.isf((1 - confidence) / 2)) * error
        interval = Interval(math.exp(log - half), math.exp(log + half), confidence)
        statistic = log / error
        p_value = min(1.0, 2 * float(stats.norm.sf(abs(statistic))))
    else:
        text = _("A cell of the table is empty, so Woolf's interval is not estimable: take the conditional odds ratio.")
        notes = (Note("empty-cell", text),)
    return TableResult(
        method=_SAMPLE,
        table=as_tuples(table),
        effects=(Effect(ODDS_RATIO, a * d / (b * c) if b * c else None, interval),),
        p_value=p_value,
        statistic_name="z",
        statistic=statistic,
        warnings=notes,
        references=("Woolf B. Ann Hum Genet 1955;19:251–253",),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
