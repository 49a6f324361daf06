"""De-identified dates: all dates of a patient are moved by the same number of days, which nobody knows.

The number follows from a secret of the study, which stays in the database and is in no file and on no page, and from
the patient. So it is the same in every export, times between two dates of a patient stay what they are, and without the
secret no date can be moved back. It is never 0.

What cannot be moved without inventing precision is left out, and the reason stands in its place: a date known only to
the month or the year. (Moved as a span of days it would give the number away, as months begin on a first.) Times
between such dates are in the wide table, in days, marked as imputed.

As Safe Harbor asks (45 CFR 164.514(b)(2)), birth years of people who are more than 89 years old, and ages above 89, are
left out. Other birth years stay: a year alone is not moved.

Dates of the laboratory that are about no patient, such as that of a blot, are moved by a number of the study's own.
When a qPCR run ended is a text of its instrument, and is left out.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.exporting.columns import Birth, Column, DataType, DatedName, Labels, Reason, labelled
from cases.exporting.tables import Line, Table
from cases.models import DateShift, Study
from cases.partial_date import PartialDate, Precision
from cases.privacy import Privacy

OLDEST_AGE = 89

MONTH_ONLY, YEAR_ONLY = "known_to_month", "known_to_year"
AGED, TEXT_LEFT_OUT = "over_89_years", "text_left_out"
REASONS = {
    MONTH_ONLY: _("Known to the month only, which cannot be shifted"),
    YEAR_ONLY: _("Known to the year only, which cannot be shifted"),
    AGED: _("Over 89 years old"),
    TEXT_LEFT_OUT: _("Free text, left out"),
}

Change = Callable[[int | None, Any], Any]


def shift_of(study: Study) -> DateShift:
    """How dates of the study are shifted, decided when somebody first asks for it."""
    return DateShift.objects.get_or_create(study=study)[0]


def days_of(shift: DateShift, patient: int) -> int:
    """By how many days the patient's dates are moved: −``most_days`` to ``most_days`` without 0, all as likely."""
    digest = hmac.digest(bytes.fromhex(shift.secret), str(patient).encode(), hashlib.sha256)
    # 64 bits over some hundred values: no value is favoured by more than 1 in 10¹⁶.
    number = int.from_bytes(digest[:8]) % (2 * shift.most_days)
    return number - shift.most_days + (number >= shift.most_days)


def shifted(table: Table, shift: DateShift) -> Table:
    """The table with dates moved, birth years and ages of the oldest left out."""
    move = _Move(shift)
    parts = [move.of(column) for column in table.columns]
    return table.changed(tuple(column for column, _change in parts), _each([change for _column, change in parts]))


class _Move:
    """What becomes of a column, and how each of its values is changed."""

    def __init__(self, shift: DateShift) -> None:
        self._days = lru_cache(maxsize=1024)(lambda patient: days_of(shift, patient))
        self._this_year = timezone.localdate().year

    def of(self, column: Column) -> tuple[Column, Change | None]:
        if column.type is DataType.PARTIAL_DATE:
            return _with(replace(column, type=DataType.DATE), MONTH_ONLY, YEAR_ONLY), self._moved
        if column.birth is not None:
            return _with(column, AGED), self._birth_year if column.birth is Birth.YEAR else self._age
        if column.privacy == Privacy.DATE and column.type is DataType.TEXT:
            return _with(column, TEXT_LEFT_OUT), _left_out
        # The name of another row may hold a date.
        return column, self._renamed if column.type is DataType.CODE else None

    def _moved(self, patient: int | None, value: Any) -> Any:
        if not isinstance(value, PartialDate):
            return value
        if value.precision is not Precision.DAY:
            return Reason(MONTH_ONLY if value.precision is Precision.MONTH else YEAR_ONLY)
        return value.earliest + timedelta(days=self._days(patient))

    def _renamed(self, patient: int | None, value: Any) -> Any:
        if not isinstance(value, DatedName) or not value.date:
            return value
        moved = self._moved(patient, PartialDate(value.date))
        return value.dated("" if isinstance(moved, Reason) else moved.isoformat())

    def _age(self, _patient: int | None, value: Any) -> Any:
        return Reason(AGED) if isinstance(value, int) and value > OLDEST_AGE else value

    def _birth_year(self, _patient: int | None, value: Any) -> Any:
        return value if not isinstance(value, int) or self._this_year - value <= OLDEST_AGE else Reason(AGED)


def without_free_text(table: Table) -> Table:
    """The table without what people wrote in words: a text may name a date, or more."""
    written = [column.privacy == Privacy.FREE_TEXT for column in table.columns]
    columns = tuple(
        _with(column, TEXT_LEFT_OUT) if is_written else column
        for column, is_written in zip(table.columns, written, strict=True)
    )
    return table.changed(columns, _each([_left_out if is_written else None for is_written in written]))


def _left_out(_patient: int | None, value: Any) -> Any:
    return value if value is None or isinstance(value, Reason) else Reason(TEXT_LEFT_OUT)


def _with(column: Column, *reasons: str) -> Column:
    return column.without_values(_named(reasons))


def _named(reasons: tuple[str, ...]) -> Mapping[str, Labels]:
    return labelled({reason: REASONS[reason] for reason in reasons})


def _each(changes: list[Change | None]) -> Callable[[int | None, Line], Line]:
    def change(patient: int | None, line: Line) -> Line:
        return [
            value if change_of is None else change_of(patient, value)
            for change_of, value in zip(changes, line, strict=True)
        ]

    return change
