"""The log-rank test and its Fleming–Harrington family."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analytics.stats.chi_square import ChiSquare, score_test
from analytics.stats.follow_up import Factor, checked_follow_up, factor
from analytics.stats.result import Effect, HasEffects, Interval, NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Counts, Floats, RiskSets
from analytics.stats.samples import checked_confidence

PETO_HAZARD_RATIO = _("hazard ratio (Peto)")

_LOG_RANK = _("Log-rank test")
_LOG_RANK_STRATIFIED = _("Log-rank test, stratified")
_FLEMING_HARRINGTON = _("Fleming–Harrington weighted log-rank test")
_FLEMING_HARRINGTON_STRATIFIED = _("Fleming–Harrington weighted log-rank test, stratified")


@dataclass(frozen=True)
class LogRankGroup(Record):
    """One group: patients, events, and the (weighted) numbers observed and expected if all groups were alike."""

    label: str
    n: int
    event_count: int
    observed: float
    expected: float


@dataclass(frozen=True)
class LogRankResult(HasEffects, Result):
    """The test. Its effect, for two groups and equal weights, is the hazard ratio of the first over the second."""

    method: str
    rho: float
    gamma: float
    strata: int
    groups: tuple[LogRankGroup, ...]
    test: ChiSquare
    effects: tuple[Effect, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """Per risk set: the groups' numbers at risk and with events, and the totals."""

    at_risk: Counts
    events: Counts
    total: Floats
    total_events: Floats


def log_rank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    order: Sequence[str] | None = None,
    rho: float = 0,
    gamma: float = 0,
    confidence: float = 0.95,
) -> LogRankResult:
    """Whether the hazard of the event differs between two or more groups.

    On every day with d events among n at risk, group k is expected to have d·nₖ/n; the score is Σ w (dₖ − d·nₖ/n), its
    variance the hypergeometric one with ties, Σ w² d (n − d)/(n − 1) (nₖ/n)(δₖₗ − nₗ/n) (Mantel 1966), summed over
    strata. The weight w = S(t−)^rho (1 − S(t−))^gamma with the pooled Kaplan–Meier estimate of the stratum
    (Fleming & Harrington 1991): 0, 0 is the log-rank test, rho = 1 stresses early and gamma = 1 late differences;
    choose before looking. With ``entry`` a patient is at risk, also in the pooled estimate, from the day after.

    Most powerful for proportional hazards; where curves cross it may see nothing. Censoring may depend on the group,
    not on the prognosis. Degrees of freedom are the rank of the variance, so a group nobody of which is at risk when
    an event happens takes none; R keeps them at groups − 1 unless nothing is expected in the group.

    For two groups and equal weights the effect is Peto's one-step hazard ratio exp((O − E)/V) of the first over the
    second, which draws towards 1 when it is far from it: :func:`~analytics.stats.cox` estimates it better.

    Raises :class:`NotComparable` with one group, without any event, and where groups are never at risk together.

    >>> weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    >>> event = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    >>> result = log_rank(weeks, event, ["maintained"] * 11 + ["not"] * 12)
    >>> print(result.test)
    chi-square = 3.396, 1 df, p = 0.065
    >>> print(result.effects[0])
    hazard ratio (Peto) 0.3983 (95% CI 0.1496 to 1.06)
    """
    checked_confidence(confidence)
    if rho < 0 or gamma < 0:
        raise ValueError("The weights rho and gamma are 0 or more.")
    follow_up = checked_follow_up(time, event, entry=entry)
    groups = factor(group, size=follow_up.size, order=order)
    strata = factor(stratum, size=follow_up.size)
    if groups.size < 2:
        raise NotComparable(_("A comparison needs at least two groups with patients."), code="one-group")
    if not follow_up.event.any():
        raise NotComparable(_("Nobody has had the event, so there is nothing to compare."), code="no-events")
    sets = RiskSets(follow_up, stratum=strata.codes if strata.size > 1 else None)
    table = _table(sets, groups, follow_up.event)
    weight = _weights(sets, table, rho, gamma)
    expected = table.at_risk * (table.total_events / table.total)[:, None]
    score = weight @ (table.events - expected)
    variance = _variance(table, weight)
    test = score_test(score, variance)
    if test is None:
        text = _("The groups are never at risk at the same time, so they cannot be compared.")
        raise NotComparable(text, code="never-together")
    equal_weights = rho == gamma == 0
    return LogRankResult(
        method=_method(equal_weights, stratified=strata.size > 1),
        rho=float(rho),
        gamma=float(gamma),
        strata=strata.size,
        groups=_summaries(groups, table, weight, expected),
        test=test,
        effects=_peto(score, variance, confidence) if equal_weights and groups.size == 2 else (),
        warnings=_notes(groups, table),
        references=(
            "Mantel N. Cancer Chemother Rep 1966;50:163–170",
            "Fleming TR, Harrington DP. Counting Processes and Survival Analysis. Wiley 1991",
            "Peto R, et al. Br J Cancer 1977;35:1–39",
        ),
    )


def _table(sets: RiskSets, groups: Factor, event: np.ndarray) -> Table:
    at_risk = sets.counts(groups.codes, groups=groups.size)
    events = sets.ending(event, groups.codes, groups=groups.size)
    return Table(
        at_risk=at_risk,
        events=events,
        total=at_risk.sum(axis=1).astype(np.float64),
        total_events=events.sum(axis=1).astype(np.float64),
    )


def _weights(sets: RiskSets, table: Table, rho: float, gamma: float) -> Floats:
    survival = sets.before(sets.product(1 - table.total_events / table.total), start=1.0)
    return np.asarray(survival**rho * (1 - survival) ** gamma)


def _variance(table: Table, weight: Floats) -> Floats:
    n, d = table.total, table.total_events
    spread = np.where(n > 1, weight**2 * d * (n - d) / np.maximum(n - 1, 1), 0)
    share = table.at_risk / n[:, None]
    weighted = share * spread[:, None]
    return np.asarray(np.diag(weighted.sum(axis=0)) - weighted.T @ share)


def _summaries(groups: Factor, table: Table, weight: Floats, expected: Floats) -> tuple[LogRankGroup, ...]:
    members = np.bincount(groups.codes, minlength=groups.size).tolist()
    columns = (table.events.sum(axis=0), weight @ table.events, weight @ expected)
    events, observed, expectation = (column.tolist() for column in columns)
    return tuple(map(LogRankGroup, groups.labels, members, events, observed, expectation))


def _peto(score: Floats, variance: Floats, confidence: float) -> tuple[Effect, ...]:
    logarithm, half = score[0] / variance[0, 0], stats.norm.isf((1 - confidence) / 2) / math.sqrt(variance[0, 0])
    if abs(logarithm) + half > 700:
        return ()
    interval = Interval(math.exp(logarithm - half), math.exp(logarithm + half), confidence)
    return (Effect(PETO_HAZARD_RATIO, math.exp(logarithm), interval),)


def _method(equal_weights: bool, *, stratified: bool) -> str:
    if equal_weights:
        return _LOG_RANK_STRATIFIED if stratified else _LOG_RANK
    return _FLEMING_HARRINGTON_STRATIFIED if stratified else _FLEMING_HARRINGTON


def _notes(groups: Factor, table: Table) -> tuple[Note, ...]:
    text = _("Nobody in group {group} is at risk on any day with an event; it does not enter the test.")
    absent = np.flatnonzero(table.at_risk.sum(axis=0) == 0)
    return tuple(Note("never-at-risk", text, {"group": groups.labels[code]}) for code in absent)
