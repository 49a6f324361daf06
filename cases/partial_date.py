"""Dates as precise as they are known: 2019, 2019-05 or 2019-05-17.

A partial date is stored as its ISO 8601 text, which keeps the precision and sorts in order of time.
"""

import calendar
import re
from datetime import date
from enum import StrEnum
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Least, Left, Length
from django.db.models.lookups import GreaterThanOrEqual
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

PATTERN = r"^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"


class Precision(StrEnum):
    """How much of a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class PartialDate(str):
    """An ISO 8601 date of year, month or day precision. Raises ``ValueError`` for anything else."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not re.fullmatch(PATTERN, text):
            raise ValueError(text)
        value = super().__new__(cls, text)
        if value.precision is Precision.DAY:
            date.fromisoformat(text)
        return value

    @property
    def precision(self) -> Precision:
        return {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(self)]

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date.fromisoformat({4: f"{self}-01-01", 7: f"{self}-01", 10: str(self)}[len(self)])

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        first = self.earliest
        if self.precision is Precision.DAY:
            return first
        month = 12 if self.precision is Precision.YEAR else first.month
        return date(first.year, month, calendar.monthrange(first.year, month)[1])


class PartialDateField(models.CharField):
    """A :class:`PartialDate`, or blank when no part of the date is known."""

    description = _("Date known to the year, the month or the day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        help_text = self.help_text or _("The year, the month or the day: 2019, 2019-05 or 2019-05-17.")
        return super().formfield(**{"help_text": help_text, "widget": TextInput({"class": "short"}), **kwargs})

    def to_python(self, value: Any) -> str:
        if value in (None, ""):
            return ""
        if isinstance(value, date):
            value = value.isoformat()
        try:
            return PartialDate(str(value))
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” is no date. Write 2019, 2019-05 or 2019-05-17."),
                code="invalid",
                params={"value": value},
            ) from error

    def from_db_value(self, value: str, expression: object, connection: object) -> str:
        return PartialDate(value) if value else ""

    def get_prep_value(self, value: Any) -> str:
        return str(self.to_python(value))


def is_partial_date(field: str, *, name: str) -> models.CheckConstraint:
    """The constraint that a :class:`PartialDateField` holds a partial date or nothing."""
    return models.CheckConstraint(
        condition=models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PATTERN}),
        name=name,
        violation_error_message=_("Write a date as 2019, 2019-05 or 2019-05-17."),
    )


def not_before(later: str, earlier: str, *, name: str, message: Any) -> models.CheckConstraint:
    """The constraint that one partial date does not lie before another, as far as both are known."""
    known = Least(Length(later), Length(earlier))
    return models.CheckConstraint(
        condition=models.Q(**{later: ""})
        | models.Q(**{earlier: ""})
        | models.Q(GreaterThanOrEqual(Left(later, known), Left(earlier, known))),
        name=name,
        violation_error_message=message,
    )


def has_date(field: str, *, name: str) -> models.CheckConstraint:
    """The constraint that a partial date is there."""
    return models.CheckConstraint(
        condition=~models.Q(**{field: ""}), name=name, violation_error_message=_("Write at least the year.")
    )
