"""What a variable is: a choice on the page, and one or more columns filled for the rows of the table."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from analytics.groupings import Labels, in_all_languages
from cases import access
from cases.access import Person
from cases.derived.course import Course, courses
from cases.exporting.columns import Column, in_languages
from cases.models import Patient, Specimen, Study
from cases.sentences import render, sentence

NOT_RECORDED = sentence("Not recorded")

Sentence = Mapping[str, Any]
Order = Callable[[set[str], QuerySet[Patient]], dict[str, Labels]]


class Rows:
    """Patients of the table, whom its reader may see, and their specimens; everything is read once.

    ``of_specimens``: whether the table has a row for each specimen, or one for each patient.
    """

    def __init__(self, patients: Iterable[Patient], *, study: Study, by: Person, of_specimens: bool) -> None:
        self.study = study
        self.by = by
        self.of_specimens = of_specimens
        self.patients = list(patients)

    @cached_property
    def codes(self) -> dict[int, str]:
        """The code of each patient."""
        return {patient.pk: patient.code for patient in self.patients}

    @cached_property
    def selected(self) -> Any:
        """The patients as a queryset."""
        return access.patients(self.by).filter(pk__in=list(self.codes)).order_by("code")

    @cached_property
    def courses(self) -> dict[int, Course]:
        return courses(self.patients)

    @cached_property
    def specimens(self) -> list[Specimen]:
        found = access.specimens(self.by).filter(study=self.study, patient__in=list(self.codes))
        return list(found.order_by("patient__code", "code"))

    @cached_property
    def specimen_keys(self) -> dict[str, int]:
        return {specimen.code: specimen.pk for specimen in self.specimens}


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One column. Whoever has neither a value nor a reason has the reason “not recorded”.

    Keys are those of patients, or of specimens where it is ``of_specimens``. ``order`` puts codes of the column into
    their order, where that is not known from the codes alone.
    """

    column: Column
    values: Mapping[int, Any]
    reasons: Mapping[int, Sentence] = field(default_factory=dict)
    of_specimens: bool = False
    order: Order | None = None

    def cell(self, *, patient: int, specimen: int | None) -> Any:
        """The value; a sentence where there is none."""
        key = specimen if self.of_specimens and specimen is not None else patient
        value = self.values.get(key)
        return self.reasons.get(key, NOT_RECORDED) if value in (None, "") else value

    @property
    def emptied(self) -> "Filled":
        """The column with the reasons that occur in it, without values."""
        found = {reason_code(reason): reason for reason in [NOT_RECORDED, *self.reasons.values()]}
        missing = {code: _in_words(reason) for code, reason in found.items()}
        return replace(self, column=replace(self.column, missing=missing), values={}, reasons={})

    def merged(self, other: "Filled") -> "Filled":
        """The same column of other patients added: what occurs in either."""
        mine, theirs = self.column, other.column
        both = replace(mine, missing={**mine.missing, **theirs.missing}, codes={**mine.codes, **theirs.codes})
        return replace(self, column=both)

    def ordered(self, patients: QuerySet[Patient]) -> Column:
        """The column with its codes in order."""
        if self.order is None:
            return self.column
        return replace(self.column, codes=self.order(set(self.column.codes), patients))


@dataclass(frozen=True, kw_only=True)
class Variable:
    """``code`` names it in addresses and over the API; ``group`` is the heading under which it is offered."""

    code: str
    group: str | Promise
    label: str | Promise
    fill: Callable[[Rows], list[Filled]]

    @property
    def labels(self) -> Labels:
        return in_all_languages(self.label)


def reason_code(reason: Sentence) -> str:
    """The code of a stored sentence: its own, or its English words without what is filled in.

    >>> reason_code({"text": "{gene} not tested", "values": {"gene": "EGFR"}})
    'not_tested'
    """
    words = str(reason.get("code") or re.sub(r"\{[^}]*\}", " ", reason["text"])).lower()
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def _in_words(reason: Sentence) -> Labels:
    return in_languages(partial(render, reason))
