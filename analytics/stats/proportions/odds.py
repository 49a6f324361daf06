"""The odds ratio of two groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq

from analytics.stats.proportions.table import Counts, TableResult, as_tuples, checked_table
from analytics.stats.result import Effect, Interval, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

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
    p_value = fisher_p(counts)
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


def fisher_p(table: Counts) -> float:
    """Two-sided p of Fisher's exact test of a 2 × 2 table: the probability of the tables at most as probable."""
    return min(1.0, float(stats.fisher_exact(table).pvalue))  # noqa: TID251 - two by two, where nothing is drawn


def conditional_odds_ratio(table: Counts, *, confidence: float) -> Effect:
    """The conditional odds ratio of a checked 2 × 2 table with its exact interval."""
    (a, b), (c, d) = table.tolist()
    events = np.arange(max(0, a - d), min(a + b, a + c) + 1)
    # Of the first cell given both margins, as if the odds ratio were 1.
    log_weight = stats.hypergeom.logpmf(events, a + b + c + d, a + c, a + b)
    tail = (1 - confidence) / 2

    def odds(rises: Callable[[Values], float], *, to: float) -> float:
        """The odds ratio under which a figure of the cell's distribution, which rises with it, has the value wanted."""

        def excess(log_odds: float) -> float:
            exponent = log_weight + log_odds * events
            weight = np.exp(exponent - exponent.max())
            return rises(weight / weight.sum()) - to

        high = 1.0
        while excess(high) < 0:
            high *= 2
        low = -1.0
        while excess(low) > 0:
            low *= 2
        return math.exp(float(brentq(excess, low, high, xtol=1e-14, rtol=1e-14)))

    at_bottom, at_top = a == events[0], a == events[-1]
    estimate: float | None = None
    if at_bottom:
        estimate = 0.0
    elif not at_top:
        estimate = odds(lambda probability: float(events @ probability), to=a)
    low = 0.0 if at_bottom else odds(lambda probability: float(probability[events >= a].sum()), to=tail)
    high = None if at_top else odds(lambda probability: -float(probability[events <= a].sum()), to=-tail)
    return Effect(ODDS_RATIO, estimate, Interval(low, high, confidence))


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
