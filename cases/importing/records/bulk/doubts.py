"""The rules of forms and the database on all staged rows at once: which rows are in doubt."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F

from cases.importing.records.bulk.columns import Column
from cases.importing.records.bulk.staging import Staging, execute, fetched, literal, quoted
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.rules import fixed_fields
from cases.models.at_once import rules_of
from cases.models.integrity import CheckedTrigger

TO_WRITE = "NOT in_doubt AND (id IS NULL OR differs)"


def doubt(staging: Staging, *, known: KnownRows, columns: dict[str, Column], has_reason: bool) -> None:
    """Mark every row that breaks a rule, or could."""
    conditions = [*_blank_ones(staging), *_broken_constraints(staging), "differs AND missing <> '{}'"]
    conditions += _changes_of_fixed_fields(staging)
    if not has_reason:
        verified = [patient.pk for patient in known.patients.values() if patient.verified_at is not None]
        conditions.append(f"patient_id = ANY(ARRAY{verified}::bigint[])")
    _mark(staging, " OR ".join(f"({condition})" for condition in conditions))
    for constraint in staging.target.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            _mark_not_unique(staging, constraint)
    for trigger in rules_of(staging.target.model):
        if isinstance(trigger, CheckedTrigger):
            _mark_refused(staging, trigger, known)
    for name, column in columns.items():
        _mark_unsound(staging, name, column)


def _mark(staging: Staging, condition: str, parameters: list[Any] | None = None) -> None:
    execute(f"UPDATE {staging.rows} SET in_doubt = true WHERE {TO_WRITE} AND ({condition})", parameters)


def _blank_ones(staging: Staging) -> Iterator[str]:
    for field in staging.target.model._meta.concrete_fields:
        if not field.null and not field.primary_key:
            yield f"{quoted(field.column)} IS NULL"


def _broken_constraints(staging: Staging) -> Iterator[str]:
    """The check constraints of the table, as the database knows them."""
    known = fetched(
        "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
        [staging.table],
    )
    yield from (f"({condition}) IS FALSE" for (condition,) in known)


def _changes_of_fixed_fields(staging: Staging) -> Iterator[str]:
    """What the database lets nobody change, where the key of the file does not hold it."""
    for name in sorted(fixed_fields(staging.target.model).intersection(staging.columns).difference(staging.target.key)):
        column = staging.column(name)
        before = f"(SELECT {column} FROM {staging.table} t WHERE t.id = {staging.rows}.id)"
        yield f"differs AND {staging.rows}.{column} IS DISTINCT FROM {before}"


def _mark_not_unique(staging: Staging, constraint: models.UniqueConstraint) -> None:
    """Rows that share what must be unique with another one of the file, or of the same patients in the study."""
    references: Any = [part for part in constraint.expressions if isinstance(part, F)]
    names = list(constraint.fields) or [part.name for part in references]
    columns = [staging.column(name) for name in names]
    [(predicate,)] = fetched(
        "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = %s::regclass", [quoted(constraint.name)]
    )
    applies = [predicate] if predicate else []
    if constraint.nulls_distinct is not False:
        applies += [f"{column} IS NOT NULL" for column in columns]
    where, key = " AND ".join(applies) or "true", f"ROW({', '.join(columns)})::text"
    execute(
        f"""
        WITH keyed AS (SELECT number, id, {key} AS key FROM {staging.rows} WHERE {where}),
        several AS (SELECT key FROM keyed GROUP BY key HAVING count(*) > 1),
        known AS (
            SELECT {key} AS key, id FROM {staging.table}
            WHERE ({where}) AND patient_id IN (SELECT patient_id FROM {staging.rows})
        )
        UPDATE {staging.rows} r SET in_doubt = true
        FROM keyed LEFT JOIN several USING (key) LEFT JOIN known USING (key)
        WHERE r.number = keyed.number AND NOT r.in_doubt
            AND (several.key IS NOT NULL OR (known.id IS NOT NULL AND known.id IS DISTINCT FROM keyed.id))
        """
    )


def _mark_refused(staging: Staging, trigger: CheckedTrigger, known: KnownRows) -> None:
    """A rule of a trigger, asked once for every distinct set of the values it reads."""
    reads = trigger.reads or ()
    columns = ", ".join(map(staging.column, reads))
    distinct = fetched(f"SELECT DISTINCT ROW({columns})::text, {columns} FROM {staging.rows} WHERE {TO_WRITE}")
    asked = ((key, dict(zip(reads, values, strict=True))) for key, *values in distinct)
    refused = [key for key, values in asked if _refuses(trigger, staging, values, known)]
    if refused:
        _mark(staging, f"ROW({columns})::text = ANY(%s)", [refused])


def _refuses(trigger: CheckedTrigger, staging: Staging, values: dict[str, Any], known: KnownRows) -> bool:
    row = staging.target.model(study=known.study) if "study" in values else staging.target.model()
    for name, value in values.items():
        field = staging.target.field(name)
        if name != "study":
            setattr(row, name, known.row(field.related_model, value) if field.is_relation else field.to_python(value))
    try:
        trigger.check(row)
    except ValidationError:
        return True
    return False


def _mark_unsound(staging: Staging, name: str, column: Column) -> None:
    """Values that the file does not say: defaults of new rows, and what stays in changed ones."""
    field, stated = staging.target.field(name), staging.columns
    if field.is_relation:
        return
    unsaid = f"number IN (SELECT number FROM {staging.told} WHERE {staging.column(name)} IS NULL)"
    where = f"{TO_WRITE} AND {unsaid}" if name in stated else TO_WRITE
    values = fetched(f"SELECT DISTINCT {staging.column(name)} FROM {staging.rows} WHERE {where}")
    for value in _unsound(field, (value for (value,) in values), column):
        _mark(staging, f"{staging.column(name)} IS NOT DISTINCT FROM {literal(field, value)}")


def _unsound(field: Any, values: Iterable[Any], column: Column) -> Iterator[Any]:
    return (value for value in map(field.to_python, values) if not column.is_sound(value))
