"""Workbooks of records for tests, and what an import would do with them."""

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from cases.importing.files import inspect
from cases.importing.formats import ImportPlan, Source, by_code
from cases.jobs import Progress
from cases.models import ImportJob


def book(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A workbook with these cells."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def plan_of(job: ImportJob) -> ImportPlan:
    """The plan by the guessed answers."""
    path = Path(job.file.path)
    source = Source(study=job.study, path=path, file_name=job.file_name, kind=inspect(path), job=job)
    chosen = by_code(job.format)
    outline = job.preview["outline"]
    shown = chosen.options_form(study=job.study, outline=outline)
    data = {name: value for name in shown.fields if (value := shown[name].value()) not in (None, False)}
    form = chosen.options_form(study=job.study, outline=outline, data=data)
    assert form.is_valid(), form.errors
    return chosen.plan(source, options=form.options, progress=Progress())


def refusals(job: ImportJob) -> list[tuple[int, list[str]]]:
    """Row and cells of every row with problems."""
    return [(row["row"], row["cells"]) for sheet in job.preview["check"]["sheets"] for row in sheet["problems"]["rows"]]
