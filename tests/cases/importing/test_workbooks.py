"""Workbooks that would fill the memory or end the process are refused before a reader opens them."""

import contextlib
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.importing import workbooks
from cases.importing.files import FileKind, inspect
from cases.importing.tables import read_table, workbook_rows
from cases.importing.workbooks import check_workbook
from cases.jobs import Refusal

SHEET = "xl/worksheets/sheet1.xml"


def book(rows: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def with_member(name: str, content: bytes, *, base: bytes | None = None) -> bytes:
    """A workbook in which one member has other content."""
    file = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(base or book([["a", "b"], [1, 2]])))
    with old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return file.getvalue()


def sheet(cells: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def at(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Refusal) as refused:
        check_workbook(path)
    return str(refused.value)


def test_a_workbook_passes(tmp_path: Path) -> None:
    path = at(tmp_path, book([["sample", "value"], ["A", 1.5]]))
    assert inspect(path) is FileKind.WORKBOOK
    assert workbook_rows(path) == {"Sheet": [["sample", "value"], ["A", "1.5"]]}


@pytest.mark.parametrize("before", ["", "<row/>" * 20_000])
@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="B2"><f>1+1</f><v></v></c>', "Cell B2 of a sheet (Sheet) holds a formula without its result."),
        ('<c r="B2"><f>1+1</f></c><c r="C2"><v>1</v></c>', "Cell B2"),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', ""),
        ('<c r="B2" t="str"><f>IF(A1="","",A1)</f><v></v></c>', ""),
        ('<c r="B2"><v></v></c>', ""),
    ],
)
def test_a_formula_without_its_result_is_not_read_as_blank(tmp_path: Path, before: str, cell: str, told: str) -> None:
    path = at(tmp_path, with_member(SHEET, sheet(f'{before}<row r="2">{cell}</row>')))
    if told:
        assert told in refusal(path)
    else:
        check_workbook(path)


def test_a_sheet_is_called_by_its_title(tmp_path: Path) -> None:
    """Its place in the archive says nothing to people; where the titles cannot be read it is better than nothing."""
    made = openpyxl.Workbook()
    made.active.title = "Cover"
    made.create_sheet("症例 & 検体").append(["=1+1"])
    file = io.BytesIO()
    made.save(file)
    assert "Cell A1 of a sheet (症例 & 検体) holds a formula" in refusal(at(tmp_path, file.getvalue()))
    entities = b'<!DOCTYPE a [<!ENTITY a "%b">]>' % (b"x" * 60_000)
    with zipfile.ZipFile(file) as archive:
        contents = archive.read("xl/workbook.xml")
    long, bomb, nameless = (
        contents.replace("症例 &amp; 検体".encode(), name) for name in (b"x" * 200, b"&a;" * 100, b"")
    )
    for broken in (b"<workbook", bytes(2 * 1024 * 1024), b"<a>" * 100_000, long, entities + bomb, nameless):
        content = with_member("xl/workbook.xml", broken, base=file.getvalue())
        assert "Cell A1 of a sheet (sheet2.xml) holds a formula" in refusal(at(tmp_path, content))


def test_a_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    file = io.BytesIO(with_member("x", b""))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x", "w") as member:
        for _piece in range(260):
            member.write(bytes(1024 * 1024))
    path = at(tmp_path, file.getvalue())
    assert path.stat().st_size < 1024 * 1024
    assert "unpacks to more than 200 MB" in refusal(path)


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """Both headers say one byte; it is unpacked in pieces and stopped at the limit."""
    bomb = with_member(SHEET, bytes(300 * 1024 * 1024))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        true_size = struct.pack("<I", archive.getinfo(SHEET).file_size)
    assert bomb.count(true_size) == 2
    path = at(tmp_path, bomb.replace(true_size, struct.pack("<I", 1)))
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size == 1
    tracemalloc.start()
    assert "unpacks to more than 200 MB" in refusal(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_many_members_that_are_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT_BYTES", 1024 * 1024)
    content = with_member("a", bytes(600 * 1024))
    check_workbook(at(tmp_path, content))
    assert "unpacks to more than" in refusal(at(tmp_path, with_member("b", bytes(600 * 1024), base=content)))


def test_too_many_members(tmp_path: Path) -> None:
    file = io.BytesIO(book([["a"]]))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(1001):
            archive.writestr(f"x{number}", b"")
    assert "unpacks to more than" in refusal(at(tmp_path, file.getvalue()))


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        "<row r = '1048576'><c r = 'XFD1'><v>1</v></c></row>",
        '<row r="1048576"><c s="x>y" r="XFD1"><v>1</v></c></row>',
        '<x:row r="1048576"/><x:c r="XFD1"/>',
        f"<row>{'<c/>' * 4000}</row>{'<row/>' * 2000}",
    ],
)
def test_a_cell_far_away(tmp_path: Path, cells: str) -> None:
    """The reader would make room for the whole rectangle: up to 10¹⁰ cells out of a kilobyte."""
    assert "more than the portal reads" in refusal(at(tmp_path, with_member(SHEET, sheet(cells))))


def test_a_far_cell_across_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_member(SHEET, sheet('<row r="1"><c r="A1"/><c r="XFD1048576"><v>1</v></c></row>'))
    for size in range(1, 40):
        monkeypatch.setattr(workbooks, "PIECE_BYTES", size)
        assert "reaches to row 1048576" in refusal(at(tmp_path, content))


def test_an_ordinary_large_sheet_passes(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="Z{row}"><v>1</v></c></row>' for row in range(1, 60_001)
    )
    check_workbook(at(tmp_path, with_member(SHEET, sheet(rows))))


def test_a_document_that_is_no_workbook(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "not a workbook" in refusal(at(tmp_path, file.getvalue()))


def test_an_encrypted_member(tmp_path: Path) -> None:
    content = bytearray(book([["a"]]))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert "encrypted" in refusal(at(tmp_path, bytes(content)))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook(tmp_path: Path, part: float) -> None:
    content = book([["a", "b"], [1, 2]])
    assert "damaged" in refusal(at(tmp_path, content[: int(len(content) * part)]))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(min_value=0), st.binary(min_size=1, max_size=6)), min_size=1, max_size=8),
)
def test_damage_is_refused_or_harmless(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    """Whatever is done to the bytes: a table or a sentence."""
    content = bytearray(book([["sample", "TNFSF11"], ["A-1", 1.5], ["A-2", 2.5]]))
    for position, piece in changes:
        start = 4 + position % (len(content) - 4)
        content[start : start + len(piece)] = piece
    path = at(tmp_path, bytes(content))
    with contextlib.suppress(Refusal):
        read_table(path, inspect(path))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(xml=st.text(alphabet=st.sampled_from("<>/=\"' rcvtA19sinlXdow&;"), max_size=120))
def test_strange_sheets_are_refused_or_harmless(tmp_path: Path, xml: str) -> None:
    path = at(tmp_path, with_member(SHEET, sheet(xml)))
    with contextlib.suppress(Refusal):
        read_table(path, inspect(path))
