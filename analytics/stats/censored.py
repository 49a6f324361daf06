"""Groups of right-censored cycle thresholds (left-censored expression): comparison without inventing values.

A threshold that was not reached within a sample's limit is known only to lie above it. Nothing is put in its place: it
is handled as a time to an event that was not yet seen, and survival methods take over (Helsel 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.chi_square import ChiSquare
from analytics.stats.dominance import Placements
from analytics.stats.follow_up import Factor, Flags, FollowUp, factor
from analytics.stats.multiplicity import adjust
from analytics.stats.result import (
    Effect,
    HasEffects,
    Interval,
    NotComparable,
    Note,
    PairComparison,
    Record,
    Result,
    lines,
    number,
)
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, checked_values
from analytics.stats.survival.kaplan_meier import crossing, group_steps, log_log_bounds
from analytics.stats.survival.log_rank import log_rank

_PETO_PETO = _("Peto–Peto test of censored measurements (log-rank, weighted by Kaplan–Meier)")


@dataclass(frozen=True)
class CensoredGroup(Record):
    """One group: ``detected`` of ``n`` were measured; ``median`` is ``None`` where it lies beyond the limits."""

    label: str
    n: int
    detected: int
    median: float | None
    interval: Interval | None

    def __str__(self) -> str:
        median = "not reached" if self.median is None else number(self.median)
        interval = "interval not estimable" if self.interval is None else str(self.interval)
        return f"{self.label}: n = {self.n}, detected {self.detected}, median {median} ({interval})"


@dataclass(frozen=True)
class CensoredResult(HasEffects, Result):
    """Comparison of groups; medians are in ``unit``, effects of a higher expression, which is a lower threshold.

    ``effects`` belong to two groups, first over second; with more groups each of ``pairs`` has its own.
    """

    method: str
    unit: str
    groups: tuple[CensoredGroup, ...]
    test: ChiSquare
    effects: tuple[Effect, ...]
    adjustment: str
    pairs: tuple[PairComparison, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        return lines(
            self.method,
            *map(str, self.groups),
            *map(str, self.effects),
            *(map(str, self.pairs) if len(self.groups) > 2 else ()),
            str(self.test),
            *map(str, self.warnings),
        )


def compare_censored(
    threshold: ArrayLike,
    detected: ArrayLike,
    group: ArrayLike,
    *,
    order: Sequence[str] | None = None,
    confidence: float = 0.95,
    unit: str = "",
) -> CensoredResult:
    """Whether expression differs between groups when some samples are below the limit of detection.

    ``threshold`` holds one Cq or ΔCq per independent unit (patient): the value where ``detected`` is 1, the limit it
    exceeds where that is 0; limits may differ between samples. ``group`` is as in
    :func:`~analytics.stats.kaplan_meier`. A threshold at another's limit comes before it. Limits must not depend on the
    expression itself.

    The test is Peto & Peto's (1972), a log-rank test with the weight of the pooled Kaplan–Meier estimate just before
    each threshold (:func:`~analytics.stats.log_rank` with rho = 1): unlike Gehan's, its weights do not depend on how
    the limits lie (Prentice & Marek 1979). Medians are Kaplan–Meier's, with Brookmeyer & Crowley's interval.

    Each pair of groups has the probability of superiority P(expression of the first is higher) + ½ P(it is equal, or
    the order cannot be known): with Gehan's (1965) scores of all pairs of samples, (1 + Σ score/(n·m))/2. An undecided
    pair counts one half, as in Buyse's (2010) pairwise comparison; how many there are is in a note. The interval is
    Brunner & Munzel's with these placements, whose variance is that of a two-sample U-statistic, whatever the scores.
    With one limit for all, above every detected threshold, it is the plain one with all undetected samples tied. With
    more than two groups the pairs' own Peto–Peto p-values are adjusted by Holm's method.

    Raises :class:`NotComparable` where nothing is detected at all, with one group, with values that are not finite, and
    where limits are so low that no value can be put in order with one of another group.

    Helsel DR. Statistics for Censored Environmental Data Using Minitab and R. 2nd ed. Wiley 2012.

    >>> delta_cq = [4.1, 5.0, 6.2, 7.5, 9.0, 8.8, 9.4, 10.2, 11.0, 10.5]
    >>> detected = [1, 1, 1, 1, 0, 1, 1, 1, 0, 0]
    >>> result = compare_censored(delta_cq, detected, ["GCTB"] * 5 + ["FD"] * 5, order=["GCTB", "FD"])
    >>> for line in (*result.groups, *result.effects, result.test):
    ...     print(line)
    GCTB: n = 5, detected 4, median 6.2 (95% CI 4.1 to ∞)
    FD: n = 5, detected 3, median 10.2 (95% CI 8.8 to ∞)
    probability of superiority 0.88 (95% CI 0.5491 to 1)
    chi-square = 4.813, 1 df, p = 0.028
    """
    checked_confidence(confidence)
    samples = _checked(threshold, detected, group, order=order)
    labels = samples.groups.labels
    pairs = [_Pair(samples, first, second) for first, second in combinations(range(len(labels)), 2)]
    test = _test(samples, pairs)
    p_values = [pair.test.p_value for pair in pairs]
    comparisons = tuple(
        PairComparison(
            first=labels[pair.first],
            second=labels[pair.second],
            statistic=pair.test.statistic,
            p_value=pair.test.p_value,
            adjusted_p=adjusted_p,
            effects=(pair.placements.superiority_effect(confidence),),
        )
        for pair, adjusted_p in zip(pairs, adjust(p_values, "holm"), strict=True)
    )
    return CensoredResult(
        method=_PETO_PETO,
        unit=unit,
        groups=_groups(samples, confidence),
        test=test,
        effects=comparisons[0].effects if len(pairs) == 1 else (),
        adjustment="holm",
        pairs=comparisons,
        warnings=_notes(samples, pairs),
        references=(
            "Peto R, Peto J. J R Stat Soc A 1972;135:185–207",
            "Gehan EA. Biometrika 1965;52:203–223",
            "Buyse M. Stat Med 2010;29:3245–3257",
            "Brunner E, Munzel U. Biom J 2000;42:17–25",
            "Helsel DR. Statistics for Censored Environmental Data Using Minitab and R. 2nd ed. Wiley 2012",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Samples:
    """``position`` is the place of each threshold among ``distinct``, which ascend."""

    distinct: Values
    position: np.ndarray
    detected: Flags
    groups: Factor

    def of(self, code: int) -> tuple[np.ndarray, np.ndarray]:
        """The sorted positions of the detected and of the undetected samples of a group."""
        members = self.groups.codes == code
        return np.sort(self.position[members & self.detected]), np.sort(self.position[members & ~self.detected])


class _Pair:
    """Two groups: what is known of the order of their samples, and their test."""

    def __init__(self, samples: _Samples, first: int, second: int) -> None:
        self.first, self.second = first, second
        one, other = samples.of(first), samples.of(second)
        wins, losses = _known(one, other)
        n, m = wins.size, sum(map(len, other))
        reverse_wins, reverse_losses = _known(other, one)
        self.placements = Placements((m + wins - losses) / (2 * m), (n + reverse_losses - reverse_wins) / (2 * n))
        self.decided = int(wins.sum() + losses.sum())
        up_to, before = (np.searchsorted(other[0], one[0], side=side) for side in ("right", "left"))
        self.tied = int((up_to - before).sum())
        self.undecided = n * m - self.decided - self.tied
        rows = np.isin(samples.groups.codes, (first, second))
        self.test = _peto_peto(samples, rows) if self.decided else ChiSquare(0.0, 1, 1.0)


def _known(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """For each sample of a group, of how many of the other its threshold is known to be below, and above."""
    (detected, undetected), (others_detected, others_undetected) = one, other
    below = (
        others_detected.size
        - np.searchsorted(others_detected, detected, side="right")
        + others_undetected.size
        - np.searchsorted(others_undetected, detected, side="left")
    )
    above = np.concatenate(
        [
            np.searchsorted(others_detected, detected, side="left"),
            np.searchsorted(others_detected, undetected, side="right"),
        ]
    )
    return np.concatenate([below, np.zeros(undetected.size, dtype=below.dtype)]), above


def _checked(threshold: ArrayLike, detected: ArrayLike, group: ArrayLike, *, order: Sequence[str] | None) -> _Samples:
    values = checked_values(threshold, label="thresholds")
    flags = np.asarray(detected, dtype=np.float64)
    if flags.shape != values.shape:
        raise ValueError("Thresholds and whether they were detected need the same length.")
    unknown = int(np.count_nonzero(~((flags == 0) | (flags == 1))))
    if unknown:
        text = _("{count} samples are neither detected (1) nor undetected (0). Exclude them first.")
        raise NotComparable(text, code="detected-code", count=unknown)
    groups = factor(group, size=values.size, order=order)
    if groups.size < 2:
        raise NotComparable(_("A comparison needs at least two groups with values."), code="one-group")
    if not flags.any():
        text = _("None of the {total} samples is detected: there is no value to compare.")
        raise NotComparable(text, code="all-undetected", total=values.size)
    distinct, position = np.unique(values, return_inverse=True)
    return _Samples(distinct=distinct, position=position.astype(np.int64), detected=flags == 1, groups=groups)


def _test(samples: _Samples, pairs: list[_Pair]) -> ChiSquare:
    if any(pair.decided for pair in pairs):
        return _peto_peto(samples, np.ones(samples.position.size, dtype=bool))
    if any(pair.tied for pair in pairs):
        return ChiSquare(0.0, samples.groups.size - 1, 1.0)
    text = _("The limits of detection are below every detected value of another group: nothing can be put in order.")
    raise NotComparable(text, code="limits-too-low")


def _peto_peto(samples: _Samples, rows: np.ndarray) -> ChiSquare:
    return log_rank(samples.position[rows], samples.detected[rows], samples.groups.codes[rows], rho=1).test


def _groups(samples: _Samples, confidence: float) -> tuple[CensoredGroup, ...]:
    follow_up = FollowUp(time=samples.position, event=samples.detected)
    members = np.bincount(samples.groups.codes, minlength=samples.groups.size).tolist()
    groups = []
    for label, n, steps in zip(
        samples.groups.labels, members, group_steps(follow_up, samples.groups.codes), strict=True
    ):
        values = samples.distinct[steps.day]
        error = np.sqrt(np.where(steps.survival > 0, steps.greenwood, np.nan))
        low, high = log_log_bounds(steps.survival, error, confidence)
        earliest, latest = (crossing(values, bound, 0.5) for bound in (low, high))
        groups.append(
            CensoredGroup(
                label=label,
                n=n,
                detected=int(steps.events.sum()),
                median=crossing(values, steps.survival, 0.5),
                interval=None if earliest is None and latest is None else Interval(earliest, latest, confidence),
            )
        )
    return tuple(groups)


def _notes(samples: _Samples, pairs: list[_Pair]) -> tuple[Note, ...]:
    notes = []
    undecided, total = (
        sum(pair.undecided for pair in pairs),
        sum(pair.placements.n * pair.placements.m for pair in pairs),
    )
    if not any(pair.decided for pair in pairs):
        text = _("No value differs from a value of another group: there is no variation to compare.")
        notes.append(Note("no-variation", text))
    elif undecided:
        text = _(
            "Limits of detection hide the order of {count} of {total} pairs of samples of different groups; each "
            "counts one half in the probability of superiority, which draws it towards ½."
        )
        notes.append(Note("undecided-pairs", text, {"count": undecided, "total": total}))
    notes += [note for pair in pairs for note in _separation_note(pair, samples.groups.labels)]
    for code, label in enumerate(samples.groups.labels):
        if not samples.detected[samples.groups.codes == code].any():
            text = _("No sample of group {group} is detected: its median is beyond the limits.")
            notes.append(Note("all-undetected-in-group", text, {"group": label}))
    if len(pairs) > 1:
        text = _("The p-values are adjusted for {count} comparisons, the intervals are not.")
        notes.append(Note("intervals-unadjusted", text, {"count": len(pairs)}))
    return tuple(notes)


def _separation_note(pair: _Pair, labels: tuple[str, ...]) -> tuple[Note, ...]:
    placements = pair.placements
    if not placements.separated or min(placements.n, placements.m) == 1:
        return ()
    higher, lower = (pair.first, pair.second) if placements.superiority == 1 else (pair.second, pair.first)
    text = _(
        "Every sample of {higher} has the higher expression than every sample of {lower}; the interval of their "
        "probability of superiority rests on the group sizes alone."
    )
    return (Note("complete-separation", text, {"higher": labels[higher], "lower": labels[lower]}),)
