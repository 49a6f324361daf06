"""Declarations of checks. An app that knows more has a module ``quality``; it is loaded when Django starts::

@check(
    code="rna-of-low-integrity",
    title=_("RNA of low integrity"),
    finds=sentence("The RNA integrity number is {number}.", number="rna_integrity_number"),
    advice=_("Check the number, or measure another extract."),
)
def rna_of_low_integrity() -> QuerySet[Specimen]:
    return Specimen.objects.filter(rna_integrity_number__lt=5)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Rows = Callable[[], QuerySet[Any]]


class Severity(StrEnum):
    """A problem contradicts itself or leaves a patient out of answers; a hint may be as it is."""

    PROBLEM = "problem"
    HINT = "hint"


SEVERITIES: dict[Severity, Text] = {Severity.PROBLEM: _("To correct"), Severity.HINT: _("To look at")}


@dataclass(frozen=True, kw_only=True)
class Check:
    """``rows`` makes the queryset of all rows of the portal that the check objects to.

    ``finds`` is a stored sentence whose values are ORM paths, or aliases of the queryset, instead of values.
    ``patient`` is the path from the row to its patient, ``""`` for a patient. It is None for what belongs to a whole
    study: such rows have a ``study``, and are found by those who are not confined to a site. ``page`` is then the name
    of the address of what is to look at, and the value ``code`` of ``finds`` is its code.
    """

    code: str
    title: Text
    finds: Mapping[str, Any]
    advice: Text
    rows: Rows
    severity: Severity
    patient: str | None
    page: str

    @cached_property
    def subject_model(self) -> str:
        """What it looks at, as ``app_label.ModelName``."""
        model: type[Model] = self.rows().model
        return model._meta.label


_registered: dict[str, Check] = {}


def check(
    *,
    code: str,
    title: Text,
    finds: Mapping[str, Any],
    advice: Text,
    severity: Severity = Severity.PROBLEM,
    patient: str | None = "patient",
    page: str = "",
) -> Callable[[Rows], Rows]:
    """Decorator: register a check. Raises ``ValueError`` for a code that is taken."""

    def register(rows: Rows) -> Rows:
        if code in _registered:
            raise ValueError(f"two checks are called {code}")
        _registered[code] = Check(
            code=code,
            title=title,
            finds=finds,
            advice=advice,
            rows=rows,
            severity=severity,
            patient=patient,
            page=page,
        )
        return rows

    return register


def registered() -> tuple[Check, ...]:
    """Every check, problems before hints."""
    return tuple(sorted(_registered.values(), key=lambda one: one.severity is Severity.HINT))


def by_code(code: str) -> Check | None:
    """The check of that code; None when it is no longer there."""
    return _registered.get(code)


def title_of(code: str) -> Text:
    """What the check looks for; its code when it is no longer there. Without a code a person asked."""
    if not code:
        return _("Somebody’s own question")
    found = by_code(code)
    return found.title if found else code
