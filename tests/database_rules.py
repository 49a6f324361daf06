"""Asks the database itself, past Django's validation, what it accepts and what it refuses."""

from typing import Any

import pytest
from django.apps import apps
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, models, transaction
from pghistory.models import Event
from pgtrigger import ReadOnly

from cases.models.at_once import rules_of
from cases.models.integrity import SameParent


def tracked_models(app: str) -> list[type[models.Model]]:
    """The models of an app without those of their history."""
    return [model for model in apps.get_app_config(app).get_models() if not issubclass(model, Event)]


def constraints(app: str, kind: type[models.BaseConstraint]) -> dict[str, type[models.Model]]:
    """Name of each constraint of that kind and its model."""
    return {
        constraint.name: model
        for model in tracked_models(app)
        for constraint in model._meta.constraints
        if isinstance(constraint, kind)
    }


def triggers(app: str, kind: type[SameParent | ReadOnly]) -> list[tuple[type[models.Model], Any]]:
    return [
        (model, trigger) for model in tracked_models(app) for trigger in rules_of(model) if isinstance(trigger, kind)
    ]


def columns_of(model: type[models.Model], name: str) -> list[str]:
    """The columns of a unique constraint."""
    (constraint,) = (constraint for constraint in model._meta.constraints if constraint.name == name)
    return list(constraint.fields) or [expression.name for expression in constraint.expressions]


def overwrite(row: models.Model, /, **values: Any) -> None:
    """Write columns without Django looking at them."""
    assignments = ", ".join(f'"{row._meta.get_field(name).column}" = %s' for name in values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {assignments} WHERE id = %s',  # noqa: S608
            [*values.values(), row.pk],
        )


def assert_constraint_refuses(name: str, row: models.Model, /, **values: Any) -> None:
    """The row is there; with these values the named constraint refuses it."""
    with pytest.raises(IntegrityError) as refusal:
        overwrite(row, **values)
    assert refusal.value.__cause__.diag.constraint_name == name


def assert_trigger_refuses(message: str, row: models.Model, /, **values: Any) -> None:
    """The row is there; with these values a trigger refuses it, saying ``message``."""
    with pytest.raises(DatabaseError, match=message):
        overwrite(row, **values)
