"""How soon after the first dose patients respond, death competing."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.dataset import exclusions_of
from analytics.groupings.base import Sentence
from analytics.kinds.time_to_event.curves import Sample, curves
from analytics.kinds.time_to_event.naming import ALL
from analytics.kinds.time_to_event.observation import (
    AFTER_DEATH,
    CENSORED,
    DIED,
    EVENT,
    NO_TIME,
    NO_TIME_AT_RISK,
)
from cases.derived.course import Course
from cases.derived.follow_up import NoFollowUp, TimeZero

YEARS = [0.5, 1.0, 2.0]


def time_to_response(courses: Sequence[Course], *, criterion: str) -> dict[str, Any]:
    """The cumulative incidence of a response among all treated patients, and who is left out and why.

    Who was never assessed, or could not be, is a patient without a response: to leave such patients out would ask the
    future. ``incidence`` is ``None`` without a patient.
    """
    observed = [_observed(course, criterion) for course in courses if course.denosumab]
    known = [one for one in observed if isinstance(one, tuple)]
    reasons = [one for one in observed if isinstance(one, dict)]
    return {
        "patients": len(known),
        "exclusions": [{"reason": one.reason, "patients": one.patients} for one in exclusions_of(reasons)],
        "incidence": _incidence(known) if known else None,
    }


def _observed(course: Course, criterion: str) -> tuple[int, int] | Sentence:
    """Days from the first dose and what ended them, or why there are none."""
    followed = course.follow_up(TimeZero.FIRST_DOSE)
    if followed.days is None:
        return NO_TIME[followed.missing or NoFollowUp.NO_END]
    last = followed.days.days
    answer = course.response(criterion)
    if answer.days is not None:
        # A response after the last follow-up tells that the patient was still followed.
        return AFTER_DEATH if followed.died and answer.days.days > last else (answer.days.days, EVENT)
    if last == 0:
        return NO_TIME_AT_RISK
    return last, DIED if followed.died else CENSORED


def _incidence(known: Sequence[tuple[int, int]]) -> dict[str, Any]:
    days, causes = zip(*known, strict=True)
    sample = Sample(
        time=np.array(days, dtype=np.int64),
        cause=np.array(causes, dtype=np.int64),
        group=np.array([ALL] * len(known), dtype=np.str_),
        order=[ALL],
        entry=None,
    )
    return curves(sample, competes=True, years=YEARS)
