"""The rules which forms and the database apply to one row, applied to all rows of a sheet in a few queries."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone, translation

from cases.importing.records.statement import Statement
from cases.importing.records.targets import Target
from cases.models.at_once import rules_of
from cases.models.integrity import CheckedTrigger
from cases.partial_date import PartialDate
from cases.sentences import sentence, sentences_of
from cases.versions import as_json

FUTURE = "This date lies in the future."


def check_row(statement: Statement, target: Target) -> None:
    """What can be said of the row alone: values, dates to come, and the rules of triggers that forms ask too."""
    row = statement.row
    references = [field.name for field in target.model._meta.concrete_fields if field.is_relation]
    for name in target.fields:
        field = target.field(name)
        if field.is_relation and not field.null and getattr(row, field.attname) is None:
            statement.error(sentence("This field is required."), column=name)
    with translation.override("en"):
        _collect(statement, lambda: row.clean_fields(exclude=[*references, "missing"]))
        _collect(statement, row.clean)
        _refuse_the_future(statement, target, target.fields)
        if not statement.is_refused:
            for trigger in rules_of(target.model):
                if isinstance(trigger, CheckedTrigger):
                    _collect(statement, partial(trigger.check, row), column=trigger.field)


def check_unchangeable(statement: Statement, target: Target, changed: Collection[str]) -> None:
    """What the database lets nobody change of a row that is there."""
    for name in sorted(fixed_fields(target.model).intersection(changed)) if not statement.is_new else ():
        statement.error(
            sentence("This cannot be changed once it is recorded. Write it as it is, or add another row."), column=name
        )


def fixed_fields(model: Any) -> set[str]:
    """The fields that the database lets nobody change."""
    return {
        name
        for trigger in model._meta.triggers
        if isinstance(trigger, pgtrigger.ReadOnly)
        for name in trigger.fields or ()
    }


def check_value(statement: Statement, target: Target, name: str) -> None:
    """What can be said of one value of the row alone."""
    field, row = target.field(name), statement.row
    value = getattr(row, field.attname)
    if field.is_relation or (field.blank and value in field.empty_values):
        return
    _collect(statement, lambda: field.clean(value, row), column=name)
    _refuse_the_future(statement, target, [name])


def check_together(statements: Iterable[Statement], rows: Iterable[Any], *, target: Target) -> None:
    """What the database checks: constraints of each row in two queries, and what must be unique among ``rows``."""
    sound = {one.row.pk: one for one in statements if not one.is_refused}
    _check_constraints(sound, target)
    rows = list(rows)
    for constraint in target.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            _check_unique(constraint, sound, rows)


def _collect(statement: Statement, check: Any, *, column: str = "") -> None:
    try:
        check()
    except ValidationError as error:
        by_column = error.error_dict if hasattr(error, "error_dict") else {column: error.error_list}
        for name, errors in by_column.items():
            for one in errors:
                for stored in sentences_of(one):
                    statement.error(stored, column=name)


def _refuse_the_future(statement: Statement, target: Target, names: Iterable[str]) -> None:
    for name in names:
        date = getattr(statement.row, target.field(name).attname)
        if isinstance(date, PartialDate) and date.earliest > timezone.localdate():
            statement.error(sentence(FUTURE), column=name)


def _check_constraints(sound: dict[int, Statement], target: Target) -> None:
    """The check constraints of the table, evaluated by the database on the rows as they would be written."""
    named = {
        constraint.name: constraint
        for constraint in target.model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    table = target.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        )
        conditions = [(name, condition.replace("%", "%%")) for name, condition in cursor.fetchall() if name in named]
        if not conditions or not sound:
            return
        broken = ", ".join(f"CASE WHEN ({condition}) IS FALSE THEN '{name}' END" for name, condition in conditions)
        cursor.execute(
            f"SELECT id, array_remove(ARRAY[{broken}], NULL) "  # noqa: S608 the conditions are the table's own
            f"FROM jsonb_populate_recordset(NULL::{connection.ops.quote_name(table)}, %s::jsonb)",
            [as_json([one.row for one in sound.values()])],
        )
        found = cursor.fetchall()
    for key, names in found:
        statement = sound[key]
        for name in names:
            _refuse(statement, named[name], _fields_of(named[name].condition, target))


def _fields_of(condition: Any, target: Target) -> list[str]:
    referenced = condition.referenced_base_fields if isinstance(condition, Q) else set()
    return [name for name in target.fields if name in referenced]


def _check_unique(constraint: models.UniqueConstraint, sound: dict[int, Statement], rows: list[Any]) -> None:
    references: Any = [part for part in constraint.expressions if isinstance(part, F)]
    names = list(constraint.fields) or [part.name for part in references]
    seen: dict[tuple[Any, ...], int] = {}
    # Rows of the study first, so that the row of the file is the one that is refused.
    for row in sorted(rows, key=lambda row: row.pk in sound):
        values = tuple(getattr(row, row._meta.get_field(name).attname) for name in names)
        if not _applies(constraint, row, values):
            continue
        if values in seen:
            first, second = seen[values], row.pk
            statement = sound.get(second) or sound.get(first)
            if first in sound and second in sound:
                _refuse_repetition(sound[second], of=sound[first], names=names)
            elif statement is not None:
                _refuse(statement, constraint, names)
        seen.setdefault(values, row.pk)


def _applies(constraint: models.UniqueConstraint, row: Any, values: tuple[Any, ...]) -> bool:
    """Conditions of unique constraints here are plain equalities."""
    if None in values and constraint.nulls_distinct is not False:
        return False
    stated: list[Any] = constraint.condition.children if constraint.condition is not None else []
    return all(getattr(row, name) == value for name, value in stated)


def _refuse_repetition(statement: Statement, *, of: Statement, names: list[str]) -> None:
    told = sentence(
        "Row {row} of the file is about the same, and it can be there once only. Keep one of the rows, or correct what "
        "should tell them apart.",
        row=of.number,
    )
    statement.error(told, column=_first_stated(statement, names))


def _refuse(statement: Statement, constraint: Any, names: list[str]) -> None:
    with translation.override("en"):
        text = str(constraint.violation_error_message)
    told = {"text": text, "values": {}, "percent": {"name": constraint.name}}
    statement.error(told, column=_first_stated(statement, names))


def _first_stated(statement: Statement, names: list[str]) -> str:
    return next((name for name in names if name in statement.columns), "")
