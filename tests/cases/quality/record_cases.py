"""For each check a record it must find and a like one it must leave alone. Each maker fills one patient's record."""

from collections.abc import Callable
from typing import Any

from cases.models import Patient
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    CoreFactory,
    DiagnosisFactory,
    LaboratoryResultFactory,
    LaboratoryTestFactory,
    LesionFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
)

Maker = Callable[[Patient], Any]


def _changed(patient: Patient, **values: Any) -> None:
    for name, value in values.items():
        setattr(patient, name, value)
    patient.save()


def _died(patient: Patient, date: str = "2020-05") -> None:
    _changed(patient, vital_status="dead", death_date=date)


def _treated(patient: Patient, **values: Any) -> Any:
    return TreatmentFactory(patient=patient, **values)


def _assessed(patient: Patient, *, lesion: Any = None, **values: Any) -> Any:
    return ResponseAssessmentFactory(lesion=lesion or LesionFactory(patient=patient), **values)


def _local(patient: Patient, **values: Any) -> None:
    agent = TreatmentAgentFactory(code="external-beam-radiotherapy", treatment_class="radiotherapy")
    TreatmentFactory(patient=patient, agent=agent, dose_mg=None, **values)


def _dead_then(factory: Any, **values: Any) -> Maker:
    def make(patient: Patient) -> None:
        _died(patient)
        factory(patient=patient, **values)

    return make


def _dead_then_dose(date: str) -> Maker:
    def make(patient: Patient) -> None:
        _died(patient)
        AdministrationFactory(treatment=_treated(patient), date=date)

    return make


def _dead_then_assessed(date: str) -> Maker:
    def make(patient: Patient) -> None:
        _died(patient)
        _assessed(patient, date=date)

    return make


def _dose(date: str = "2020-02-02", dose_mg: int = 120) -> Maker:
    def make(patient: Patient) -> None:
        treatment = _treated(patient, start="2020-01-02", end="2020-06")
        AdministrationFactory(treatment=treatment, date=date, dose_mg=dose_mg)

    return make


def _followed(*dates: str) -> Maker:
    def make(patient: Patient) -> None:
        _treated(patient, start="2020-03")
        lesion = LesionFactory(patient=patient)
        for date in dates:
            _assessed(patient, lesion=lesion, date=date, sclerosis="none")

    return make


def _typed(radiographic_type: str) -> Maker:
    def make(patient: Patient) -> None:
        _treated(patient)
        LesionFactory(patient=patient, radiographic_type=radiographic_type)

    return make


def _responded(date: str, *, sclerosis: str = "partial") -> Maker:
    def make(patient: Patient) -> None:
        _treated(patient, start="2020-03")
        _assessed(patient, date=date, sclerosis=sclerosis)

    return make


def _suspected(date: str) -> Maker:
    def make(patient: Patient) -> None:
        AdverseEventFactory(patient=patient, treatment=_treated(patient, start="2020-03"), date=date)

    return make


def _measured(unit: str) -> Maker:
    def make(patient: Patient) -> None:
        LaboratoryResultFactory(patient=patient, test=LaboratoryTestFactory(), unit=unit)

    return make


def _collected(date: str) -> Maker:
    def make(patient: Patient) -> None:
        DiagnosisFactory(patient=patient, date="2020-06")
        SpecimenFactory(patient=patient, collection_date=date)

    return make


def _derived(parent: dict[str, Any], **values: Any) -> Maker:
    def make(patient: Patient) -> None:
        SpecimenFactory(patient=patient, parent=SpecimenFactory(patient=patient, **parent), **values)

    return make


def _core(kind: str) -> Maker:
    def make(patient: Patient) -> None:
        specimen = SpecimenFactory(patient=patient, kind=kind)
        CoreFactory(microarray__study=patient.study, specimen=specimen)

    return make


def _seen_after(follow_up: str) -> Maker:
    def make(patient: Patient) -> None:
        _changed(patient, last_follow_up_date=follow_up)
        SkeletalEventFactory(patient=patient, date="2020-03-02")

    return make


def _consented(status: str) -> Maker:
    def make(patient: Patient) -> None:
        _changed(patient, consent_status=status)
        LesionFactory(patient=patient)

    return make


def _denosumab_with(*, is_index: bool) -> Maker:
    def make(patient: Patient) -> None:
        _treated(patient)
        LesionFactory(patient=patient, is_index=is_index)

    return make


