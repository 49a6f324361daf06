"""Workbooks of blocks for tests: those of the shared data, and small ones written cell by cell."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from openpyxl import Workbook

from cases.models import Study
from tests.factories import AntibodyFactory, MarkerFactory

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data" / "tma"
EXAMPLE = Path(settings.BASE_DIR) / "docs" / "examples" / "synthetic_tma.xlsx"

shared_files = pytest.mark.skipif(not SHARED.is_dir(), reason="the files of other laboratories are not here")


def workbook(**sheets: dict[str, Any]) -> bytes:
    """Sheet -> cell -> entry, such as ``workbook(map={"B2": 1}, ER={"B2": "x"})``."""
    book = Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for cell, entry in cells.items():
            sheet[cell] = entry
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def antibody(study: Study, code: str, symbol: str) -> Any:
    return AntibodyFactory(study=study, code=code, marker=MarkerFactory(symbol=symbol))


def owners(cases: int, block: str) -> str:
    """A line for each case, as they are pasted."""
    return "\n".join(f"{case}\tpt{case}.{block}" for case in range(1, cases + 1))
