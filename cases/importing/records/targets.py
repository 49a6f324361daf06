"""What a sheet can hold: patients, one kind of record of patients, or one table of the study."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.forms import PatientForm
from cases.models import Patient, Record
from cases.record_forms import UNITS
from cases.records import KINDS, Kind, nothing_follows
from cases.study_tables import TABLES, StudyTable

PATIENT, STUDY = "patient", "study"
CODES = ("code", "gene", "partner", "hgvs", "reader")
"""Texts of Latin letters and digits, read the same in full width."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Patients, one kind of record, or one table of the study. ``fields`` are those a person fills in, in order.

    ``owner`` is the field of a row by which it belongs to a patient, to the study, or to a row such as a run;
    ``owner_column`` is the column without which nobody knows whose a row is: of every record of patients the
    patient's code, named ``patient`` where the rows are not patients themselves. ``study`` and ``patient`` are ORM
    paths from a row, ``patient`` blank for patients, None for what is of no patient. ``key`` and ``only_one_matches``
    as in :class:`cases.records.Kind`; ``right``, ``read``, ``written``, ``words`` and ``called`` as in
    :class:`cases.study_tables.StudyTable`.
    """

    name: str
    model: type[Any]
    heading: str | Promise
    fields: tuple[str, ...]
    key: tuple[str, ...]
    owner: str
    owner_column: str
    study: str
    patient: str | None
    complete: Callable[[Any], None]
    blank: Callable[[Any], Any]
    only_one_matches: bool = False
    right: str = "imports"
    read: Callable[[dict[str, str]], None] = lambda texts: None
    written: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    called: str = ""

    @property
    def holds_patients(self) -> bool:
        return self.model is Patient

    @property
    def is_of_patients(self) -> bool:
        """Whether the rows are patients or records of them."""
        return self.holds_patients or self.owner == PATIENT

    @property
    def has_rows_of_nobody(self) -> bool:
        """Whether records may be of a control tissue, and so of no patient."""
        return self.owner == PATIENT and bool(self.field(PATIENT).null)

    @property
    def columns(self) -> tuple[str, ...]:
        """What a row belongs to comes first."""
        return (PATIENT, *self.fields) if self.owner == PATIENT else self.fields

    @property
    def says_why(self) -> bool:
        """Whether rows keep why their blank values are blank."""
        return issubclass(self.model, Record)

    def names_patient(self, name: str) -> bool:
        """Whether the column holds the code of the patient whose row it is."""
        return self.is_of_patients and name == self.owner_column

    def field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def label(self, name: str) -> str:
        """The heading of a column in the active language, with its unit."""
        unit = UNITS.get(name)
        text = str(self.field(name).verbose_name)
        return f"{text} ({unit})" if unit else text

    def may_be_missing(self, name: str) -> bool:
        """Whether a blank value can say why it is blank."""
        field: Field[Any, Any] = self.field(name)
        return self.says_why and field.blank and not field.is_relation and not field.has_default()

    def patient_of(self, row: Any) -> Patient | None:
        """The patient whose row it is; None where there is none."""
        if self.patient is None:
            return None
        for name in filter(None, self.patient.split("__")):
            # Not the row itself: a required one that a file leaves out cannot be read.
            if getattr(row, f"{name}_id") is None:
                return None
            row = getattr(row, name)
        return row

    def patient_key_of(self, row: Any) -> int | None:
        """The key of the patient whose row it is, without reading the patient; None where there is none."""
        if not self.patient:
            return row.pk if self.holds_patients else None
        *path, last = self.patient.split("__")
        for name in path:
            if getattr(row, f"{name}_id") is None:
                return None
            row = getattr(row, name)
        key: int | None = getattr(row, f"{last}_id")
        return key


def targets() -> Iterator[Target]:
    """Every target in the order in which sheets are written: each after those whose rows it names."""
    yield from _in_order().values()


def by_whose_rows() -> list[tuple[Promise, list[Target]]]:
    """The targets in two groups, each with its heading."""
    offered = list(targets())
    return [
        (_("Patients and their records"), [target for target in offered if target.is_of_patients]),
        (_("The study and its laboratory"), [target for target in offered if not target.is_of_patients]),
    ]


def target_named(name: str) -> Target:
    """``KeyError`` when there is none."""
    return _in_order()[name]


@cache
def _in_order() -> dict[str, Target]:
    listed = [_patients(), *map(_of_kind, KINDS), *map(_of_table, TABLES)]
    by_model = {target.model: target for target in listed}
    ordered: dict[str, Target] = {}

    def place(target: Target) -> None:
        for name in target.columns:
            above = by_model.get(target.field(name).related_model, target)
            if above is not target and above.name not in ordered:
                place(above)
        ordered[target.name] = target

    for target in listed:
        if target.name not in ordered:
            place(target)
    return ordered


def _fields_of(form: Any) -> tuple[str, ...]:
    return tuple(form._meta.fields or ())


def _patients() -> Target:
    return Target(
        name=PATIENT,
        model=Patient,
        heading=_("Patients"),
        fields=_fields_of(PatientForm),
        key=("code",),
        owner="",
        owner_column="code",
        study=STUDY,
        patient="",
        complete=nothing_follows,
        blank=lambda patient: patient,
    )


def _of_kind(kind: Kind) -> Target:
    return Target(
        name=kind.name,
        model=kind.model,
        heading=kind.heading,
        fields=_fields_of(kind.form),
        key=kind.key,
        owner=PATIENT,
        owner_column=PATIENT,
        study=STUDY if kind.model._meta.get_field(PATIENT).null else f"{PATIENT}__{STUDY}",
        patient=PATIENT,
        only_one_matches=kind.only_one_matches,
        complete=kind.complete,
        blank=kind.blank,
    )


def _of_table(table: StudyTable) -> Target:
    return Target(
        name=table.name,
        model=table.model,
        heading=table.heading,
        fields=table.columns,
        key=table.key,
        owner=table.within or STUDY,
        owner_column=table.within or table.key[0],
        study=table.study,
        patient=table.patient or None,
        complete=table.complete,
        blank=table.blank,
        right=table.right,
        read=table.read,
        written=table.written,
        words=table.words,
        called=table.called,
    )
