"""What lies beside the tables: dictionary, codes, manifest; and that no file calculates."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from django.contrib.auth.models import User
from python_calamine import CalamineWorkbook

from cases.exporting.formats import ROW_GROUP, ExportFormat, Headings
from cases.exporting.package import Shape, one_file, prepare, write_package
from cases.exporting.record_tables import record_tables
from cases.exporting.tables import Table, text_table
from cases.importing.records.values import without_apostrophe
from cases.jobs import Cancelled, Progress, Refusal
from cases.list_files import harmless
from cases.models import DateShift, Role, Study
from tests.factories import LesionFactory, MembershipFactory, PatientFactory

pytestmark = pytest.mark.django_db

FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def by() -> User:
    return MembershipFactory(role=Role.MANAGER).user


@pytest.fixture
def study(by: User) -> Study:
    study = by.memberships.get().study
    patient = PatientFactory(
        study=study, code="P1", vital_status="dead", death_date="2020-02-29", cause_of_death="=cmd|' /C calc'!A0"
    )
    LesionFactory(patient=patient, code="L1", largest_diameter_mm=None, missing={"largest_diameter_mm": "not_done"})
    return study


def package(study: Study, by: User, folder: Path, *names: str, **shape: Any) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    options = {"filter": "", "tables": names or ("patient", "lesion")}
    prepare(study, Shape(**shape))
    return write_package(
        record_tables(options, user=by, study=study, progress=Progress()),
        folder=folder,
        study=study,
        by=by,
        shape=Shape(**shape),
        progress=Progress(),
    )


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_the_manifest_says_who_took_how_much_and_the_hash_of_each_file(study: Study, by: User, tmp_path: Path) -> None:
    manifest = package(study, by, tmp_path)
    assert manifest == json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["study"], manifest["exported_by"]) == (study.code, by.username)
    assert manifest["rows"] == {"patient": 1, "lesion": 1}
    assert manifest["dates_shifted"] is False
    for file in manifest["files"]:
        assert hashlib.sha256((tmp_path / file["name"]).read_bytes()).hexdigest() == file["sha256"]


def test_the_dictionary_describes_every_column(study: Study, by: User, tmp_path: Path) -> None:
    package(study, by, tmp_path)
    described = {(row["table"], row["field"]): row for row in rows(tmp_path / "data dictionary.csv")}
    written = {("lesion", name) for name in rows(tmp_path / "lesion.csv")[0]}
    assert written == {key for key in described if key[0] == "lesion"}
    diameter = described["lesion", "largest_diameter_mm"]
    assert (diameter["type"], diameter["unit"], diameter["privacy"]) == ("decimal", "mm", "measurement")
    assert "not_done" in diameter["missing_codes"].split("; ")
    assert described["patient", "sex"]["label_ja"] == "性別"
    codes = {(row["field"], row["code"]): row["label_en"] for row in rows(tmp_path / "codes.csv")}
    assert codes["sex", "female"] == "Female"


@pytest.mark.parametrize(("headings", "expected"), [("names", "sex"), ("en", "sex"), ("ja", "性別")])
def test_headings_in_the_language_of_choice(
    study: Study, by: User, tmp_path: Path, headings: str, expected: str
) -> None:
    package(study, by, tmp_path, headings=Headings(headings))
    assert expected in (tmp_path / "patient.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_two_columns_of_a_table_have_the_same_heading(study: Study, by: User, language: str) -> None:
    from_all = {"filter": "", "tables": ["lesion", "patient", "ihc-reading", "treatment", "specimen", "assessment"]}
    for table in record_tables(from_all, user=by, study=study, progress=Progress()):
        headings = [column.labels[language] for column in table.columns]
        assert len(set(headings)) == len(headings), table.name


def test_nothing_is_calculated_when_a_file_is_opened(study: Study, by: User, tmp_path: Path) -> None:
    package(study, by, tmp_path / "csv")
    (patient,) = rows(tmp_path / "csv" / "patient.csv")
    assert patient["cause_of_death"] == f"'{FORMULA}"
    package(study, by, tmp_path / "xlsx", format=ExportFormat.XLSX)
    book = CalamineWorkbook.from_path(tmp_path / "xlsx" / "export.xlsx")
    assert {"patient", "lesion", "data dictionary", "codes", "manifest"} == set(book.sheet_names)
    assert f"'{FORMULA}" in book.get_sheet_by_name("patient").to_python()[1]


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "+1", "-1", "@x", "'x", "x", "''", "\t1", "'"])
def test_an_apostrophe_that_was_added_is_taken_away_again(text: str) -> None:
    assert without_apostrophe(str(harmless(text))) == text
    assert not str(harmless(text)).startswith(("=", "+", "-", "@", "\t"))


def test_the_secret_and_the_true_date_are_in_no_file(study: Study, by: User, tmp_path: Path) -> None:
    for format in ExportFormat:
        folder = tmp_path / format
        manifest = package(study, by, folder, format=format, shift_dates=True)
        assert manifest["dates_shifted"] is True
        secret = DateShift.objects.get(study=study).secret
        for path in folder.iterdir():
            content = path.read_bytes()
            assert secret.encode() not in content
            assert b"2020-02-29" not in content
    assert rows(tmp_path / "csv" / "patient.csv")[0]["death_date"] == str(
        pyarrow.parquet.read_table(tmp_path / "parquet" / "patient.parquet").to_pylist()[0]["death_date"]
    )


def test_parquet_is_written_by_row_groups(by: User, study: Study, tmp_path: Path) -> None:
    lines = [[str(number)] for number in range(2 * ROW_GROUP + 1)]
    write_package(
        [text_table("numbers", ("number",), lines)],
        folder=tmp_path,
        study=study,
        by=by,
        shape=Shape(format=ExportFormat.PARQUET),
        progress=Progress(),
    )
    written = pyarrow.parquet.ParquetFile(tmp_path / "numbers.parquet")
    assert (written.num_row_groups, written.metadata.num_rows) == (3, len(lines))
    written.close()


def test_more_rows_than_a_sheet_holds_are_refused(by: User, study: Study, tmp_path: Path) -> None:
    table = text_table("many", ("number",), [])
    too_many = Table(name="many", columns=table.columns, count=lambda: 1_048_576, lines=table.lines)
    with pytest.raises(Refusal, match="more rows than a sheet"):
        write_package(
            [too_many], folder=tmp_path, study=study, by=by, shape=Shape(format=ExportFormat.XLSX), progress=Progress()
        )


def test_somebody_who_waits_no_more_stops_the_writing(study: Study, by: User, tmp_path: Path) -> None:
    progress = Progress()
    progress.cancelled.set()
    with pytest.raises(Cancelled):
        write_package([], folder=tmp_path, study=study, by=by, shape=Shape(), progress=progress)


def test_one_file_holds_all(study: Study, by: User, tmp_path: Path) -> None:
    package(study, by, tmp_path / "csv")
    assert one_file(tmp_path / "csv", Shape()).suffix == ".zip"
    package(study, by, tmp_path / "xlsx", format=ExportFormat.XLSX)
    assert one_file(tmp_path / "xlsx", Shape(format=ExportFormat.XLSX)).name == "export.xlsx"
