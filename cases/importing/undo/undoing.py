"""Undoing an import: asking for it, and doing it in a worker, in one transaction or not at all.

History keeps what was there: every row that goes or changes back has its event, in a context that names the import.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from cases import access, jobs
from cases.importing.runner import turn
from cases.importing.undo.obstacles import obstacles, untouched_queries
from cases.importing.undo.traces import Trace, columns_of, in_pieces, tables_of, traces
from cases.jobs import Outcome, Progress, Refusal, perform
from cases.models import ImportJob, ImportUndo

logger = logging.getLogger(__name__)

AT_ONCE = 5000


def request_undo(*, job: ImportJob, by: User) -> ImportUndo:
    """Have a worker undo the import. Raises :class:`Refusal` unless it was written and stands."""
    with transaction.atomic():
        undo = _asked(job=job, by=by)
        jobs.send_on_commit(undo)
    return undo


def undo_at_once(*, job: ImportJob, by: User) -> ImportUndo:
    """Without waiting for a worker; the row returned says how it ended.

    It stays queued, for a worker to take up later, where a file is being written into the study.
    """
    undo = _asked(job=job, by=by)
    run_undo(undo.pk)
    undo.refresh_from_db()
    return undo


def run_undo(pk: int) -> None:
    """Do the queued work. Like the writing of files, it waits until nobody else writes into the study."""
    with turn(ImportUndo.objects.get(pk=pk).study_id) as is_ours:
        if is_ours:
            perform(model=ImportUndo, pk=pk, work=take_back)


def take_back(undo: ImportUndo, progress: Progress) -> Outcome:
    """The work on a claimed row. What stands in the way is looked for once the rows are locked."""
    _require_right(undo)
    found = traces(undo.import_job)
    counts = {
        "removed": {trace.model._meta.label: len(trace.added) for trace in found if trace.added},
        "restored": {trace.model._meta.label: len(trace.changed) for trace in found if trace.changed},
    }
    progress(done=0, total=sum(sum(of_models.values()) for of_models in counts.values()))

    def write() -> None:
        with _translated(), pghistory.context(user=undo.requested_by_id, undone_import=undo.import_job_id):
            _lock(found)
            if obstacles(found):
                raise Refusal("Other work rests on this import, so nothing was undone.")
            _remove(found, progress)
            _restore(found, progress)
            connection.check_constraints()

    return Outcome(fields=counts, write=write)


def _asked(*, job: ImportJob, by: User) -> ImportUndo:
    if not ImportJob.objects.standing().filter(pk=job.pk).exists():
        raise _not_standing(job)
    try:
        with transaction.atomic():
            undo = ImportUndo.objects.create(study=job.study, import_job=job, requested_by=by, queue="long")
    except IntegrityError as error:
        raise Refusal("This import is undone already, or is being undone.") from error
    logger.info("undoing of import %s of study %s asked by user %s", job.pk, job.study.code, by.pk)
    return undo


def _not_standing(job: ImportJob) -> Refusal:
    if job.undos.done().exists():
        return Refusal("This import is undone already, or is being undone.")
    return Refusal("This import has written nothing that could be undone.")


def _require_right(undo: ImportUndo) -> None:
    """The person may have lost the right since they asked, or the study may have been locked."""
    try:
        access.rights(user=undo.requested_by, study=undo.study).require("imports")
    except (PermissionDenied, Http404) as error:
        raise Refusal("You may no longer import files into this study. Ask its manager.") from error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refusal(
            "The values before this import no longer fit the study, so nothing was undone: a row they name is gone, or "
            "another row has taken their place."
        ) from error


def _lock(found: list[Trace]) -> None:
    """Whoever changes one of the rows, or wants to refer to one, waits until the undoing has ended."""
    for trace in found:
        table, _events = tables_of(trace.model)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT FROM {table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [trace.added + trace.changed],
            )


def _remove(found: list[Trace], progress: Progress) -> None:
    """In any order: the database checks foreign keys at the end."""
    untouched_queries(found).delete()
    for trace in found:
        for keys in in_pieces(trace.added, AT_ONCE):
            rows = trace.model._base_manager.filter(pk__in=keys)
            rows._raw_delete(rows.db)
            progress.advance(len(keys))


def _restore(found: list[Trace], progress: Progress) -> None:
    """The values of the last event before the import's first one of the same row."""
    for trace in found:
        statement = _restoring(trace)
        for keys in in_pieces(trace.changed, AT_ONCE):
            with connection.cursor() as cursor:
                cursor.execute(statement, [trace.contexts, keys])
            progress.advance(len(keys))


def _restoring(trace: Trace) -> str:
    table, events = tables_of(trace.model)
    columns = columns_of(trace.model)
    values = ", ".join(f"before.{column}" for column in columns)
    return f"""
        UPDATE {table} now SET ({", ".join(columns)}) = ROW({values})
        FROM (
            SELECT DISTINCT ON (earlier.pgh_obj_id) earlier.* FROM {events} earlier
            JOIN (
                SELECT pgh_obj_id, min(pgh_id) AS pgh_id FROM {events}
                WHERE pgh_context_id = ANY(%s) AND pgh_obj_id = ANY(%s) GROUP BY pgh_obj_id
            ) first ON earlier.pgh_obj_id = first.pgh_obj_id AND earlier.pgh_id < first.pgh_id
            ORDER BY earlier.pgh_obj_id, earlier.pgh_id DESC
        ) before
        WHERE now.id = before.pgh_obj_id
    """  # noqa: S608