RECORDS: dict[str, tuple[Maker, Maker]] = {
    "no-index-diagnosis": (
        lambda patient: DiagnosisFactory(patient=patient, is_index=False),
        lambda patient: DiagnosisFactory(patient=patient),
    ),
    "death-without-date": (
        lambda patient: _changed(patient, vital_status="dead"),
        lambda patient: _changed(patient, vital_status="dead", missing={"death_date": "unknown"}),
    ),
    "implausible-age": (
        lambda patient: _changed(patient, vital_status="alive", birth_year=1905),
        lambda patient: _changed(patient, vital_status="alive", birth_year=1960),
    ),
    "consent-open": (_consented("pending"), _consented("given")),
    "follow-up-too-early": (_seen_after("2020-02"), _seen_after("2020-03")),
    "no-index-lesion": (_denosumab_with(is_index=False), _denosumab_with(is_index=True)),
    "giant-cell-tumour-without-giant-cells": (
        lambda patient: DiagnosisFactory(patient=patient, giant_cells="absent"),
        lambda patient: DiagnosisFactory(patient=patient, giant_cells="present"),
    ),
    "treatment-after-death": (
        _dead_then(TreatmentFactory, start="2020-04", end="2020-07"),
        _dead_then(TreatmentFactory, start="2020-04", end="2020-05-20"),
    ),
    "denosumab-without-start": (
        lambda patient: _treated(patient, start=""),
        lambda patient: _treated(patient, start="", missing={"start": "unknown"}),
    ),
    "denosumab-unusual-dose": (
        lambda patient: _treated(patient, dose_mg=12),
        lambda patient: _treated(patient, dose_mg=60),
    ),
    "stopped-without-end": (
        lambda patient: _treated(patient, stopping_reason="progression"),
        lambda patient: _treated(patient, stopping_reason="progression", end="2021"),
    ),
    "local-treatment-without-lesion": (
        _local,
        lambda patient: _local(patient, lesion=LesionFactory(patient=patient)),
    ),
    "dose-after-death": (_dead_then_dose("2020-06-01"), _dead_then_dose("2020-05-31")),
    "dose-outside-course": (_dose("2020-07-01"), _dose("2020-06-30")),
    "dose-unusual": (_dose(dose_mg=1200), _dose(dose_mg=60)),
    "index-lesion-without-baseline": (_followed("2020-06"), _followed("2020-02", "2020-06")),
    "index-lesion-of-unknown-type": (_typed("unknown"), _typed("blastic")),
    "response-before-treatment": (_responded("2020-02"), _responded("2020-02", sclerosis="none")),
    "assessment-after-death": (_dead_then_assessed("2020-06"), _dead_then_assessed("2020")),
    "sclerosis-not-read": (
        lambda patient: _assessed(patient, sclerosis=""),
        lambda patient: _assessed(patient, sclerosis="not_evaluable"),
    ),
    "category-not-given": (
        lambda patient: _assessed(patient, criterion="recist", sclerosis="", category=""),
        lambda patient: _assessed(patient, criterion="recist", sclerosis="", category="SD"),
    ),
    "attenuation-without-region": (
        lambda patient: _assessed(patient, mean_attenuation_hu="310.5"),
        lambda patient: _assessed(patient, mean_attenuation_hu="310.5", region_mm2=40),
    ),
    "attenuation-not-by-ct": (
        lambda patient: _assessed(patient, mean_attenuation_hu=310, modality="mri"),
        lambda patient: _assessed(patient, mean_attenuation_hu=310, modality="pet_ct"),
    ),
    "skeletal-event-after-death": (
        _dead_then(SkeletalEventFactory, date="2020-06-01"),
        _dead_then(SkeletalEventFactory, date="2020-05-31"),
    ),
    "adverse-event-after-death": (
        _dead_then(AdverseEventFactory, date="2021"),
        _dead_then(AdverseEventFactory, date="2020"),
    ),
    "adverse-event-before-treatment": (_suspected("2020-02"), _suspected("2020")),
    "adverse-event-without-grade": (
        lambda patient: AdverseEventFactory(patient=patient, grade=None),
        lambda patient: AdverseEventFactory(patient=patient, grade=None, missing={"grade": "unknown"}),
    ),
    "laboratory-result-after-death": (
        _dead_then(LaboratoryResultFactory, date="2020-06-01"),
        _dead_then(LaboratoryResultFactory, date="2020-05-31"),
    ),
    "unusual-unit": (_measured("µkat/L"), _measured("U/L")),
    "specimen-after-death": (
        _dead_then(SpecimenFactory, collection_date="2020-06", procedure="biopsy"),
        _dead_then(SpecimenFactory, collection_date="2020-06", procedure="autopsy"),
    ),
    "specimen-long-before-diagnosis": (_collected("2019-05"), _collected("2019-06")),
    "specimen-before-its-parent": (
        _derived({"collection_date": "2020-06"}, collection_date="2020-05-31"),
        _derived({"collection_date": "2020-06"}, collection_date="2020"),
    ),
    "extract-without-parent": (
        lambda patient: SpecimenFactory(patient=patient, kind="rna_extract"),
        _derived({}, kind="rna_extract"),
    ),
    "section-without-block": (
        _derived({"kind": "rna_extract"}, kind="section"),
        _derived({"kind": "ffpe_block"}, kind="section"),
    ),
    "rna-of-acid-decalcified-tissue": (
        _derived({"decalcification": "acid"}, kind="rna_extract"),
        _derived({"decalcification": "edta"}, kind="rna_extract"),
    ),
    "core-of-unsuitable-specimen": (_core("cell_pellet"), _core("ffpe_block")),
}
"""Code of the check -> what it finds, what it leaves alone."""
