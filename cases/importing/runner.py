"""The doing of an import in a worker: look at the file, check it, write it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from cases import access
from cases.access import StudyRights
from cases.importing.files import inspect
from cases.importing.formats import Finding, ImportFormat, ImportPlan, Severity, Source, by_code, registered
from cases.jobs import Outcome, Progress, Refusal, perform
from cases.models import ImportJob, ImportPhase, JobStatus
from cases.sentences import sentence
from cases.table_statistics import MANY_ROWS, sample

WRITING_LOCK = 1_766_000_001
"""Advisory locks of PostgreSQL have two numbers: this one, chosen at random, and the study's."""


def run_import(pk: int) -> None:
    """Do the queued step. Files are written into a study one after another; one that must wait stays queued.

    What is checked against the study is thus still so when it is written, as far as other imports go; what people
    change meanwhile is left to the constraints of the database.
    """
    job = ImportJob.objects.get(pk=pk)
    if job.phase == ImportPhase.PREVIEW:
        perform(model=ImportJob, pk=pk, work=preview_or_write)
        return
    with turn(job.study_id) as is_ours:
        if is_ours:
            perform(model=ImportJob, pk=pk, work=preview_or_write)


@contextmanager
def turn(study_id: int) -> Iterator[bool]:
    """Whether nobody else is writing a file into the study; holds the others off meanwhile."""
    key = [WRITING_LOCK, study_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s::integer)", key)
        is_ours = cursor.fetchone() == (True,)
    try:
        yield is_ours
    finally:
        # A connection that was lost has given up its locks.
        if is_ours and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s::integer)", key)


def preview_or_write(job: ImportJob, progress: Progress) -> Outcome:
    """One step of the import: outline and guesses, or the check of the person's answers, or the write.

    ``preview`` becomes ``{"outline": …, "check": …}``; ``check`` is null until there are answers, then holds ``rows``
    (model, number of new, changed and matched ones), ``new`` and ``changed`` (all such rows), ``changes`` (which they
    are), ``sheets`` (:class:`cases.importing.formats.SheetCount`), ``total`` (findings per severity) and
    ``findings``. A write makes the plan once more; with any error nothing is written and the job is refused with the
    list. ``written`` is :attr:`cases.importing.formats.ImportPlan.written`.
    """
    source = _source(job, rights=_required_rights(job))
    import_format = _format(job, source)
    if job.preview is None:
        preview: dict[str, Any] = {"outline": import_format.outline(source, progress=progress), "check": None}
        return Outcome(status=JobStatus.WAITING, fields={"format": import_format.code, "preview": preview})
    if job.phase == ImportPhase.WRITE:
        progress.to_come = job.preview["check"]["new"] + job.preview["check"].get("changed", 0)
    plan = import_format.plan(source, options=job.options, progress=progress)
    _note_repetition(job, plan)
    preview = job.preview | {"check": check_of_plan(plan)}
    if job.phase == ImportPhase.PREVIEW or plan.findings.has_errors:
        plan.forget()
    if job.phase == ImportPhase.PREVIEW:
        return Outcome(status=JobStatus.WAITING, fields={"preview": preview})
    if plan.findings.has_errors:
        refusal = sentence(
            "The study changed since the file was checked, so nothing was written. The problems are listed."
        )
        return Outcome(status=JobStatus.REFUSED, fields={"preview": preview, "message": refusal})
    if plan.changes_digest != job.preview["check"].get("changes"):
        refusal = sentence(
            "Rows that this file changes were changed meanwhile by somebody else, so nothing was written. Look at the "
            "changes once more."
        )
        return Outcome(status=JobStatus.REFUSED, fields={"preview": preview, "message": refusal})
    return Outcome(
        fields={"preview": preview, "written": plan.written}, write=lambda: write(plan, job=job, progress=progress)
    )


