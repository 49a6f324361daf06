"""Files the portal makes for somebody: asking for one, making it in a worker, fetching it.

Another kind of file is one more function in ``MAKERS``.
"""

import logging
from collections.abc import Callable

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.http import Http404

from cases import access, jobs
from cases.access import StudyRights
from cases.audit import audit_file
from cases.jobs import Outcome, Progress, Refusal, perform
from cases.models import ExportJob, ExportKind

logger = logging.getLogger(__name__)

MAKERS: dict[str, Callable[[ExportJob, Progress], tuple[File, int]]] = {ExportKind.AUDIT: audit_file}
RIGHTS = {ExportKind.AUDIT: "manages"}


def request_export(*, kind: ExportKind, by: User, rights: StudyRights) -> ExportJob:
    """Have a worker make a file. Raises ``PermissionDenied`` without the right to that kind."""
    rights.require(RIGHTS[kind])
    with transaction.atomic():
        job = ExportJob.objects.create(study=rights.study, requested_by=by, kind=kind, scope=rights.scope, queue="long")
        jobs.send_on_commit(job)
    logger.info("export %s: %s of study %s asked by user %s", job.pk, kind, rights.study.code, by.pk)
    return job


def run_export(pk: int) -> None:
    """Make the file of a queued export."""
    perform(model=ExportJob, pk=pk, work=make)


def make(job: ExportJob, progress: Progress) -> Outcome:
    """The file is stored only when the job is still this attempt's."""
    _require_right(job)
    file, rows = MAKERS[job.kind](job, progress)

    def store() -> None:
        job.file.save(file.name or "export", file, save=False)
        file.close()
        ExportJob.objects.filter(pk=job.pk).update(file=job.file.name)

    return Outcome(fields={"rows": rows}, write=store)


def _require_right(job: ExportJob) -> None:
    """The person may have lost the right since they asked."""
    try:
        rights = access.rights(user=job.requested_by, study=job.study)
        rights.require(RIGHTS[ExportKind(job.kind)])
    except (PermissionDenied, Http404) as error:
        raise Refusal("Your rights in this study have changed since you asked. Ask again.") from error
