"""Groups by molecular tests of a gene."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings.base import Assignment, CodedGrouping, Grouping, Labels, Sentence, in_all_languages
from cases.models import AlterationKind, Detection, Diagnosis, MolecularAlteration, Patient
from cases.sentences import sentence


@dataclass(frozen=True, kw_only=True)
class FusionPartnerGrouping(Grouping):
    """By the partner of a gene's fusion."""

    needs: str = "gene"

    def label(self, detail: str) -> str | Promise:
        return format_lazy(_("{gene} fusion partner"), gene=detail)

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        tests = _tests(patients, detail).filter(kind__in=[AlterationKind.FUSION, AlterationKind.REARRANGEMENT])
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
                assignment.reasons[patient] = sentence("{gene} fusion with more than one partner", gene=detail)
            elif results.get(patient) == {Detection.NOT_DETECTED}:
                assignment.reasons[patient] = sentence("No {gene} fusion detected", gene=detail)
            else:
                assignment.reasons[patient] = sentence("{gene} fusion partner not known", gene=detail)
        return assignment

    def ordered(self, codes: set[str], patients: QuerySet[Patient]) -> dict[str, Labels]:
        return {code: in_all_languages(code) for code in sorted(codes)}


@dataclass(frozen=True, kw_only=True)
class AlterationGrouping(CodedGrouping):
    """By whether any alteration of a gene was detected. Tested and negative differs from not tested."""

    needs: str = "gene"

    def label(self, detail: str) -> str | Promise:
        return format_lazy(_("{gene} alteration"), gene=detail)

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        results: dict[int, set[str]] = {}
        for patient, result in _tests(patients, detail).values_list("patient_id", "result"):
            results.setdefault(patient, set()).add(result)
        assignment = Assignment()
        for patient in patients.values_list("pk", flat=True):
            found = results.get(patient, set())
            if Detection.DETECTED in found:
                assignment.groups[patient] = Detection.DETECTED.value
            elif Detection.NOT_DETECTED in found:
                assignment.groups[patient] = Detection.NOT_DETECTED.value
            elif found:
                assignment.reasons[patient] = sentence("{gene} test not evaluable", gene=detail)
            else:
                assignment.reasons[patient] = sentence("{gene} not tested", gene=detail)
        return assignment


SMALL_CELL = "small_cell"
NEITHER = "neither"
SMALL_CELL_MORPHOLOGIES = ("8041", "8042", "8043", "8044", "8045")
"""ICD-O-3: small cell carcinoma and its variants."""

LUNG = "C34"
DRIVERS = ("EGFR", "ALK")


@dataclass(frozen=True, kw_only=True)
class LungSubtypeGrouping(CodedGrouping):
    """Lung cancer by what it is treated by: small cell, *EGFR* altered, *ALK* altered, or tested negative for both.

    One positive test is enough; negative is only who was tested for both.
    """

    def assign(self, patients: QuerySet[Patient], detail: str) -> Assignment:
        found: dict[int, dict[str, set[str]]] = {}
        tests = MolecularAlteration.objects.filter(patient__in=patients, gene__in=DRIVERS).order_by()
        for patient, gene, result in tests.values_list("patient_id", "gene", "result"):
            found.setdefault(patient, {}).setdefault(gene, set()).add(result)
        diagnoses = Diagnosis.objects.filter(patient__in=patients, is_index=True)
        diseases = {
            patient: (site or "", morphology or "")
            for patient, site, morphology in diagnoses.values_list(
                "patient_id", "primary_site__code", "histology__morphology"
            )
        }
        assignment = Assignment()
        for patient in patients.values_list("pk", flat=True):
            subtype = _lung_subtype(*diseases.get(patient, ("", "")), found.get(patient, {}))
            if isinstance(subtype, str):
                assignment.groups[patient] = subtype
            else:
                assignment.reasons[patient] = subtype
        return assignment


def _lung_subtype(site: str, morphology: str, results: Mapping[str, set[str]]) -> str | Sentence:
    if not site.startswith(LUNG):
        return sentence("Primary site is not the lung")
    if morphology.startswith(SMALL_CELL_MORPHOLOGIES):
        return SMALL_CELL
    detected = [gene for gene in DRIVERS if Detection.DETECTED in results.get(gene, set())]
    if len(detected) > 1:
        return sentence("EGFR and ALK both altered")
    if detected:
        return detected[0]
    if all(Detection.NOT_DETECTED in results.get(gene, set()) for gene in DRIVERS):
        return NEITHER
    return sentence("Not tested for both EGFR and ALK")


def _tests(patients: QuerySet[Patient], gene: str) -> QuerySet[MolecularAlteration]:
    return MolecularAlteration.objects.filter(patient__in=patients, gene=gene).order_by()
