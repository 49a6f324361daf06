"""Response to treatment and what comes after it, without immortal time: by landmarks, and as it changes over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.chi_square import ChiSquare
from analytics.stats.cox.regression import cox_of
from analytics.stats.cox.result import CoxResult, CoxTerm
from analytics.stats.episodes import Episodes, split_at_response
from analytics.stats.follow_up import Days, Flags, FollowUp, checked_follow_up, checked_response_days
from analytics.stats.result import NotComparable, Note, Record, Result
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_confidence
from analytics.stats.survival.kaplan_meier import KaplanMeierResult, kaplan_meier
from analytics.stats.survival.log_rank import log_rank

RESPONSE = _("response")
RESPONDERS, NON_RESPONDERS = _("responders"), _("non-responders")

EVENT_BEFORE = _("event before the landmark")
ENDED_BEFORE = _("observation ended before the landmark")
ENTERED_AFTER = _("came under observation after the landmark")

_LANDMARK = _("Landmark analysis, groups by response up to the landmark")
_TIME_DEPENDENT = _("Cox proportional hazards regression with response as a time-dependent covariate")


@dataclass(frozen=True)
class Exclusion(Record):
    """How many patients a landmark leaves out, and why."""

    reason: str
    n: int


@dataclass(frozen=True)
class Landmark(Record):
    """One landmark. Where the groups cannot be compared, ``warnings`` say why and the answers are ``None``.

    The hazard ratio is that of responders over non-responders; its clock, like the curves', starts at the landmark.
    """

    day: int
    n: int
    responders: int
    excluded: tuple[Exclusion, ...]
    curves: KaplanMeierResult | None
    log_rank: ChiSquare | None
    hazard_ratio: CoxTerm | None
    warnings: tuple[Note, ...] = ()


@dataclass(frozen=True)
class LandmarkResult(Result):
    """Several landmarks of one question."""

    method: str
    n: int
    landmarks: tuple[Landmark, ...]
    references: tuple[str, ...] = ()

    def landmark(self, day: int) -> Landmark:
        """The landmark on that day."""
        return next(landmark for landmark in self.landmarks if landmark.day == day)


@dataclass(frozen=True)
class ResponsePeriod(Record):
    """Observation of all patients before, or after, their response."""

    label: str
    patients: int
    person_days: int
    event_count: int


@dataclass(frozen=True)
class TimeDependentResponseResult(Result):
    """The regression, whose term :data:`RESPONSE` is the hazard after over the hazard before a response."""

    method: str
    before: ResponsePeriod
    after: ResponsePeriod
    regression: CoxResult
    references: tuple[str, ...] = ()


def landmark(
    time: ArrayLike,
    event: ArrayLike,
    response_time: ArrayLike,
    *,
    landmarks: Sequence[int],
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> LandmarkResult:
    """Compare patients who have responded by a fixed day with those who have not, from that day on.

    ``time`` and ``event`` as in :func:`~analytics.stats.kaplan_meier`; ``response_time`` is the first day of response,
    or ``None`` (not-a-number). At each landmark the patients with an event, or out of observation, before that day are
    left out and counted, and so are those whose ``entry`` is later; the others are grouped by whether their response
    came on or before it, and the clock restarts (Anderson, Cain & Gelber 1983). An event on the landmark itself is on
    day 0 of the new clock. A later response does not move a patient.

    Valid without assumptions on how response and events go together, but for those alive at the landmark, so the day is
    chosen before looking and several are shown. :func:`time_dependent_response` uses all patients.

    A landmark at which a group is empty, or after which nothing happens, has a warning instead of a comparison.

    >>> time, event = [20, 60, 90, 200, 150, 300, 120, 250], [1, 1, 1, 1, 1, 0, 1, 0]
    >>> result = landmark(time, event, [None, 30, None, 40, None, 45, 100, None], landmarks=[50])
    >>> at = result.landmark(50)
    >>> at.n, at.responders, [(item.reason, item.n) for item in at.excluded]
    (7, 3, [('event before the landmark', 1)])
    """
    checked_confidence(confidence)
    if not landmarks or any(day < 0 for day in landmarks):
        raise ValueError("A landmark analysis needs one or more days from 0 on.")
    follow_up = checked_follow_up(time, event, entry=entry)
    response = checked_response_days(response_time, size=follow_up.size)
    return LandmarkResult(
        method=_LANDMARK,
        n=follow_up.size,
        landmarks=tuple(_landmark(follow_up, response, int(day), confidence) for day in landmarks),
        references=("Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710–719",),
    )


def time_dependent_response(
    time: ArrayLike,
    event: ArrayLike,
    response_time: ArrayLike,
    *,
    covariates: Mapping[str, ArrayLike] | None = None,
    entry: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    confidence: float = 0.95,
) -> TimeDependentResponseResult:
    """The hazard of the event after a response over the hazard before, or without, one.

    Every patient is a non-responder up to and including the day of the response and a responder from the day after
    (:func:`~analytics.stats.episodes.split_at_response`), in a Cox regression with start–stop rows (Mantel & Byar 1974,
    Andersen & Gill 1982); ``covariates`` hold one value per patient and are adjusted for. Uses all patients and every
    response, and so says nothing of curves; assumes that the ratio is the same whenever the response came.

    Raises :class:`NotComparable` as :func:`~analytics.stats.cox` does, and where nobody, or everybody all the time, is
    a responder.

    >>> time, event = [20, 60, 90, 200, 150, 300, 120, 250], [1, 1, 1, 1, 1, 0, 1, 0]
    >>> result = time_dependent_response(time, event, [None, 30, None, 40, None, 45, 100, None])
    >>> result.after.patients, result.after.person_days, result.after.event_count
    (4, 465, 3)
    >>> print(result.regression.terms[0])
    response: hazard ratio 1.5 (95% CI 0.2382 to 9.443)
    """
    follow_up = checked_follow_up(time, event, entry=entry)
    episodes = split_at_response(follow_up, response_time)
    if episodes.responded.all() or not episodes.responded.any():
        text = _("Nobody changes between no response and response during observation, so the two cannot be compared.")
        raise NotComparable(text, code="no-change-of-response")
    regression = cox_of(
        episodes.follow_up,
        {
            RESPONSE: episodes.responded,
            **{name: np.asarray(values)[episodes.patient] for name, values in (covariates or {}).items()},
        },
        stratum=None if stratum is None else np.asarray(stratum)[episodes.patient],
        patient=episodes.patient,
        confidence=confidence,
    )
    return TimeDependentResponseResult(
        method=_TIME_DEPENDENT,
        before=_period(NON_RESPONDERS, episodes, ~episodes.responded),
        after=_period(RESPONDERS, episodes, episodes.responded),
        regression=regression,
        references=("Mantel N, Byar DP. J Am Stat Assoc 1974;69:81–86", *regression.references),
    )


def _landmark(follow_up: FollowUp, response: Days, day: int, confidence: float) -> Landmark:
    before = follow_up.time < day
    late = np.zeros_like(before) if follow_up.entry is None else ~before & (follow_up.entry > day)
    kept = ~before & ~late
    reasons = {EVENT_BEFORE: before & follow_up.event, ENDED_BEFORE: before & ~follow_up.event, ENTERED_AFTER: late}
    excluded = tuple(Exclusion(reason, int(rows.sum())) for reason, rows in reasons.items() if rows.any())
    responded = response[kept] <= day
    curves, test, term, notes = _compared(follow_up.time[kept] - day, follow_up.event[kept], responded, confidence)
    return Landmark(
        day=day,
        n=int(kept.sum()),
        responders=int(responded.sum()),
        excluded=excluded,
        curves=curves,
        log_rank=test,
        hazard_ratio=term,
        warnings=notes,
    )


def _compared(
    time: Days, event: Flags, responded: Flags, confidence: float
) -> tuple[KaplanMeierResult | None, ChiSquare | None, CoxTerm | None, tuple[Note, ...]]:
    curves = test = term = None
    group = np.where(responded, RESPONDERS, NON_RESPONDERS)
    try:
        curves = kaplan_meier(time, event, group=group, confidence=confidence)
        test = log_rank(time, event, group, confidence=confidence).test
        regression = cox_of(FollowUp(time=time, event=event), {RESPONSE: responded}, confidence=confidence)
        term = regression.terms[0]
    except NotComparable as refusal:
        return curves, test, term, (refusal.note,)
    return curves, test, term, regression.warnings


def _period(label: str, episodes: Episodes, rows: Flags) -> ResponsePeriod:
    follow_up = episodes.follow_up.select(rows)
    entry = np.maximum(0, -1 if follow_up.entry is None else follow_up.entry)
    return ResponsePeriod(
        label=label,
        patients=int(np.unique(episodes.patient[rows]).size),
        person_days=int((follow_up.time - entry).sum()),
        event_count=int(follow_up.event.sum()),
    )
