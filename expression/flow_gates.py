"""What a patient needs to have a value of a marker, assay by assay."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Core, CoreStatus, Specimen, SpecimenKind
from expression.assays import IHC, PROFILE, QPCR, WESTERN
from expression.exclusion_flow import FlowQuestion, LeftOut, Patients, gate
from expression.models import Band, BandForm, Evaluability, IhcReading
from expression.result_row import REASONS
from expression.scoring import Status

NO_TISSUE = (SpecimenKind.RNA_EXTRACT, SpecimenKind.PROTEIN_EXTRACT, SpecimenKind.CELL_PELLET)
FARTHEST_FIRST = (Evaluability.NOT_ASSESSABLE, Evaluability.NO_TUMOUR, Evaluability.LOST)
"""Of several reasons why a patient's stains have no score, the one that came closest to a score is told."""


@gate(IHC, title=gettext_lazy("With a block, section or other tissue"))
def has_tissue(question: FlowQuestion, candidates: Patients) -> LeftOut:
    specimens = Specimen.objects.filter(patient__in=question.patients).values_list("patient", "kind")
    kinds: dict[int, set[str]] = defaultdict(set)
    for patient, kind in specimens:
        kinds[patient].add(kind)
    return {
        patient: _("Extracts or cells only") if kinds[patient] else _("No specimen")
        for patient in candidates
        if kinds[patient] <= set(NO_TISSUE)
    }


@gate(QPCR, WESTERN, PROFILE, title=gettext_lazy("With a specimen"))
def has_specimen(question: FlowQuestion, candidates: Patients) -> LeftOut:
    specimens = Specimen.objects.filter(patient__in=question.patients)
    return dict.fromkeys(candidates - set(specimens.values_list("patient", flat=True)), _("No specimen"))


@gate(IHC, title=gettext_lazy("With a stained section or core"))
def is_stained(question: FlowQuestion, candidates: Patients) -> LeftOut:
    """A core on an array that was stained is stained, read or not: a lost core is no missing stain."""
    stained = set(question.measurements.values_list("patient", flat=True))
    cores = _cores(question)
    return {
        patient: _("On an array that was not stained") if patient in cores else _("Not stained for this marker")
        for patient in candidates - stained
        if not cores.get(patient)
    }


@gate(IHC, title=gettext_lazy("With an evaluable section or core"))
def is_evaluable(question: FlowQuestion, candidates: Patients) -> LeftOut:
    evaluable = set(_scored(question).values_list("patient", flat=True))
    found: dict[int, set[str]] = defaultdict(set)
    for patient, evaluability in question.measurements.values_list("patient", "evaluability").distinct():
        found[patient].add(evaluability)
    cores = _cores(question)
    return {
        patient: _why_not(found[patient] - {Evaluability.EVALUABLE} or cores[patient])
        for patient in candidates - evaluable
    }


@gate(IHC, title=gettext_lazy("With a value"))
def has_enough_cores(question: FlowQuestion, candidates: Patients) -> LeftOut:
    """By the rule some specimen has enough evaluable cores, or an evaluable section; without a rule any reading does.

    Enough in one kind of cell and compartment; a core counts once in each antibody.
    """
    if question.rule is None:
        return {}
    least = question.rule.minimum_evaluable_cores
    cores: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    enough = set()
    for patient, core, antibody, *stain in _scored(question).values_list(
        "patient", "core", "antibody", "specimen", "cell_type", "compartment"
    ):
        cores[patient, *stain].add((core, antibody))
        if core is None or len(cores[patient, *stain]) >= least:
            enough.add(patient)
    reason = _("Fewer than %(number)s evaluable cores in every specimen") % {"number": least}
    return dict.fromkeys(candidates - enough, reason)


@gate(QPCR, title=gettext_lazy("Measured by qPCR"))
@gate(WESTERN, title=gettext_lazy("With a band"))
@gate(PROFILE, title=gettext_lazy("With a value"))
def is_measured(question: FlowQuestion, candidates: Patients) -> LeftOut:
    measured = set(question.measurements.values_list(question.assay.patient, flat=True))
    return dict.fromkeys(candidates - measured, _("Not measured"))


@gate(QPCR, title=gettext_lazy("With an evaluable ΔCq"))
def has_delta_cq(question: FlowQuestion, candidates: Patients) -> LeftOut:
    """A limit is one too: its ΔCq is at least so much."""
    left_out = {}
    for patient in candidates:
        results = [value.result for value in question.delta_cqs[patient]]
        if all(result.status == Status.NOT_EVALUABLE for result in results):
            reasons = [REASONS[result.reason] for result in results if result.reason]
            left_out[patient] = reasons[0] if reasons else _("The target is a reference gene")
    return left_out


@gate(QPCR, title=gettext_lazy("With a value"))
def is_detected(question: FlowQuestion, candidates: Patients) -> LeftOut:
    return {
        patient: _("Undetermined: a limit instead of a value.")
        for patient in candidates
        if all(value.result.status != Status.EVALUABLE for value in question.delta_cqs[patient])
    }


@gate(WESTERN, title=gettext_lazy("With a value"))
def has_ratio(question: FlowQuestion, candidates: Patients) -> LeftOut:
    """A band that is not saturated, with the loading control of its membrane in the same lane."""
    control = Band.objects.filter(
        form=BandForm.LOADING_CONTROL, membrane=OuterRef("membrane"), lane=OuterRef("lane"), volume__gt=0
    )
    bands = question.measurements.annotate(controlled=Exists(control)).values_list(
        question.assay.patient, "saturated", "controlled"
    )
    readable = {patient for patient, saturated, _controlled in bands if not saturated}
    complete = {patient for patient, saturated, controlled in bands if controlled and not saturated}
    return {
        patient: _("No loading control in the lane") if patient in readable else _("Saturated")
        for patient in candidates - complete
    }


def _scored(question: FlowQuestion) -> QuerySet[Any]:
    """Evaluable readings, without those of cores that were found lost or empty afterwards."""
    evaluable = question.measurements.filter(evaluability=Evaluability.EVALUABLE)
    return evaluable.filter(Q(core=None) | Q(core__status=CoreStatus.EVALUABLE))


def _cores(question: FlowQuestion) -> dict[int, set[str]]:
    """The statuses of each patient's cores on arrays that were stained for the marker; empty where none was."""
    stains = IhcReading.objects.filter(study=question.rights.study, antibody__marker=question.marker)
    stained = Exists(stains.filter(core__microarray=OuterRef("microarray")))
    cores = Core.objects.filter(specimen__patient__in=question.patients)
    found: dict[int, set[str]] = {}
    for patient, status, is_stained in cores.annotate(is_stained=stained).values_list(
        F("specimen__patient"), "status", "is_stained"
    ):
        found.setdefault(patient, set()).update({status} if is_stained else ())
    return found


def _why_not(found: set[str]) -> str:
    """Why a patient's stains have no score; an evaluable core without a reading was not scored."""
    if CoreStatus.EVALUABLE in found:
        return _("Core not scored yet")
    return str(next(reason.label for reason in FARTHEST_FIRST if reason in found))
