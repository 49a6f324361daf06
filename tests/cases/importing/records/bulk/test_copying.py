"""While the database takes rows in it is asked nothing, whatever the cells say, and is itself again afterwards."""

from pathlib import Path

import pytest
from django.db import OperationalError, connection

from cases.importing.records.bulk.bulk_plan import suits
from cases.importing.records.bulk.staging import Staging
from cases.importing.records.targets import Target, target_named, targets
from cases.jobs import is_interrupted
from cases.models import Study
from tests.cases.importing.records.bulk.test_bulk_plan import CELLS, all_together, source_of
from tests.cases.importing.records.bulk.test_bulk_plan import study as study

pytestmark = pytest.mark.django_db

STRANGE = (
    "?",
    "unknown",
    "99999999999999999999",
    "1e400",
    "男",
    "denosumab",
    "令和5年4月1日",
    "\\.",
    "a\tb\n",
    "x" * 5000,
    "%s",
)
"""Beside the cells that are usual in a column."""


@pytest.mark.parametrize("target", [target for target in targets() if suits(target)], ids=lambda target: target.name)
def test_no_cell_of_any_column_needs_a_question(study: Study, tmp_path: Path, target: Target) -> None:
    columns = list(target.columns)
    usual = [CELLS.get(name, ("",)) for name in columns]
    first = [cells[0] for cells in usual]
    rows = [
        [*first[:place], cell, *first[place + 1 :]]
        for place, cells in enumerate(usual)
        for cell in dict.fromkeys((*cells, *STRANGE))
    ]
    source = source_of(study, tmp_path / "table.csv", [columns, *rows])
    [sheet] = all_together(source, target, columns).sheets
    assert sheet.new + sheet.changed + sheet.unchanged + sheet.refused == len(rows)


@pytest.fixture
def staging(study: Study) -> Staging:
    staging = Staging(target=target_named("lesion"), study=study, columns=["code"], number=0)
    staging.create()
    return staging


def test_a_question_is_refused_and_waits_for_nothing(study: Study, staging: Staging) -> None:
    with pytest.raises(RuntimeError, match="cannot be asked: SELECT"), staging.copying():
        study.patients.count()
    assert study.patients.count() == 2


def test_an_interrupted_copy_is_known_as_one(study: Study, staging: Staging) -> None:
    with pytest.raises(OperationalError) as caught:
        _copy_interrupted(staging)
    assert is_interrupted(caught.value)
    assert study.patients.count() == 2


def _copy_interrupted(staging: Staging) -> None:
    with staging.copying() as database:
        database.write("1\tt\t1\tL1\n")
        connection.connection.cancel_safe()
        for number in range(2, 20_000):
            database.write(f"{number}\tt\t1\tL{number}\n")
