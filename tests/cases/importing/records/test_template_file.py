"""Empty tables to fill in are read back, in either language."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cases.importing.records import record_table
from cases.importing.records.headings import guess_columns, guess_target
from cases.importing.records.targets import targets
from cases.importing.records.template_file import template_file
from cases.models import ConsentStatus, Study
from tests.factories import PatientFactory, StudyFactory
from tests.import_steps import answered, brought, member

pytestmark = pytest.mark.django_db

EMPTY = (None, None, None)


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def opened(content: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(content)))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_sheet_and_heading_is_recognised(language: str) -> None:
    kinds = list(targets())
    with translation.override(language), template_file(kinds) as file:
        book = openpyxl.load_workbook(file)
    for target, name in zip(kinds, book.sheetnames, strict=False):
        headings = [cell.value for cell in book[name][1]]
        found = guess_target(names=[name], header=headings)
        assert found is not None
        assert (found.name, guess_columns(target, headings)) == (target.name, list(target.columns))
    assert book[book.sheetnames[-1]].sheet_state == "hidden"


def test_choices_are_offered_in_the_cells() -> None:
    kinds = [target for target in targets() if target.name == "lesion"]
    with template_file(kinds) as file:
        book = openpyxl.load_workbook(file)
    validations = book["Lesions"].data_validations.dataValidation
    assert {validation.type for validation in validations} == {"list"}
    listed = [column[0].value for column in book["Lists"].columns]
    assert "Lists: lesion.laterality" in listed
    assert "record number" in book["Lesions"]["A1"].comment.text


def test_a_filled_template_imports_itself(client: Client, study: Study) -> None:
    client.force_login(member(study))
    answer = client.get(reverse("cases:import-template", args=[study.code, "all"]))
    book = opened(answer.streaming_content)
    book["Patients"].append(["P1", None, "Female", 1961])
    book["Lesions"].append(["P1", "L1", None, "distal femur", "Left"])
    file = io.BytesIO()
    book.save(file)
    job = answered(brought(study, file.getvalue(), name="filled.xlsx"))
    assert job.format == "record_table"
    assert job.preview["check"]["total"]["error"] == 0
    assert [sheet["what"] for sheet in job.preview["check"]["sheets"]] == ["patient", "lesion"]


def test_there_is_no_template_of_another_name(client: Client, study: Study) -> None:
    client.force_login(member(study))
    assert client.get(reverse("cases:import-template", args=[study.code, "passwd"])).status_code == 404


def test_all_rows_come_back_with_what_is_wrong_with_them(client: Client, study: Study) -> None:
    """Each where it stood, so that the file, corrected, is brought instead of the first one."""
    by = member(study)
    client.force_login(by)
    text = "Our patients,\n,\ncode,sex\nP1,f\n,\nP2,blue\n=P3,f\n"
    job = answered(brought(study, text, name="patients.csv", by=by))
    url = reverse("cases:import-problems", args=[study.code, job.pk])
    book = opened(client.get(url).streaming_content)
    page = book["patient"]
    rows = [row[:3] for row in page.values]
    assert rows[:5] == [EMPTY, EMPTY, ("code", "sex", "Problems (not imported)"), ("P1", "f", None), EMPTY]
    assert rows[5] == (
        "P2",
        "blue",
        "sex: “blue” is none of the values of this column. Write one of: Female; Male; Unknown.",
    )
    assert rows[6][0] == "'=P3"
    shown = client.get(job.get_absolute_url()).content.decode()
    assert url in shown
    assert "all rows that were brought" in shown
    page["B6"], page["A7"] = "female", "P3"
    corrected = io.BytesIO()
    book.save(corrected)
    again = answered(brought(study, corrected.getvalue(), name="patients-problems.xlsx", by=by))
    assert [column["heading"] for column in again.preview["outline"]["sheets"][0]["columns"]] == ["code", "sex"]
    assert (again.preview["check"]["new"], again.preview["check"]["total"]["error"]) == (3, 0)


def test_of_a_large_file_the_refused_rows_come_alone(
    client: Client, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_table, "PROBLEM_ROWS", 1)
    by = member(study)
    client.force_login(by)
    job = answered(brought(study, "code,sex\nP1,f\nP2,blue\n", name="patients.csv", by=by))
    answer = client.get(reverse("cases:import-problems", args=[study.code, job.pk]))
    rows = list(opened(answer.streaming_content)["patient"].values)
    assert [row[:2] for row in rows] == [("code", "sex"), ("P2", "blue")]
    assert "has the refused rows alone" in client.get(job.get_absolute_url()).content.decode()


def test_refused_rows_of_who_withdrew_consent_stay_out(client: Client, study: Study) -> None:
    """Also where that was after the check."""
    by, patients = member(study), [PatientFactory(study=study, code=code) for code in ("P1", "P2", "P3")]
    client.force_login(by)
    patients[0].consent_status = ConsentStatus.WITHDRAWN
    patients[0].save()
    content = "patient,code,largest_diameter_mm\nP1,L1,5\nＰ2,L2,x\nP3,L3,x\n"
    job = answered(brought(study, content, name="lesions.csv", by=by))
    url = reverse("cases:import-problems", args=[study.code, job.pk])
    told = [row[0] for row in opened(client.get(url).streaming_content)["lesion"].values]
    assert told == ["patient", None, "Ｐ2", "P3"]
    patients[1].consent_status = ConsentStatus.WITHDRAWN
    patients[1].save()
    for address in (url, reverse("api:import-problems", args=[job.pk])):
        told = [row[0] for row in opened(client.get(address).streaming_content)["lesion"].values]
        assert told == ["patient", None, None, "P3"]


def test_without_refused_rows_there_is_no_such_file(client: Client, study: Study) -> None:
    by = member(study)
    client.force_login(by)
    job = answered(brought(study, "code,sex\nP1,f\n", name="patients.csv", by=by))
    assert client.get(reverse("cases:import-problems", args=[study.code, job.pk])).status_code == 404
