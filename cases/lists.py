"""The lists of a study: patients, and every kind of record. One declaration each serves page, file and API."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tables2.rows import BoundRow

from cases import access
from cases.access import Person
from cases.filters import FILTER_SETS, FacetedFilterSet, PatientFilter
from cases.models import Patient
from cases.records import KINDS, Kind
from cases.tables import PatientTable, record_table_of

ROWS_AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class RecordList:
    """``queryset`` has all rows of all studies with what the table shows; ``to_patient`` as in ``access.rows``."""

    name: str
    heading: str | Promise
    queryset: Callable[[], QuerySet[Any]]
    to_patient: str
    filter_set: type[FacetedFilterSet]
    table: type[tables.Table]

    def rows(self, user: Person) -> QuerySet[Any]:
        """The rows this person may see."""
        return access.rows(user=user, queryset=self.queryset(), patient=self.to_patient)

    def rows_of_study(self, user: Person, study: Any) -> QuerySet[Any]:
        """Those of one study."""
        path = f"{self.to_patient}__study" if self.to_patient else "study"
        return self.rows(user).filter(**{path: study})


def _of_kind(kind: Kind) -> RecordList:
    def queryset() -> QuerySet[Any]:
        rows: QuerySet[Any] = kind.model._default_manager.all()
        return rows.select_related(*kind.related, "patient__study", "patient__site")

    return RecordList(
        name=kind.name,
        heading=kind.heading,
        queryset=queryset,
        to_patient="patient",
        filter_set=FILTER_SETS[kind.name],
        table=record_table_of(kind),
    )


PATIENTS = RecordList(
    name="patient",
    heading=_("Cases"),
    queryset=lambda: Patient.objects.with_index_diagnosis().with_specimen_count().select_related("study", "site"),
    to_patient="",
    filter_set=PatientFilter,
    table=PatientTable,
)
LISTS = {each.name: each for each in (PATIENTS, *map(_of_kind, KINDS))}


def lines(table: tables.Table) -> Iterator[list[Any]]:
    """The table as a file has it: the headings, then every row of all pages, a few at a time."""
    yield [str(column.header) for column in table.columns]
    names = [column.name for column in table.columns]
    for record in table.data.data.iterator(chunk_size=ROWS_AT_ONCE):
        row = BoundRow(record, table=table)
        yield [row.get_cell_value(name) for name in names]
