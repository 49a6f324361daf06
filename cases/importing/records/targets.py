"""What a sheet can hold: patients, or one kind of record of patients. Parents come before what names them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.forms import PatientForm
from cases.models import Patient
from cases.record_forms import UNITS
from cases.records import KINDS, Kind, nothing_follows

PATIENT = "patient"
CODES = ("code", "gene", "partner")
"""Texts of Latin letters and digits, read the same in full width."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Patients, or one kind of record. ``fields`` are those a person fills in, in the order of the form.

    ``key`` and ``only_one_matches`` as in :class:`cases.records.Kind`; the patient's code is a column of every sheet,
    named ``patient`` where the rows are not patients themselves.
    """

    name: str
    model: type[Any]
    heading: str | Promise
    fields: tuple[str, ...]
    key: tuple[str, ...]
    only_one_matches: bool
    complete: Callable[[Any], None]
    blank: Callable[[Patient], Any]

    @property
    def holds_patients(self) -> bool:
        return self.model is Patient

    @property
    def columns(self) -> tuple[str, ...]:
        """The patient first."""
        return self.fields if self.holds_patients else (PATIENT, *self.fields)

    @property
    def patient_column(self) -> str:
        """Which column names the patient."""
        return "code" if self.holds_patients else PATIENT

    def field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def label(self, name: str) -> str:
        """The heading of a column in the active language, with its unit."""
        unit = UNITS.get(name)
        text = str(self.field(name).verbose_name)
        return f"{text} ({unit})" if unit else text

    def may_be_missing(self, name: str) -> bool:
        """Whether a blank value can say why it is blank. Of patients no form asks that."""
        field: Field[Any, Any] = self.field(name)
        return not self.holds_patients and field.blank and not field.is_relation and not field.has_default()


def targets() -> Iterator[Target]:
    """Every target, in the order in which sheets are written."""
    yield Target(
        name=PATIENT,
        model=Patient,
        heading=_("Patients"),
        fields=_fields_of(PatientForm),
        key=("code",),
        only_one_matches=False,
        complete=nothing_follows,
        blank=lambda patient: patient,
    )
    yield from map(_of_kind, KINDS)


def target_named(name: str) -> Target:
    """``KeyError`` when there is none."""
    return {target.name: target for target in targets()}[name]


def _fields_of(form: Any) -> tuple[str, ...]:
    return tuple(form._meta.fields or ())


def _of_kind(kind: Kind) -> Target:
    return Target(
        name=kind.name,
        model=kind.model,
        heading=kind.heading,
        fields=_fields_of(kind.form),
        key=kind.key,
        only_one_matches=kind.only_one_matches,
        complete=kind.complete,
        blank=kind.blank,
    )
