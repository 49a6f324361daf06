"""Patients, every kind of record and the tables of the study as exported tables: codes, which an import reads back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from cases import access
from cases.access import Person
from cases.exporting.columns import Column, DataType, DatedName, Reason, column_of, in_languages
from cases.exporting.population import population
from cases.exporting.tables import Lines, Table
from cases.importing.records.known_rows import reference
from cases.importing.records.targets import PATIENT, Target, targets
from cases.importing.records.values import NONE, may_be_none
from cases.jobs import Progress
from cases.models import Patient, Study, Treatment
from cases.record_forms import UNITS

NAMED_BY = {"treatment": ("agent", "lesion"), "core": ("microarray",), "phospho_site": ("marker",)}
"""What the name of a related row is made of."""

ROWS_AT_ONCE = 2000


def record_tables(options: dict[str, Any], *, user: Person, study: Study, progress: Progress) -> Iterator[Table]:
    """The tables that were asked for with the rows that the person may see, of the patients the filter lets pass."""
    query = options["filter"]
    patients = population(query, user=user, study=study) if query else None
    for target in targets():
        progress.check()
        if target.name in options["tables"]:
            yield record_table(target, user=user, study=study, patients=patients)


def record_table(target: Target, *, user: Person, study: Study, patients: QuerySet[Patient] | None = None) -> Table:
    """The rows of one kind, or of one table of the study.

    Of a table of the study those rows stay that are about none of the patients who were left out, such as control
    tissues.
    """
    rows = _rows(target, user=user, study=study)
    if patients is not None and target.patient is not None:
        rows = rows.filter(_about(patients, target))
    return Table(
        name=target.name,
        columns=tuple(_column(target, name) for name in target.columns),
        count=rows.count,
        lines=lambda: _lines(target, rows),
    )


def _about(patients: QuerySet[Patient], target: Target) -> Q:
    path = target.patient or "pk"
    of_them = Q(**{f"{path}__in": patients.order_by().values("pk")})
    return of_them if target.is_of_patients else of_them | Q(**{f"{path}__isnull": True})


def _column(target: Target, name: str) -> Column:
    column = column_of(
        target.model,
        name,
        label=lambda: target.label(name),
        unit=str(UNITS.get(name, "")),
        may_be_missing=target.may_be_missing(name),
    )
    if name in target.written:
        column = replace(column, type=DataType.TEXT)
    if may_be_none(target.field(name)):
        column = column.without_values({NONE: in_languages(lambda: _("Blank on purpose"))})
    return column


def _rows(target: Target, *, user: Person, study: Study) -> QuerySet[Any]:
    """Those of the study that this person may see, with all that their lines name.

    Tables of the study are for people who are not confined to a site, whosever specimens their rows are of.
    """
    rows = access.rows(
        user=user, queryset=target.model._default_manager.all(), patient=target.patient, study=target.study
    )
    if not target.is_of_patients:
        rows = access.rows(user=user, queryset=rows, study=target.study)
    order = ("patient__code",) if target.owner == PATIENT else target.model._meta.ordering
    return rows.filter(**{target.study: study}).select_related(*_related(target)).order_by(*order, "pk")


def _related(target: Target) -> list[str]:
    """What lines name, and the way to the patient whom they are about."""
    names = [name for name in target.columns if target.field(name).is_relation]
    to_patient = (target.patient or "").rpartition("__")[0]
    parts = [f"{name}__{part}" for name in names for part in NAMED_BY.get(name, ())]
    return list(dict.fromkeys([*names, *parts, *filter(None, [to_patient])]))


def _lines(target: Target, rows: QuerySet[Any]) -> Lines:
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield target.patient_key_of(row), [_value(target, row, name) for name in target.columns]


def _value(target: Target, row: Any, name: str) -> Any:
    value = target.written[name](row) if name in target.written else getattr(row, name)
    if value in (None, "", [], {}):
        return _reason(target, row, name)
    if isinstance(value, Treatment):
        return DatedName.of(value.agent.code, str(value.start), value.lesion.code if value.lesion else "")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return reference(value) if isinstance(value, Model) else value


def _reason(target: Target, row: Any, name: str) -> Reason | None:
    """Why there is no value; of a text that would be filled in when it is read back, that there is none."""
    why = row.missing.get(name) if target.says_why else None
    if why is None and may_be_none(target.field(name)):
        why = NONE
    return None if why is None else Reason(why)
