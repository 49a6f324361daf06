"""An import without pages: the same check, the same sentences, written at once or not at all."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from cases import access
from cases.importing.answering import answered_form, problems_of
from cases.importing.files import inspect
from cases.importing.formats import Fit, ImportFormat, ImportPlan, Source
from cases.importing.mappings import KeptMapping, warnings_of
from cases.importing.runner import check_of_plan, turn, write
from cases.jobs import Progress, Refusal
from cases.models import ImportJob, ImportPhase, JobStatus, Study


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What was checked; ``check`` as in the preview of an import, ``job`` the import that was written, if it was."""

    check: dict[str, Any]
    warnings: list[dict[str, Any]]
    job: ImportJob | None


def import_at_once(
    *,
    study: Study,
    path: Path,
    by: User,
    import_format: ImportFormat,
    answers: dict[str, Any],
    dry_run: bool,
    mapping: KeptMapping | None = None,
) -> Imported:
    """Check the file by the guesses, or the mapping, and these answers, and write it unless there are errors.

    Raises :class:`Refusal` for a file or answers that cannot be used, ``PermissionDenied`` and ``Http404`` as
    :mod:`cases.access` does.
    """
    rights = access.rights(user=by, study=study)
    rights.require("imports")
    source = Source(study=study, path=path, file_name=path.name, kind=inspect(path), rights=rights)
    outline = import_format.outline(source, progress=Progress())
    fit = import_format.fit(mapping.answers, outline=outline) if mapping else None
    options = _options(import_format, study=study, outline=outline, fit=fit, answers=answers)
    with turn(study.pk) as is_ours:
        if not is_ours:
            raise Refusal("Another file is being written into this study. Try again when it is done.")
        plan = import_format.plan(source, options=options, progress=Progress())
        check = check_of_plan(plan)
        job = None
        if not dry_run and not plan.findings.has_errors and (check["new"] or check["changed"]):
            preview = {"outline": outline, "check": check}
            job = _written(plan, import_format=import_format, source=source, by=by, options=options, preview=preview)
        else:
            plan.forget()
    warnings = outline.get("warnings", [])
    if fit and mapping:
        warnings = warnings_of(fit, name=mapping.name)
    return Imported(check=check, warnings=warnings, job=job)


def _options(
    import_format: ImportFormat, *, study: Study, outline: dict[str, Any], fit: Fit | None, answers: dict[str, Any]
) -> dict[str, Any]:
    form = answered_form(
        import_format=import_format,
        study=study,
        outline=outline,
        options=fit.options if fit else None,
        answers=answers,
    )
    if not form.is_valid():
        raise Refusal("{problems}", problems=problems_of(form))
    return form.options


def _written(
    plan: ImportPlan,
    *,
    import_format: ImportFormat,
    source: Source,
    by: User,
    options: dict[str, Any],
    preview: dict[str, Any],
) -> ImportJob:
    with transaction.atomic(), source.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        job = ImportJob.objects.create(
            study=source.study,
            requested_by=by,
            format=import_format.code,
            file=File(file, name=source.file_name),
            file_name=source.file_name,
            file_sha256=digest,
            phase=ImportPhase.WRITE,
            status=JobStatus.SUCCEEDED,
            options=options,
            preview=preview,
            written=plan.written,
            finished_at=timezone.now(),
        )
        write(plan, job=job, progress=Progress())
    return job
