"""An import undone step by step in one process, and people who change things meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pghistory

from cases.importing.undo.undoing import request_undo, take_back
from cases.jobs import perform
from cases.models import ImportJob, ImportUndo
from tests.factories import UserFactory


@contextmanager
def somebody() -> Iterator[None]:
    """Changes of the block are a person's: in the one transaction of a test they would pass for the import's."""
    with pghistory.context(user=UserFactory().pk):
        yield


def undone(job: ImportJob) -> ImportUndo:
    """The undoing after a worker did it, however it ended."""
    return worked_off(request_undo(job=job, by=job.requested_by))


def worked_off(undo: ImportUndo) -> ImportUndo:
    with patch("cases.jobs.WATCH_EVERY_SECONDS", 3600):
        perform(model=ImportUndo, pk=undo.pk, work=take_back)
    undo.refresh_from_db()
    return undo
