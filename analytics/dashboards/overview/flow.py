"""From the patients of a study to those about whom the response can be followed, and why the others are not there.

As REMARK asks: McShane LM et al. (2005) J Natl Cancer Inst 97:1180–1184. Patients who withdrew consent are in no step.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from analytics.dataset import exclusions_of
from analytics.kinds.time_to_event.observation import NO_TIME, NO_TIME_AT_RISK
from cases.derived.course import Course
from cases.derived.follow_up import NoFollowUp, TimeZero
from cases.models import ConsentStatus
from cases.sentences import sentence
from expression.flow_gates import NO_TISSUE

Sentence = dict[str, Any]
WhyNot = Callable[[Course, Set[int]], Sentence | None]

NOT_CONSENTED = {
    ConsentStatus.PENDING: sentence("Consent is pending"),
    ConsentStatus.UNKNOWN: sentence("Not known whether there is consent"),
}
ALL, CONSENT, SPECIMEN, STAIN, DENOSUMAB, ASSESSED, FOLLOWED = (
    "patients",
    "consent",
    "specimen",
    "stain",
    "denosumab",
    "assessed",
    "followed",
)


def flow(courses: Sequence[Course], *, stained: Set[int]) -> list[dict[str, Any]]:
    """One entry for each step: how many come so far, how many of ``whole`` meet the step alone, and the reasons of
    those who come no further. ``stained`` are the keys of patients with a stain that was read.
    """
    steps: list[dict[str, Any]] = [{"step": ALL, "patients": len(courses), "whole": len(courses), "reasons": []}]
    left = list(courses)
    for step, why_not in GATES.items():
        reasons = {course.patient.pk: why_not(course, stained) for course in courses}
        out = [reason for course in left if (reason := reasons[course.patient.pk]) is not None]
        left = [course for course in left if reasons[course.patient.pk] is None]
        found = sorted(exclusions_of(out), key=lambda one: -one.patients)
        steps.append(
            {
                "step": step,
                "patients": len(left),
                "whole": sum(reason is None for reason in reasons.values()),
                "reasons": [{"reason": one.reason, "patients": one.patients} for one in found],
            }
        )
    return steps


def _consent(course: Course, _stained: Set[int]) -> Sentence | None:
    return NOT_CONSENTED.get(ConsentStatus(course.patient.consent_status))


def _specimen(course: Course, _stained: Set[int]) -> Sentence | None:
    return None if course.specimens else sentence("No specimen")


def _stain(course: Course, stained: Set[int]) -> Sentence | None:
    if course.patient.pk in stained:
        return None
    if all(specimen.kind in NO_TISSUE for specimen in course.specimens):
        return sentence("No tissue that could be stained")
    return sentence("No stain was read")


def _denosumab(course: Course, _stained: Set[int]) -> Sentence | None:
    if not course.denosumab:
        return sentence("No denosumab")
    return None if TimeZero.FIRST_DOSE in course.zeros else sentence("First dose of denosumab without a date")


def _assessed(course: Course, _stained: Set[int]) -> Sentence | None:
    zero = course.zeros.get(TimeZero.FIRST_DOSE)
    if zero is None:
        return sentence("No dated dose of denosumab")
    days = [day for one in course.assessments if (day := course.day(one.date))]
    if not days:
        return sentence("No lesion was assessed")
    return None if any(day.date > zero.date for day in days) else sentence("Assessed up to the first dose only")


def _followed(course: Course, _stained: Set[int]) -> Sentence | None:
    followed = course.follow_up(TimeZero.FIRST_DOSE)
    if followed.days is None:
        return NO_TIME[followed.missing or NoFollowUp.NO_END]
    return None if followed.days.days else NO_TIME_AT_RISK


GATES: Mapping[str, WhyNot] = {
    CONSENT: _consent,
    SPECIMEN: _specimen,
    STAIN: _stain,
    DENOSUMAB: _denosumab,
    ASSESSED: _assessed,
    FOLLOWED: _followed,
}
"""The steps in order, each with the reason why a patient does not take it."""
