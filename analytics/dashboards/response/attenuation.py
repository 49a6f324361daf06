"""How much denser index lesions became: the best change of their mean CT attenuation."""

from collections.abc import Sequence
from typing import Any

from cases.derived.course import Course
from cases.derived.dates import Day
from cases.derived.follow_up import TimeZero
from cases.derived.response import Assessment, FollowedLesion


def best_changes(courses: Sequence[Course], *, criterion: str) -> list[dict[str, Any]]:
    """One row per patient, the greatest change first: that of the index lesion which changed most, in HU.

    From the last measurement up to the first dose to the highest after it. Measurements after radiotherapy or surgery
    to the lesion are left out: these harden bone, too. ``outcome`` is the patient's by the criterion, blank where the
    patient is not in its denominator.
    """
    rows = []
    for course in courses:
        zero = course.zeros.get(TimeZero.FIRST_DOSE)
        if zero is None:
            continue
        found = [_change(lesion, zero) for lesion in course.followed_lesions if lesion.is_index]
        measured = [one for one in found if one is not None]
        if measured:
            best = max(measured, key=lambda one: one["change"])
            outcome = course.response(criterion).outcome
            rows.append({"patient": course.patient.code, **best, "outcome": str(outcome or "")})
    return sorted(rows, key=lambda row: (-row["change"], row["patient"]))


def _change(lesion: FollowedLesion, zero: Day) -> dict[str, Any] | None:
    measured = [one for one in lesion.assessments if one.attenuation is not None and not lesion.is_flagged(one)]
    before = [one for one in measured if one.day.date <= zero.date]
    after = [one for one in measured if one.day.date > zero.date]
    if not before or not after:
        return None
    baseline, best = max(before, key=lambda one: one.day.date), max(after, key=_attenuation)
    return {
        "lesion": lesion.label,
        "baseline": _attenuation(baseline),
        "best": _attenuation(best),
        "change": _attenuation(best) - _attenuation(baseline),
        "day": (best.day.date - zero.date).days,
    }


def _attenuation(assessment: Assessment) -> float:
    return assessment.attenuation or 0.0
