"""Each rule of the database accepts one row and refuses one. ``CHECKS``: factory, accepted values, refused ones."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint
from django.utils import timezone
from pgtrigger import ReadOnly

from cases.models import Histology, JobStatus, Role, ServiceHeartbeat, SpecimenKind, Study, Topography, VitalStatus
from cases.models.integrity import SameParent
from tests.cases import record_rules
from tests.database_rules import (
    assert_constraint_refuses,
    assert_trigger_refuses,
    columns_of,
    constraints,
    overwrite,
    triggers,
)
from tests.factories import (
    DiagnosisFactory,
    HistologyFactory,
    ImportJobFactory,
    ImportMappingFactory,
    ImportUndoFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    TopographyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

IMPOSSIBLE_CODE = {"code": "a b"}
NO_DATE = "2019-13"

CHECKS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "study_code_shape": (StudyFactory, {"code": "A1._-"}, IMPOSSIBLE_CODE),
    "study_status_known": (StudyFactory, {"status": "locked"}, {"status": "closed"}),
    "site_code_shape": (SiteFactory, {"code": "9.A"}, {"code": ".A"}),
    "membership_role_known": (MembershipFactory, {"role": Role.MANAGER}, {"role": "owner"}),
    "membership_viewer_never_exports": (
        MembershipFactory,
        {"role": Role.RESEARCHER, "may_export": True},
        {"role": Role.VIEWER},
    ),
    "patient_code_shape": (PatientFactory, {"code": "A-1"}, IMPOSSIBLE_CODE),
    "patient_sex_known": (PatientFactory, {"sex": "female"}, {"sex": "woman"}),
    "patient_birth_year_plausible": (PatientFactory, {"birth_year": 1900}, {"birth_year": 1899}),
    "patient_vital_status_known": (PatientFactory, {"vital_status": "alive"}, {"vital_status": "lost"}),
    "patient_death_only_when_dead": (
        PatientFactory,
        {"vital_status": VitalStatus.DEAD, "death_date": "2019", "cause_of_death": "tumour"},
        {"vital_status": VitalStatus.ALIVE, "cause_of_death": ""},
    ),
    "patient_consent_status_known": (PatientFactory, {"consent_status": "given"}, {"consent_status": "yes"}),
    "patient_ecog_0_to_5": (PatientFactory, {"ecog_at_entry": 5}, {"ecog_at_entry": 6}),
    "patient_death_date_shape": (
        PatientFactory,
        {"vital_status": VitalStatus.DEAD, "death_date": "2019-05"},
        {"death_date": NO_DATE},
    ),
    "patient_follow_up_shape": (
        PatientFactory,
        {"last_follow_up_date": "2019-05-17"},
        {"last_follow_up_date": "17.5.2019"},
    ),
    "patient_consent_date_shape": (PatientFactory, {"consent_date": "2019"}, {"consent_date": "19"}),
    "histology_morphology_shape": (HistologyFactory, {"name": "X", "morphology": "9250/1"}, {"morphology": "92501"}),
    "histology_category_known": (
        HistologyFactory,
        {"name": "X", "usual_category": "soft_tissue"},
        {"usual_category": "other"},
    ),
    "topography_code_shape": (TopographyFactory, {"code": "C99.9"}, {"code": "D40.2"}),
    "diagnosis_category_known": (DiagnosisFactory, {"category": "bone_marrow"}, {"category": "bone"}),
    "diagnosis_giant_cells_known": (DiagnosisFactory, {"giant_cells": "present"}, {"giant_cells": "many"}),
    "diagnosis_date_shape": (DiagnosisFactory, {"date": "2019-12-31"}, {"date": "2019-12-32"}),
    "alteration_gene_shape": (MolecularAlterationFactory, {"gene": "NKX2-1"}, {"gene": "egfr"}),
    "alteration_partner_shape": (MolecularAlterationFactory, {"partner": "C11orf95"}, {"partner": "SSX 1"}),
    "alteration_kind_known": (MolecularAlterationFactory, {"kind": "mutation", "partner": ""}, {"kind": "loss"}),
    "alteration_result_known": (
        MolecularAlterationFactory,
        {"result": "not_detected", "partner": ""},
        {"result": "negative"},
    ),
    "alteration_partner_only_of_fusion": (MolecularAlterationFactory, {}, {"kind": "mutation"}),
    "alteration_hgvs_only_when_detected": (
        MolecularAlterationFactory,
        {"kind": "mutation", "partner": "", "hgvs": "p.L858R"},
        {"result": "not_detected"},
    ),
    "alteration_date_shape": (MolecularAlterationFactory, {"date": "2019-05"}, {"date": "May 2019"}),
    "importjob_status_known": (ImportJobFactory, {"status": JobStatus.WAITING}, {"status": "asleep"}),
    "importjob_running_has_lease": (
        ImportJobFactory,
        {"status": JobStatus.RUNNING, "lease_until": timezone.now() + timedelta(seconds=1)},
        {"lease_until": None},
    ),
    "importjob_phase_known": (ImportJobFactory, {"phase": "write"}, {"phase": "think"}),
    "importundo_status_known": (ImportUndoFactory, {"status": JobStatus.FAILED}, {"status": "asleep"}),
    "importundo_running_has_lease": (
        ImportUndoFactory,
        {"status": JobStatus.RUNNING, "lease_until": timezone.now() + timedelta(seconds=1)},
        {"lease_until": None},
    ),
    "import_mapping_has_name": (ImportMappingFactory, {"name": "Core facility"}, {"name": ""}),
    "specimen_code_shape": (SpecimenFactory, {"code": "1"}, {"code": ""}),
    "specimen_kind_known": (SpecimenFactory, {"kind": "section"}, {"kind": "slide"}),
    "specimen_procedure_known": (SpecimenFactory, {"procedure": "biopsy"}, {"procedure": "excision"}),
    "specimen_decalcification_known": (SpecimenFactory, {"decalcification": "acid"}, {"decalcification": "some"}),
    "specimen_tumour_content_0_to_100": (
        SpecimenFactory,
        {"tumour_content_percent": 100},
        {"tumour_content_percent": 100.1},
    ),
    "specimen_rin_1_to_10": (SpecimenFactory, {"rna_integrity_number": 10}, {"rna_integrity_number": 0.9}),
    "specimen_rin_only_of_rna": (
        SpecimenFactory,
        {"kind": SpecimenKind.RNA_EXTRACT, "rna_integrity_number": 7.5},
        {"kind": SpecimenKind.SECTION},
    ),
    "specimen_collection_date_shape": (SpecimenFactory, {"collection_date": "2020"}, {"collection_date": "2120-1"}),
    **record_rules.CHECKS,
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_accepts_one_and_refuses_one(name: str) -> None:
    factory, accepted, refused = CHECKS[name]
    assert_constraint_refuses(name, factory(**accepted), **refused)


def test_only_data_entry_is_confined_to_a_site() -> None:
    confined = MembershipFactory(site=SiteFactory(), role=Role.DATA_ENTRY)
    assert_constraint_refuses("membership_site_only_for_data_entry", confined, role=Role.MANAGER)


def test_every_check_is_tested() -> None:
    elsewhere = {"membership_site_only_for_data_entry"}
    assert set(constraints("cases", CheckConstraint)) == CHECKS.keys() | elsewhere


def heartbeat(**values: Any) -> ServiceHeartbeat:
    return ServiceHeartbeat.objects.create(**{"name": "beat", "host": "a", "seen_at": timezone.now()} | values)


UNIQUE: dict[str, tuple[Any, dict[str, Any]]] = {
    "site_code_once_per_study": (SiteFactory, {"code": "OTHER"}),
    "membership_once_per_person": (MembershipFactory, {"user": UserFactory}),
    "patient_code_once_per_study": (PatientFactory, {"code": "OTHER"}),
    "specimen_code_once_per_study": (SpecimenFactory, {"code": "OTHER"}),
    "alteration_once_per_patient": (MolecularAlterationFactory, {"partner": "SSX2"}),
    "diagnosis_one_index_per_patient": (DiagnosisFactory, {"is_index": False}),
    "heartbeat_once_per_service": (heartbeat, {"host": "b"}),
    "importundo_once": (ImportUndoFactory, {"status": JobStatus.CANCELLED}),
    "import_mapping_name_once": (ImportMappingFactory, {"name": "Other"}),
    **record_rules.UNIQUE,
}


@pytest.mark.parametrize("name", UNIQUE)
def test_unique_accepts_another_and_refuses_the_same(name: str) -> None:
    factory, difference = UNIQUE[name]
    first = factory()
    same = {column: getattr(first, column) for column in columns_of(type(first), name)}
    owner = {"patient": first.patient} if hasattr(first, "patient") else {}
    different = {column: value() if callable(value) else value for column, value in difference.items()}
    second = factory(**owner | same | different)
    equal = {column: getattr(first, type(first)._meta.get_field(column).attname) for column in [*same, *difference]}
    assert_constraint_refuses(name, second, **equal)


def test_every_uniqueness_is_tested() -> None:
    assert set(constraints("cases", UniqueConstraint)) == UNIQUE.keys()


@pytest.mark.parametrize(
    ("make", "column"),
    [
        (lambda number: StudyFactory(code=f"S{number}"), "code"),
        (lambda number: HistologyFactory(name=f"H{number}"), "name"),
        (lambda number: TopographyFactory(code=f"C00.{number}"), "code"),
        (lambda number: TopographyFactory(code=f"C00.{number}"), "name"),
    ],
)
def test_unique_column(make: Any, column: str) -> None:
    first, second = make(1), make(2)
    assert type(first) in (Study, Histology, Topography)
    assert_constraint_refuses(_unique_name(first, column), second, **{column: getattr(first, column)})


def _unique_name(row: Any, column: str) -> str:
    """Django's name of the constraint of a unique column, as the database has it."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, row._meta.db_table)
    (name,) = (name for name, facts in found.items() if facts["columns"] == [column] and facts["unique"])
    return name


