"""Files the portal makes for somebody: asking for one, making it in a worker, fetching it.

A higher app that can make another kind of file registers a :class:`Maker` when Django starts.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, jobs
from cases.access import StudyRights
from cases.audit import audit_file
from cases.chronicle import events_of
from cases.exporting.forms import RecordsForm, ShapeForm
from cases.exporting.made import MadeFile
from cases.exporting.package import Shape, prepare
from cases.exporting.packing import packed
from cases.exporting.record_tables import record_tables
from cases.exporting.tables import Table
from cases.jobs import Outcome, Progress, Refusal, perform
from cases.models import ConsentStatus, ExportJob, ExportKind, Patient, Study
from cases.one_moment import one_moment
from cases.sentences import sentence

logger = logging.getLogger(__name__)

STATEMENT_SECONDS = 3600


class TablesMaker(Protocol):
    """The tables of the options of a form, made while they are written; those rows that the person may see.

    Whatever takes long before the first line is written tells ``progress``.
    """

    def __call__(self, options: dict[str, Any], *, user: User, study: Study, progress: Progress) -> Iterable[Table]: ...


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Tables to choose from by ``form``, which ``template`` shows. Who asked gets the file and nobody else: it holds
    what that person may see.
    """

    form: type[ShapeForm]
    template: str
    make: TablesMaker


@dataclass(frozen=True, kw_only=True)
class Maker:
    """One kind of file: ``tables`` to choose from, or a file about which there is nothing to choose and that everybody
    who has the ``right`` may fetch.
    """

    right: str
    explanation: str | Promise
    tables: Tables | None = None
    file: Callable[[ExportJob, Progress], MadeFile] | None = None

    def make(self, job: ExportJob, progress: Progress) -> MadeFile:
        """The file of a job."""
        if self.tables is not None:
            tables = self.tables.make(job.options, user=job.requested_by, study=job.study, progress=progress)
            return packed(tables, job=job, progress=progress)
        if self.file is None:
            raise TypeError(f"Nothing makes {job.kind}.")
        return self.file(job, progress)


RECORDS = Tables(form=RecordsForm, template="cases/export_records.html", make=record_tables)
MAKERS: dict[ExportKind, Maker] = {
    ExportKind.RECORDS: Maker(
        right="exports",
        tables=RECORDS,
        explanation=gettext_lazy(
            "Patients, every kind of record and the tables of the laboratory as they are stored, one table each."
        ),
    ),
    ExportKind.AUDIT: Maker(
        right="manages",
        file=audit_file,
        explanation=gettext_lazy(
            "The history of all records is a table with a line for each change: when, who, why, before and after."
        ),
    ),
}


def register(kind: ExportKind, maker: Maker) -> None:
    """Offer another kind of file. To be done while Django starts."""
    MAKERS[kind] = maker


def offered(rights: StudyRights) -> list[ExportKind]:
    """The kinds this person may ask for."""
    return [kind for kind in ExportKind if kind in MAKERS and getattr(rights, MAKERS[kind].right)]


def visible(*, rights: StudyRights, user: Any) -> QuerySet[ExportJob]:
    """The exports of the study this person may fetch; none of those another person asked for about rows."""
    kinds = offered(rights)
    own = Q(requested_by=user) | Q(kind__in=[kind for kind in kinds if MAKERS[kind].tables is None])
    made = ExportJob.objects.filter(own, study=rights.study, kind__in=kinds, scope=rights.scope)
    return made.select_related("study", "requested_by")


def request_export(
    *, kind: ExportKind, by: User, rights: StudyRights, options: dict[str, Any] | None = None
) -> ExportJob:
    """Have a worker make a file. ``options`` are those of the kind's form.

    Raises ``PermissionDenied`` without the right to that kind.
    """
    rights.require(MAKERS[kind].right)
    rights.require("sees_rows")
    with transaction.atomic():
        job = ExportJob.objects.create(
            study=rights.study, requested_by=by, kind=kind, scope=rights.scope, queue="long", options=options or {}
        )
        jobs.send_on_commit(job)
    logger.info("export %s: %s of study %s asked by user %s", job.pk, kind, rights.study.code, by.pk)
    return job


def run_export(pk: int) -> None:
    """Make the file of a queued export."""
    perform(model=ExportJob, pk=pk, work=make)


def make(job: ExportJob, progress: Progress) -> Outcome:
    """The file is of one moment, and stored only when the job is still this attempt's."""
    _require_right(job)
    maker = MAKERS[ExportKind(job.kind)]
    if maker.tables is not None:
        prepare(job.study, Shape.of(job.options))
    with one_moment(seconds=STATEMENT_SECONDS):
        made = maker.make(job, progress)

    def store() -> None:
        job.file.save(made.file.name or "export", made.file, save=False)
        made.file.close()
        ExportJob.objects.filter(pk=job.pk).update(file=job.file.name)

    return Outcome(fields={"rows": made.rows, "manifest": made.manifest}, write=store)


def fetch(job: ExportJob, *, by: User) -> FileResponse:
    """The file, one of :func:`visible`. Every download is logged.

    Raises ``Http404`` with a sentence where there is none, or none any more.
    """
    stored = job.file.name
    if job.is_expired:
        raise Http404(_("The file was kept for a limited time. Ask for a new one."))
    if not stored or not job.file.storage.exists(stored):
        raise Http404(_("The file is not there."))
    if withdrawn_since(job):
        raise Http404(_("A patient withdrew consent since this file was made. Ask for a new one."))
    logger.info("export %s downloaded by user %s", job.pk, by.pk)
    return FileResponse(job.file.open("rb"), as_attachment=True, filename=stored.rpartition("/")[2])


def withdrawn_since(job: ExportJob) -> bool:
    """Whether somebody in the study withdrew consent after the data were read."""
    withdrawals = events_of(Patient).filter(study_id=job.study_id, consent_status=ConsentStatus.WITHDRAWN)
    return withdrawals.filter(pgh_created_at__gte=job.started_at or job.requested_at).exists()


def remove_expired() -> int:
    """Delete files that were kept long enough; how many. That they were made stays."""
    limit = timezone.now() - timedelta(days=settings.EXPORT_FILES_KEPT_DAYS)
    old = ExportJob.objects.filter(finished_at__lt=limit).exclude(file="")
    removed = 0
    for pk, stored in old.values_list("pk", "file"):
        text = sentence(
            "The file was removed after {days} days. Ask for it again.", days=settings.EXPORT_FILES_KEPT_DAYS
        )
        ExportJob.objects.filter(pk=pk).update(file="", message=text)
        default_storage.delete(stored)
        removed += 1
    return removed


def _require_right(job: ExportJob) -> None:
    """The person may have lost the right since they asked, or sees other rows now."""
    try:
        rights = access.rights(user=job.requested_by, study=job.study)
        rights.require(MAKERS[ExportKind(job.kind)].right)
        rights.require("sees_rows")
    except (PermissionDenied, Http404) as error:
        raise Refusal("Your rights in this study have changed since you asked. Ask again.") from error
    if rights.scope != job.scope:
        raise Refusal("Your rights in this study have changed since you asked. Ask again.")
