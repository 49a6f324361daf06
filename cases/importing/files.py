"""What an uploaded file is, by its content, whatever its name says."""

import codecs
import io
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop as _

from cases.importing.workbooks import check_workbook
from cases.jobs import Refusal

PIECE_BYTES = 64 * 1024
MEGABYTE = 1024 * 1024
WHOLE_TEXT_LIMIT_BYTES = 50 * MEGABYTE
"""Of a text that stands in memory as a whole."""

PDF = _("This is a PDF document. Choose a table: CSV, TSV or an Excel workbook (.xlsx).")
IMAGE = _("This is an image. Choose a table: CSV, TSV or an Excel workbook (.xlsx).")
ARCHIVE = _("This is a compressed archive. Unpack it and choose the table in it.")
DOCUMENT = _("This is a text document. Choose a table: CSV, TSV or an Excel workbook (.xlsx).")
WEB_PAGE = _("This is a web page, whatever its name says. Open it in Excel and save it as .xlsx.")
OLD_OFFICE = _(
    "This is a workbook with a password, or one in the old .xls format. Save it as .xlsx without a password."
)

SIGNATURES = {
    b"%pdf": PDF,
    b"\x89png": IMAGE,
    b"\xff\xd8\xff": IMAGE,
    b"gif8": IMAGE,
    b"ii*\x00": IMAGE,
    b"mm\x00*": IMAGE,
    b"\x1f\x8b": ARCHIVE,
    b"7z\xbc\xaf": ARCHIVE,
    b"rar!": ARCHIVE,
    b"pk\x05\x06": ARCHIVE,
    b"{\\rtf": DOCUMENT,
    b"<!doctype html": WEB_PAGE,
    b"<html": WEB_PAGE,
    b"\xd0\xcf\x11\xe0": OLD_OFFICE,
}
"""How files begin that no format reads; letters in lower case."""

WORKBOOK_SIGNATURE = b"PK\x03\x04"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"


class FileKind(StrEnum):
    TEXT = "text"
    """CSV, TSV or another text."""
    WORKBOOK = "workbook"
    """An Excel workbook, .xlsx, that is safe to open."""


def inspect(path: Path) -> FileKind:
    """What the file is. Raises :class:`Refusal` for one that no format could use."""
    size = path.stat().st_size
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise too_large()
    with path.open("rb") as file:
        start = file.read(PIECE_BYTES)
    if not start.removeprefix(UTF_8_MARK).strip():
        raise Refusal("The file is empty. Choose a file with a row of headings and rows of values below it.")
    if start.startswith(WORKBOOK_SIGNATURE):
        check_workbook(path)
        return FileKind.WORKBOOK
    if start.startswith(UTF_16_MARKS) or _looks_like_utf_16(start):
        raise Refusal("The file is in UTF-16. In Excel choose “Save as”, “CSV UTF-8”, and import that file.")
    beginning = start.removeprefix(UTF_8_MARK).lstrip().lower()
    for signature, refusal in SIGNATURES.items():
        if beginning.startswith(signature):
            raise Refusal(refusal)
    return FileKind.TEXT


def too_large(limit: int | None = None) -> Refusal:
    """The sentence about a file beyond ``UPLOAD_LIMIT_BYTES``, or a smaller limit."""
    return Refusal(
        "The file is larger than {limit} MB, the most the portal takes. Leave out columns that are not needed, or "
        "divide it into several files.",
        limit=(limit or settings.UPLOAD_LIMIT_BYTES) // MEGABYTE,
    )


def decode(path: Path) -> str:
    r"""The text of a file in UTF-8, with or without byte order mark, its line ends as ``\n``."""
    if path.stat().st_size > WHOLE_TEXT_LIMIT_BYTES:
        raise too_large(WHOLE_TEXT_LIMIT_BYTES)
    return "".join(pieces(path, encoding="utf-8-sig"))


def pieces(path: Path, *, encoding: str) -> Iterator[str]:
    r"""The text piece by piece, its line ends as ``\n``. Raises :class:`Refusal` as :func:`decode` does."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    row, left = 1, True
    with path.open("rb") as file:
        while left:
            piece = file.read(MEGABYTE)
            # A line end of two characters stays in one piece, so that rows are counted well.
            if piece.endswith(b"\r"):
                piece += file.read(1)
            left = bool(piece)
            try:
                text = decoder.decode(piece, final=not left)
            except UnicodeDecodeError as error:
                raise _not_utf_8(row + _line_ends(error.object[: error.start])) from error
            if "\x00" in text:
                raise _nul_byte(row + text.count("\n", 0, text.index("\x00")))
            row += text.count("\n")
            yield text


def _line_ends(content: bytes) -> int:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")


def _not_utf_8(row: int) -> Refusal:
    return Refusal(
        "Row {row} holds a character that is not UTF-8. In Excel choose “Save as”, “CSV UTF-8”, and import that file.",
        row=row,
    )


def _nul_byte(row: int) -> Refusal:
    return Refusal(
        "Row {row} holds a NUL byte, so the file is no plain text or it is damaged. Export it once more.", row=row
    )


def _looks_like_utf_16(start: bytes) -> bool:
    """Without a byte order mark: every second byte of Latin letters is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    return max(even, odd) > len(start) // 4 and min(even, odd) == 0
