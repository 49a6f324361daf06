"""What a person does about an import: bring a file, answer, confirm, abandon. Each is one conditional UPDATE.

So pressing a button twice, or in two windows, does a thing once.
"""

import hashlib
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cases import jobs
from cases.models import ImportJob, ImportPhase, JobStatus, Study

LONGEST_FILE_NAME = 200


def bring(*, study: Study, file: UploadedFile, format_code: str, by: User) -> ImportJob:
    """Store the file and have a worker look at it. A blank ``format_code`` leaves the guess to the portal."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    with transaction.atomic():
        job = ImportJob.objects.create(
            study=study,
            requested_by=by,
            format=format_code,
            file=file,
            file_name=PurePath(file.name or "file").name[-LONGEST_FILE_NAME:],
            file_sha256=digest.hexdigest(),
        )
        jobs.send_on_commit(job)
    return job


def answer(*, job: ImportJob, options: dict[str, Any], by: User) -> bool:
    """Have a worker check the file with these answers. False when the import has moved on meanwhile."""
    asked = ImportJob.objects.filter(
        pk=job.pk, status__in=[JobStatus.WAITING, JobStatus.REFUSED], preview__outline__isnull=False
    )
    return _queue(asked, job, by=by, phase=ImportPhase.PREVIEW, options=options)


def confirm(*, job: ImportJob, attempt: int, by: User) -> bool:
    """Have a worker write what was checked. ``attempt`` is the number of the check that the person saw.

    False when there are errors, nothing to write, or the import has moved on meanwhile.
    """
    checked = ImportJob.objects.filter(
        Q(preview__check__new__gt=0) | Q(preview__check__changed__gt=0),
        pk=job.pk,
        status=JobStatus.WAITING,
        phase=ImportPhase.PREVIEW,
        attempt=attempt,
        preview__check__total__error=0,
    )
    return _queue(checked, job, by=by, phase=ImportPhase.WRITE)


def abandon(*, job: ImportJob) -> bool:
    """Give the import up; what is written stays. False when it had ended."""
    waiting = ImportJob.objects.filter(pk=job.pk, status=JobStatus.WAITING)
    return bool(waiting.update(status=JobStatus.CANCELLED, finished_at=timezone.now())) or jobs.cancel(job)


def _queue(rows: QuerySet[ImportJob], job: ImportJob, *, by: User, **fields: Any) -> bool:
    with transaction.atomic():
        queued = rows.update(
            status=JobStatus.QUEUED,
            requested_by=by,
            attempts_before=F("attempt"),
            message=None,
            finished_at=None,
            cancel_requested=False,
            **fields,
        )
        if queued:
            jobs.send_on_commit(job)
    return bool(queued)
