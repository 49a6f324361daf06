"""Files of records as people send them: encodings, separators, titles, merged cells, and what is refused in words."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import pytest
import xlsxwriter
from hypothesis import given

from cases.importing.files import inspect
from cases.importing.formats import Source
from cases.importing.records.headings import guess_columns
from cases.importing.records.sheets import Workbook, read_workbook
from cases.importing.records.targets import target_named
from cases.jobs import Refusal
from tests.cases.importing.records.books import book

TABLE = "patient,code,largest diameter\nP1,L1,12\n"


def read(folder: Path, content: str | bytes, *, name: str = "lesions.csv") -> Workbook:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    study: Any = SimpleNamespace(code="S")
    return read_workbook(Source(study=study, path=path, file_name=name, kind=inspect(path)))


def cells(workbook: Workbook) -> list[tuple[str, ...]]:
    return [row.cells for row in workbook.sheets[0].rows]


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace("\n", "\r"),
        TABLE.replace("\n", "\r\n"),
        "Lesions of our patients\n\n" + TABLE,
        "Lesions, all of them, 2024\n" + TABLE.replace(",", ";"),
        ",patient,code,largest diameter,,\n,P1,L1,12,,\n",
        "patient,code,largest diameter\n\nP1,L1,12\n,,\n",
    ],
)
def test_one_table_in_many_writings(tmp_path: Path, content: str) -> None:
    workbook = read(tmp_path, content)
    assert workbook.sheets[0].header == ("patient", "code", "largest diameter")
    assert cells(workbook) == [("P1", "L1", "12")]


GROUPED = (
    "患者ID,性別,診断,,備考,IHC,\n",
    ",,組織型,診断日,,RANKL,OPG\n",
    "P1,女,骨巨細胞腫,R5.4.1,再発,2,1\n",
)
GROUPED_HEADER = ("患者ID", "性別", "診断 › 組織型", "診断 › 診断日", "備考", "IHC › RANKL", "IHC › OPG")


@pytest.mark.parametrize("title", ["", "令和5年度 骨腫瘍 患者一覧\n\n", "患者一覧,,,,,,作成 R5.4.1\n"])
def test_headings_in_two_rows_are_one(tmp_path: Path, title: str) -> None:
    workbook = read(tmp_path, title + "".join(GROUPED))
    assert workbook.sheets[0].header == GROUPED_HEADER
    assert cells(workbook) == [("P1", "女", "骨巨細胞腫", "R5.4.1", "再発", "2", "1")]
    assert workbook.sheets[0].header_row == title.count("\n") + 1


def test_headings_in_two_rows_merged_in_a_workbook(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet("患者")
        for column, heading in ((0, "患者ID"), (1, "性別"), (4, "備考")):
            sheet.merge_range(0, column, 1, column, heading)
        sheet.merge_range(0, 2, 0, 3, "診断")
        sheet.merge_range(0, 5, 0, 6, "IHC")
        sheet.write_row(1, 2, ["組織型", "診断日"])
        sheet.write_row(1, 5, ["RANKL", "OPG"])
        sheet.write_row(2, 0, ["P1", "女", "骨巨細胞腫", "R5.4.1", "再発", 2, 1])
    workbook = read(tmp_path, file.getvalue(), name="patients.xlsx")
    assert workbook.sheets[0].header == GROUPED_HEADER
    assert cells(workbook) == [("P1", "女", "骨巨細胞腫", "R5.4.1", "再発", "2", "1")]


def test_a_heading_below_another_is_guessed_by_its_own_part(tmp_path: Path) -> None:
    workbook = read(tmp_path, "症例番号,治療,,\n,薬剤,開始日,終了日\nP1,denosumab,R5.4.1,\n")
    assert guess_columns(target_named("treatment"), workbook.sheets[0].header) == ["patient", "agent", "start", "end"]


@pytest.mark.parametrize("content", ["patient,code,\nP1,L1,x\n", "patient,code,,largest diameter\nP1,L1,left,12\n"])
def test_data_are_no_second_row_of_headings(tmp_path: Path, content: str) -> None:
    with pytest.raises(Refusal, match="no heading"):
        read(tmp_path, content)


def test_a_title_is_no_heading_above_others(tmp_path: Path) -> None:
    workbook = read(tmp_path, "Lesions,,2024\npatient,code,largest diameter\nP1,L1,12\n")
    assert workbook.sheets[0].header == ("patient", "code", "largest diameter")


def test_decimal_commas_between_semicolons(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "patient;code;largest diameter\nP1;L1;1,5\nP1;L2;2,5\n"))[0] == ("P1", "L1", "1,5")


def test_shift_jis_is_read_where_it_can_be_nothing_else(tmp_path: Path) -> None:
    workbook = read(tmp_path, "患者,病変,部位\nP1,L1,大腿骨\n".encode("cp932"))
    assert (workbook.encoding, cells(workbook)) == ("Shift_JIS", [("P1", "L1", "大腿骨")])


@pytest.mark.parametrize("content", ["patient,code\nP1,Hôpital\n".encode("latin-1"), "patient,code\nP1,\x00\n"])
def test_other_encodings_are_refused(tmp_path: Path, content: bytes | str) -> None:
    with pytest.raises(Refusal):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("patient,code,code\nP1,L1,L2\n", "same heading “code”"),
        ("patient,code\nP1,L1,left\n", "beyond the last heading"),
        ("patient,,code\nP1,x,L1\n", "no heading"),
        ('patient,code\nP1,"L1\n', "quotation marks"),
        ("patient,code\n", "no rows below"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: str, part: str) -> None:
    with pytest.raises(Refusal, match=part):
        read(tmp_path, content)


def test_merged_cells_hold_for_each_of_their_rows(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("Lesions")
        sheet.write_row(0, 0, ["patient", "code"])
        sheet.merge_range("A2:A3", "P1")
        sheet.write_column(1, 1, ["L1", "L2"])
    assert cells(read(tmp_path, file.getvalue(), name="a.xlsx")) == [("P1", "L1"), ("P1", "L2")]


def test_a_sheet_of_notes_is_left_out_and_one_of_records_is_not(tmp_path: Path) -> None:
    notes = [["Notes", "", ""], ["of", "", "ours"], ["a", "b", "c"]]
    lesions = [["patient", "code"], ["P1", "L1"]]
    workbook = read(tmp_path, book({"Notes": notes, "Lesions": lesions}), name="a.xlsx")
    assert ([sheet.name for sheet in workbook.sheets], workbook.left_out) == (["Lesions"], ("Notes",))
    with pytest.raises(Refusal, match="same heading"):
        read(tmp_path, book({"Lesions": lesions, "More": [["patient", "code", "code"], ["P1", 1, 2]]}), name="a.xlsx")


def test_an_apostrophe_before_a_formula_is_taken_away(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "patient,comparator\nP1,'=\nP2,'s\n")) == [("P1", "="), ("P2", "'s")]


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_table_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    try:
        workbook = read(tmp_path_factory.getbasetemp(), content, name="fuzz.csv")
    except Refusal:
        return
    assert all(len(row.cells) == len(sheet.header) for sheet in workbook.sheets for row in sheet.rows)
