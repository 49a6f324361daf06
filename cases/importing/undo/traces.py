"""What an import left in the study, as history tells it: which rows it added, and which it changed.

Every format is read the same way: whatever was written in the import's context carries its number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pghistory
from django.db import connection, models

from cases.chronicle import events_of, tracked_models
from cases.models import ImportJob


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One model's rows. ``contexts`` are the keys of the contexts in which the import wrote."""

    model: type[models.Model]
    contexts: list[Any]

    @property
    def events(self) -> models.QuerySet[Any]:
        """What the import did to rows of this model."""
        return events_of(self.model).filter(pgh_context_id__in=self.contexts)

    @property
    def created_keys(self) -> models.QuerySet[Any]:
        """Keys of the rows it added, whether or not they are still there."""
        return self.events.filter(pgh_label="created").values("pgh_obj_id")

    @cached_property
    def added(self) -> list[Any]:
        """Keys of the rows it added and which are still there."""
        return self._there(models.Q(pk__in=self.created_keys))

    @cached_property
    def changed(self) -> list[Any]:
        """Keys of the rows it changed without having added them, as far as they are still there."""
        changed = self.events.filter(pgh_label="changed").values("pgh_obj_id")
        return self._there(models.Q(pk__in=changed) & ~models.Q(pk__in=self.created_keys))

    def _there(self, which: models.Q) -> list[Any]:
        return list(self.model._base_manager.filter(which).order_by("pk").values_list("pk", flat=True))


def traces(job: ImportJob) -> list[Trace]:
    """A trace for every model of which the import wrote rows. Two queries, whatever it wrote."""
    contexts = list(
        pghistory.models.Context.objects.filter(metadata__contains={"import_job": job.pk}).values_list("pk", flat=True)
    )
    found = [Trace(model=model, contexts=contexts) for model in tracked_models()]
    marked = [
        trace.events.order_by().annotate(model=models.Value(trace.model._meta.label)).values_list("model").distinct()
        for trace in found
    ]
    written = {label for (label,) in marked[0].union(*marked[1:])} if contexts else set()
    return [trace for trace in found if trace.model._meta.label in written]


def columns_of(model: type[models.Model]) -> list[str]:
    """Every column but the key, quoted. The event of a row has columns of the same names."""
    return [
        connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields if not field.primary_key
    ]


def tables_of(model: type[models.Model]) -> tuple[str, str]:
    """The quoted tables of a model and of its events."""
    events: Any = events_of(model).model
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), quote(events._meta.db_table)


def in_pieces(keys: list[Any], size: int) -> Iterator[list[Any]]:
    """The keys, so many at a time."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
