"""A marker's one value of each patient."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from analytics.dataset import Exclusion
from analytics.groupings import Labels
from analytics.groupings.base import Sentence
from analytics.kinds.time_to_event.naming import HIGH, LOW, median_of
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.measurements import (
    UsedAntibody,
    antibody_doubts,
    consolidated,
    doubts,
    measurements,
    unusable,
    used_antibodies,
)
from cases.access import Person
from cases.derived.course import Course
from cases.derived.dates import day_of
from cases.derived.follow_up import TimeZero
from cases.models import Patient
from cases.sentences import sentence

NOT_MEASURED = sentence("No value of the marker")


@dataclass(frozen=True, kw_only=True)
class MarkerValues:
    """``of_patient`` is the value of each patient by key, ``reasons`` why others have none.

    ``specimens`` are the codes of those each value comes from; ``lost_samples`` have no usable value.
    """

    of_patient: dict[int, float]
    reasons: dict[int, Sentence]
    specimens: dict[int, set[str]]
    lost_samples: list[Exclusion]
    unit: Labels
    reference_genes: list[str]
    antibodies: list[UsedAntibody]
    notes: list[dict[str, Any]]

    def taken_late(self, patients: Sequence[int], courses: Mapping[int, Course], zero: TimeZero) -> int:
        """How many of these patients have a value from a specimen taken after time zero."""
        return sum(self._is_late(key, courses[key], courses[key].zeros[zero].date) for key in patients)

    def _is_late(self, key: int, course: Course, zero: date) -> bool:
        taken = [day_of(one.collection_date) for one in course.specimens if one.code in self.specimens[key]]
        return any(day is not None and day.date > zero for day in taken)


def marker_values(spec: TimeToEvent, *, patients: QuerySet[Patient], by: Person) -> MarkerValues:
    """The values of the question's measure. Raises ``NotComparable`` where they are in no common unit."""
    codes = dict(patients.values_list("pk", "code"))
    measured = measurements(measure=spec, by=by).of(set(codes))
    samples = consolidated(measured.values, codes=codes, rule=spec.consolidation)
    one_each = samples.drop_duplicates("patient_id")
    specimens: dict[int, set[str]] = defaultdict(set)
    for key, sample in zip(samples["patient_id"], samples["sample"], strict=True):
        specimens[key].add(sample)
    of_patient = dict(zip(one_each["patient_id"], one_each["patient_value"].astype(float), strict=True))
    rejected: dict[int, Sentence] = {}
    for item in measured.rejected:
        rejected.setdefault(item.patient_id, item.reason)
    antibodies = used_antibodies(measured.values, measured.antibodies)
    return MarkerValues(
        of_patient=of_patient,
        reasons={key: rejected.get(key, NOT_MEASURED) for key in codes if key not in of_patient},
        specimens=specimens,
        lost_samples=[replace(item, patients=0) for item in unusable(measured)],
        unit=measured.unit,
        reference_genes=measured.reference_genes,
        antibodies=antibodies,
        notes=[*doubts(measured.values), *antibody_doubts(antibodies)],
    )


def high_or_low(values: Sequence[float]) -> list[str]:
    """On which side of the median each value lies; the median itself is low."""
    median = median_of(values) if values else 0
    return [HIGH if value > median else LOW for value in values]
