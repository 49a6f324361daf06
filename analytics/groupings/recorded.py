"""Groups that are recorded as such: a coded field, or a term of a vocabulary."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from analytics.groupings.base import Assignment, CodedGrouping, Grouping, Labels, Sentence, in_all_languages
from cases.models import Diagnosis, Patient


@dataclass(frozen=True, kw_only=True)
class ChoiceGrouping(CodedGrouping):
    """By a coded field of the patient or of the index diagnosis. ``not_known`` are choices that are no group."""

    model: type[Model]
    path: str
    reason: Sentence
    not_known: frozenset[str] = frozenset()

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        return _by_value(self.model, patients, self.path, self.reason, not_known=self.not_known)


@dataclass(frozen=True, kw_only=True)
class TermGrouping(Grouping):
    """By a row of a vocabulary that the patient or the index diagnosis refers to; terms are in alphabetical order."""

    model: type[Model]
    path: str
    terms: Callable[[QuerySet[Patient]], QuerySet[Any]]
    code_of: str
    name_of: Callable[[Any], object]
    reason: Sentence

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        return _by_value(self.model, patients, self.path, self.reason)

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        terms = self.terms(patients).filter(**{f"{self.code_of}__in": codes}).order_by("name")
        return {getattr(term, self.code_of): in_all_languages(self.name_of(term)) for term in terms}


def _by_value(
    model: type[Model],
    patients: QuerySet[Patient],
    path: str,
    reason: Sentence,
    *,
    not_known: frozenset[str] = frozenset(),
) -> Assignment:
    """Groups by the value at a path of the allow-list, of the patient or of the patient's index diagnosis."""
    if model is Patient:
        found = dict(patients.values_list("pk", path))
    else:
        diagnoses = Diagnosis.objects.filter(patient__in=patients, is_index=True)
        found = dict(diagnoses.values_list("patient_id", path))
    assignment = Assignment()
    for patient in patients.values_list("pk", flat=True):
        value = found.get(patient)
        if value and value not in not_known:
            assignment.groups[patient] = value
        else:
            assignment.reasons[patient] = reason
    return assignment
