"""Proportions over groups in an order: the Cochran–Armitage test of a trend."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.proportions.table import Counts, TableResult, as_tuples, checked_counts
from analytics.stats.result import Effect, Interval, NotComparable, Note, counted
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

SLOPE = _("change of the proportion per step")

_COCHRAN_ARMITAGE = _("Cochran–Armitage test of a trend of proportions, two-sided")
# Expected counts below it make the normal approximation rough.
SMALL_EXPECTATION = 5


def cochran_armitage(table: ArrayLike, *, scores: ArrayLike | None = None, confidence: float = 0.95) -> TableResult:
    """Whether the proportion of events rises, or falls, from group to group in their order.

    ``table`` has a row for each group, in the order fixed beforehand (grade, dose), and two columns: event and no
    event. ``scores`` places the groups on a line, by default 1, 2, 3, …. The statistic is
    z = Σ sᵢ(xᵢ − nᵢp)/√(p(1 − p)(Σ nᵢsᵢ² − (Σ nᵢsᵢ)²/N)), p the overall proportion; z² is R's ``prop.trend.test``. The
    effect is the slope of the weighted regression of the proportions on the scores, with a normal interval from the
    binomial variance of each group.

    Raises :class:`NotComparable` on counts that are not whole numbers from 0 on, on an empty group, on scores that do
    not differ, and without any event, or with events only, where no trend can be seen.

    Cochran WG. Biometrics 1954;10:417–451. Armitage P. Biometrics 1955;11:375–386, tonsils and carriers of
    *Streptococcus pyogenes*:

    >>> result = cochran_armitage([[19, 497], [29, 560], [24, 269]])
    >>> round(result.statistic**2, 4), round(result.p_value, 5)
    (7.1927, 0.00732)
    """
    checked_confidence(confidence)
    counts = _checked(table)
    places = _checked_scores(scores, groups=len(counts))
    events, totals = counts[:, 0].astype(np.float64), counts.sum(axis=1).astype(np.float64)
    share = float(events.sum() / totals.sum())
    centred = places - float(totals @ places / totals.sum())
    spread = float(totals @ centred**2)
    score = float(centred @ events)
    z = score / math.sqrt(share * (1 - share) * spread)
    rates = events / totals
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt(float(centred**2 @ (totals * rates * (1 - rates))))
    interval = Interval((score - half) / spread, (score + half) / spread, confidence) if half else None
    return TableResult(
        method=_COCHRAN_ARMITAGE,
        table=as_tuples(counts),
        effects=(Effect(SLOPE, score / spread, interval),),
        p_value=min(1.0, 2 * float(stats.norm.sf(abs(z)))),
        statistic_name="z",
        statistic=z,
        warnings=_small_expectation_note(counts),
        references=("Cochran WG. Biometrics 1954;10:417–451", "Armitage P. Biometrics 1955;11:375–386"),
    )


def _checked(table: ArrayLike) -> Counts:
    counts = checked_counts(table)
    if counts.ndim != 2 or counts.shape[1] != 2:
        raise ValueError(f"Expected a table with two columns, not one of shape {counts.shape}.")
    if len(counts) < 2:
        raise NotComparable(_("A comparison needs at least two groups with values."), code="one-group")
    empty = np.flatnonzero(counts.sum(axis=1) == 0)
    if empty.size:
        raise NotComparable(_("Row {number} of the table is empty."), code="empty-margin", number=int(empty[0]) + 1)
    if not counts[:, 0].any():
        raise NotComparable(_("There is no event in any group, so no trend can be seen."), code="no-events")
    if not counts[:, 1].any():
        raise NotComparable(_("Every unit of every group has the event, so no trend can be seen."), code="only-events")
    return counts


def _checked_scores(scores: ArrayLike | None, *, groups: int) -> Values:
    places = np.arange(1.0, groups + 1) if scores is None else np.asarray(scores, dtype=np.float64)
    if places.shape != (groups,) or not np.isfinite(places).all():
        raise ValueError(f"Expected {groups} finite scores.")
    if np.ptp(places) == 0:
        raise NotComparable(_("All groups have the same score, so they have no order."), code="no-order")
    return places


def _small_expectation_note(table: Counts) -> tuple[Note, ...]:
    expected = np.outer(table.sum(axis=1), table.sum(axis=0) / table.sum())
    small = int(np.count_nonzero(expected < SMALL_EXPECTATION))
    if not small:
        return ()
    text = counted(
        small,
        one=_("{count} of {total} expected counts is below {minimum}: the p-value of the trend is rough."),
        several=_("{count} of {total} expected counts are below {minimum}: the p-value of the trend is rough."),
    )
    return (Note("small-expectation", text, {"count": small, "total": table.size, "minimum": SMALL_EXPECTATION}),)
