"""Groupings: each patient's group, or the reason why there is none."""

from typing import Any

import pytest
from django.utils import translation

from analytics.groupings import GROUPINGS, Assignment, in_all_languages
from cases.models import AlterationKind, Category, Detection, GiantCells, Patient, Sex, Study
from cases.sentences import render
from tests.factories import (
    DiagnosisFactory,
    HistologyFactory,
    MolecularAlterationFactory,
    PatientFactory,
    SiteFactory,
    StudyFactory,
    TopographyFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def assign(study: Study, code: str, gene: str = "") -> Assignment:
    return GROUPINGS[code].assign(Patient.objects.filter(study=study), gene)


def outcome(study: Study, code: str, patient: Patient, gene: str = "") -> str:
    """The group of the patient, or the sentence why there is none."""
    assignment = assign(study, code, gene)
    return assignment.groups.get(patient.pk) or render(assignment.reasons[patient.pk])


@pytest.mark.parametrize(
    ("code", "fields", "group"),
    [
        ("histology", {"histology__name": "Chordoma"}, "Chordoma"),
        ("category", {"category": Category.SOFT_TISSUE}, "soft_tissue"),
        ("primary_site", {"primary_site__code": "C41.2"}, "C41.2"),
        ("giant_cells", {"giant_cells": GiantCells.ABSENT}, "absent"),
    ],
)
def test_by_the_index_diagnosis_only(study: Study, code: str, fields: dict[str, Any], group: str) -> None:
    patient = PatientFactory(study=study)
    DiagnosisFactory(patient=patient, **fields)
    DiagnosisFactory(
        patient=patient,
        is_index=False,
        category=Category.BONE_MARROW,
        histology__name="Osteosarcoma",
        primary_site__code="C40.0",
        giant_cells=GiantCells.PRESENT,
    )
    assert outcome(study, code, patient) == group


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("histology", "Histology not known"),
        ("category", "No diagnosis"),
        ("primary_site", "Primary site not known"),
        ("giant_cells", "Giant cells not assessed"),
        ("site", "Institution not known"),
        ("sex", "Sex not known"),
    ],
)
def test_no_value_has_a_reason(study: Study, code: str, reason: str) -> None:
    patient = PatientFactory(study=study)
    assert outcome(study, code, patient) == reason


def test_not_assessed_is_no_group(study: Study) -> None:
    diagnosis = DiagnosisFactory(patient__study=study, primary_site=None, giant_cells=GiantCells.NOT_ASSESSED)
    assert outcome(study, "giant_cells", diagnosis.patient) == "Giant cells not assessed"
    assert outcome(study, "primary_site", diagnosis.patient) == "Primary site not known"


def test_by_the_patient(study: Study) -> None:
    site = SiteFactory(study=study, code="NARA", name="Nara")
    patient = PatientFactory(site=site, sex=Sex.FEMALE)
    assert outcome(study, "site", patient) == "NARA"
    assert outcome(study, "sex", patient) == "female"
    names = GROUPINGS["site"].ordered({"NARA"}, Patient.objects.filter(study=study))
    assert names == {"NARA": {"en": "Nara", "ja": "Nara"}}


def test_fusion_partner(study: Study) -> None:
    known, unnamed, untested, two, negative, other = (PatientFactory(study=study) for _ in range(6))
    MolecularAlterationFactory(patient=known, partner="SSX2")
    MolecularAlterationFactory(patient=unnamed, partner="")
    MolecularAlterationFactory(patient=two, partner="SSX1")
    MolecularAlterationFactory(patient=two, partner="SSX2")
    MolecularAlterationFactory(patient=negative, partner="", result=Detection.NOT_DETECTED)
    MolecularAlterationFactory(patient=other, gene="EWSR1", partner="FLI1")
    outcomes = [outcome(study, "fusion_partner", patient, "SS18") for patient in (known, unnamed, untested, two)]
    assert outcomes == [
        "SSX2",
        "SS18 fusion partner not known",
        "SS18 fusion partner not known",
        "SS18 fusion with more than one partner",
    ]
    assert outcome(study, "fusion_partner", negative, "SS18") == "No SS18 fusion detected"
    assert outcome(study, "fusion_partner", other, "SS18") == "SS18 fusion partner not known"


def test_alteration_tells_negative_from_not_tested(study: Study) -> None:
    found, negative, unclear, untested = (PatientFactory(study=study) for _ in range(4))
    plain = {"gene": "EGFR", "kind": AlterationKind.MUTATION, "partner": ""}
    MolecularAlterationFactory(patient=found, **plain, hgvs="p.L858R")
    MolecularAlterationFactory(patient=found, **plain, result=Detection.NOT_DETECTED)
    MolecularAlterationFactory(patient=negative, **plain, result=Detection.NOT_DETECTED)
    MolecularAlterationFactory(patient=unclear, **plain, result=Detection.NOT_EVALUABLE)
    outcomes = [outcome(study, "alteration", patient, "EGFR") for patient in (found, negative, unclear, untested)]
    assert outcomes == ["detected", "not_detected", "EGFR test not evaluable", "EGFR not tested"]


def test_order_and_names() -> None:
    nobody = Patient.objects.none()
    HistologyFactory(name="Chordoma", name_ja="脊索腫")
    HistologyFactory(name="Angiosarcoma", name_ja="血管肉腫")
    TopographyFactory(code="C41.2")
    assert list(GROUPINGS["histology"].ordered({"Chordoma", "Angiosarcoma"}, nobody)) == ["Angiosarcoma", "Chordoma"]
    assert GROUPINGS["histology"].ordered({"Chordoma"}, nobody) == {"Chordoma": {"en": "Chordoma", "ja": "脊索腫"}}
    assert list(GROUPINGS["giant_cells"].ordered({"absent", "present"}, nobody)) == ["present", "absent"]
    assert list(GROUPINGS["marrow_fibrosis"].ordered({"MF-2", "MF-0"}, nobody)) == ["MF-0", "MF-2"]
    assert list(GROUPINGS["fusion_partner"].ordered({"SSX4", "SSX1"}, nobody)) == ["SSX1", "SSX4"]


def test_the_answer_has_every_language_whatever_is_active() -> None:
    with translation.override("ja"):
        assert in_all_languages("SSX1") == {"en": "SSX1", "ja": "SSX1"}
        assert str(GROUPINGS["fusion_partner"].label("SS18")).startswith("SS18")


@pytest.mark.parametrize("code", GROUPINGS)
def test_everybody_has_a_group_or_a_reason(study: Study, code: str) -> None:
    for _ in range(2):
        DiagnosisFactory(patient__study=study)
    assignment = assign(study, code, {"gene": "SS18", "criterion": "sclerosis"}.get(GROUPINGS[code].needs, ""))
    patients = set(Patient.objects.filter(study=study).values_list("pk", flat=True))
    assert assignment.groups.keys() | assignment.reasons.keys() == patients
    assert not assignment.groups.keys() & assignment.reasons.keys()
