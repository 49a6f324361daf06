"""What happened to records, in the words people read: who, when, why, by which way, each field before and after.

Events carry keys and codes; here they get the names of the rows and choices they stand for. The number of queries
depends on how many models are involved, never on how many events.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pghistory
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms import shown
from cases.models import Patient, Record, Specimen

LABELS = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
}
Related = dict[type[models.Model], dict[Any, models.Model]]


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """A field's name and its values as people read them; a dash where there was or is none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event of one record."""

    at: datetime
    label: str
    by: str
    how: str
    reason: str
    kind: str
    record: str
    fields: list[FieldChange]


def tracked_models() -> list[type[models.Model]]:
    """Models whose rows have a history."""
    return [
        model
        for model in apps.get_models()
        if hasattr(model, "pgh_event_models") and not issubclass(model, pghistory.models.Event)
    ]


def events_of(model: type[models.Model]) -> QuerySet[Any]:
    """All events of the model's rows."""
    return model.pgh_event_model._default_manager.all()  # type: ignore[attr-defined]


def in_order(events: QuerySet[Any]) -> QuerySet[Any]:
    """Row after row, each in the order of time, with the contexts."""
    return events.order_by("pgh_obj_id", "pgh_id").select_related("pgh_context")


class Chronicle:
    """Events of several models as one list, the latest first. Slices and counts like a queryset, for a paginator."""

    def __init__(self, parts: dict[type[models.Model], QuerySet[Any]]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return self.count()

    def count(self) -> int:
        return sum(events.count() for events in self._parts.values())

    def __getitem__(self, part: slice) -> list[Happening]:
        newest = self._newest(part)
        told: dict[tuple[str, int], Happening] = {}
        for model in self._parts:
            keys = {pk for label, pk in newest if label == model._meta.label}
            if keys:
                concerned = events_of(model).filter(pgh_id__in=keys).values("pgh_obj_id")
                # Not the events of a row while it belonged to somebody else.
                events = in_order(self._parts[model].filter(pgh_obj_id__in=concerned))
                pairs = [(before, event) for before, event in with_predecessors(events) if event.pgh_id in keys]
                for (_before, event), happening in zip(pairs, tell(model, pairs), strict=True):
                    told[(model._meta.label, event.pgh_id)] = happening
        return [told[one] for one in newest]

    def _newest(self, part: slice) -> list[tuple[str, int]]:
        """Model and key of the events of a slice."""
        rows = [
            events.order_by()
            .annotate(happened_to=models.Value(model._meta.label))
            .values_list("happened_to", "pgh_id", "pgh_created_at")
            for model, events in self._parts.items()
        ]
        newest = rows[0].union(*rows[1:], all=True).order_by("-pgh_created_at", "-pgh_id")[part]
        return [(label, pk) for label, pk, _at in newest]


def of_patient(patient: Patient) -> dict[type[models.Model], QuerySet[Any]]:
    """The events of the patient and of all its records, deleted ones too, by model."""
    parts = {Patient: events_of(Patient).filter(pgh_obj_id=patient.pk)}
    return parts | _with_reference("patient", Patient, patient.pk)


def of_specimen(specimen: Specimen) -> dict[type[models.Model], QuerySet[Any]]:
    """The events of the specimen and of what was measured on it."""
    parts = {Specimen: events_of(Specimen).filter(pgh_obj_id=specimen.pk)}
    return parts | _with_reference("specimen", Specimen, specimen.pk)


def tell(model: type[models.Model], pairs: Iterable[tuple[Any, Any]]) -> list[Happening]:
    """The events in words, given with the event before each of them of the same row, None for the first."""
    pairs = list(pairs)
    related = _related(model, [event for pair in pairs for event in pair if event is not None])
    metadata = [event.pgh_context.metadata if event.pgh_context else {} for _before, event in pairs]
    people = get_user_model()._default_manager.in_bulk({of["user"] for of in metadata if of.get("user")})
    return [
        Happening(
            at=event.pgh_created_at,
            label=str(LABELS.get(event.pgh_label, event.pgh_label)),
            by=str(people.get(of.get("user"), "")),
            how=_how(of),
            reason=of.get("reason", ""),
            kind=capfirst(str(model._meta.verbose_name)),
            record=_name(row := _row(model, event, related)),
            fields=_differences(_row(model, before, related) if before else None, row),
        )
        for (before, event), of in zip(pairs, metadata, strict=True)
    ]


def with_predecessors(events: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Each event with the one before of the same row; the events come in the order of rows, then of time."""
    for before, event in pairwise([None, *events]):
        yield (before if before is not None and before.pgh_obj_id == event.pgh_obj_id else None), event


def _with_reference(name: str, to: type[models.Model], pk: Any) -> dict[type[models.Model], QuerySet[Any]]:
    return {
        model: events_of(model).filter(**{f"{name}_id": pk})
        for model in tracked_models()
        if any(field.name == name and field.related_model is to for field in model._meta.concrete_fields)
    }


def _related(model: type[models.Model], events: list[Any]) -> Related:
    """The rows which foreign keys of the events point to and which are still there."""
    keys: dict[type[models.Model], set[Any]] = defaultdict(set)
    for field in _references(model):
        keys[field.related_model] |= {getattr(event, field.attname) for event in events} - {None}
    return {
        of: of._base_manager.select_related(*(field.name for field in _references(of))).in_bulk(wanted)
        for of, wanted in keys.items()
    }


def _references(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _row(model: type[models.Model], event: Any, related: Related) -> models.Model:
    """The row as it was after the event."""
    row = model(**{field.attname: getattr(event, field.attname) for field in model._meta.concrete_fields})
    for field in _references(model):
        if (target := related[field.related_model].get(getattr(event, field.attname))) is not None:
            setattr(row, field.name, target)
    return row


def _name(row: models.Model) -> str:
    try:
        return str(row)
    except ObjectDoesNotExist:
        return f"#{row.pk}"


def _differences(before: models.Model | None, row: models.Model) -> list[FieldChange]:
    changed = [
        field
        for field in row._meta.concrete_fields
        if not field.primary_key
        and (
            getattr(row, field.attname) not in (None, "", {}, [])
            if before is None
            else getattr(before, field.attname) != getattr(row, field.attname)
        )
    ]
    return [
        FieldChange(
            name=capfirst(str(field.verbose_name)),
            before="–" if before is None else _value(before, field),
            after=_value(row, field),
        )
        for field in changed
    ]


def _value(row: models.Model, field: Any) -> str:
    if isinstance(row, Record) and field.name == "missing":
        reasons = ((row._meta.get_field(column), row.missing_label(column)) for column in row.missing)
        return "; ".join(f"{getattr(of, 'verbose_name', of.name)}: {reason}" for of, reason in reasons) or "–"
    try:
        return shown(row, field.name)
    except ObjectDoesNotExist:
        return f"#{getattr(row, field.attname)}"


def _how(metadata: dict[str, Any]) -> str:
    """By which way the change came."""
    address = metadata.get("url", "")
    if number := metadata.get("import_job"):
        return _("Import %(number)s") % {"number": number}
    if number := metadata.get("undone_import"):
        return _("Import %(number)s undone") % {"number": number}
    if address.startswith("/api/"):
        return _("API")
    if address.startswith("/admin/"):
        return _("Administration")
    return _("Page") if address else _("Directly in the database")
