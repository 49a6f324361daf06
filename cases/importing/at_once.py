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
from cases.importing.files import inspect
from cases.importing.formats import ImportFormat, ImportPlan, Source
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
    *, study: Study, path: Path, by: User, import_format: ImportFormat, answers: dict[str, Any], dry_run: bool
) -> Imported:
    """Check the file by the guesses and these answers, and write it unless there are errors or nothing is asked for.

    Raises :class:`Refusal` for a file or answers that cannot be used, ``PermissionDenied`` and ``Http404`` as
    :mod:`cases.access` does.
    """
    access.rights(user=by, study=study).require("imports")
    source = Source(study=study, path=path, file_name=path.name, kind=inspect(path))
    outline = import_format.outline(source, progress=Progress())
    options = _options(import_format, study=study, outline=outline, answers=answers)
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
    return Imported(check=check, warnings=outline.get("warnings", []), job=job)


def _options(import_format: ImportFormat, *, study: Study, outline: dict[str, Any], answers: dict[str, Any]) -> Any:
    shown = import_format.options_form(study=study, outline=outline)
    guessed = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, False)}
    form = import_format.options_form(study=study, outline=outline, data={**guessed, **answers})
    if not form.is_valid():
        texts = [str(text) for errors in form.errors.values() for text in errors]
        raise Refusal("{problems}", problems=" ".join(dict.fromkeys(texts)))
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
        write(plan, job=job)
    return job