def _required_rights(job: ImportJob) -> StudyRights:
    """The person may have lost the right since they asked, or the study may have been locked."""
    try:
        rights = access.rights(user=job.requested_by, study=job.study)
        rights.require("imports")
    except (PermissionDenied, Http404) as error:
        raise Refusal("You may no longer import files into this study. Ask its manager.") from error
    return rights


def _source(job: ImportJob, *, rights: StudyRights) -> Source:
    path = Path(job.file.path)
    if not path.is_file():
        raise Refusal("The file is no longer there. Import it once more.")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != job.file_sha256:
            raise Refusal("The stored file is not the one that was brought. Import it once more.")
    return Source(
        study=job.study,
        path=path,
        file_name=job.file_name,
        kind=inspect(path),
        job=job,
        by=job.requested_by,
        rights=rights,
        outline=(job.preview or {}).get("outline"),
    )


def _format(job: ImportJob, source: Source) -> ImportFormat:
    """The format the person chose, the first that recognises the file, or the one that asks what it is."""
    if job.format:
        chosen = by_code(job.format)
        if source.kind not in chosen.accepts:
            raise Refusal(
                "The chosen format comes as {suffixes}, and this file is something else. Choose another one.",
                suffixes=", ".join(chosen.suffixes),
            )
        return chosen
    return recognised(source)


def recognised(source: Source) -> ImportFormat:
    """The first format that recognises the file, or the one that asks what it is. Raises :class:`Refusal`."""
    candidates = [candidate for candidate in registered() if source.kind in candidate.accepts]
    for candidate in candidates:
        if candidate.recognises(source):
            return candidate
    for candidate in candidates:
        if candidate.takes_the_rest:
            return candidate
    raise Refusal("The portal does not recognise this file. Import it once more and choose its format.")


def _note_repetition(job: ImportJob, plan: ImportPlan) -> None:
    earlier = (
        ImportJob.objects.standing().filter(study=job.study, file_sha256=job.file_sha256).exclude(pk=job.pk).first()
    )
    if earlier and earlier.finished_at:
        plan.findings.note(
            sentence("The same file was imported on {date}.", date=timezone.localdate(earlier.finished_at).isoformat())
        )


def check_of_plan(plan: ImportPlan) -> dict[str, Any]:
    """What a preview keeps of a plan."""
    models = dict.fromkeys([*plan.new, *plan.changed, *plan.matched, *(rows.model for rows in plan.staged)])
    counts = [
        {
            "model": model._meta.label,
            "new": plan.number_new(model),
            "changed": plan.number_changed(model),
            "matched": plan.matched.get(model, 0),
        }
        for model in models
    ]
    return {
        "rows": [count for count in counts if count["new"] or count["changed"] or count["matched"]],
        "new": sum(count["new"] for count in counts),
        "changed": sum(count["changed"] for count in counts),
        "changes": plan.changes_digest,
        "sheets": [asdict(sheet) for sheet in plan.sheets],
        "total": {severity.value: plan.findings.total[severity] for severity in Severity},
        "findings": [_finding_as_json(finding) for finding in plan.findings],
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "sentence": finding.sentence,
    }


def write(plan: ImportPlan, *, job: ImportJob, progress: Progress) -> None:
    """Inside the transaction that ends the job. Everything or nothing."""
    progress.go_on()
    written = {*plan.new, *(rows.model for rows in plan.staged)}
    grown = [model for model in written if plan.number_new(model) >= MANY_ROWS]
    # Afterwards, when no lock is held, and without harm to the import.
    transaction.on_commit(lambda: sample(grown), robust=True)
    try:
        with pghistory.context(user=job.requested_by_id, import_job=job.pk):
            plan.write(progress)
        plan.forget()
        # Foreign keys are otherwise checked at the commit, after this function.
        connection.check_constraints()
    except IntegrityError as error:
        raise Refusal(
            "Somebody changed the study while the file was written, so nothing was written. Check it once more."
        ) from error
