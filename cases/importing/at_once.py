"""An import without pages: the same check, the same sentences, written at once or not at all."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from cases import access
from cases.access import StudyRights
from cases.importing.answering import answered_form, problems_of
from cases.importing.files import inspect
from cases.importing.formats import Fit, ImportFormat, ImportPlan, Source
from cases.importing.mappings import KeptMapping, warnings_of
from cases.importing.runner import check_of_plan, turn, write
from cases.jobs import Progress, Refusal
from cases.models import ImportJob, ImportPhase, JobStatus, Study


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """Who imports what into which study, and how the questions of its page are answered: by a mapping, by these
    answers, and as guessed."""

    study: Study
    by: User
    import_format: ImportFormat
    answers: dict[str, Any] = field(default_factory=dict)
    mapping: KeptMapping | None = None
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What was checked; ``check`` as in the preview of an import, ``job`` the import that was written, if it was."""

    check: dict[str, Any]
    warnings: list[dict[str, Any]]
    job: ImportJob | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file with the answers to its questions and what they would write."""

    source: Source
    outline: dict[str, Any]
    options: dict[str, Any]
    warnings: list[dict[str, Any]]
    plan: ImportPlan


def import_at_once(request: ImportRequest, path: Path, *, progress: Progress | None = None) -> Imported:
    """Check the file and write it unless there are errors.

    Raises :class:`Refusal` for a file or answers that cannot be used, ``PermissionDenied`` and ``Http404`` as
    :mod:`cases.access` does.
    """
    progress = progress or Progress()
    with our_turn(request) as rights:
        checked = check_file(request, path, rights=rights, progress=progress)
        check = check_of_plan(checked.plan)
        job = None
        if request.dry_run or checked.plan.findings.has_errors or not writes_something(check):
            checked.plan.forget()
        else:
            job = _written(request, checked, check=check, progress=progress)
    return Imported(check=check, warnings=checked.warnings, job=job)


@contextmanager
def our_turn(request: ImportRequest) -> Iterator[StudyRights]:
    """The rights of the person, while nobody else writes a file into the study."""
    rights = access.rights(user=request.by, study=request.study)
    rights.require("imports")
    with turn(request.study.pk) as is_ours:
        if not is_ours:
            raise Refusal("Another file is being written into this study. Try again when it is done.")
        yield rights


def check_file(request: ImportRequest, path: Path, *, rights: StudyRights, progress: Progress) -> Checked:
    """What the file would do to the study as it is now."""
    kind = inspect(path)
    source = Source(study=request.study, path=path, file_name=path.name, kind=kind, by=request.by, rights=rights)
    outline = request.import_format.outline(source, progress=Progress())
    source = replace(source, outline=outline)
    # Writing takes a step for each row, at most.
    progress.to_come = sum(sheet.get("row_count", 0) for sheet in outline.get("sheets", []))
    fit = request.import_format.fit(request.mapping.answers, outline=outline) if request.mapping else None
    options = _options(request, outline=outline, fit=fit)
    warnings = outline.get("warnings", [])
    if fit and request.mapping:
        warnings = warnings_of(fit, name=request.mapping.name)
    plan = request.import_format.plan(source, options=options, progress=progress)
    return Checked(source=source, outline=outline, options=options, warnings=warnings, plan=plan)


def writes_something(check: dict[str, Any]) -> bool:
    return bool(check["new"] or check["changed"])


def new_job(request: ImportRequest, **fields: Any) -> ImportJob:
    """The import as it stands among those of the pages, already done. Inside the transaction that writes it."""
    return ImportJob.objects.create(
        study=request.study,
        requested_by=request.by,
        format=request.import_format.code,
        phase=ImportPhase.WRITE,
        status=JobStatus.SUCCEEDED,
        finished_at=timezone.now(),
        **fields,
    )


def kept_file(path: Path) -> dict[str, Any]:
    """What an import says of its file; the caller closes ``file``."""
    file = path.open("rb")
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return {"file": File(file, name=path.name), "file_name": path.name, "file_sha256": digest}


def _options(request: ImportRequest, *, outline: dict[str, Any], fit: Fit | None) -> dict[str, Any]:
    form = answered_form(
        import_format=request.import_format,
        study=request.study,
        outline=outline,
        options=fit.options if fit else None,
        answers=request.answers,
    )
    if not form.is_valid():
        raise Refusal("{problems}", problems=problems_of(form))
    return form.options


def _written(request: ImportRequest, checked: Checked, *, check: dict[str, Any], progress: Progress) -> ImportJob:
    kept = kept_file(checked.source.path)
    with transaction.atomic(), kept["file"]:
        job = new_job(
            request,
            options=checked.options,
            preview={"outline": checked.outline, "check": check},
            written=checked.plan.written,
            **kept,
        )
        write(checked.plan, job=job, progress=progress)
    return job
