"""Tables that take rows by the thousands: rules and history kept for all rows of a statement together."""

from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.utils import timezone

from cases.history import because
from cases.models import Patient, Study
from cases.models.at_once import RowsOfStatement
from expression.models import IhcReading
from tests.database_rules import assert_trigger_refuses, overwrite, tracked_models
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    CoreFactory,
    DiagnosisFactory,
    IhcReadingFactory,
    LaboratoryResultFactory,
    LaboratoryScaleFactory,
    LesionFactory,
    MolecularAlterationFactory,
    PathologyFindingFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = {
    "Administration": AdministrationFactory,
    "AdverseEvent": AdverseEventFactory,
    "Diagnosis": DiagnosisFactory,
    "IhcReading": IhcReadingFactory,
    "LaboratoryResult": LaboratoryResultFactory,
    "Lesion": LesionFactory,
    "MolecularAlteration": MolecularAlterationFactory,
    "PathologyFinding": PathologyFindingFactory,
    "ResponseAssessment": ResponseAssessmentFactory,
    "SkeletalEvent": SkeletalEventFactory,
    "Specimen": SpecimenFactory,
    "Treatment": TreatmentFactory,
}
TAKE_A_DATE = ("date", "read_on", "start", "collection_date", "site_detail")
"""Fields that take a date, one of each kind of record."""

LATER = [("created", ""), ("changed", "2012-01-01"), ("deleted", "2012-01-01")]


def test_every_such_table_is_tested() -> None:
    found = {
        model.__name__
        for app in ("cases", "expression")
        for model in tracked_models(app)
        if any(isinstance(trigger, RowsOfStatement) for trigger in getattr(model._meta, "triggers", []))
    }
    assert found == FACTORIES.keys()


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_what_a_statement_does_stands_in_the_history(factory: Any) -> None:
    """Of an update the rows that differ afterwards, whatever it touched."""
    rows = [factory(missing={}), factory(missing={}), factory(missing={})]
    model = type(rows[0])
    first, second, third = (row.pk for row in rows)
    field = next(name for name in TAKE_A_DATE if hasattr(rows[0], name))
    with because("All together."), connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute(f"UPDATE {table} SET {field} = '2012-01-01' WHERE id IN (%s, %s)", [first, second])  # noqa: S608
        cursor.execute(f"UPDATE {table} SET {field} = '2012-01-01' WHERE id IN (%s, %s)", [first, third])  # noqa: S608
        cursor.execute(f"DELETE FROM {table} WHERE id <> %s", [first])  # noqa: S608
    events = model.pgh_event_model.objects.order_by("pgh_obj_id", "pgh_id")
    expected = [(first, "created", ""), (first, "changed", "2012-01-01")]
    expected += [(pk, label, date) for pk in (second, third) for label, date in LATER]
    told = [(event.pgh_obj_id, event.pgh_label, str(getattr(event, field))) for event in events]
    assert [(pk, label, date if label != "created" else "") for pk, label, date in told] == expected
    reasons = {event.pgh_context and event.pgh_context.metadata["reason"] for event in events}
    assert reasons == {None, "All together."}


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_rows_of_verified_patients_need_a_reason(factory: Any) -> None:
    row, other = factory(), factory()
    table, patient = type(row)._meta.db_table, row.patient
    Patient.objects.filter(pk=patient.pk).update(verified_at=timezone.now())
    field = next(name for name in TAKE_A_DATE if hasattr(row, name))
    assert_trigger_refuses("a change needs a reason", row, **{field: "2012-01-01"})
    overwrite(other, **{field: "2012-01-01"})
    with pytest.raises(DatabaseError, match="a change needs a reason"), transaction.atomic():
        type(row).objects.filter(pk=row.pk)._raw_delete("default")
    with because("It was read again."), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE patient_id = %s", [patient.pk])  # noqa: S608
        assert cursor.rowcount == 1
    with pytest.raises(DatabaseError, match="a change needs a reason"), transaction.atomic():
        row.save(force_insert=True)


