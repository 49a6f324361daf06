"""Two proportions within strata: the Cochran–Mantel–Haenszel test and the pooled odds ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.proportions.odds import ODDS_RATIO
from analytics.stats.proportions.table import Counts, as_tuples, checked_counts
from analytics.stats.result import Effect, HasEffects, Interval, NotComparable, Note, PKind, Result, counted, format_p
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

_CORRECTED = _("Cochran–Mantel–Haenszel test with continuity correction, Mantel–Haenszel odds ratio")
_UNCORRECTED = _("Cochran–Mantel–Haenszel test, Mantel–Haenszel odds ratio")


@dataclass(frozen=True)
class StratifiedTablesResult(HasEffects, Result):
    """Two groups by event and no event over several strata.

    ``homogeneity_p`` tests that the odds ratio is the same in all strata (Breslow–Day with Tarone's correction);
    ``None`` where that cannot be tested. If it is small, the pooled odds ratio hides different ones.
    """

    method: str
    tables: tuple[tuple[tuple[int, ...], ...], ...]
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    p_kind: PKind
    effects: tuple[Effect, ...]
    homogeneity_statistic: float | None
    homogeneity_degrees_of_freedom: int | None
    homogeneity_p: float | None
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        homogeneity = []
        if self.homogeneity_p is not None:
            homogeneity.append(f"Same odds ratio in all strata: p {format_p(self.homogeneity_p)}")
        return "\n".join(
            (
                self.method,
                *map(str, self.effects),
                f"{self.statistic_name} = {self.statistic:.4g}, {self.degrees_of_freedom} df, "
                f"p {format_p(self.p_value)} ({self.p_kind})",
                *homogeneity,
                *map(str, self.warnings),
            )
        )


def mantel_haenszel(
    tables: Sequence[ArrayLike], *, confidence: float = 0.95, continuity: bool = True
) -> StratifiedTablesResult:
    """Whether two groups differ in the proportion of events within strata, and the odds ratio common to them.

    ``tables`` holds one 2 × 2 table for each stratum: groups in rows, event and no event in columns. The statistic is
    (|Σ (a − E a)| − ½)²/Σ Var a, hypergeometric within strata, on one degree of freedom; ``continuity`` takes off the
    ½, as R does. The odds ratio is Σ (ad/n)/Σ (bc/n) with the interval of Robins, Breslow and Greenland, which holds
    with many small strata as with few large ones. Strata with an empty row or column say nothing and are left out with
    a note.

    Use it instead of a single table where a stratum (centre, subtype) influences both group and event. Raises
    :class:`NotComparable` if no stratum says anything, and on counts that are not whole numbers from 0 on.

    Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719–748. Robins J, Breslow N, Greenland S. Biometrics
    1986;42:311–323. Tarone RE. Biometrika 1985;72:91–95.

    >>> result = mantel_haenszel([[[12, 8], [6, 14]], [[9, 11], [5, 15]]])
    >>> print(result.effects[0], round(result.p_value, 4))
    odds ratio 2.942 (95% CI 1.154 to 7.5) 0.0415
    """
    checked_confidence(confidence)
    counts = [checked_counts(table) for table in tables]
    if any(table.shape != (2, 2) for table in counts):
        raise ValueError("Every stratum has a table of shape (2, 2).")
    used = [table for table in counts if table.sum(axis=0).all() and table.sum(axis=1).all()]
    if not used:
        raise NotComparable(_("No stratum has both groups, events and units without an event."), code="no-stratum")
    stack = np.stack(used).astype(np.float64)
    statistic = _cochran_mantel_haenszel(stack, continuity=continuity)
    effect = _pooled_odds_ratio(stack, confidence=confidence)
    homogeneity = _breslow_day_tarone(stack, effect.estimate)
    degrees = len(used) - 1
    return StratifiedTablesResult(
        method=_CORRECTED if continuity else _UNCORRECTED,
        tables=tuple(as_tuples(table) for table in used),
        statistic_name="X²",
        statistic=statistic,
        degrees_of_freedom=1,
        p_value=float(stats.chi2.sf(statistic, 1)),
        p_kind="asymptotic",
        effects=(effect,),
        homogeneity_statistic=homogeneity,
        homogeneity_degrees_of_freedom=None if homogeneity is None else degrees,
        homogeneity_p=None if homogeneity is None else float(stats.chi2.sf(homogeneity, degrees)),
        warnings=_left_out_note(counts, used),
        references=(
            "Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719–748",
            "Robins J, Breslow N, Greenland S. Biometrics 1986;42:311–323",
            "Tarone RE. Biometrika 1985;72:91–95",
        ),
    )


def _cells(tables: Values) -> tuple[Values, Values, Values, Values]:
    return tables[:, 0, 0], tables[:, 0, 1], tables[:, 1, 0], tables[:, 1, 1]


def _cochran_mantel_haenszel(tables: Values, *, continuity: bool) -> float:
    a, b, c, d = _cells(tables)
    total = a + b + c + d
    distance = abs(float((a - (a + b) * (a + c) / total).sum()))
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))).sum())
    # As in R, a distance below ½ is not corrected.
    correction = 0.5 if continuity and distance >= 0.5 else 0.0
    return (distance - correction) ** 2 / variance


def _pooled_odds_ratio(tables: Values, *, confidence: float) -> Effect:
    a, b, c, d = _cells(tables)
    total = a + b + c + d
    for_, against = a * d / total, b * c / total
    r, s = float(for_.sum()), float(against.sum())
    if r == 0 or s == 0:
        return Effect(ODDS_RATIO, r / s if s else None, None)
    p, q = (a + d) / total, (b + c) / total
    variance = (
        float((p * for_).sum()) / (2 * r**2)
        + float((p * against + q * for_).sum()) / (2 * r * s)
        + float((q * against).sum()) / (2 * s**2)
    )
    half = float(stats.norm.isf((1 - confidence) / 2)) * math.sqrt(variance)
    log = math.log(r / s)
    return Effect(ODDS_RATIO, r / s, Interval(math.exp(log - half), math.exp(log + half), confidence))


def _breslow_day_tarone(tables: Values, odds_ratio: float | None) -> float | None:
    """Chi-square that all strata have that odds ratio; ``None`` with one stratum or an odds ratio of 0 or infinity."""
    if len(tables) < 2 or not odds_ratio:
        return None
    a, b, c, d = _cells(tables)
    row, column, total = a + b, a + c, a + b + c + d
    expected = _expected_events(row, column, total, odds_ratio)
    variance = 1 / (
        1 / expected + 1 / (row - expected) + 1 / (column - expected) + 1 / (total - row - column + expected)
    )
    distance = a - expected
    return max(0.0, float((distance**2 / variance).sum()) - float(distance.sum()) ** 2 / float(variance.sum()))


def _expected_events(row: Values, column: Values, total: Values, odds_ratio: float) -> Values:
    """The first cell of each table with those margins and that odds ratio: the root of a quadratic equation."""
    if odds_ratio == 1:
        return row * column / total
    linear = total - row - column + odds_ratio * (row + column)
    root = np.sqrt(linear**2 - 4 * (odds_ratio - 1) * odds_ratio * row * column)
    # The form of the smaller root that does not cancel.
    return 2 * odds_ratio * row * column / (linear + root)


def _left_out_note(counts: list[Counts], used: list[Counts]) -> tuple[Note, ...]:
    if len(used) == len(counts):
        return ()
    text = counted(
        len(counts) - len(used),
        one=_("{count} of {total} strata has an empty row or column and is left out."),
        several=_("{count} of {total} strata have an empty row or column and are left out."),
    )
    return (Note("strata-left-out", text, {"count": len(counts) - len(used), "total": len(counts)}),)
