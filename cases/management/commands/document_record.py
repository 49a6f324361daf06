"""Write into docs/clinical-record.md where each field is entered, listed, filtered and taken out, and what tables
hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.forms import PatientForm
from cases.lists import LISTS, PATIENTS
from cases.models import Patient
from cases.records import KINDS
from cases.search import text_paths
from cases.study_tables import TABLES

PAGE = settings.BASE_DIR / "docs" / "clinical-record.md"
HEADING = "## Fields"
TABLES_HEADING = "## Tables of the study and its laboratory"
FILTER_NAMES = {"site": "topography"}


@dataclass(frozen=True, kw_only=True)
class FieldPlaces:
    """A field and whether a form enters it, a list (and so its files) shows it, a filter narrows by it."""

    record: str
    field: str
    entered: bool
    listed: bool
    filtered: bool


def places() -> Iterator[FieldPlaces]:
    """Every field of a patient and of each kind of record that a person fills in."""
    yield from _of(record="patient", model=Patient, form=PatientForm, shown=PATIENTS)
    for kind in KINDS:
        yield from _of(record=kind.name, model=kind.model, form=kind.form, shown=LISTS[kind.name])


def _of(*, record: str, model: Any, form: Any, shown: Any) -> Iterator[FieldPlaces]:
    searched = {path.split("__")[0] for path in text_paths(model)}
    narrowing = {name.removesuffix("_from").removesuffix("_least") for name in shown.filter_set.base_filters}
    filters = narrowing | {field for field, name in FILTER_NAMES.items() if name in narrowing}
    for field in model._meta.concrete_fields:
        if not field.editable or field.primary_key or field.name in ("study", "patient"):
            continue
        yield FieldPlaces(
            record=record,
            field=field.name,
            entered=field.name in form.base_fields,
            listed=field.name in shown.table.base_columns,
            filtered=field.name in filters | searched,
        )


def table() -> str:
    """The places in Markdown."""
    rows = [_row(one.record, f"`{one.field}`", one.entered, one.listed, one.filtered, one.listed) for one in places()]
    heads = [_row("record", "field", "entered", "listed", "filtered", "in CSV and XLSX"), _row(*["---"] * 6)]
    return "\n".join([*heads, *rows])


def study_tables() -> str:
    """The tables of the study and its laboratory in Markdown."""
    rows = [
        _row(
            table.name,
            ", ".join(f"`{name}`" for name in table.columns),
            ", ".join(f"`{name}`" for name in table.key),
            "manager" if table.right == "manages" else "who may import",
        )
        for table in TABLES
    ]
    return "\n".join([_row("table", "columns", "which row is meant", "written by"), _row(*["---"] * 4), *rows])


def _row(*cells: str | bool) -> str:
    texts = [cell if isinstance(cell, str) else "yes" if cell else "no" for cell in cells]
    return f"| {' | '.join(texts)} |"


class Command(BaseCommand):
    help = (
        "Writes where each field of the clinical record is found, and what tables hold, into docs/clinical-record.md."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        before, _heading, _old = PAGE.read_text().partition(HEADING)
        PAGE.write_text(f"{before}{HEADING}\n\n{table()}\n\n{TABLES_HEADING}\n\n{study_tables()}\n")
