"""The asking: find the answer to the same question, or create the job that will find it."""

import logging
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.kinds import KINDS, Reading, parse
from analytics.models import Analysis
from analytics.population import check_population, chosen_by_codes
from analytics.spec import Spec, SpecError
from cases import jobs
from cases.access import Person, StudyRights
from cases.history import data_version
from cases.models import JobStatus

logger = logging.getLogger(__name__)

REUSED = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.SUCCEEDED)


def request_analysis(*, spec: Spec, by: Person, rights: StudyRights) -> tuple[Analysis, bool]:
    """Ask a question: the analysis, and whether it is new.

    The same question over the same rows, while no data have changed, is not computed twice. Raises
    ``PermissionDenied`` without the right to ask, ``SpecError`` when the question names what does not exist.
    """
    rights.require("asks")
    if spec.study != rights.study.code:
        raise ValueError("The rights are those of another study.")
    kind = KINDS[spec.kind]
    errors = kind.check(spec=spec, study=rights.study, by=by)
    errors |= check_population(spec.population, study=rights.study, by=by)
    if errors:
        raise SpecError(errors)
    digest = spec.digest(rights.scope)
    with transaction.atomic():
        # Two people who ask at the same moment wait for each other here.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])
        version = data_version()
        same = Analysis.objects.filter(digest=digest, data_version=version, status__in=REUSED, cancel_requested=False)
        if found := same.first():
            return found, False
        analysis = Analysis.objects.create(
            study=rights.study,
            requested_by=cast(User, by),
            kind=spec.kind,
            queue=kind.queue(spec),
            spec=spec.as_json(),
            scope=rights.scope,
            digest=digest,
            data_version=version,
        )
        jobs.send_on_commit(analysis)
    return analysis, True


def release(*, analysis: Analysis, by: Person, rights: StudyRights) -> bool:
    """Let every member of the study read the answer; False when it is not there to be released, or its filters tell
    codes of patients.
    """
    rights.require("manages")
    if chosen_by_codes(parse(analysis.spec).population):
        return False
    succeeded = Analysis.objects.filter(pk=analysis.pk, status=JobStatus.SUCCEEDED, released_at=None)
    done = bool(succeeded.update(released_at=timezone.now(), released_by_id=by.pk))
    logger.info("analysis %s released by user %s: %s", analysis.pk, by.pk, done)
    return done


def withdraw(*, analysis: Analysis, by: Person, rights: StudyRights) -> bool:
    """Take a released answer back; False when it was not released."""
    rights.require("manages")
    released = Analysis.objects.filter(pk=analysis.pk, released_at__isnull=False)
    done = bool(released.update(released_at=None, released_by=None))
    logger.info("analysis %s withdrawn by user %s: %s", analysis.pk, by.pk, done)
    return done


def export_input(*, reading: Reading, by: Person, rights: StudyRights) -> dict[str, Any]:
    """The frozen input, without patients who may no longer be shown. Exports are logged.

    Raises ``PermissionDenied`` without the right to export, ``Http404`` where there is no input to see.
    """
    rights.require("exports")
    analysis = reading.analysis
    if not reading.in_full or not analysis.frozen_input:
        raise Http404(_("There is no input to export."))
    logger.info("analysis %s: input of %s rows exported by user %s", analysis.pk, len(reading.rows), by.pk)
    return {"columns": reading.columns, "rows": reading.rows}
