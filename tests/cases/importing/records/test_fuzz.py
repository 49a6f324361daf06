"""Whatever stands in the cells, an import says it in findings."""

import csv
import io
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from cases.importing.files import FileKind
from cases.importing.formats import Source
from cases.importing.records.record_table import RecordTable
from cases.importing.records.targets import Target, targets
from cases.jobs import Progress, Refusal
from cases.models import Study
from tests.factories import LesionFactory, PatientFactory, SpecimenFactory, StudyFactory

pytestmark = pytest.mark.django_db

WORDS = (
    "P1",
    "P2",
    "L1",
    "S1",
    "",
    "2019-05-17",
    "2099",
    "unknown",
    "1",
    "-5",
    "1e9",
    "yes",
    "=",
    "calcium",
    "{0}",
    "%s",
)
CELL = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))


def csv_text(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@st.composite
def tables(draw: Any) -> tuple[Target, list[list[str]]]:
    target = draw(st.sampled_from(list(targets())))
    rows = draw(st.lists(st.lists(CELL, min_size=len(target.columns), max_size=len(target.columns)), max_size=6))
    place = target.columns.index(target.owner_column)
    for number, row in enumerate(rows):
        row[place] = "P1" if number % 2 else row[place]
    return target, rows


@pytest.fixture
def study() -> Study:
    study = StudyFactory()
    patient = PatientFactory(study=study, code="P1")
    LesionFactory(patient=patient, code="L1")
    SpecimenFactory(study=study, patient=patient, code="S1")
    return study


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(table=tables())
def test_any_cells_are_rows_or_findings(study: Study, tmp_path: Path, table: tuple[Target, list[list[str]]]) -> None:
    target, rows = table
    path = tmp_path / f"{target.name}.csv"
    path.write_text(csv_text([list(target.columns), *rows]), encoding="utf-8", newline="")
    source = Source(study=study, path=path, file_name=path.name, kind=FileKind.TEXT)
    options = {
        "sheets": [{"target": target.name, "columns": list(target.columns)}],
        "blank_erases": False,
        "reason": "",
        "identifies_nobody": False,
    }
    try:
        plan = RecordTable().plan(source, options=options, progress=Progress())
    except Refusal:
        return
    told = plan.sheets[0]
    assert told.refused == 0 or plan.findings.has_errors
    assert told.new + told.changed + told.unchanged + told.refused == len(_filled(rows))


def _filled(rows: list[list[str]]) -> list[list[str]]:
    return [row for row in rows if any(cell.replace("\x00", "").strip() for cell in row)]
