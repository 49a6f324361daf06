"""The history of all records of a study as a file: one line for each changed field of each event."""

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files import File
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from cases.chronicle import Happening, events_of, in_order, tell, tracked_models, with_predecessors
from cases.erasure import Rows, belonging_to
from cases.exporting.made import MadeFile
from cases.jobs import Progress
from cases.list_files import harmless
from cases.models import ConsentStatus, ExportJob, Study

COLUMNS = ("when", "who", "how", "why", "model", "record", "what", "field", "before", "after")
AT_A_TIME = 1000


def audit_file(job: ExportJob, progress: Progress) -> MadeFile:
    """A zipped CSV in UTF-8 with the events of everybody who did not withdraw consent, and its number of lines.

    Rows come from server-side cursors in portions, so memory does not grow with the study.
    """
    parts = audited(job.study)
    total = sum(events.count() for events in parts.values())
    done = lines = 0
    file = NamedTemporaryFile(suffix=".zip")  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("history.csv", "w") as member:
        text = io.TextIOWrapper(member, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for model, events in parts.items():
            for happenings in _told(model, events):
                progress(done=done, total=total)
                for happening in happenings:
                    rows = list(_lines(happening))
                    writer.writerows(rows)
                    lines += len(rows)
                done += len(happenings)
        text.flush()
        text.detach()
    progress(done=total, total=total)
    file.seek(0)
    name = f"history-{job.study.code}-{timezone.localdate().isoformat()}-{job.pk}.zip"
    return MadeFile(file=File(file, name=name), rows=lines)


def audited(study: Study) -> dict[type[models.Model], QuerySet[Any]]:
    """The events of the study's rows by model, without patients who withdrew consent."""
    withdrawn = study.patients.filter(consent_status=ConsentStatus.WITHDRAWN).values_list("pk", flat=True)
    hidden = belonging_to(withdrawn)
    return {
        model: _without(hidden, model, events)
        for model in tracked_models()
        if (events := _of_study(model, study)) is not None
    }


def _without(hidden: Rows, model: type[models.Model], events: QuerySet[Any]) -> QuerySet[Any]:
    """Without hidden rows, and without the time in which another row belonged to one."""
    shown = events.exclude(pgh_obj_id__in=hidden.get(model, set()))
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and (gone := hidden.get(field.related_model)):
            shown = shown.exclude(**{f"{field.attname}__in": gone})
    return shown


def _of_study(model: type[models.Model], study: Study) -> QuerySet[Any] | None:
    """The events of the model's rows in the study; None for a model that is no study's, such as a vocabulary."""
    if model is Study:
        return events_of(model).filter(pgh_obj_id=study.pk)
    fields = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for field in fields:
        if field.related_model is Study:
            return events_of(model).filter(**{field.attname: study.pk})
    owners: list[Any] = [field for field in fields if field.related_model in tracked_models() and not field.null]
    for field in owners:
        above = _of_study(field.related_model, study)
        if above is not None:
            return events_of(model).filter(**{f"{field.attname}__in": above.values("pgh_obj_id")})
    return None


def _told(model: type[models.Model], events: QuerySet[Any]) -> Iterator[list[Happening]]:
    pairs = with_predecessors(in_order(events).iterator(chunk_size=AT_A_TIME))
    while portion := list(islice(pairs, AT_A_TIME)):
        yield tell(model, portion)


def _lines(happening: Happening) -> Iterator[list[str]]:
    event = [
        timezone.localtime(happening.at).isoformat(timespec="seconds"),
        *(happening.by, happening.how, happening.reason, happening.kind, happening.record, happening.label),
    ]
    for field in happening.fields:
        yield [*map(harmless, [*event, field.name, field.before, field.after])]
    if not happening.fields:
        yield [*map(harmless, event), "", "", ""]