OVER = "ON row.id = was.id WHEN MATCHED THEN"
STATEMENTS = {
    "update of several": "UPDATE {table} SET {date} = '2012-01-01'",
    "insert over": "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET {date} = '2012-01-01'",
    "merge": f"MERGE INTO {{table}} AS row USING {{table}} AS was {OVER} UPDATE SET {{date}} = '2012-01-01'",
    "merge away": f"MERGE INTO {{table}} AS row USING {{table}} AS was {OVER} DELETE",
    "part of a query": "WITH gone AS (DELETE FROM {table} RETURNING id) SELECT count(*) FROM gone",
}


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_one_wrong_row_refuses_a_statement_of_any_kind_and_a_sound_one_is_kept(factory: Any) -> None:
    rows = [factory(), factory()]
    model = type(rows[0])
    field = next(name for name in TAKE_A_DATE if hasattr(rows[0], name))
    Patient.objects.filter(pk=rows[1].patient.pk).update(verified_at=timezone.now())
    changes = model.pgh_event_model.objects.exclude(pgh_label="created")
    for statement in STATEMENTS.values():
        sql = statement.format(table=model._meta.db_table, date=field)
        with (
            pytest.raises(DatabaseError, match="a change needs a reason"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
        assert (model.objects.count(), changes.count()) == (2, 0)
        undone = transaction.savepoint()
        with because("All together."), connection.cursor() as cursor:
            cursor.execute(sql)
        assert set(changes.values_list("pgh_obj_id", flat=True)) == {row.pk for row in rows}
        assert changes.count() == 2
        transaction.savepoint_rollback(undone)


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_a_reason_for_a_value_that_is_there_is_refused(factory: Any) -> None:
    row = factory()
    field = next(name for name in TAKE_A_DATE if hasattr(row, name))
    overwrite(row, **{field: "2012-01-01"})
    for wrong in (f'{{"{field}": "not_done"}}', '{"no_such_column": "unknown"}', '{"reader": "lazy"}'):
        assert_trigger_refuses("said to be missing", row, missing=wrong)


def test_changed_readings_obey_the_rules_of_new_ones() -> None:
    reading = IhcReadingFactory()
    assert_trigger_refuses("antibody belongs to another study", reading, antibody=IhcReadingFactory().antibody.pk)
    core = CoreFactory()
    of_core = IhcReadingFactory(core=core, specimen=core.specimen)
    overwrite(of_core.core, status="lost")
    assert_trigger_refuses("the core is lost", of_core, read_on="2012-01-01")
    scale = LaboratoryScaleFactory(study=reading.study)
    percentages = dict.fromkeys(("percent_0", "percent_1", "percent_2", "percent_3"))
    recorded = {"laboratory_scale": scale.pk, "intensity": None, **percentages}
    assert_trigger_refuses("has no such score", reading, recorded_score=77, **recorded)
    assert_trigger_refuses(
        "laboratory_scale belongs to another study",
        reading,
        recorded_score=1,
        **recorded | {"laboratory_scale": LaboratoryScaleFactory().pk},
    )


def test_specimens_that_one_statement_makes_from_each_other_are_refused() -> None:
    first = SpecimenFactory(collection_date="2019")
    second = SpecimenFactory(patient=first.patient, parent=first)
    turned = "UPDATE cases_specimen SET parent_id = CASE id WHEN %s THEN %s::bigint END WHERE id IN (%s, %s)"
    both = [first.pk, second.pk]
    with connection.cursor() as cursor:
        cursor.execute(turned, [*both, *both])
        with pytest.raises(DatabaseError, match="made from itself"), transaction.atomic():
            cursor.execute("UPDATE cases_specimen SET parent_id = %s - id WHERE id IN (%s, %s)", [sum(both), *both])
    Patient.objects.filter(pk=first.patient.pk).update(birth_year=1980)
    assert_trigger_refuses("lies before the birth", first, collection_date="1979-12")


def deleted_at_once(model: Any, key: int) -> None:
    model.objects.filter(pk=key)._raw_delete("default")
    connection.check_constraints()


def test_study_and_patient_of_a_reading_are_held_by_other_foreign_keys() -> None:
    """They have none of their own: those of the specimen and the antibody hold what these belong to."""
    reading = IhcReadingFactory()
    for model, key in ((Patient, reading.patient_id), (Study, reading.study_id)):
        with pytest.raises(DatabaseError, match="foreign key"), transaction.atomic():
            deleted_at_once(model, key)
    with pytest.raises(DatabaseError, match="specimen belongs to another patient"), transaction.atomic():
        IhcReadingFactory(specimen=reading.specimen, antibody=reading.antibody, patient_id=0, reader="HN")
    with pytest.raises(DatabaseError, match="belongs to another study"), transaction.atomic():
        IhcReadingFactory(specimen=reading.specimen, antibody=reading.antibody, study_id=0, reader="HN")
    assert IhcReading.objects.count() == 1
