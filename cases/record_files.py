"""Records as plain tables for machines: names of fields above, codes below. What is written is read back."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from cases import access
from cases.access import Person
from cases.importing.records.known_rows import reference
from cases.importing.records.targets import PATIENT, Target
from cases.models import ListExport, ListFormat, Study

NAMED_BY = {"treatment": ("agent", "lesion"), "core": ("microarray",)}
"""What the name of a related row is made of."""
ROWS_AT_ONCE = 2000


def rows_of(target: Target, *, user: Person, study: Study) -> QuerySet[Any]:
    """The rows of the study that this person may see, with all that their lines name."""
    to_patient = "" if target.holds_patients else PATIENT
    path = f"{to_patient}__" if to_patient else ""
    to_study = "study" if target.has_rows_of_nobody else f"{path}study"
    rows = access.rows(user=user, queryset=target.model._default_manager.all(), patient=to_patient, study=to_study)
    return rows.filter(**{to_study: study}).select_related(*_related(target)).order_by(f"{path}code", "pk")


def record_lines(target: Target, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The headings, then a line for every row; of a blank value the code of the reason why it is blank."""
    yield list(target.columns)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield [_code(target, row, name) for name in target.columns]


def log_export(target: Target, *, study: Study, by: Any, rows: int) -> None:
    """Who takes what out is kept first, as for a list."""
    ListExport.objects.create(study=study, exported_by=by, list_name=target.name, rows=rows, format=ListFormat.CSV)


def _related(target: Target) -> list[str]:
    names = [name for name in target.columns if target.field(name).is_relation]
    return [*names, *(f"{name}__{part}" for name in names for part in NAMED_BY.get(name, ()))]


def _code(target: Target, row: Any, name: str) -> Any:
    value = getattr(row, name)
    if value in (None, "", []):
        return row.missing.get(name, "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Model):
        return reference(value)
    return ";".join(map(str, value)) if isinstance(value, list) else value
