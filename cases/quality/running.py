"""A run over a whole study in a worker: new findings become questions, what is no longer found is closed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from cases import access, jobs
from cases.access import Person
from cases.jobs import Outcome, Progress, Refusal, perform
from cases.models import CheckRun, DataQuery, QueryStatus, Study
from cases.quality.findings import Finding, findings
from cases.quality.registry import registered

Key = tuple[str, str, int]
AT_ONCE = 1000


def request_run(*, study: Study, by: Any) -> CheckRun:
    """Have a worker check the study; the run under way where this person already asked for one."""
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        under_way = CheckRun.objects.unfinished().filter(study=study, requested_by=by).first()
        if under_way is not None:
            return under_way
        run = CheckRun.objects.create(study=study, requested_by=by)
        jobs.send_on_commit(run)
    return run


def run_checks(pk: int) -> None:
    """Do the queued run."""
    perform(model=CheckRun, pk=pk, work=check_study)


def check_study(run: CheckRun, progress: Progress) -> Outcome:
    """Ask about what the checks find of what the person who asked may see, and close what they find no more.

    A question that stays open says what is found now. Hints are asked about like problems.
    """
    _require_right(run)
    found: dict[Key, Finding] = {}
    checks = registered()
    for done, check in enumerate(checks):
        progress(done=done, total=len(checks))
        rows = findings(user=run.requested_by, study=run.study, checks=[check])
        found |= {finding.key: finding for finding in (Finding(**row) for row in rows)}
    progress(done=len(checks), total=len(checks))
    asked = {_key(query): query for query in _unsettled(user=run.requested_by, study=run.study)}
    new = [_question(finding, study=run.study) for key, finding in found.items() if key not in asked]
    gone = [query.pk for key, query in asked.items() if key not in found]
    result = {"opened": len(new), "closed": len(gone), "kept": len(asked) - len(gone)}
    changed = [
        query for key, query in asked.items() if key in found and _says_something_else(query, found[key].sentence)
    ]

    def write() -> None:
        # Somebody else's run may have asked the same meanwhile.
        DataQuery.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        DataQuery.objects.bulk_update(changed, ["question"], batch_size=AT_ONCE)
        unsettled = DataQuery.objects.exclude(status=QueryStatus.CLOSED).filter(pk__in=gone)
        unsettled.update(status=QueryStatus.CLOSED, closed_at=timezone.now(), closed_by=None)

    return Outcome(fields={"result": result}, write=write)


def _unsettled(*, user: Person, study: Study) -> QuerySet[DataQuery]:
    """The questions of checks that are not closed, of those the person may see."""
    queries = access.rows(user=user, queryset=DataQuery.objects.filter(study=study), patient="patient", study="study")
    return queries.exclude(status=QueryStatus.CLOSED).exclude(check_code="")


def _key(query: DataQuery) -> Key:
    return query.check_code, query.subject_model, query.subject_pk


def _question(finding: Finding, *, study: Study) -> DataQuery:
    return DataQuery(
        study=study,
        patient_id=finding.patient_key,
        check_code=finding.check_code,
        subject_model=finding.subject_model,
        subject_pk=finding.subject_key,
        question=finding.sentence,
    )


def _says_something_else(query: DataQuery, sentence: dict[str, Any]) -> bool:
    """Whether the question is outdated; then it is changed to the sentence."""
    if query.question == sentence:
        return False
    query.question = sentence
    return True


def _require_right(run: CheckRun) -> None:
    """The person may have lost the right since they asked, or the study may have been locked."""
    try:
        access.rights(user=run.requested_by, study=run.study).require("enters")
    except (PermissionDenied, Http404) as error:
        raise Refusal("You may no longer enter data in this study. Ask its manager.") from error
