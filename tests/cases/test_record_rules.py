"""Rules of the clinical record that span rows: each accepts and refuses."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.history import because, changes
from cases.models import Lesion, Patient
from tests.database_rules import assert_constraint_refuses, assert_trigger_refuses, overwrite
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    CoreFactory,
    DataQueryFactory,
    LesionFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [SpecimenFactory, TreatmentFactory, SkeletalEventFactory])
def test_lesion_is_of_the_same_patient(factory: Any) -> None:
    lesion = LesionFactory()
    row = factory(patient=lesion.patient, lesion=lesion)
    assert_trigger_refuses("lesion belongs to another patient", row, lesion=LesionFactory().pk)


def test_assessment_is_of_a_lesion_of_the_same_patient() -> None:
    row = ResponseAssessmentFactory()
    overwrite(row, lesion=LesionFactory(patient=row.patient).pk)
    assert_trigger_refuses("lesion belongs to another patient", row, lesion=LesionFactory().pk)


def test_adverse_event_suspects_a_treatment_of_the_same_patient() -> None:
    row = AdverseEventFactory()
    overwrite(row, treatment=TreatmentFactory(patient=row.patient).pk)
    assert_trigger_refuses("treatment belongs to another patient", row, treatment=TreatmentFactory().pk)


def test_dose_is_of_a_treatment_of_the_same_patient() -> None:
    treatment = TreatmentFactory()
    assert AdministrationFactory(treatment=treatment).patient == treatment.patient
    with pytest.raises(DatabaseError, match="treatment belongs to another patient"), transaction.atomic():
        AdministrationFactory(treatment=treatment, patient=PatientFactory(), date="2021")


def test_core_and_query_stay_in_their_study() -> None:
    core = CoreFactory()
    assert core.specimen.study == core.study
    assert_trigger_refuses("specimen belongs to another study", core, specimen=SpecimenFactory().pk)
    with pytest.raises(DatabaseError, match="belongs to another study"), transaction.atomic():
        CoreFactory(study=StudyFactory(), specimen=None, control_tissue="Tonsil")
    query = DataQueryFactory()
    assert_trigger_refuses("patient belongs to another study", query, patient=PatientFactory().pk)


def test_core_lies_inside_the_grid() -> None:
    block = TissueMicroarrayFactory(rows=2, columns=3)
    corner = CoreFactory(microarray=block, row=2, column=3)
    assert corner.position == "B-3"
    assert_trigger_refuses("outside the grid", corner, row=3)
    assert_trigger_refuses("outside the grid", corner, column=4)


def test_grid_does_not_shrink_under_its_cores() -> None:
    block = TissueMicroarrayFactory(rows=2, columns=3)
    CoreFactory(microarray=block, row=1, column=2)
    overwrite(block, rows=1, columns=2)
    assert_trigger_refuses("cores lie outside the grid", block, columns=1)


def test_two_cores_never_share_a_place() -> None:
    first = CoreFactory()
    second = CoreFactory(microarray=first.microarray, row=2, column=2)
    assert_constraint_refuses("core_once_per_place", second, row=1, column=1)


def test_specimen_is_not_older_than_its_patient() -> None:
    specimen = SpecimenFactory(patient=PatientFactory(birth_year=1960), collection_date="1960-03")
    assert_trigger_refuses("before the birth", specimen, collection_date="1959-12-31")
    assert_trigger_refuses("born after a specimen", specimen.patient, birth_year=1961)
    overwrite(specimen.patient, birth_year=None)


def test_specimen_is_not_made_from_itself_over_two_steps() -> None:
    block = SpecimenFactory()
    section = SpecimenFactory(patient=block.patient, parent=block)
    extract = SpecimenFactory(patient=block.patient, parent=section)
    assert_trigger_refuses("made from itself", block, parent=extract.pk)
    assert_trigger_refuses("made from itself", block, parent=block.pk)


def test_end_before_start_is_refused_as_far_as_dates_are_known() -> None:
    treatment = TreatmentFactory(start="2019-05", end="2019")
    overwrite(treatment, end="2019-05-01")
    assert_constraint_refuses("treatment_end_not_before_start", treatment, end="2019-04")
    assert_constraint_refuses("treatment_end_not_before_start", treatment, end="2018")


def test_missing_is_said_only_of_blank_values() -> None:
    lesion = LesionFactory(missing={"largest_diameter_mm": "not_done"})
    assert lesion.missing_label("largest_diameter_mm") == "Not done"
    assert_trigger_refuses("said to be missing", lesion, largest_diameter_mm=12)
    overwrite(lesion, largest_diameter_mm=12, missing="{}")
    for wrong in ('{"site_detail": "lazy"}', '{"no_such_column": "unknown"}', '{"largest_diameter_mm": "unknown"}'):
        assert_trigger_refuses("said to be missing", lesion, missing=wrong)


@pytest.fixture
def verified() -> Lesion:
    lesion = LesionFactory()
    lesion.patient.verified_at = timezone.now()
    lesion.patient.save()
    return lesion


def test_verified_record_is_not_changed_without_a_reason(verified: Lesion) -> None:
    assert_trigger_refuses("a change needs a reason", verified, site_detail="L4 vertebra")
    assert_trigger_refuses("a change needs a reason", verified.patient, birth_year=1960)
    assert_trigger_refuses("a change needs a reason", verified.patient, verified_at=None)
    with pytest.raises(DatabaseError, match="a change needs a reason"), transaction.atomic():
        LesionFactory(patient=verified.patient)
    with pytest.raises(DatabaseError, match="a change needs a reason"), transaction.atomic():
        Lesion.objects.filter(pk=verified.pk).delete()
    with pytest.raises(DatabaseError, match="a change needs a reason"), transaction.atomic():
        Lesion.objects.filter(pk=verified.pk).update(site_detail="L4 vertebra")


def test_verified_record_is_changed_for_a_reason_which_its_history_keeps(verified: Lesion) -> None:
    with because("The report was misread."):
        verified.site_detail = "L4 vertebra"
        verified.save()
    assert verified.events.last().pgh_context.metadata["reason"] == "The report was misread."
    assert changes(verified)[0].fields == [("site in words", "", "L4 vertebra")]
    assert_trigger_refuses("a change needs a reason", verified, site_detail="L5 vertebra")


@pytest.mark.django_db(transaction=True)
def test_reason_ends_with_its_transaction() -> None:
    with because("Once."), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('portal.reason', true)")
        assert cursor.fetchone() == ("Once.",)
    with pytest.raises(ZeroDivisionError), because("Once."):
        1 / 0  # noqa: B018
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('portal.reason', true)")
        assert cursor.fetchone() in [("",), (None,)]


def test_verification_itself_needs_no_reason() -> None:
    patient = PatientFactory()
    Patient.objects.filter(pk=patient.pk).update(verified_at=timezone.now())
    assert_trigger_refuses("a change needs a reason", patient, verified_at=None)
