"""After many rows came the database knows how many there are."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from cases.importing import runner
from cases.models import Lesion, Patient
from cases.table_statistics import sample
from tests.factories import PatientFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed

pytestmark = pytest.mark.django_db


def known_rows(model: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        (rows,) = cursor.fetchone()
    return int(rows)


def test_a_sampled_table_is_known() -> None:
    sample([Patient])
    assert known_rows(Patient) == 0
    PatientFactory.create_batch(3, study=StudyFactory())
    sample([])
    assert known_rows(Patient) == 0
    sample([Patient, Lesion])
    assert known_rows(Patient) == 3


@pytest.mark.parametrize(("many", "known"), [(2, 2), (3, 0)])
def test_an_import_has_tables_sampled_that_grew_much(
    many: int, known: int, django_capture_on_commit_callbacks: Any
) -> None:
    sample([Patient])
    job = answered(brought(StudyFactory(), "code,sex\nP1,f\nP2,m\n", name="patients.csv"))
    with patch.object(runner, "MANY_ROWS", many), django_capture_on_commit_callbacks(execute=True):
        confirmed(job)
    assert Patient.objects.count() == 2
    assert known_rows(Patient) == known
