"""The bar of an import goes forward row by row, through check and write, and ends when the work ends."""

from itertools import pairwise

import pytest
from django.db import transaction

from cases.importing.runner import preview_or_write
from cases.importing.undo.traces import traces
from cases.importing.undo.undoing import request_undo, take_back
from cases.jobs import Cancelled, Progress
from cases.models import ImportJob, JobStatus, Patient, Study
from tests.factories import PatientFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed, work

pytestmark = pytest.mark.django_db

ROWS = 1203
PEOPLE = "code,sex\n" + "".join(f"P{number},f\n" for number in range(ROWS))


class Watched(Progress):
    """Remembers every step a person could have seen; cancels after so many."""

    def __init__(self, *, cancel_after: int | None = None) -> None:
        super().__init__()
        self.seen: list[tuple[int, int]] = []
        self.cancel_after = cancel_after

    def __call__(self, *, done: int, total: int) -> None:
        if self.cancel_after is not None and len(self.seen) >= self.cancel_after:
            self.cancelled.set()
        super().__call__(done=done, total=total)
        self.seen.append((self.done, self.shown_total))

    @property
    def goes_forward(self) -> bool:
        return all(before <= after for (before, _total), (after, _other) in pairwise(self.seen))


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def to_be_written(study: Study) -> ImportJob:
    PatientFactory(study=study, code="P0", sex="male")
    job = answered(brought(study, PEOPLE))
    confirmed_at = ImportJob.objects.filter(pk=job.pk)
    confirmed_at.update(phase="write")
    job.refresh_from_db()
    return job


def test_check_and_write_are_one_bar(to_be_written: ImportJob) -> None:
    progress = Watched()
    outcome = preview_or_write(to_be_written, progress)
    checked = progress.seen[-1]
    assert checked == (2 * ROWS, 3 * ROWS)
    with transaction.atomic():
        outcome.write()
    assert progress.seen[-1] == (3 * ROWS, 3 * ROWS)
    assert progress.goes_forward
    assert {total for _done, total in progress.seen} == {3 * ROWS}
    assert len(progress.seen) >= 7


def test_sheets_that_are_not_imported_are_not_counted(study: Study) -> None:
    job = answered(brought(study, "code,sex\nP1,f\n"))
    progress = Watched()
    preview_or_write(job, progress)
    assert progress.seen[-1] == (2, 2)


@pytest.mark.parametrize("steps", [1, 5, 7])
def test_a_write_can_be_cancelled_to_its_end(to_be_written: ImportJob, steps: int) -> None:
    progress = Watched(cancel_after=steps)
    with pytest.raises(Cancelled), transaction.atomic():
        preview_or_write(to_be_written, progress).write()
    assert Patient.objects.count() == 1


def test_undoing_counts_the_rows(study: Study) -> None:
    PatientFactory(study=study, code="P0", sex="male")
    job = confirmed(answered(brought(study, PEOPLE)))
    undo = request_undo(job=job, by=job.requested_by)
    progress = Watched()
    with transaction.atomic():
        take_back(undo, progress).write()
    assert (progress.seen[0], progress.seen[-1]) == ((0, ROWS), (ROWS, ROWS))
    assert progress.goes_forward


def test_a_cancelled_undoing_leaves_everything(study: Study) -> None:
    job = confirmed(answered(brought(study, PEOPLE)))
    undo = request_undo(job=job, by=job.requested_by)
    with pytest.raises(Cancelled), transaction.atomic():
        take_back(undo, Watched(cancel_after=1)).write()
    assert sum(len(trace.added) for trace in traces(job)) == ROWS
    assert work(job).status == JobStatus.SUCCEEDED
