"""What stands in the way of undoing an import: whatever was built on it since."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pghistory
from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from cases.importing.undo.traces import Trace, columns_of, tables_of
from cases.models import DataQuery, Patient, QueryStatus
from cases.models.at_once import rules_of
from cases.models.integrity import ReasonWhenVerified

ROWS_NAMED = 5


class Reason(StrEnum):
    CHANGED = "changed"
    """Rows of the import that no longer are as it left them."""
    REFERRED = "referred"
    """Other rows that name rows of the import."""
    ASKED = "asked"
    """Questions of people about rows of the import."""
    VERIFIED = "verified"
    """Patients who are verified, and of whom there are rows of the import."""
    UNKNOWN_BEFORE = "unknown_before"
    """Rows it changed, of which the history does not know the values before."""


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """``count`` rows of a model stand in the way; ``keys`` are those of the first."""

    reason: Reason
    model: type[models.Model]
    count: int
    keys: tuple[Any, ...]


def obstacles(found: list[Trace]) -> list[Obstacle]:
    """Everything that stands in the way, by reason and model. The number of queries depends on the models alone."""
    return [
        *filter(None, map(_changed_since, found)),
        *filter(None, map(_unknown_before, found)),
        *_referring(found),
        *filter(None, [_asked(found), _verified(found)]),
    ]


def untouched_queries(found: list[Trace]) -> models.QuerySet[DataQuery]:
    """Questions that checks ask about rows the import added, and that nobody took up: they go with the rows."""
    return _queries_about(found).filter(_untouched())


def _changed_since(trace: Trace) -> Obstacle | None:
    """By values, so that a change that was itself taken back does not stand in the way."""
    table, events = tables_of(trace.model)
    columns = columns_of(trace.model)
    now, left = (", ".join(f"{side}.{column}" for column in columns) for side in ("now", "left_by_import"))
    return _obstacle(
        Reason.CHANGED,
        trace.model,
        f"""
        SELECT now.id, count(*) OVER () FROM {table} now
        JOIN (
            SELECT DISTINCT ON (pgh_obj_id) * FROM {events}
            WHERE pgh_context_id = ANY(%s) ORDER BY pgh_obj_id, pgh_id DESC
        ) left_by_import ON left_by_import.pgh_obj_id = now.id
        WHERE ({now}) IS DISTINCT FROM ({left}) ORDER BY now.id LIMIT {ROWS_NAMED}
        """,  # noqa: S608
        [trace.contexts],
    )


def _unknown_before(trace: Trace) -> Obstacle | None:
    if not trace.changed:
        return None
    _table, events = tables_of(trace.model)
    return _obstacle(
        Reason.UNKNOWN_BEFORE,
        trace.model,
        f"""
        SELECT pgh_obj_id, count(*) OVER () FROM {events} own
        WHERE pgh_context_id = ANY(%s) AND pgh_obj_id = ANY(%s)
        GROUP BY pgh_obj_id HAVING NOT EXISTS (
            SELECT 1 FROM {events} before
            WHERE before.pgh_obj_id = own.pgh_obj_id AND before.pgh_id < min(own.pgh_id)
        ) ORDER BY pgh_obj_id LIMIT {ROWS_NAMED}
        """,  # noqa: S608
        [trace.contexts, trace.changed],
    )


def _referring(found: list[Trace]) -> Iterator[Obstacle]:
    """Rows that are not of this import, and whose foreign keys lead to rows it added."""
    traces = {trace.model: trace for trace in found}
    for model in apps.get_models():
        references = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in traces
        ]
        if references and not issubclass(model, pghistory.models.Event) and model is not DataQuery:
            keys = Q()
            for field in references:
                keys |= Q(**{f"{field.attname}__in": traces[field.related_model].created_keys})
            rows = model._base_manager.filter(keys)
            if own := traces.get(model):
                rows = rows.exclude(pk__in=own.events.values("pgh_obj_id"))
            if obstacle := _of_rows(Reason.REFERRED, rows):
                yield obstacle


def _asked(found: list[Trace]) -> Obstacle | None:
    return _of_rows(Reason.ASKED, _queries_about(found).exclude(_untouched()))


def _queries_about(found: list[Trace]) -> models.QuerySet[DataQuery]:
    about = Q(pk__in=[])
    for trace in found:
        about |= Q(subject_model=trace.model._meta.label, subject_pk__in=trace.created_keys)
        if trace.model is Patient:
            about |= Q(patient_id__in=trace.created_keys)
    return DataQuery.objects.filter(about)


def _untouched() -> Q:
    """Asked by a check, and no person did anything with it."""
    closed_by_check = Q(status=QueryStatus.CLOSED, closed_by=None)
    nobody = Q(asked_by=None, answered_by=None, owner=None)
    return ~Q(check_code="") & nobody & (Q(status=QueryStatus.OPEN) | closed_by_check)


def _verified(found: list[Trace]) -> Obstacle | None:
    """The rule of the database that needs a reason says which models are of a patient."""
    of = Q(pk__in=[])
    for trace in found:
        for rule in rules_of(trace.model):
            if isinstance(rule, ReasonWhenVerified):
                patients = trace.model._base_manager.filter(pk__in=trace.events.values("pgh_obj_id"))
                of |= Q(pk__in=patients.values(rule.patient))
    return _of_rows(Reason.VERIFIED, Patient.objects.filter(of, verified_at__isnull=False))


def _of_rows(reason: Reason, rows: models.QuerySet[Any]) -> Obstacle | None:
    counted = rows.order_by("pk").annotate(of=models.Window(models.Count("*"))).values_list("pk", "of")[:ROWS_NAMED]
    return _from(reason, rows.model, list(counted))


def _obstacle(reason: Reason, model: type[models.Model], query: str, values: list[Any]) -> Obstacle | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return _from(reason, model, cursor.fetchall())


def _from(reason: Reason, model: type[models.Model], counted: list[Any]) -> Obstacle | None:
    if not counted:
        return None
    return Obstacle(reason=reason, model=model, count=counted[0][1], keys=tuple(pk for pk, _count in counted))
