"""Groups that follow from what is recorded of a patient's tumour."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from analytics.groupings.base import Assignment, CodedGrouping
from cases.derived.age import age_at
from cases.derived.dates import day_of
from cases.models import Diagnosis, Lesion, Patient, RadiographicType
from cases.sentences import sentence
from expression.models import PathologyFinding

AGE_BANDS = {"0-14": 0, "15-39": 15, "40-64": 40, "65-": 65}
"""The band of each age, by the first age in it; 15 to 39 are the adolescents and young adults of oncology."""


@dataclass(frozen=True, kw_only=True)
class RadiographicTypeGrouping(CodedGrouping):
    """By the radiographic type at baseline of the index lesions, where all of them have the same.

    A lesion to which it does not apply, in soft tissue say, is left out.
    """

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        lesions = Lesion.objects.filter(patient__in=patients, is_index=True).order_by()
        types: dict[int, set[str]] = defaultdict(set)
        for patient, kind in lesions.values_list("patient_id", "radiographic_type"):
            if kind != RadiographicType.NOT_APPLICABLE:
                types[patient].add(kind)
        assignment = Assignment()
        for patient in patients.values_list("pk", flat=True):
            found = types[patient]
            if not found or RadiographicType.UNKNOWN in found:
                assignment.reasons[patient] = sentence("Radiographic type not known")
            elif len(found) > 1:
                assignment.reasons[patient] = sentence("Index lesions of different radiographic types")
            else:
                assignment.groups[patient] = found.pop()
        return assignment


@dataclass(frozen=True, kw_only=True)
class MarrowFibrosisGrouping(CodedGrouping):
    """By the grade of marrow fibrosis; of several readings the highest counts."""

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        graded = PathologyFinding.objects.filter(patient__in=patients, marrow_fibrosis__gt="").order_by()
        highest = dict(
            graded.values("patient").annotate(highest=Max("marrow_fibrosis")).values_list("patient", "highest")
        )
        assignment = Assignment(groups=highest)
        for patient in patients.values_list("pk", flat=True):
            if patient not in highest:
                assignment.reasons[patient] = sentence("Marrow fibrosis not graded")
        return assignment


@dataclass(frozen=True, kw_only=True)
class AgeGrouping(CodedGrouping):
    """By the band of the age at the index diagnosis, which is known to a year, see :mod:`cases.derived.age`."""

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        assignment = Assignment()
        for patient, age in ages_at_diagnosis(patients).items():
            if age is None:
                assignment.reasons[patient] = sentence("Age at diagnosis not known")
            else:
                assignment.groups[patient] = age_band(age)
        return assignment


def ages_at_diagnosis(patients: QuerySet[Patient]) -> dict[int, int | None]:
    """The age of each of these patients at the index diagnosis, to a year, by the patient's key."""
    dates = dict(Diagnosis.objects.filter(patient__in=patients, is_index=True).values_list("patient_id", "date"))
    return {
        patient: age_at(birth_year=birth_year, day=day_of(dates.get(patient, "")))
        for patient, birth_year in patients.values_list("pk", "birth_year")
    }


def age_band(age: int) -> str:
    """The code of the band an age lies in.

    >>> age_band(14), age_band(15), age_band(90)
    ('0-14', '15-39', '65-')
    """
    return max((band for band, first in AGE_BANDS.items() if first <= age), key=AGE_BANDS.__getitem__)
