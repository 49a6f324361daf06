"""TMA results of QuPath, one row per core."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from expression.models import IhcReading
from tests.factories import AntibodyFactory, CoreFactory, StudyFactory, TissueMicroarrayFactory
from tests.import_steps import answered, brought, confirmed, counts, findings

pytestmark = pytest.mark.django_db

EXAMPLE = Path(settings.BASE_DIR) / "docs" / "examples" / "synthetic_qupath.txt"
START = "Name\tMissing\tCentroid X µm"


@pytest.fixture
def study() -> Any:
    study = StudyFactory()
    AntibodyFactory(study=study, code="RANKL")
    block = TissueMicroarrayFactory(study=study, code="T1", rows=2, columns=4)
    for column in range(1, 4):
        CoreFactory(microarray=block, row=1, column=column)
    CoreFactory(microarray=block, row=1, column=4, specimen=None, control_tissue="tonsil")
    return study


def checked(study: Any, content: str | bytes) -> Any:
    job = brought(study, content, name="cores.txt")
    assert job.format == "qupath"
    return answered(job, microarray="T1", antibody="RANKL", read_on="R7.6.2")


def test_counts_by_intensity_are_percentages_and_lost_is_not_zero(study: Any) -> None:
    confirmed(checked(study, EXAMPLE.read_bytes()))
    first, second, lost, empty = IhcReading.objects.order_by("core__column")
    assert (first.h_score, first.reader, first.read_on) == (150, "QuPath", "2025-06-02")
    assert second.percentages == (Decimal("33.33"), Decimal("33.33"), Decimal("33.33"), 0)
    assert [(one.evaluability, one.percentages) for one in (lost, empty)] == [
        ("lost", None),
        ("not_assessable", None),
    ]
    assert empty.patient is None
    assert counts(checked(study, EXAMPLE.read_bytes()))["expression.IhcReading"] == (0, 4)


def test_counts_of_positive_cells_are_a_summary(study: Any) -> None:
    confirmed(checked(study, f"{START}\tNum Negative\tNum Positive\nA-1\tFalse\t1\t200\t100\nA2\tfalse\t1\t5\t0\n"))
    first, second = IhcReading.objects.order_by("core__column")
    assert (first.recorded_scale, first.recorded_score, first.percentages) == (
        "percent_positive",
        Decimal("33.3"),
        None,
    )
    assert (second.percent_positive, second.percent_0) == (0, 100)


def test_a_column_of_zeros_is_absent(study: Any) -> None:
    confirmed(checked(study, f"{START}\tNum 3+\nA-1\tFalse\t1\t20\n"))
    assert IhcReading.objects.get().h_score == 300


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("B-1\tFalse\t1\t5\n", "Block T1 has no core “B-1”"),
        ("core\tFalse\t1\t5\n", "Block T1 has no core “core”"),
        ("A-1\tFalse\t1\t5\nA-1\tFalse\t1\t6\n", "Row 2 is about this core already."),
    ],
)
def test_what_is_no_core(study: Any, rows: str, said: str) -> None:
    job = checked(study, f"{START}\tNum Negative\n{rows}")
    assert said in findings(job)[0][2]


def test_another_value_of_the_same_program(study: Any) -> None:
    confirmed(checked(study, EXAMPLE.read_bytes()))
    job = checked(study, f"{START}\tNum Negative\nA-1\tFalse\t1\t5\n")
    assert "QuPath has read core A-1 already as “25 / 25 / 25 / 25, 2025-06-02”" in findings(job)[0][2]
