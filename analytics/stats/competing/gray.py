"""Gray's test: does the cumulative incidence of a cause differ between groups?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.chi_square import ChiSquare, score_test
from analytics.stats.competing.cumulative_incidence import checked_competing, increment_variance, names_of_causes
from analytics.stats.follow_up import Factor, FollowUp, factor
from analytics.stats.result import NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Counts, Floats, RiskSets

# An incidence this close to 1 is 1 but for rounding.
ROUNDING = 1e-12

_GRAY = _("Gray's test of cumulative incidence")
_GRAY_STRATIFIED = _("Gray's test of cumulative incidence, stratified")


@dataclass(frozen=True)
class GrayTest(Record):
    """The test of one cause; ``test`` is ``None`` where it cannot be made, and a warning of the result says why."""

    cause: str
    event_count: int
    test: ChiSquare | None


@dataclass(frozen=True)
class GrayResult(Result):
    """One test per cause."""

    method: str
    rho: float
    strata: int
    groups: tuple[str, ...]
    tests: tuple[GrayTest, ...]
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def test(self, cause: str) -> ChiSquare | None:
        """The test of that cause."""
        return next(test.test for test in self.tests if test.cause == cause)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One stratum by event day and group: at risk, events of the cause, events of any other, and S before the day."""

    at_risk: Floats
    events: Floats
    others: Floats
    before: Floats


def gray_test(
    time: ArrayLike,
    cause: ArrayLike,
    group: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    order: Sequence[str] | None = None,
    cause_names: Mapping[int, str] | None = None,
    rho: float = 0,
) -> GrayResult:
    """Whether groups differ in the cumulative incidence of each cause, the other causes being what they are.

    A log-rank test on the hazard of the subdistribution (Gray 1988): patients who had another event stay in the risk
    set, in group k as Rₖ = nₖ (1 − Fₖ(t−))/Sₖ(t−). The score is Σ (1 − F⁰(t−))^rho (dₖ − d Rₖ/R) with the pooled
    incidence F⁰; ties count as on one day. The same numbers as R's ``cmprsk::cuminc``, with p from the upper tail. Use
    it beside :func:`~analytics.stats.cumulative_incidence`; for the biology of a cause, compare its cause-specific
    hazard (:func:`~analytics.stats.log_rank` with the other causes as censored).

    Censoring must not depend on the prognosis. Late ``entry`` is refused: those who had another event before they would
    have entered are missing from the risk set, and no weight brings them back here. Raises :class:`NotComparable` also
    with one group and without any event. A cause that nobody has, or that comes only while one group is at risk, has no
    test, and a warning.

    >>> time, cause = [3, 4, 4, 6, 8, 9, 2, 2, 5, 7, 9, 10], [1, 2, 0, 1, 1, 0, 1, 1, 2, 1, 1, 0]
    >>> print(gray_test(time, cause, list("aaaaaabbbbbb")).test("1"))
    chi-square = 0.06716, 1 df, p = 0.796
    """
    if entry is not None:
        text = _(
            "Gray's test cannot take account of patients who enter late. Compare cause-specific hazards with a "
            "log-rank test or a Cox regression, which can."
        )
        raise NotComparable(text, code="delayed-entry")
    if rho < 0:
        raise ValueError("The weight rho is 0 or more.")
    follow_up, causes = checked_competing(time, cause, entry=None)
    groups = factor(group, size=follow_up.size, order=order)
    strata = factor(stratum, size=follow_up.size)
    if groups.size < 2:
        raise NotComparable(_("A comparison needs at least two groups with patients."), code="one-group")
    names = names_of_causes(causes, cause_names)
    parts = _parts(follow_up, causes, groups, strata, list(names))
    tests = tuple(
        GrayTest(name, int(np.count_nonzero(causes == code)), _test(parts[code], groups.size, rho))
        for code, name in names.items()
    )
    return GrayResult(
        method=_GRAY_STRATIFIED if strata.size > 1 else _GRAY,
        rho=float(rho),
        strata=strata.size,
        groups=groups.labels,
        tests=tests,
        warnings=_notes(tests),
        references=("Gray RJ. Ann Stat 1988;16:1141–1154",),
    )


