"""Files that could do harm, or that spreadsheets make by themselves: read as they are meant, or refused in words."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from cases.jobs import Refusal
from cases.models import ImportJob, JobStatus, Lesion, Patient, Study, Treatment
from cases.sentences import render
from tests.cases.importing.records.books import book
from tests.cases.importing.records.test_sheets import read
from tests.factories import PatientFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed, findings

pytestmark = pytest.mark.django_db

COMMAND = "=cmd|' /C calc'!A0"
HEADINGS = "patient,code,site_detail"
LESIONS = f"{HEADINGS},largest_diameter_mm\n"


@pytest.fixture
def study() -> Study:
    study = StudyFactory()
    PatientFactory(study=study, code="P1")
    return study


def checked(study: Study, content: str | bytes, *, name: str = "lesions.csv") -> ImportJob:
    return answered(brought(study, content, name=name, format_code="record_table"))


def test_a_formula_in_a_text_is_a_text_and_leaves_as_one(study: Study) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS.split(","), ["P1", "L1", COMMAND]])
    job = confirmed(checked(study, text.getvalue()))
    assert Lesion.objects.get().site_detail == COMMAND
    assert job.status == JobStatus.SUCCEEDED


def test_a_formula_where_none_can_be_is_refused(study: Study) -> None:
    job = checked(study, f"{HEADINGS}\n{COMMAND},L1,\nP1,{COMMAND},\n")
    assert [(row, column) for row, column, _text in findings(job)] == [(2, "patient"), (3, "code")]
    assert not Lesion.objects.exists()


def test_the_result_of_a_formula_is_read_and_the_formula_is_not(study: Study, tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("lesions")
        sheet.write_row(0, 0, ["patient", "code", "largest_diameter_mm"])
        sheet.write_row(1, 0, ["P1", "L1"])
        sheet.write_formula(1, 2, "=HYPERLINK(1)+6", value=7)
    assert [row.cells for row in read(tmp_path, file.getvalue(), name="x.xlsx").sheets[0].rows] == [("P1", "L1", "7")]


def test_macros_are_never_looked_at(study: Study) -> None:
    plain = book({"lesions": [["patient", "code"], ["P1", "L1"]]})
    with_macros = io.BytesIO(plain)
    with zipfile.ZipFile(with_macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open() Shell")
    job = confirmed(checked(study, with_macros.getvalue(), name="lesions.xlsm"))
    assert job.status == JobStatus.SUCCEEDED
    assert Lesion.objects.count() == 1


def test_a_million_empty_rows_of_a_text(study: Study) -> None:
    job = checked(study, LESIONS + "P1,L1,,12\n" + ",,,\n" * 1_000_001 + "P1,L2,,13\n")
    [sheet] = job.preview["check"]["sheets"]
    assert (sheet["new"], sheet["refused"]) == (2, 0)


def test_a_million_empty_rows_of_a_sheet_are_too_many_to_unpack(study: Study, tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        sheet, grey = workbook.add_worksheet("lesions"), workbook.add_format({"bg_color": "#EEEEEE"})
        sheet.write_row(0, 0, ["patient", "code", "site", "side", "detail", "size"])
        sheet.write_blank(1_000_000, 0, None, grey)
    with pytest.raises(Refusal, match="reaches to row 1000001 and column 6, more than the portal reads"):
        read(tmp_path, file.getvalue(), name="x.xlsx")


def test_more_rows_than_are_read_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="The file has 1000001 rows, and the portal reads up to 1000000 at a time"):
        read(tmp_path, "patient,code\n" + "P1,L1\n" * 1_000_001)


def test_the_same_heading_twice(study: Study) -> None:
    job = brought(study, "patient,code,code\nP1,L1,L2\n", name="lesions.csv", format_code="record_table")
    assert job.status == JobStatus.REFUSED
    assert "columns 2 and 3 have the same heading “code”" in render(job.message)


def test_old_mac_line_ends_a_mark_semicolons_and_decimal_commas(study: Study) -> None:
    content = "\ufeffpatient;agent;start;dose_mg\rP1;denosumab;2019;60,5\rP1;denosumab;2020;60,5\r"
    job = confirmed(checked(study, content, name="treatments.csv"))
    assert job.status == JobStatus.SUCCEEDED
    assert {str(dose) for dose in Treatment.objects.values_list("dose_mg", flat=True)} == {"60.50"}


def test_full_width_digits_and_letters(study: Study) -> None:
    confirmed(checked(study, "code,birth_year,sex\nＰ２,１９６１,男\n", name="patients.csv"))
    patient = Patient.objects.get(code="P2")
    assert (patient.birth_year, patient.sex) == (1961, "male")


def test_a_title_over_merged_cells(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("lesions")
        sheet.merge_range("A1:C1", "Lesions of our patients")
        sheet.write_row(1, 0, ["patient", "code", "largest_diameter_mm"])
        sheet.merge_range("A3:A4", "P1")
        sheet.write_row(2, 1, ["L1", 12])
        sheet.write_row(3, 1, ["L2", 13])
    rows = [row.cells for row in read(tmp_path, file.getvalue(), name="x.xlsx").sheets[0].rows]
    assert rows == [("P1", "L1", "12"), ("P1", "L2", "13")]
