"""Text and workbook tables: what is read, with which row numbers, and which sentences refuse the rest."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.importing import tables
from cases.importing.files import FileKind, decode, inspect
from cases.importing.tables import Row, read_table, text_rows
from cases.jobs import Refusal


def text(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Refusal) as refused:
        read_table(path, inspect(path))
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_marks(tmp_path: Path, delimiter: str, line_end: str, mark: str) -> None:
    lines = [delimiter.join(cells) for cells in (["sample", "検体"], ["A", " x "], ["", ""], ["B", "µ"])]
    path = text(tmp_path, mark + line_end.join(lines))
    table = read_table(path, inspect(path))
    assert table.header == ("sample", "検体")
    assert table.rows == (Row(number=2, cells=("A", "x")), Row(number=4, cells=("B", "µ")))


def test_a_delimiter_within_quotes_is_not_counted(tmp_path: Path) -> None:
    path = text(tmp_path, '"a,b,c,d";e\n1;2\n')
    assert read_table(path, FileKind.TEXT).header == ("a,b,c,d", "e")


def test_blank_columns_and_rows_at_the_end_are_left_out(tmp_path: Path) -> None:
    path = text(tmp_path, "\n\na,b,,\n1,2,,\n,,,\n")
    table = read_table(path, FileKind.TEXT)
    assert (table.header, table.rows) == (("a", "b"), (Row(number=4, cells=("1", "2")),))


def test_a_quoted_cell_may_hold_lines(tmp_path: Path) -> None:
    path = text(tmp_path, 'a,b\n"one\ntwo",2\n3,4\n')
    assert [row.number for row in read_table(path, FileKind.TEXT).rows] == [2, 3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (b",,\n,,\n", "The file is empty."),
        (b"a,b\n", "headings and no rows"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-be"), "UTF-16"),
        (b"a,b\n1,\xff\n", "Row 2 holds a character that is not UTF-8."),
        (b"a,b\n1,2\n3,\x00\n", "Row 3 holds a NUL byte"),
        (b'a,b\n1,"2\n3,4\n', "In row 2 the quotation marks do not match."),
        (b'a,b\n1,"2"x\n', "In row 2 the quotation marks do not match."),
        (b"a,b,a\n1,2,3\n", "columns 1 and 3 have the same heading “a”"),
        (b"a,,b\n1,2,3\n", "Column 2 has a cell in row 2 and no heading in row 1."),
        (b"a,b\n1,2\n1,2,3\n", "Row 3 does not fit the headings (cells: 3, headings: 2)."),
        (b"a,b\n1\n", "Row 2 does not fit the headings (cells: 1, headings: 2)."),
        (b"%PDF-1.4\n", "This is a PDF document."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password, or one in the old .xls format"),
        (b"\x1f\x8b\x08\x00", "This is a compressed archive."),
        (b"<!DOCTYPE HTML><table>", "This is a web page"),
        (b"PK\x03\x04 and no more", "The workbook is damaged"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(text(tmp_path, content))


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really.xlsx"
    path.write_text("a,b\n1,2\n")
    assert inspect(path) is FileKind.TEXT


def test_too_many_columns_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = ",".join(f"c{number}" for number in range(201))
    assert "The file has 201 columns" in refusal(text(tmp_path, f"{header}\n{header}\n"))
    monkeypatch.setattr(tables, "ROWS_LIMIT", 3)
    assert "The file has 4 rows" in refusal(text(tmp_path, "a\n1\n2\n3\n4\n"))


def test_too_many_bytes(tmp_path: Path, settings: object) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024  # type: ignore[attr-defined]
    assert "The file is larger than 1 MB" in refusal(text(tmp_path, b"a\n" * 600_000))


def test_the_first_sheet_with_content(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    second = book.create_sheet("Data")
    for row in (["sample", "value", "when"], ["007", 0.1, date(2020, 5, 17)], ["B", 3.0, True], ["C", 1e300, None]):
        second.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    table = read_table(path, inspect(path))
    assert table.sheet == "Data"
    assert [row.cells for row in table.rows] == [
        ("007", "0.1", "2020-05-17"),
        ("B", "3", "TRUE"),
        ("C", "1e+300", ""),
    ]


@pytest.mark.parametrize(
    ("title", "heading", "cell", "words"),
    [
        ("x" * 101, "a", "b", "The name of a sheet has more than 100 letters."),
        ("Table", "x" * 40_000, "b", "Table, row 1: a cell has more than 32767 letters"),
        ("Table", "a", "x" * 40_000, "Table, row 2: a cell has more than 32767 letters"),
    ],
)
def test_what_no_spreadsheet_holds(tmp_path: Path, title: str, heading: str, cell: str, words: str) -> None:
    """Every message about a cell would repeat it."""
    file, path = openpyxl.Workbook(), tmp_path / "table.xlsx"
    for place, text_ in (("A1", "HEADING"), ("A2", "CELL")):
        file.active[place] = text_
    file.active.title = "TITLE"
    file.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            long = content.replace("TITLE", title).replace("HEADING", heading).replace("CELL", cell)
            archive.writestr(name, long)
    assert refusal(path).startswith(words)


def test_rows_of_a_sheet_are_numbered_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B3"], book.active["C3"] = "sample", "value"
    book.active["B5"], book.active["C5"] = "A", 1
    path = tmp_path / "book.xlsx"
    book.save(path)
    table = read_table(path, inspect(path))
    assert (table.header, table.rows) == (("sample", "value"), (Row(number=5, cells=("A", "1")),))


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(str.strip)


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    assert text_rows(file.getvalue(), delimiter=",") == rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(alphabet='a1,;\t\n"\r\x00µ', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = text(tmp_path, content)
    try:
        table = read_table(path, inspect(path))
    except Refusal:
        return
    assert table.rows
    assert all(len(row.cells) == len(table.header) for row in table.rows)
    assert all(row.number <= decode(path).count("\n") + 1 for row in table.rows)
