"""A study goes out in every format and comes back as it was."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from django.core.management import call_command

from cases.exporting.columns import APART
from cases.importing.records.targets import targets
from cases.list_files import harmless
from cases.models import Study
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    DiagnosisFactory,
    LaboratoryResultFactory,
    LesionFactory,
    MolecularAlterationFactory,
    PathologyFindingFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    StudyFactory,
    TreatmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Rows = list[list[str]]
NAMES = [target.name for target in targets() if target.is_of_patients and target.name != "ihc-reading"]
"""A reading names an antibody, which is no record of a patient."""


@pytest.fixture
def study() -> Study:
    """Two patients with a record of every kind: blanks with and without reasons, and texts that look like formulas."""
    UserFactory(is_superuser=True)
    study = StudyFactory()
    for code in ("P1", "P2"):
        patient = PatientFactory(
            study=study, code=code, vital_status="dead", death_date="2021-03", cause_of_death="=1+1 '@x"
        )
        DiagnosisFactory(patient=patient, date="2018", stage="'=T1", missing={"grade": "not_done"}, grade="")
        MolecularAlterationFactory(patient=patient, partner="SSX1")
        lesion = LesionFactory(patient=patient, code="L1", largest_diameter_mm=Decimal("12.5"))
        treatment = TreatmentFactory(
            patient=patient,
            lesion=lesion,
            start="2019-05-17",
            loading_days=[8, 15],
            dose_mg=None,
            missing={"dose_mg": "unknown"},
        )
        AdministrationFactory(treatment=treatment, date="2019-05-17")
        ResponseAssessmentFactory(lesion=lesion, mean_attenuation_hu=Decimal("-12.5"))
        SkeletalEventFactory(patient=patient)
        AdverseEventFactory(patient=patient, treatment=treatment)
        LaboratoryResultFactory(patient=patient)
        specimen = SpecimenFactory(patient=patient, code=f"{code}-S", lesion=lesion, storage_place="+81 shelf")
        PathologyFindingFactory(specimen=specimen)
    return study


def export(study: Study, folder: Path, **options: Any) -> dict[str, Rows]:
    call_command("export_table", study.code, out=folder, kinds=NAMES, stdout=io.StringIO(), **options)
    return {name: read(folder, name) for name in NAMES}


def read(folder: Path, name: str) -> Rows:
    text = folder / f"{name}.csv"
    if text.exists():
        return list(csv.reader(io.StringIO(text.read_text(encoding="utf-8-sig"))))
    table = pyarrow.parquet.read_table(folder / f"{name}.parquet")
    columns = [column for column in table.column_names if not column.endswith(APART)]
    lines = [[_cell(row, column) for column in columns] for row in table.to_pylist()]
    return [columns, *lines]


def _cell(row: dict[str, Any], column: str) -> str:
    """A typed value, or the reason beside it, as a CSV has it."""
    value = row[column] if row[column] is not None else row.get(f"{column}{APART}") or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(harmless(value))


def as_csv(tables: dict[str, Rows], folder: Path) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_out_and_in_and_out_again(study: Study, tmp_path: Path, format: str) -> None:
    first = export(study, tmp_path / "first")
    assert all(len(rows) == 3 for rows in first.values())
    again = StudyFactory()
    if format == "xlsx":
        export_workbook(study, tmp_path / "book")
        call_command("import_table", again.code, tmp_path / "book" / "export.xlsx", stdout=io.StringIO())
    else:
        tables = export(study, tmp_path / "typed", format=format)
        assert tables == first
        as_csv(tables, tmp_path / "in")
        for name in NAMES:
            call_command("import_table", again.code, tmp_path / "in" / f"{name}.csv", stdout=io.StringIO())
    assert export(again, tmp_path / "second") == first


def export_workbook(study: Study, folder: Path) -> None:
    call_command(
        "export_table", study.code, out=folder, kinds=NAMES, format="xlsx", headings="ja", stdout=io.StringIO()
    )


def test_parquet_has_types(study: Study, tmp_path: Path) -> None:
    export(study, tmp_path, format="parquet", shift_dates=True)
    lesion = pyarrow.parquet.read_table(tmp_path / "lesion.parquet")
    assert lesion.to_pylist()[0]["largest_diameter_mm"] == Decimal("12.5")
    assert lesion.to_pylist()[0]["is_index"] is True
    (dose, _other) = pyarrow.parquet.read_table(tmp_path / "administration.parquet").to_pylist()
    assert isinstance(dose["date"], date)
    (treatment, _other) = pyarrow.parquet.read_table(tmp_path / "treatment.parquet").to_pylist()
    assert treatment["loading_days"] == [8, 15]
    assert (treatment["dose_mg"], treatment["dose_mg_missing"]) == (None, "unknown")
    assert dose["treatment"].split()[1] == treatment["start"].isoformat()
