"""From the patients of a study to those with a value of a marker by an assay, and why the others have none.

As REMARK asks: McShane LM et al. (2005) J Natl Cancer Inst 97:1180–1184. Patients who withdrew consent are in no step.

A step is a gate. An app that has more to ask before a value is used registers its own, which come after those of
:mod:`expression.flow_gates`::

    @gate(IHC, title=_("Analysed"))
    def analysed(question, candidates):
        return {patient: _("No known response") for patient in candidates - with_response}
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.access import Person, StudyRights
from cases.disclosure import disclosed
from cases.models import Histology, Patient
from expression.assays import AssayKind
from expression.measurements import SpecimenDeltaCq, delta_cq_values
from expression.models import ConsolidationRule, Marker, QpcrRun

Text = str | Promise
Patients = Set[int]
LeftOut = Mapping[int, Text]


@dataclass(frozen=True, kw_only=True)
class FlowQuestion:
    """What ``user`` asks, who may be blind to what others read.

    ``histology`` is that of the index diagnosis, ``rule`` how cores make a value; None for any.
    """

    user: Person
    rights: StudyRights
    marker: Marker
    assay: AssayKind
    histology: Histology | None = None
    rule: ConsolidationRule | None = None

    @property
    def patients(self) -> QuerySet[Patient]:
        """Those the flow begins with."""
        patients = access.countable(rights=self.rights, queryset=Patient.objects.all(), patient="")
        if self.histology is None:
            return patients
        return patients.filter(diagnoses__is_index=True, diagnoses__histology=self.histology)

    @property
    def measurements(self) -> QuerySet[Any]:
        """The single measurements of the marker by the assay in these patients."""
        kind = self.assay
        rows = kind.rows().filter(**{kind.marker: self.marker, f"{kind.patient}__in": self.patients}).order_by()
        return access.narrowed(user=self.user, queryset=rows)

    @cached_property
    def delta_cqs(self) -> dict[int, list[SpecimenDeltaCq]]:
        """ΔCq of the marker by patient, in all runs of the study."""
        found: dict[int, list[SpecimenDeltaCq]] = defaultdict(list)
        runs = QpcrRun.objects.filter(study=self.rights.study, targets__marker=self.marker).distinct()
        for value in delta_cq_values(runs=runs, marker=self.marker):
            found[value.specimen.patient_id].append(value)
        return found


Test = Callable[[FlowQuestion, Patients], LeftOut]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """``left_out`` names, of the patients who came so far, those who go no further, each with the reason."""

    title: Text
    left_out: Test


@dataclass(frozen=True, kw_only=True)
class Step:
    """How many patients passed a gate, and how many did not, by reason, the most frequent first."""

    title: Text
    number: int
    reasons: tuple[tuple[Text, int], ...] = ()

    @property
    def excluded(self) -> int:
        return sum(number for _reason, number in self.reasons)


_gates: dict[str, list[Gate]] = defaultdict(list)


def gate(*assays: str, title: Text) -> Callable[[Test], Test]:
    """Decorator: the next gate of these assays."""

    def register(left_out: Test) -> Test:
        for assay in assays:
            _gates[assay].append(Gate(title=title, left_out=left_out))
        return left_out

    return register


def gates(assay: str) -> tuple[Gate, ...]:
    """The gates of an assay in their order."""
    return tuple(_gates[assay])


def exclusion_flow(question: FlowQuestion) -> list[Step]:
    """The steps from all patients to those with a value. The number of queries does not depend on the patients."""
    candidates = frozenset(question.patients.values_list("pk", flat=True))
    steps = [Step(title=_("Patients"), number=len(candidates))]
    for passed in gates(question.assay.code):
        left_out = passed.left_out(question, candidates)
        candidates -= left_out.keys()
        reasons = Counter(map(str, left_out.values())).most_common()
        steps.append(Step(title=passed.title, number=len(candidates), reasons=tuple(reasons)))
    return steps


def discloses_nobody(steps: list[Step]) -> bool:
    """Whether no number of the flow is so small that it may point at somebody."""
    numbers = [number for step in steps for number in (step.number, *(count for _reason, count in step.reasons))]
    return all(disclosed(number) is not None for number in numbers)
