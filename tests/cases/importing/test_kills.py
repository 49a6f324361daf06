"""A worker killed in mid-import or mid-undoing: everything or nothing is done, and once."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings

from tests.factories import AntibodyFactory, MembershipFactory, SpecimenFactory
from tests.import_kills import checked_import, counts, go_on, kill_while_undoing, kill_while_writing
from tests.workers import celery_worker

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 2000
HEADINGS = "patient,specimen,antibody,cell_type,percent_0,percent_1,percent_2,percent_3,reader"


@pytest.fixture(autouse=True)
def broker() -> Iterator[None]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield
        client.flushdb()


def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 no secret
    imports = []
    with celery_worker():
        for _moment in range(2):
            member = MembershipFactory(role="manager")
            specimen = SpecimenFactory(patient__study=member.study, study=member.study)
            AntibodyFactory(study=member.study, code="AB")
            file = tmp_path / "ihc-reading.csv"
            row = f"{specimen.patient.code},{specimen.code},AB,tumour,40,30,20,10"
            file.write_text("\n".join([HEADINGS, *(f"{row},R{number}" for number in range(ROWS))]))
            imports.append(checked_import(member.study, file, by=member.user))
    for job in imports:
        assert counts(job.study) == (0, 0)
        killed = kill_while_writing(job, chance=chance, within=2.0, worker=celery_worker)
        assert (killed.rows, killed.events) == ((0, 0) if killed.was_running else (ROWS, ROWS))
    go_on(imports, worker=celery_worker)
    assert [counts(job.study) for job in imports] == [(ROWS, ROWS)] * 2
    for job in imports:
        killed = kill_while_undoing(job, chance=chance, within=0.5, worker=celery_worker)
        assert (killed.rows, killed.events) == ((ROWS, ROWS) if killed.was_running else (0, 2 * ROWS))
    go_on([job.latest_undo for job in imports], worker=celery_worker)
    assert [counts(job.study) for job in imports] == [(0, 2 * ROWS)] * 2
