"""What undoing an import would do, and what stands in the way, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.access import Person
from cases.importing.reading import rows_in_words
from cases.importing.undo.notes import notes
from cases.importing.undo.obstacles import Obstacle, Reason, obstacles
from cases.importing.undo.traces import traces
from cases.models import ConsentStatus, ImportJob, ImportUndo, JobStatus, Patient

SENTENCES = {
    Reason.CHANGED: gettext_lazy("{rows}: changed since the import."),
    Reason.REFERRED: gettext_lazy("{rows}: added since, and resting on rows that would be removed."),
    Reason.ASKED: gettext_lazy("{rows}: somebody asked, answered or took up questions about rows of this import."),
    Reason.VERIFIED: gettext_lazy("{rows}: verified. Take the verification back first."),
    Reason.UNKNOWN_BEFORE: gettext_lazy("{rows}: the history does not know what was there before."),
}


@dataclass(frozen=True, kw_only=True)
class NamedRow:
    """A row by its name; ``url`` is blank where it has no page."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ShownObstacle:
    """A sentence with its number, and the first rows it is about. Who withdrew consent is counted, never named."""

    text: str
    rows: list[NamedRow]
    others: int

    @property
    def names(self) -> list[str]:
        return [row.name for row in self.rows]

    @property
    def in_words(self) -> str:
        names = ", ".join(self.names)
        return f"{self.text} ({names}{' …' if self.others else ''})" if names else self.text


@dataclass(frozen=True, kw_only=True)
class UndoPreview:
    """``removed`` and ``restored`` such as ``35 patients``; ``notes`` say what stays as it is."""

    removed: list[str]
    restored: list[str]
    obstacles: list[ShownObstacle]
    notes: list[str]

    @property
    def is_possible(self) -> bool:
        return not self.obstacles


def preview_of(job: ImportJob, *, user: Person) -> UndoPreview:
    """Looked up anew each time; the number of queries depends on the kinds of rows, never on how many there are."""
    found = traces(job)
    return UndoPreview(
        removed=[rows_in_words(trace.model, len(trace.added)) for trace in found if trace.added],
        restored=[rows_in_words(trace.model, len(trace.changed)) for trace in found if trace.changed],
        obstacles=[_shown(obstacle, user=user) for obstacle in obstacles(found)],
        notes=notes(job),
    )


@dataclass(frozen=True, kw_only=True)
class Undone:
    """An undoing that was done, in words."""

    by: str
    at: datetime
    removed: list[str]
    restored: list[str]


def undone_of(undo: ImportUndo | None) -> Undone | None:
    """Who took the import back, when, and what; None unless that was done."""
    if undo is None or undo.status != JobStatus.SUCCEEDED or undo.finished_at is None:
        return None
    return Undone(
        by=undo.requested_by.get_username(),
        at=undo.finished_at,
        removed=_in_words(undo.removed),
        restored=_in_words(undo.restored),
    )


def _in_words(counts: dict[str, int]) -> list[str]:
    return [rows_in_words(apps.get_model(label), count) for label, count in counts.items()]


def _shown(obstacle: Obstacle, *, user: Person) -> ShownObstacle:
    rows = [_named(row) for row in _rows(obstacle, user=user)]
    return ShownObstacle(
        text=str(SENTENCES[obstacle.reason]).format(rows=rows_in_words(obstacle.model, obstacle.count)),
        rows=rows,
        others=obstacle.count - len(rows),
    )


def _rows(obstacle: Obstacle, *, user: Person) -> Iterable[Any]:
    rows = obstacle.model._base_manager.filter(pk__in=obstacle.keys).order_by("pk")
    path = _path_to_patient(obstacle.model)
    if path is not None:
        rows = rows.exclude(**{f"{path}consent_status": ConsentStatus.WITHDRAWN})
    references = [field for field in obstacle.model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    related = [
        way
        for field in references
        for way in (field.name, *(f"{field.name}__{further}" for further in _further(field.related_model)))
    ]
    return access.narrowed(user=user, queryset=rows.select_related(*related))


def _further(model: Any) -> list[str]:
    """What names and addresses of rows need of the rows they name."""
    names = {field.name for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}
    return [name for name in ("study", "patient", "specimen", "agent", "histology") if name in names]


def _path_to_patient(model: type[models.Model]) -> str | None:
    """The ORM path to the patient, such as ``specimen__patient__``; None for rows of no patient."""
    if model is Patient:
        return ""
    names = {field.name for field in model._meta.concrete_fields}
    return "patient__" if "patient" in names else "specimen__patient__" if "specimen" in names else None


def _named(row: Any) -> NamedRow:
    """The row leads to its own page, or to that of what it belongs to."""
    for owner in (row, *(getattr(row, name, None) for name in ("run", "dataset", "specimen", "patient"))):
        if hasattr(owner, "get_absolute_url"):
            return NamedRow(name=str(row), url=owner.get_absolute_url())
    return NamedRow(name=_("{kind} {number}").format(kind=row._meta.verbose_name, number=row.pk), url="")
