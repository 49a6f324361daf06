"""Who changed what, when, before and after.

Triggers of the database write an event for every insert, update and delete, so that changes by import,
admin, API and bulk write are all kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

import pghistory
import pghistory.trigger
import pgtrigger
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

M = TypeVar("M", bound=models.Model)

CHANGE_NO_ANSWER = {"cases.MembershipEvent", "cases.DataQueryEvent", "cases.ImportMappingEvent"}
"""Events of who is a member, what is asked about the data, how columns are mapped. A higher app adds its own."""


def tracked(model: type[M]) -> type[M]:
    """Class decorator: keep an event for every insert, update and delete of the model's rows."""
    # A tracker remembers the model it was first used on, so each model gets its own.
    track = pghistory.track(
        pghistory.InsertEvent("created"), pghistory.UpdateEvent("changed"), pghistory.DeleteEvent("deleted")
    )
    return track(model)


class ChangedTogether(pghistory.trigger.Event):
    """Write the events of all changed rows of a statement.

    What is new and was not there before has changed. A join of old with new rows would do, too, but the database keeps
    the plan of the first statement of a connection: made for one row, it takes hours with a hundred thousand.
    """

    def get_func_template_kwargs(self, model: Any) -> dict[str, Any]:
        changed = "(SELECT * FROM new_values EXCEPT ALL SELECT * FROM old_values) AS new_values"
        return super().get_func_template_kwargs(model) | {"cond_new_values": changed}


class UpdatesTogether(pghistory.UpdateEvent):
    """An event for every row that an update changes, see :class:`ChangedTogether`."""

    def add_event_trigger(self, event_model: Any) -> None:
        trigger = ChangedTogether(
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            row=self.row,
            operation=self.operation,
            level=pghistory.Statement,
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


def tracked_at_once(model: type[M]) -> type[M]:
    """As :func:`tracked`, for tables that take rows by the thousands: the events of a statement are written together.

    Of the foreign keys of the row the patient's alone has an index: pages and erasures ask by no other.
    """
    track = pghistory.track(
        pghistory.InsertEvent("created", level=pghistory.Statement),
        UpdatesTogether("changed"),
        pghistory.DeleteEvent("deleted", level=pghistory.Statement),
    )
    event_model: Any = track(model).pgh_event_model
    for field in event_model._meta.fields:
        if field.is_relation and field.name not in ("patient", "pgh_obj", "pgh_context"):
            field.db_index = False
    return model


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Changes of the block happen for this reason: it stands in their history, and opens verified records to them."""
    with transaction.atomic(), pghistory.context(reason=reason):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.reason', %s, true)", [reason])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.reason', '', true)")


def data_version() -> str:
    """A text that differs whenever a row an answer may rest on was created, changed or deleted.

    It is the newest event of each model, the number of imports done, of imports undone and of patients erased: an
    import takes its event numbers early and shows them late, when somebody's later edit may have been seen already.
    """
    tables = [connection.ops.quote_name(model._meta.db_table) for model in _event_models()]
    imports = connection.ops.quote_name(apps.get_model("cases", "ImportJob")._meta.db_table)
    newest = [f"SELECT max(pgh_id) FROM {table}" for table in tables]  # noqa: S608
    done = f"SELECT count(*) FROM {imports} WHERE status = 'succeeded'"  # noqa: S608
    undone = "SELECT count(*) FROM cases_importundo WHERE status = 'succeeded'"
    # An erased patient takes its events along.
    erased = "SELECT count(*) FROM cases_erasure"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([*newest, done, undone, erased]))
        return ".".join(str(number or 0) for (number,) in cursor.fetchall())


def _event_models() -> list[type[models.Model]]:
    """The event models of people and measurements in a fixed order; :data:`CHANGE_NO_ANSWER` are left out."""
    return sorted(
        (
            model
            for model in apps.get_models()
            if issubclass(model, pghistory.models.Event)
            and model._meta.managed
            and model._meta.label not in CHANGE_NO_ANSWER
        ),
        key=lambda model: model._meta.label,
    )


@dataclass(frozen=True, kw_only=True)
class Change:
    """One event of a row: when, by whom, and each changed field as name, before, after."""

    at: datetime
    label: str
    by: str
    fields: list[tuple[str, Any, Any]]


def changes(row: models.Model) -> list[Change]:
    """What happened to a tracked row, the latest first. Two queries."""
    events = list(row.events.order_by("pgh_id").select_related("pgh_context"))  # type: ignore[attr-defined]
    people = get_user_model().objects.in_bulk({user for event in events if (user := _user_of(event))})
    happened = [
        Change(
            at=event.pgh_created_at,
            label=event.pgh_label,
            by=str(people.get(_user_of(event), "")),
            fields=_difference(row, before, event),
        )
        for before, event in pairwise([None, *events])
    ]
    return happened[::-1]


def _user_of(event: Any) -> int | None:
    """The key of the person in whose request it happened; None for work outside requests."""
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _difference(row: models.Model, before: Any, event: Any) -> list[tuple[str, Any, Any]]:
    values = [
        (str(field.verbose_name), getattr(before, field.attname, None), getattr(event, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key
    ]
    return [(name, old, new) for name, old, new in values if old != new and not (before is None and new in ("", None))]
