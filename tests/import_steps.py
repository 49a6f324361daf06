"""An import as its person and its worker take it, step by step, in one process."""

from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.importing import steps
from cases.importing.formats import by_code
from cases.importing.runner import preview_or_write
from cases.jobs import perform
from cases.models import ImportJob, Role, Study
from cases.sentences import render
from tests.factories import MembershipFactory


def member(study: Study, role: Role = Role.MANAGER) -> User:
    return MembershipFactory(study=study, role=role).user


def work(job: ImportJob) -> ImportJob:
    """Do the queued step and read the row again.

    The thread that renews the lease stays asleep: its connection would not see the row of a test's open transaction.
    """
    with patch("cases.jobs.WATCH_EVERY_SECONDS", 3600):
        perform(model=ImportJob, pk=job.pk, work=preview_or_write)
    job.refresh_from_db()
    return job


def brought(
    study: Study, content: str | bytes, *, name: str = "table.csv", format_code: str = "", by: Any = None
) -> ImportJob:
    """The import after a worker looked at the file."""
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, content)
    return work(steps.bring(study=study, file=file, format_code=format_code, by=by or member(study)))


def answered(job: ImportJob, **answers: Any) -> ImportJob:
    """The import after its form was sent, as it was shown but for these answers, and a worker checked the file."""
    outline = job.preview["outline"]
    shown = by_code(job.format).options_form(study=job.study, outline=outline, options=job.options)
    data = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, False)}
    form = by_code(job.format).options_form(
        study=job.study, outline=outline, options=job.options, data={**data, **answers}
    )
    assert form.is_valid(), form.errors
    assert steps.answer(job=job, options=form.options, by=job.requested_by)
    return work(job)


def confirmed(job: ImportJob) -> ImportJob:
    """The import after it was confirmed and written."""
    assert steps.confirm(job=job, attempt=job.attempt, by=job.requested_by), findings(job)
    return work(job)


def findings(job: ImportJob, severity: str = "error") -> list[tuple[int | None, str, str]]:
    """Row, column and sentence of every finding listed."""
    return [
        (finding["row"], finding["column"], render(finding["sentence"]))
        for finding in job.preview["check"]["findings"]
        if finding["severity"] == severity
    ]


def counts(job: ImportJob) -> dict[str, tuple[int, int]]:
    """New and matched rows per model."""
    return {row["model"]: (row["new"], row["matched"]) for row in job.preview["check"]["rows"]}