def test_site_belongs_to_the_study() -> None:
    elsewhere = SiteFactory()
    site = SiteFactory()
    for row in (PatientFactory(site=site), MembershipFactory(site=site, role=Role.DATA_ENTRY)):
        assert_trigger_refuses("site belongs to another study", row, site=elsewhere.pk)


def test_specimen_belongs_to_its_patient() -> None:
    block = SpecimenFactory()
    section = SpecimenFactory(patient=block.patient, parent=block)
    assert_trigger_refuses("parent belongs to another patient", section, parent=SpecimenFactory().pk)
    with pytest.raises(Exception, match="patient belongs to another study"):
        SpecimenFactory(patient=block.patient, study=StudyFactory())


def test_an_undoing_belongs_to_the_study_of_its_import() -> None:
    with pytest.raises(Exception, match="import_job belongs to another study"):
        ImportUndoFactory(study=StudyFactory())


def test_every_trigger_between_tables_is_tested() -> None:
    found = {(model.__name__, trigger.name) for model, trigger in triggers("cases", SameParent)}
    assert found == {
        ("Membership", "same_study_site"),
        ("Patient", "same_study_site"),
        ("Specimen", "same_study_patient"),
        ("Specimen", "same_patient_parent"),
        ("ImportUndo", "same_study_import_job"),
        *record_rules.SAME_PARENT,
    }


OWNED = {
    "Site": (SiteFactory, {"name": "Other"}),
    "Patient": (PatientFactory, {"sex": "male"}),
    "Diagnosis": (DiagnosisFactory, {"grade": "2"}),
    "MolecularAlteration": (MolecularAlterationFactory, {"method": "FISH"}),
    "Specimen": (SpecimenFactory, {"storage_place": "A1"}),
    "ImportUndo": (ImportUndoFactory, {"attempt": 3}),
    "ImportMapping": (
        lambda: ImportMappingFactory(format=f"format-{UserFactory().pk}"),
        {"name": "Core facility"},
    ),
    **record_rules.OWNED,
}


@pytest.mark.parametrize(("model", "trigger"), triggers("cases", ReadOnly), ids=lambda part: str(part))
def test_owner_never_changes(model: Any, trigger: ReadOnly) -> None:
    factory, changeable = OWNED[model.__name__]
    row, other = factory(), factory()
    overwrite(row, **changeable)
    for field in trigger.fields:
        owner = getattr(other, model._meta.get_field(field).attname)
        assert_trigger_refuses("Cannot update rows|belongs to another", row, **{field: owner})