def _parts(
    follow_up: FollowUp, causes: Counts, groups: Factor, strata: Factor, codes: list[int]
) -> dict[int, list[Part]]:
    """For each cause the strata, cut into their event days."""
    sets = RiskSets(follow_up, stratum=strata.codes if strata.size > 1 else None)
    at_risk = sets.counts(groups.codes, groups=groups.size).astype(np.float64)
    everything = sets.ending(follow_up.event, groups.codes, groups=groups.size)
    share = np.divide(everything, at_risk, where=at_risk > 0, out=np.zeros_like(at_risk))
    before = sets.before(sets.product(1 - share), start=1.0)
    parts: dict[int, list[Part]] = {}
    for code in codes:
        events = sets.ending(causes == code, groups.codes, groups=groups.size)
        parts[code] = [
            Part(
                at_risk=at_risk[start:stop],
                events=events[start:stop].astype(np.float64),
                others=(everything - events)[start:stop].astype(np.float64),
                before=before[start:stop],
            )
            for start, stop in zip(sets.bounds[:-1], sets.bounds[1:], strict=True)
        ]
    return parts


def _test(parts: list[Part], groups: int, rho: float) -> ChiSquare | None:
    score, variance = np.zeros(groups), np.zeros((groups, groups))
    for part in parts:
        if part.events.any():
            contribution = _score_and_variance(part, rho)
            score += contribution[0]
            variance += contribution[1]
    return score_test(score, variance)


def _score_and_variance(part: Part, rho: float) -> tuple[Floats, Floats]:
    """Gray's score and the estimate of its variance in one stratum.

    With hₖ = nₖ/Sₖ(t−), h its sum and d the events of all groups, F⁰ grows by d/h. The influence of a martingale
    increment of group r on the score of group i is aᵢᵣ + (1 − g)·(cᵢᵣ(τ) − cᵢᵣ(t)) for the cause and −g·(cᵢᵣ(τ) −
    cᵢᵣ(t)) for the others, where g = (1 − F⁰(t))/Sᵣ(t), aᵢᵣ = (1 − F⁰(t−))^rho (δᵢᵣ hᵢ − hᵢhᵣ/h) and
    cᵢᵣ(t) = Σ aᵢᵣ dF⁰/(1 − F⁰(t−)) (Gray 1988, section 3).
    """
    n, before = part.at_risk, part.before
    present = n > 0
    safe_n = np.where(present, n, 1)
    deaths = part.events.sum(axis=1)
    inverse_before = np.divide(1, before, where=before > 0, out=np.zeros_like(before))
    own_incidence = np.cumsum(before * part.events / safe_n, axis=0)
    own_before = np.concatenate([np.zeros((1, n.shape[1])), own_incidence[:-1]])
    held = n * inverse_before
    total = held.sum(axis=1)
    subdistribution = held * (1 - own_before)
    pooled = np.cumsum(deaths / total)
    pooled_before = np.concatenate([[0.0], pooled[:-1]])
    # Once the pooled incidence is 1 there is nobody whose later events could differ.
    remaining = np.where(pooled_before < 1 - ROUNDING, 1 - pooled_before, np.inf)
    weight = np.where(np.isfinite(remaining), remaining, 0) ** rho
    expected = subdistribution * (deaths / subdistribution.sum(axis=1))[:, None]
    score = weight @ (part.events - expected)

    after = before * (1 - (part.events + part.others) / safe_n)
    # Nobody of the group is left: what others do later does not depend on it.
    left = np.where(after > 0, after, np.inf)
    g = (1 - pooled)[:, None] / left
    own_spread = np.where(present, _expected_spread(deaths, total, safe_n, before), 0)
    other_spread = np.where(after > 0, before**2 * increment_variance(part.others, safe_n), 0)
    variance = np.zeros((n.shape[1], n.shape[1]))
    for r in range(n.shape[1]):
        a = -weight[:, None] * held * (held[:, r] / total)[:, None]
        a[:, r] += weight * held[:, r]
        c = np.cumsum(a * (deaths / (total * remaining))[:, None], axis=0)
        rest = c[-1] - c
        by_cause = a + (1 - g[:, r])[:, None] * rest
        by_others = g[:, r][:, None] * rest
        variance += (by_cause * own_spread[:, r][:, None]).T @ by_cause
        variance += (by_others * other_spread[:, r][:, None]).T @ by_others
    return score, variance


def _expected_spread(deaths: Floats, total: Floats, at_risk: Floats, before: Floats) -> Floats:
    """Variance of S(t−)·d/n in each group if all groups shared the pooled hazard of the subdistribution."""
    d, h = deaths[:, None], total[:, None]
    effective = h * before
    tied = np.where(d > 1, 1 - (d - 1) / np.maximum(effective - 1, 1e-300), 1)
    return np.asarray(tied * before * d / (h * at_risk))


def _notes(tests: tuple[GrayTest, ...]) -> tuple[Note, ...]:
    absent = _("Nobody has had the event {cause}, so it is not tested.")
    apart = _(
        "The event {cause} comes only while a single group is at risk, or on too few days, so it cannot be tested."
    )
    return tuple(
        Note("no-test", apart if test.event_count else absent, {"cause": test.cause})
        for test in tests
        if test.test is None
    )
