"""By what patients can be grouped: an allow-list. A question names a code of it, never a path into the database."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import (
    AlterationKind,
    Category,
    Detection,
    Diagnosis,
    GiantCells,
    Histology,
    MolecularAlteration,
    Patient,
    Sex,
    Site,
    Topography,
)
from cases.sentences import sentence

Labels = dict[str, str]
"""A name in every language of the portal: ``{"en": "Female", "ja": "女性"}``."""

Sentence = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Each patient's group, or the reason why there is none. Keys are the patients' primary keys."""

    groups: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, Sentence] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Grouping(ABC):
    """One way to group patients. ``needs_gene`` asks for the HGNC symbol of an altered gene."""

    code: str
    name: str | Promise
    needs_gene: bool = False

    def label(self, gene: str) -> str | Promise:
        """What the groups have in common, as an axis or a title says it."""
        return self.name

    @abstractmethod
    def assign(self, patients: QuerySet[Patient], gene: str) -> Assignment:
        """The group of each of these patients."""

    @abstractmethod
    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        """The codes in the order in which they are shown, each with its names."""


@dataclass(frozen=True, kw_only=True)
class ChoiceGrouping(Grouping):
    """By a coded field of the patient or of the index diagnosis. ``not_known`` are choices that are no group."""

    model: type[Model]
    path: str
    choices: Mapping[str, str | Promise]
    reason: Sentence
    not_known: frozenset[str] = frozenset()

    def assign(self, patients: QuerySet[Patient], gene: str) -> Assignment:
        return _by_value(self.model, patients, self.path, self.reason, not_known=self.not_known)

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        return {code: in_all_languages(label) for code, label in self.choices.items() if code in codes}


@dataclass(frozen=True, kw_only=True)
class TermGrouping(Grouping):
    """By a row of a vocabulary that the patient or the index diagnosis refers to; terms are in alphabetical order."""

    model: type[Model]
    path: str
    terms: Callable[[QuerySet[Patient]], QuerySet[Any]]
    code_of: str
    name_of: Callable[[Any], object]
    reason: Sentence

    def assign(self, patients: QuerySet[Patient], gene: str) -> Assignment:
        return _by_value(self.model, patients, self.path, self.reason)

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        terms = self.terms(patients).filter(**{f"{self.code_of}__in": codes}).order_by("name")
        return {getattr(term, self.code_of): in_all_languages(self.name_of(term)) for term in terms}


@dataclass(frozen=True, kw_only=True)
class FusionPartnerGrouping(Grouping):
    """By the partner of a gene's fusion."""

    needs_gene: bool = True

    def label(self, gene: str) -> str | Promise:
        return format_lazy(_("{gene} fusion partner"), gene=gene)

    def assign(self, patients: QuerySet[Patient], gene: str) -> Assignment:
        tests = _tests(patients, gene).filter(kind__in=[AlterationKind.FUSION, AlterationKind.REARRANGEMENT])
        partners: dict[int, set[str]] = {}
        results: dict[int, set[str]] = {}
        for patient, result, partner in tests.values_list("patient_id", "result", "partner"):
            results.setdefault(patient, set()).add(result)
            if partner:
                partners.setdefault(patient, set()).add(partner)
        assignment = Assignment()
        for patient in patients.values_list("pk", flat=True):
            known = partners.get(patient, set())
            if len(known) == 1:
                assignment.groups[patient] = next(iter(known))
            elif known:
                assignment.reasons[patient] = sentence("{gene} fusion with more than one partner", gene=gene)
            elif results.get(patient) == {Detection.NOT_DETECTED}:
                assignment.reasons[patient] = sentence("No {gene} fusion detected", gene=gene)
            else:
                assignment.reasons[patient] = sentence("{gene} fusion partner not known", gene=gene)
        return assignment

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        return {code: in_all_languages(code) for code in sorted(codes)}


@dataclass(frozen=True, kw_only=True)
class AlterationGrouping(Grouping):
    """By whether any alteration of a gene was detected. Tested and negative differs from not tested."""

    needs_gene: bool = True

    def label(self, gene: str) -> str | Promise:
        return format_lazy(_("{gene} alteration"), gene=gene)

    def assign(self, patients: QuerySet[Patient], gene: str) -> Assignment:
        results: dict[int, set[str]] = {}
        for patient, result in _tests(patients, gene).values_list("patient_id", "result"):
            results.setdefault(patient, set()).add(result)
        assignment = Assignment()
        for patient in patients.values_list("pk", flat=True):
            found = results.get(patient, set())
            if Detection.DETECTED in found:
                assignment.groups[patient] = Detection.DETECTED.value
            elif Detection.NOT_DETECTED in found:
                assignment.groups[patient] = Detection.NOT_DETECTED.value
            elif found:
                assignment.reasons[patient] = sentence("{gene} test not evaluable", gene=gene)
            else:
                assignment.reasons[patient] = sentence("{gene} not tested", gene=gene)
        return assignment

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        return {code: in_all_languages(label) for code, label in Detection.choices if code in codes}


def in_all_languages(text: object) -> Labels:
    """What a text of the message catalogue, or a term of a vocabulary, is called in every language of the portal."""
    labels = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            labels[language] = str(text)
    return labels


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


def _tests(patients: QuerySet[Patient], gene: str) -> QuerySet[MolecularAlteration]:
    return MolecularAlteration.objects.filter(patient__in=patients, gene=gene).order_by()


GROUPINGS: dict[str, Grouping] = {
    grouping.code: grouping
    for grouping in (
        TermGrouping(
            code="histology",
            name=_("Histology"),
            model=Diagnosis,
            path="histology__name",
            terms=lambda patients: Histology.objects.all(),
            code_of="name",
            name_of=lambda term: term,
            reason=sentence("Histology not known"),
        ),
        ChoiceGrouping(
            code="category",
            name=_("Category"),
            model=Diagnosis,
            path="category",
            choices=dict(Category.choices),
            reason=sentence("No diagnosis"),
        ),
        TermGrouping(
            code="primary_site",
            name=_("Primary site"),
            model=Diagnosis,
            path="primary_site__code",
            terms=lambda patients: Topography.objects.all(),
            code_of="code",
            name_of=lambda term: term,
            reason=sentence("Primary site not known"),
        ),
        TermGrouping(
            code="site",
            name=_("Institution"),
            model=Patient,
            path="site__code",
            terms=lambda patients: Site.objects.filter(patients__in=patients).distinct(),
            code_of="code",
            name_of=lambda site: site.name,
            reason=sentence("Institution not known"),
        ),
        ChoiceGrouping(
            code="sex",
            name=_("Sex"),
            model=Patient,
            path="sex",
            choices=dict(Sex.choices),
            reason=sentence("Sex not known"),
            not_known=frozenset({Sex.UNKNOWN.value}),
        ),
        ChoiceGrouping(
            code="giant_cells",
            name=_("Osteoclast-like giant cells"),
            model=Diagnosis,
            path="giant_cells",
            choices=dict(GiantCells.choices),
            reason=sentence("Giant cells not assessed"),
            not_known=frozenset({GiantCells.NOT_ASSESSED.value}),
        ),
        FusionPartnerGrouping(code="fusion_partner", name=_("Fusion partner of a gene")),
        AlterationGrouping(code="alteration", name=_("Alteration of a gene")),
    )
}
"""Every grouping there is, in the order of the form."""
