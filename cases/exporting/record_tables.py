"""Patients and every kind of record as exported tables: codes, which an import reads back."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from cases import access
from cases.access import Person
from cases.exporting.columns import Column, DatedName, Reason, column_of
from cases.exporting.population import population
from cases.exporting.tables import Lines, Table
from cases.importing.records.known_rows import reference
from cases.importing.records.targets import PATIENT, Target, targets
from cases.models import Patient, Study, Treatment
from cases.record_forms import UNITS

NAMED_BY = {"treatment": ("agent", "lesion"), "core": ("microarray",)}
"""What the name of a related row is made of."""

ROWS_AT_ONCE = 2000


def record_tables(options: dict[str, Any], *, user: Person, study: Study) -> Iterator[Table]:
    """The tables that were asked for with the rows that the person may see, of the patients the filter lets pass."""
    query = options["filter"]
    patients = population(query, user=user, study=study) if query else None
    for target in targets():
        if target.name in options["tables"]:
            yield record_table(target, user=user, study=study, patients=patients)


def record_table(target: Target, *, user: Person, study: Study, patients: QuerySet[Patient] | None = None) -> Table:
    """The rows of one kind."""
    rows = _rows(target, user=user, study=study)
    if patients is not None:
        path = "pk__in" if target.holds_patients else f"{PATIENT}__in"
        rows = rows.filter(**{path: patients.order_by().values("pk")})
    return Table(
        name=target.name,
        columns=tuple(_column(target, name) for name in target.columns),
        count=rows.count,
        lines=lambda: _lines(target, rows),
    )


def _column(target: Target, name: str) -> Column:
    return column_of(
        target.model,
        name,
        label=lambda: target.label(name),
        unit=str(UNITS.get(name, "")),
        may_be_missing=target.may_be_missing(name),
    )


def _rows(target: Target, *, user: Person, study: Study) -> QuerySet[Any]:
    """Those of the study that this person may see, with all that their lines name."""
    to_patient = "" if target.holds_patients else PATIENT
    rows = access.rows(user=user, queryset=target.model._default_manager.all(), patient=to_patient)
    path = f"{to_patient}__" if to_patient else ""
    return rows.filter(**{f"{path}study": study}).select_related(*_related(target)).order_by(f"{path}code", "pk")


def _related(target: Target) -> list[str]:
    names = [name for name in target.columns if target.field(name).is_relation]
    return [*names, *(f"{name}__{part}" for name in names for part in NAMED_BY.get(name, ()))]


def _lines(target: Target, rows: QuerySet[Any]) -> Lines:
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        patient = row.pk if target.holds_patients else row.patient_id
        yield patient, [_value(row, name) for name in target.columns]


def _value(row: Any, name: str) -> Any:
    value = getattr(row, name)
    if value in (None, "", []):
        return Reason(row.missing[name]) if name in row.missing else None
    if isinstance(value, Treatment):
        return DatedName.of(value.agent.code, str(value.start), value.lesion.code if value.lesion else "")
    return reference(value) if isinstance(value, Model) else value
