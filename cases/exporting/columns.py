"""What a column of an exported table holds: its names, its type, its codes, and why a value may not be there."""

import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from cases.models import Missing, Patient
from cases.models.vocabulary import CodedTerm
from cases.partial_date import PartialDateField
from cases.privacy import Privacy, declared

Labels = dict[str, str]
"""A name in every language of the portal: ``{"en": "Female", "ja": "女性"}``."""

APART = "_missing"
"""Ends the name of the column that says why the one before it is blank."""


class DataType(StrEnum):
    """How a value is written, and how Parquet types it."""

    TEXT = "text"
    CODE = "code"
    YES_NO = "yes_no"
    INTEGER = "integer"
    DECIMAL = "decimal"
    NUMBER = "number"
    PARTIAL_DATE = "partial_date"
    DATE = "date"
    INTEGERS = "integers"
    TEXTS = "texts"


class Reason(str):
    """Stands in the place of a value and says, as a code, why there is none."""

    __slots__ = ()


class DatedName(str):
    """The name of a row of which a date is a part, such as “denosumab 2019-05-17 L1”."""

    date: str
    _parts: tuple[str, str]

    @classmethod
    def of(cls, before: str, date: str, after: str = "") -> "DatedName":
        made = cls(" ".join(filter(None, [before, date, after])))
        made.date, made._parts = date, (before, after)
        return made

    def dated(self, date: str) -> "DatedName":
        """The same row under another date."""
        return self.of(self._parts[0], date, self._parts[1])


class Birth(StrEnum):
    """What a column tells of a person's age."""

    YEAR = "year"
    AGE = "age"


@dataclass(frozen=True, kw_only=True)
class Column:
    """``codes`` are all values there can be, with their names; ``missing`` the codes that stand for no value.

    ``digits`` are those of a decimal number, all and behind the point. ``terms`` names the vocabulary whose codes are
    the values. ``birth`` marks what tells the age.
    """

    name: str
    labels: Labels
    type: DataType
    unit: str = ""
    codes: Mapping[str, Labels] = field(default_factory=dict)
    missing: Mapping[str, Labels] = field(default_factory=dict)
    privacy: str = ""
    digits: tuple[int, int] = (0, 0)
    terms: "builtins.type[CodedTerm] | None" = None
    birth: Birth | None = None

    @property
    def reasons(self) -> "Column":
        """The column that says why values of this one are missing."""
        why = in_languages(lambda: _("why missing"))
        labels = {language: f"{label} – {why[language]}" for language, label in self.labels.items()}
        return Column(
            name=f"{self.name}{APART}", labels=labels, type=DataType.CODE, codes=self.missing, privacy=self.privacy
        )

    def without_values(self, reasons: Mapping[str, Labels]) -> "Column":
        """The same column where these reasons can stand in the place of a value, too."""
        return replace(self, missing={**self.missing, **reasons})


def in_languages(text: Callable[[], object]) -> Labels:
    """What a text of the message catalogue is called in every language of the portal."""
    labels = {}
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            labels[language] = str(text())
    return labels


def labelled(choices: Mapping[Any, Any]) -> dict[str, Labels]:
    """Choices of a field, each with its names."""
    return {str(code): in_languages(partial(str, label)) for code, label in choices.items() if code not in ("", None)}


def column_of(
    model: type[models.Model], name: str, *, label: Callable[[], str], unit: str = "", may_be_missing: bool = False
) -> Column:
    """The column of a field."""
    declared_field: Any = model._meta.get_field(name)
    related = declared_field.related_model
    return Column(
        name=name,
        labels=in_languages(label),
        type=_type_of(declared_field),
        unit=unit,
        codes=labelled(dict(declared_field.flatchoices)) if declared_field.choices else {},
        missing=labelled(dict(Missing.choices)) if may_be_missing else {},
        privacy=_privacy_of(model, declared_field),
        digits=(getattr(declared_field, "max_digits", 0) or 0, getattr(declared_field, "decimal_places", 0) or 0),
        terms=related if related is not None and issubclass(related, CodedTerm) else None,
        birth=Birth.YEAR if model is Patient and name == "birth_year" else None,
    )


def _type_of(declared_field: Any) -> DataType:
    if isinstance(declared_field, models.BooleanField):
        return DataType.YES_NO
    if isinstance(declared_field, PartialDateField):
        return DataType.PARTIAL_DATE
    if isinstance(declared_field, ArrayField):
        return DataType.TEXTS if isinstance(declared_field.base_field, models.CharField) else DataType.INTEGERS
    if isinstance(declared_field, models.DecimalField):
        return DataType.DECIMAL
    if isinstance(declared_field, models.IntegerField):
        return DataType.INTEGER
    if isinstance(declared_field, models.FloatField):
        return DataType.NUMBER
    if declared_field.choices or declared_field.is_relation:
        return DataType.CODE
    return DataType.TEXT


def _privacy_of(model: type[models.Model], declared_field: Any) -> str:
    """As declared beside the field; a choice is a coded clinical statement, a related row is what its code is."""
    related = declared_field.related_model
    if related is not None:
        return declared(related).get("code", Privacy.VOCABULARY).value
    return declared(model).get(declared_field.name, Privacy.CLINICAL).value
