"""Groups that follow from the course of treatment with denosumab, by the rules of :mod:`cases.derived`."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings.base import Assignment, CodedGrouping
from cases.derived.course import RECORDS_OF_TIMING, courses, responses
from cases.derived.response import Excluded, Outcome
from cases.derived.timing import Timing
from cases.models import Criterion, Patient
from cases.sentences import sentence

NOT_IN_DENOMINATOR = {
    Excluded.NOT_TREATED: sentence("Never given denosumab"),
    Excluded.UNDATED_TREATMENT: sentence("Denosumab on an unknown day"),
    Excluded.NO_INDEX_LESION: sentence("No index lesion"),
    Excluded.NO_FOLLOW_UP: sentence("Not assessed by this criterion after the first dose"),
    Excluded.BLASTIC: sentence("Blastic at baseline"),
    Excluded.OTHER_TYPE: sentence("Neither lytic nor mixed at baseline"),
}


@dataclass(frozen=True, kw_only=True)
class ResponseGrouping(CodedGrouping):
    """By the response to denosumab by one criterion, in the study's rule for several lesions."""

    needs: str = "criterion"

    def label(self, detail: str) -> str | Promise:
        return format_lazy(
            _("Response to denosumab · {criterion}"), criterion=dict(Criterion.choices).get(detail, detail)
        )

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        assignment = Assignment()
        for patient, response in responses(list(patients), detail).items():
            if response.excluded is not None:
                assignment.reasons[patient] = NOT_IN_DENOMINATOR[response.excluded]
            elif response.outcome in (Outcome.RESPONSE, Outcome.NO_RESPONSE):
                assignment.groups[patient] = response.outcome.value
            else:
                assignment.reasons[patient] = sentence("Response not evaluable")
        return assignment


@dataclass(frozen=True, kw_only=True)
class TimingGrouping(CodedGrouping):
    """By when the specimens were taken: all before denosumab, all on it, all after it, or it was never given.

    Patients with specimens of several timings are in no group, because a patient's one value would mix them; their
    change is another question. What was made from a specimen is of that specimen's day.
    """

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        assignment = Assignment()
        for patient, course in courses(list(patients), records=RECORDS_OF_TIMING).items():
            taken = [specimen for specimen in course.specimens if specimen.parent_id is None]
            timings = {course.timing(specimen).timing for specimen in taken}
            if not timings or Timing.UNKNOWN in timings:
                assignment.reasons[patient] = sentence("Not known when the specimens were taken")
            elif len(timings) > 1:
                assignment.reasons[patient] = sentence("Specimens of several timings")
            else:
                assignment.groups[patient] = timings.pop().value
        return assignment
