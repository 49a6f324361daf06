"""Lists as files: CSV sent while it is written, and Excel."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_HARMLESS = re.compile(rf"'*[{re.escape(''.join(FORMULA_SIGNS))}]")
BYTE_ORDER_MARK = "\ufeff"


def harmless(value: Any) -> Any:
    """A number as it is; a text that a spreadsheet would calculate gets an apostrophe before it, beside its own ones.

    See https://owasp.org/www-community/attacks/CSV_Injection.
    """
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if NOT_HARMLESS.match(text) else text


def csv_of(lines: Iterable[list[Any]]) -> Iterator[str]:
    """The file piece by piece. It begins with a byte order mark, so that Excel reads Japanese."""
    line = io.StringIO()
    writer = csv.writer(line)
    yield BYTE_ORDER_MARK
    for values in lines:
        writer.writerow([harmless(value) for value in values])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def xlsx_of(lines: Iterable[list[Any]]) -> IO[bytes]:
    """The file, open at its beginning. Rows go to the disk as they come."""
    file = TemporaryFile()  # noqa: SIM115 the answer closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 1)
    for number, values in enumerate(lines):
        for column, value in enumerate(map(harmless, values)):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                sheet.write_number(number, column, value)
    book.close()
    file.seek(0)
    return file
