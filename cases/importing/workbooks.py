"""Whether an Excel workbook is safe to open.

A workbook is a zip archive, which may say one size and unpack to another, and a sheet may name a cell so far away that
a table up to it fills the memory. Programs that write formulas without their results leave cells that would be read as
blank. Everything is measured here in small pieces before the reader sees the file.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from cases.jobs import Refusal

UNPACKED_LIMIT_BYTES = 200 * 1024 * 1024
MEMBERS_LIMIT = 1000
SHEET_CELLS_LIMIT = 5_000_000
"""Cells of the rectangle from A1 to the last cell in use."""

PIECE_BYTES = 64 * 1024
LONGEST_BETWEEN_TAGS_BYTES = 1024 * 1024

CONTENTS = "xl/workbook.xml"
WHERE_CONTENTS_ARE = "xl/_rels/workbook.xml.rels"
CONTENTS_LIMIT_BYTES = 1024 * 1024
LONGEST_TITLE = 100
"""Of a sheet; spreadsheets allow 31 letters, other programs some more."""

ENCRYPTED_FLAG = 0x1
LOCAL_HEADER_BYTES = 30

TAG = re.compile(rb"""<(?:\w+:)?(row|c)(?=[\s/>])((?:[^>"']|"[^"]{0,999}"|'[^']{0,999}')*)(>?)""")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
PART = re.compile(rb"""<(?:\w+:)?(c|f|v)(?=[\s/>])((?:[^>"']|"[^"]{0,999}"|'[^']{0,999}')*)>([^<]?)|</(?:\w+:)?c\s*>""")
"""The beginning of a cell, its formula and its value, each with the first letter of what stands in it; its end."""

IS_TEXT = re.compile(rb"""\st\s*=\s*["']str["']""")
"""Of a formula whose result is a text, which may be blank."""

REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{0,4})([0-9]{0,9})""")


def check_workbook(path: Path) -> None:
    """Raise :class:`Refusal` for an archive that is no workbook, damaged, encrypted, or too large when unpacked."""
    with path.open("rb") as file:
        members = _members(file)
        if not any(member.filename.lstrip("/") == CONTENTS for member in members):
            raise Refusal(
                "This is a zip archive or a document, not a workbook. Choose a table: CSV, TSV or an Excel workbook "
                "(.xlsx)."
            )
        if any(member.flag_bits & ENCRYPTED_FLAG for member in members):
            raise Refusal("The workbook is encrypted. Save it without a password.")
        if len(members) > MEMBERS_LIMIT:
            raise _unpacks_too_large()
        left = UNPACKED_LIMIT_BYTES
        titles = _titles(file, members)
        for member in members:
            title = titles.get(member.filename.lstrip("/"), Path(member.filename).name)
            left -= _check_member(file, member, title=title, limit=left)


def _titles(file: IO[bytes], members: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Member -> what people call the sheet in it. Nothing is told of a table of contents that cannot be read."""
    contents = {name: _beginning(file, members, name) for name in (CONTENTS, WHERE_CONTENTS_ARE)}
    try:
        sheets, places = map(ElementTree.fromstring, contents.values())
    except (ElementTree.ParseError, LookupError, ValueError):
        return {}
    where = {place.get("Id"): place.get("Target", "") for place in places}
    found = {}
    # Two editions of the format have different namespaces.
    for sheet in sheets.iterfind(".//{*}sheet"):
        place = next((where.get(value, "") for key, value in sheet.items() if key.endswith("}id")), "")
        if 0 < len(title := sheet.get("name", "")) <= LONGEST_TITLE:
            found[place.lstrip("/") if place.startswith("/") else f"xl/{place}"] = title
    return found


def _beginning(file: IO[bytes], members: list[zipfile.ZipInfo], name: str) -> bytes:
    """Of a member: as much as a table of contents may be long."""
    content = b""
    for member in members:
        if member.filename.lstrip("/") == name:
            for piece in _unpacked(file, member):
                content += piece
                if len(content) > CONTENTS_LIMIT_BYTES:
                    return b""
    return content


def _members(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    try:
        return zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _damaged() from error


def _check_member(file: IO[bytes], member: zipfile.ZipInfo, *, title: str, limit: int) -> int:
    """The true unpacked size, not the one the archive claims. ``title`` is what the sheet is called."""
    if member.file_size > limit:
        raise _unpacks_too_large()
    extent, formulas = _Extent(sheet=title), _Formulas(sheet=title)
    size = 0
    is_xml = True
    for piece in _unpacked(file, member):
        is_xml = is_xml and (size > 0 or piece.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"", b"<"))
        size += len(piece)
        if size > limit:
            raise _unpacks_too_large()
        if is_xml:
            extent.feed(piece)
            formulas.feed(piece)
    extent.end()
    formulas.end()
    return size


def _unpacked(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's content in pieces of bounded size."""
    if member.header_offset < 0:
        raise _damaged()
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged()
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    packed_left = member.compress_size
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed_left > 0:
        packed = file.read(min(PIECE_BYTES, packed_left))
        if not packed:
            raise _damaged()
        packed_left -= len(packed)
        if member.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed and not unpacker.eof:
            try:
                yield unpacker.decompress(packed, PIECE_BYTES)
            except zlib.error as error:
                raise _damaged() from error
            packed = unpacker.unconsumed_tail


class _Extent:
    """How far the cells of a sheet reach, from its XML in pieces. Other XML has no cells and passes."""

    def __init__(self, *, sheet: str) -> None:
        self._sheet = sheet
        self._rest = b""
        self._row = self._column = 0
        self._last_row = self._last_column = 1

    def feed(self, piece: bytes) -> None:
        text = self._rest + piece
        cut = max(text.rfind(b"<"), 0)
        self._rest = text[cut:]
        if len(self._rest) > LONGEST_BETWEEN_TAGS_BYTES:
            if TAG.match(self._rest):
                raise _damaged()
            self._rest = b""
        self._read(text[:cut])

    def end(self) -> None:
        self._read(self._rest)

    def _read(self, text: bytes) -> None:
        for tag, attributes, closed in TAG.findall(text):
            if not closed:
                raise _damaged()
            reference = REFERENCE.search(attributes)
            letters, digits = reference.groups() if reference else (b"", b"")
            if tag == b"row":
                self._row, self._column = int(digits or self._row + 1), 0
            else:
                self._row = int(digits or self._row)
                self._column = _column_number(letters) or self._column + 1
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
        if self._last_row * self._last_column > SHEET_CELLS_LIMIT:
            raise Refusal(
                "A sheet ({sheet}) reaches to row {row} and column {column}, more than the portal reads. Delete empty "
                "rows and columns that only carry a format, or save the table as CSV UTF-8.",
                sheet=self._sheet,
                row=self._last_row,
                column=self._last_column,
            )


class _Formulas:
    """Whether each formula of a sheet has its result, from its XML in pieces."""

    def __init__(self, *, sheet: str) -> None:
        self._sheet = sheet
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        text = self._rest + piece
        # A cell stays in one piece; without cells no more than a tag is kept.
        cut = max(text.rfind(b"<c "), text.rfind(b":c "))
        cut = max(text.rfind(b"<"), 0) if cut < 0 else cut
        self._rest = text[cut:] if len(text) - cut <= LONGEST_BETWEEN_TAGS_BYTES else b""
        if FORMULA.search(text, 0, cut):
            self._read(text[:cut])

    def end(self) -> None:
        self._read(self._rest)

    def _read(self, text: bytes) -> None:
        cell, has_formula, has_result = b"", False, False
        for part, attributes, content in PART.findall(text):
            if part == b"c":
                cell, has_formula, has_result = attributes, False, bool(IS_TEXT.search(attributes))
            elif part == b"f":
                # A shared one stands in another cell; without a text it is "=" alone, as some programs write.
                has_formula = bool(content) or b"si=" in attributes
            elif part == b"v":
                has_result = has_result or bool(content)
            elif cell and has_formula and not has_result:
                raise self._without_result(cell)

    def _without_result(self, cell: bytes) -> Refusal:
        reference = REFERENCE.search(cell)
        position = "".join(part.decode() for part in reference.groups()) if reference else "?"
        return Refusal(
            "Cell {cell} of a sheet ({sheet}) holds a formula without its result. Open the workbook in Excel, save it, "
            "and import it again.",
            cell=position,
            sheet=self._sheet,
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _unpacks_too_large() -> Refusal:
    return Refusal(
        "The workbook unpacks to more than {limit} MB, so it was not opened. Copy the table into a new workbook, or "
        "save it as CSV UTF-8.",
        limit=UNPACKED_LIMIT_BYTES // (1024 * 1024),
    )


def _damaged() -> Refusal:
    return Refusal("The workbook is damaged and cannot be opened. Save it once more, or save the table as CSV UTF-8.")
