"""The rows of an import that were refused, as the sheets they came from with a column of reasons: to correct and bring
again."""

from collections.abc import Iterator
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO, Any
from unicodedata import normalize

import xlsxwriter
from django.utils.translation import gettext as _

from cases.importing.records.sheet_names import sheet_names
from cases.list_files import harmless
from cases.models import ConsentStatus, ImportJob
from cases.sentences import render


def problem_file(job: ImportJob) -> IO[bytes]:
    """A workbook, open at its beginning, from what the last check kept. Every cell is a text, as it was read.

    Rows that name a patient who withdrew consent, before the check or since, stay out: nobody may bring them again.
    """
    file = TemporaryFile()  # noqa: SIM115 the answer closes it
    sheets = [sheet for sheet in job.preview["check"]["sheets"] if sheet["problems"]["rows"]]
    withdrew = job.study.patients.filter(consent_status=ConsentStatus.WITHDRAWN)
    codes = frozenset(withdrew.values_list("code", flat=True))
    with xlsxwriter.Workbook(file) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, sheet in zip(sheet_names(one["sheet"] or one["what"] for one in sheets), sheets, strict=True):
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            for number, cells in enumerate(_lines(sheet["problems"], without=codes)):
                for column, text in enumerate(cells):
                    page.write_string(number, column, harmless(text), bold if number == 0 else None)
            page.set_column(len(sheet["problems"]["header"]), len(sheet["problems"]["header"]), 80, wrapped)
    file.seek(0)
    return file


def problem_file_name(job: ImportJob) -> str:
    """After the file that was brought."""
    return f"{PurePath(job.file_name).stem}-problems.xlsx"


def _lines(problems: dict[str, Any], *, without: frozenset[str]) -> Iterator[list[str]]:
    yield [*problems["header"], _("Reason")]
    for row in problems["rows"]:
        if without.isdisjoint(normalize("NFKC", cell).strip() for cell in row["cells"]):
            yield [*row["cells"], "\n".join(_reason(*reason) for reason in row["reasons"])]


def _reason(heading: str, stored: dict[str, Any]) -> str:
    return f"{heading}: {render(stored)}" if heading else render(stored)
