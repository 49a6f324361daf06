"""The rules of forms and the database on all staged rows at once: which rows are in doubt."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F

from cases.importing.records.bulk.columns import Column
from cases.importing.records.bulk.staging import Staging, execute, fetched, literal, quoted, record, record_hash
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.rules import fixed_fields
from cases.importing.records.targets import PATIENT, Target
from cases.models.at_once import SetRule, rules_of, which_are_refused
from cases.models.integrity import CheckedTrigger
from cases.objections import OBJECTIONS

_OF_THESE_PATIENTS = "patient_id IN (SELECT patient_id FROM {rows})"
TO_WRITE = "NOT in_doubt AND (id IS NULL OR differs)"


def doubt(staging: Staging, *, known: KnownRows, columns: dict[str, Column], has_reason: bool) -> None:
    """Mark every row that breaks a rule, or could."""
    conditions = [*_blank_ones(staging), *_broken_constraints(staging), "differs AND missing <> '{}'"]
    conditions += _changes_one_by_one(staging)
    if objection := OBJECTIONS.get(staging.target.model):
        conditions.append(staging.column(objection.to))
    if staging.target.only_one_matches:
        conditions.append(f"id IS NULL AND patient_id IN (SELECT patient_id FROM {staging.table})")
    if not has_reason:
        verified = [patient.pk for patient in known.patients.values() if patient.verified_at is not None]
        conditions.append(f"patient_id = ANY(ARRAY{verified}::bigint[])")
    _mark(staging, " OR ".join(f"({condition})" for condition in conditions))
    for constraint in staging.target.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and not _holds_key(constraint, staging.target, known):
            _mark_not_unique(staging, constraint)
    rules = [rule for rule in rules_of(staging.target.model) if isinstance(rule, CheckedTrigger)]
    _mark_refused_together(staging, [rule for rule in rules if isinstance(rule, SetRule)])
    for rule in rules:
        if not isinstance(rule, SetRule):
            _mark_refused(staging, rule, known)
    [(any_known,)] = fetched(f"SELECT EXISTS (SELECT FROM {staging.rows} WHERE id IS NOT NULL)")
    for name, column in columns.items():
        _mark_unsound(staging, name, column, any_known=any_known)


def is_unique_within_patients(target: Target, known: KnownRows) -> bool:
    """Whether rows of other patients share nothing that must be unique."""
    constraints = (one for one in target.model._meta.constraints if isinstance(one, models.UniqueConstraint))
    return all(_tells_patient(constraint, target, known) for constraint in constraints)


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


def _changes_one_by_one(staging: Staging) -> Iterator[str]:
    """What the database lets nobody change, where the key of the file does not hold it, and what a row is made from."""
    model = staging.target.model
    made_from = {name for name in staging.columns if staging.target.field(name).related_model is model}
    for name in sorted((fixed_fields(model) | made_from).intersection(staging.columns).difference(staging.target.key)):
        column = staging.column(name)
        before = f"(SELECT {column} FROM {staging.table} t WHERE t.id = {staging.rows}.id)"
        yield f"differs AND {staging.rows}.{column} IS DISTINCT FROM {before}"


def _names(constraint: models.UniqueConstraint) -> list[str]:
    references: Any = [part for part in constraint.expressions if isinstance(part, F)]
    return list(constraint.fields) or [part.name for part in references]


def _holds_key(constraint: models.UniqueConstraint, target: Target, known: KnownRows) -> bool:
    """Whether rows that share what must be unique share patient and key, and so are in doubt already or one row."""
    return _tells_patient(constraint, target, known) and set(target.key) <= set(_names(constraint))


def _tells_patient(constraint: models.UniqueConstraint, target: Target, known: KnownRows) -> bool:
    return any(name == PATIENT or known.is_of_patient(target.field(name).related_model) for name in _names(constraint))


def _mark_not_unique(staging: Staging, constraint: models.UniqueConstraint) -> None:
    """Rows that share what must be unique with another one of the file or the study, and what the file says of that."""
    names = _names(constraint)
    columns = [staging.column(name) for name in names]
    of_whom = f"study_id = {staging.study.pk}" if "study" in names else _OF_THESE_PATIENTS.format(rows=staging.rows)
    [(predicate,)] = fetched(
        "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = %s::regclass", [quoted(constraint.name)]
    )
    applies = [predicate] if predicate else []
    if constraint.nulls_distinct is not False:
        applies += [f"{column} IS NOT NULL" for column in columns]
    where, key = " AND ".join(applies) or "true", record_hash(record(*columns))
    execute(
        f"""
        WITH keyed AS (SELECT number, id, {key} AS key FROM {staging.rows} WHERE {where}),
        several AS (SELECT key FROM keyed GROUP BY key HAVING count(*) > 1),
        known AS (
            SELECT {key} AS key, id FROM {staging.table}
            WHERE ({where}) AND {of_whom}
        ),
        taken AS (SELECT number, known.id FROM keyed JOIN known USING (key) WHERE known.id IS DISTINCT FROM keyed.id)
        UPDATE {staging.rows} SET in_doubt = true
        WHERE NOT in_doubt AND (
            number IN (SELECT number FROM keyed JOIN several USING (key)) OR number IN (SELECT number FROM taken)
            OR id IN (SELECT id FROM taken)
        )
        """
    )


def _mark_refused_together(staging: Staging, rules: list[Any]) -> None:
    if rules:
        refusals = [rule.refused(staging.target.model) for rule in rules]
        refused = which_are_refused(refusals, are_written=False)
        _mark(staging, f"number IN (SELECT written.number FROM {staging.rows} written {refused})")


def _mark_refused(staging: Staging, trigger: CheckedTrigger, known: KnownRows) -> None:
    """A rule of a trigger, asked once for every distinct set of the values it reads."""
    reads = trigger.reads or ()
    columns = ", ".join(map(staging.column, reads))
    distinct = fetched(
        f"SELECT ROW({columns})::text, * FROM (SELECT DISTINCT {columns} FROM {staging.rows} WHERE {TO_WRITE}) r"
    )
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


def _mark_unsound(staging: Staging, name: str, column: Column, *, any_known: bool) -> None:
    """Values that the file does not say: defaults of new rows, what stays in changed ones, what follows from others."""
    field, stated = staging.target.field(name), staging.columns
    if field.is_relation or (name in stated and not column.is_blank_somewhere):
        return
    unsaid = f"number IN (SELECT number FROM {staging.told} WHERE {staging.column(name)} IS NULL)"
    where = f"({unsaid})" if name in stated else "true"
    if not staging.follows(name):
        if not column.is_sound(field.get_default()):
            _mark(staging, f"id IS NULL AND {where}")
        where = f"id IS NOT NULL AND {where}"
    if any_known or staging.follows(name):
        values = fetched(f"SELECT DISTINCT {staging.column(name)} FROM {staging.rows} WHERE {TO_WRITE} AND {where}")
        for value in _unsound(field, (value for (value,) in values), column):
            _mark(staging, f"{staging.column(name)} IS NOT DISTINCT FROM {literal(field, value)}")


def _unsound(field: Any, values: Iterable[Any], column: Column) -> Iterator[Any]:
    return (value for value in map(field.to_python, values) if not column.is_sound(value))
