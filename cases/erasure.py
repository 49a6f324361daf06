"""Erasing a patient for good: rows, history, files, and whatever a higher app keeps.

An app that keeps anything about patients beyond rows with a foreign key has a module ``erasure``; it is loaded when
Django starts::

    @register
    def frozen_inputs(erased):
        ...

Rows go with the patient when their foreign key leads to it, over any number of steps, unless the key may be set to
null. So do the events of all these rows, and of rows that were deleted earlier.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, models, transaction

from cases.history import because
from cases.models import Erasure, Patient, Specimen, Study
from cases.models.job import Job

ERASED = "[erased]"

GO_ALONG = (models.PROTECT, models.CASCADE, models.RESTRICT)

Rows = dict[type[models.Model], set[Any]]


class CannotErase(Exception):
    """Why the patient cannot be erased now, in words."""


@dataclass(kw_only=True)
class Erased:
    """What is being erased: keys per model, every code the patient and its specimens ever had, files to remove."""

    patient: Patient
    keys: Rows
    codes: frozenset[str]
    removed: Counter[str] = field(default_factory=Counter)
    files: list[models.fields.files.FieldFile] = field(default_factory=list)

    def mentioned_in(self, text: str) -> bool:
        """Whether one of the codes stands in the text as a word of its own."""
        return bool(self._pattern.search(text))

    def without_codes(self, value: Any) -> Any:
        """The text, or JSON of any depth, with the codes blotted out."""
        if isinstance(value, str):
            return self._pattern.sub(ERASED, value)
        if isinstance(value, dict):
            return {self.without_codes(key): self.without_codes(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.without_codes(inner) for inner in value]
        return value

    @property
    def _pattern(self) -> re.Pattern[str]:
        words = "|".join(map(re.escape, sorted(self.codes, key=len, reverse=True)))
        return re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])")


Eraser = Callable[[Erased], None]
_erasers: list[Eraser] = []


def register(eraser: Eraser) -> Eraser:
    """Have the function called when a patient is erased, inside the transaction, before the rows go."""
    _erasers.append(eraser)
    return eraser


def erase(*, patient: Patient, reason: str, by: User) -> Erased:
    """Erase in one transaction; files go once it is committed. Raises :class:`CannotErase` with a sentence."""
    study = patient.study
    with transaction.atomic(), because(reason):
        Patient.objects.select_for_update().get(pk=patient.pk)
        _require_no_work(study)
        keys = belonging_to([patient.pk])
        erased = Erased(patient=patient, keys=keys, codes=_codes(keys))
        if erased.mentioned_in(reason):
            raise CannotErase("The reason stays: write it without the code.")
        for eraser in _erasers:
            eraser(erased)
        _delete_rows(erased)
        _delete_history(erased)
        Erasure.objects.create(study=study, erased_by=by, reason=reason)
        connection.check_constraints()
        transaction.on_commit(lambda: _remove(erased.files))
    return erased


def _remove(files: list[models.fields.files.FieldFile]) -> None:
    for file in files:
        if file.name:
            file.storage.delete(file.name)


def _require_no_work(study: Study) -> None:
    for model in apps.get_models():
        if issubclass(model, Job) and model.objects.filter(study=study).unfinished().exists():
            raise CannotErase(
                "Imports, exports or analyses of this study are at work. Wait until they have ended, or cancel them."
            )


def belonging_to(patients: Iterable[int]) -> Rows:
    """Keys of all rows whose foreign keys lead to the patients, deleted ones too as far as history knows them."""
    keys: Rows = defaultdict(set)
    keys[Patient] |= set(patients)
    found: Rows = {Patient: set(keys[Patient])}
    while found:
        leading: Rows = defaultdict(set)
        for model, reference in _references():
            if above := found.get(reference.related_model):
                leading[model] |= _pointing(model, reference, above) - keys[model]
        found = {model: new for model, new in leading.items() if new}
        for model, new in found.items():
            keys[model] |= new
    return keys


def _references() -> Iterator[tuple[type[models.Model], Any]]:
    """Foreign keys along which rows go with what they point to.

    Of rows that name their patient that key alone: triggers hold that whatever else they name is the same patient's.
    """
    for model in apps.get_models():
        if issubclass(model, pghistory.models.Event):
            continue
        leading = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.remote_field.on_delete in GO_ALONG
        ]
        to_patient = [field for field in leading if field.related_model is Patient]
        yield from ((model, reference) for reference in to_patient or leading)


def _pointing(model: type[models.Model], reference: Any, keys: set[Any]) -> set[Any]:
    """Keys of rows that point there now, and of those that did until they were deleted."""
    rows = model._base_manager
    pointing = set(rows.filter(**{f"{reference.attname}__in": keys}).values_list("pk", flat=True))
    if events := _events_of(model):
        then = set(events.objects.filter(**{f"{reference.attname}__in": keys}).values_list("pgh_obj_id", flat=True))
        pointing |= then - set(rows.filter(pk__in=then).values_list("pk", flat=True))
    return pointing


def _events_of(model: type[models.Model]) -> Any:
    return getattr(model, "pgh_event_model", None)


def _codes(keys: Rows) -> frozenset[str]:
    """Of the patient and its specimens, former ones too."""
    codes: set[str] = set()
    for model in (Patient, Specimen):
        codes |= set(model._base_manager.filter(pk__in=keys[model]).values_list("code", flat=True))
        codes |= set(_events_of(model).objects.filter(pgh_obj_id__in=keys[model]).values_list("code", flat=True))
    return frozenset(codes)


def _delete_rows(erased: Erased) -> None:
    """In any order: the database checks foreign keys at the end."""
    for model, keys in erased.keys.items():
        for referring in model._meta.related_objects:
            if referring.on_delete is models.SET_NULL:
                referring.related_model._base_manager.filter(**{f"{referring.field.name}__in": keys}).update(
                    **{referring.field.name: None}
                )
        rows = model._base_manager.filter(pk__in=keys)
        erased.removed[str(model._meta.verbose_name_plural)] += rows._raw_delete(rows.db) or 0


def _delete_history(erased: Erased) -> None:
    """Events of the rows, events of others that point to them, and the contexts that belong to nothing else."""
    contexts: set[Any] = set()
    for model, keys in erased.keys.items():
        if events := _events_of(model):
            contexts |= _delete_events(events.objects.filter(pgh_obj_id__in=keys), erased)
    for model, reference in _references():
        above = erased.keys.get(reference.related_model)
        if above and (events := _events_of(model)):
            contexts |= _delete_events(events.objects.filter(**{f"{reference.attname}__in": above}), erased)
    kept: set[Any] = set()
    for events in _all_events():
        kept |= _contexts(events.filter(pgh_context__in=contexts))
    pghistory.models.Context.objects.filter(pk__in=contexts - kept).delete()
    for context in pghistory.models.Context.objects.filter(pk__in=kept):
        context.metadata = erased.without_codes(context.metadata)
        context.save(update_fields=["metadata"])


def _all_events() -> Iterator[Any]:
    """The events of each tracked model."""
    for model in apps.get_models():
        if issubclass(model, pghistory.models.Event) and model._meta.managed:
            yield model._default_manager.all()


def _contexts(events: Any) -> set[Any]:
    return set(events.exclude(pgh_context=None).values_list("pgh_context_id", flat=True))


def _delete_events(events: Any, erased: Erased) -> set[Any]:
    contexts = _contexts(events)
    erased.removed["events"] += events._raw_delete(events.db) or 0
    return contexts
