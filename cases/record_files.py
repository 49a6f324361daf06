"""Records as plain tables for machines: names of fields above, codes below. What is written is read back."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from cases import access
from cases.access import Person
from cases.importing.records.known_rows import reference
from cases.importing.records.targets import PATIENT, Target
from cases.importing.records.values import NONE, may_be_none
from cases.models import ListExport, ListFormat, Study

NAMED_BY = {"treatment": ("agent", "lesion"), "core": ("microarray",), "phospho_site": ("marker",)}
"""What the name of a related row is made of."""
ROWS_AT_ONCE = 2000


def rows_of(target: Target, *, user: Person, study: Study) -> QuerySet[Any]:
    """The rows of the study that this person may see, with all that their lines name.

    Tables of the study are for people who are not confined to a site, whosever specimens their rows are of.
    """
    rows = access.rows(
        user=user, queryset=target.model._default_manager.all(), patient=target.patient, study=target.study
    )
    if not target.is_of_patients:
        rows = access.rows(user=user, queryset=rows, study=target.study)
    order = ("patient__code",) if target.owner == PATIENT else target.model._meta.ordering
    return rows.filter(**{target.study: study}).select_related(*_related(target)).order_by(*order, "pk")


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
    value = target.written[name](row) if name in target.written else getattr(row, name)
    if value in (None, "", [], {}):
        reason = row.missing.get(name, "") if target.says_why else ""
        return reason or (NONE if may_be_none(target.field(name)) else "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Model):
        return reference(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return ";".join(map(str, value)) if isinstance(value, list) else value
