"""What a cell says, as the value of a field: codes, yes and no, partial dates, numbers, lists of numbers, texts."""

import json
import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.importing.cells import UnreadableCell
from cases.importing.records.eras import read_era_date
from cases.importing.records.targets import CODES
from cases.importing.records.value_words import NO, YES, choices_by_word, in_words
from cases.importing.words import plain
from cases.list_files import NOT_HARMLESS
from cases.partial_date import PartialDate, PartialDateField, Precision
from cases.sentences import sentence

DATE = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2}))?)?[年月日]?")
EIGHT_DIGITS = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
TIME_OF_DAY = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
AMBIGUOUS_COMMA = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
ROUNDING = Decimal("1e-9")
"""What binary arithmetic of a spreadsheet may add to a decimal number."""


NONE = "none"
"""What a cell says where a text is blank that otherwise would be filled in, such as the version of CTCAE."""


def may_be_none(field: Any) -> bool:
    """Whether a blank text must be written out, since a blank cell of a new row is filled in."""
    return isinstance(field, models.CharField) and field.blank and bool(field.get_default())


def read_value(field: Any, text: str) -> Any:
    """The value of a field that is no reference. Raises :class:`UnreadableCell`.

    A free text stays as it is written; everything else is read the same in full width.
    """
    half_width = unicodedata.normalize("NFKC", text).strip()
    if may_be_none(field) and plain(text) == NONE:
        return ""
    if field.choices:
        return _choice(field, text)
    if isinstance(field, models.BooleanField):
        return _yes_or_no(text)
    if isinstance(field, PartialDateField):
        return read_date(half_width)
    if isinstance(field, ArrayField):
        return _list(field.base_field, text)
    if isinstance(field, models.DecimalField):
        return _decimal(half_width, places=field.decimal_places or 0)
    if isinstance(field, models.IntegerField):
        return _year(half_width) if field.name == "birth_year" else _whole(half_width)
    if isinstance(field, models.FloatField):
        return _float(half_width)
    if isinstance(field, models.JSONField):
        return _items(text)
    return half_width if field.name in CODES else text


def without_apostrophe(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from calculating it, see :func:`list_files.harmless`."""
    return text[1:] if text.startswith("'") and NOT_HARMLESS.match(text) else text


def read_date(text: str) -> PartialDate:
    """2019, 2019-05 or 2019-05-17, also as 2019/5/17, 2019年5月17日, 令和元年5月17日, 20190517 or with midnight.

    A day before the month could be the month, and two digits any century: those are refused.
    """
    day = TIME_OF_DAY.sub("", text)
    if (of_era := read_era_date(day)) is not None:
        return of_era
    parts = EIGHT_DIGITS.fullmatch(day) or DATE.fullmatch(day.replace(" ", ""))
    if parts is not None:
        written = "-".join(part.zfill(2) for part in parts.groups() if part)
        try:
            return PartialDate(written)
        except ValueError:
            pass
    raise UnreadableCell(
        sentence(
            "“{value}” is no date. Write the year, the month or the day as 2019, 2019-05 or 2019-05-17.", value=text
        )
    )


def _year(text: str) -> int:
    """A year alone, also as 1961年 or 昭和36年."""
    of_era = read_era_date(text)
    if of_era is not None and of_era.precision is Precision.YEAR:
        return int(of_era)
    try:
        if of_era is None:
            return _whole(text.removesuffix("年"))
    except UnreadableCell:
        pass
    raise UnreadableCell(
        sentence("“{value}” is no year. Write the birth year alone, such as 1961, never the full date.", value=text)
    )


def _choice(field: Any, text: str) -> Any:
    known = choices_by_word(field)
    code = known.get(plain(text))
    if code is None:
        raise UnreadableCell(
            sentence(
                "“{value}” is none of the values of this column. Write one of: {codes}.",
                value=text,
                codes=in_words(label for code, label in field.flatchoices if code not in ("", None)),
            )
        )
    return code


def _yes_or_no(text: str) -> bool:
    word = plain(text)
    if word not in YES and word not in NO:
        raise UnreadableCell(sentence("“{value}” is neither yes nor no. Write yes or no.", value=text))
    return word in YES


def _number(text: str) -> Decimal:
    """A decimal number with a point or a comma; a single comma before three digits could be either and is refused."""
    plain_number = text.replace("−", "-").replace(" ", "")
    if AMBIGUOUS_COMMA.fullmatch(plain_number):
        raise UnreadableCell(
            sentence(
                "“{value}” can be a thousand or a decimal number. Write it without separators of thousands, with a "
                "decimal point.",
                value=text,
            )
        )
    if "," in plain_number and "." in plain_number:
        decimal_sign = max(",.", key=plain_number.rfind)
        thousands = "," if decimal_sign == "." else "."
        plain_number = plain_number.replace(thousands, "")
    plain_number = plain_number.replace(",", ".")
    if not NUMBER.fullmatch(plain_number):
        if text.startswith("="):
            raise UnreadableCell(sentence("“{value}” is a formula. Write the number that it gives.", value=text))
        raise UnreadableCell(sentence("“{value}” is no number. Write the number alone, without its unit.", value=text))
    try:
        return Decimal(plain_number)
    except InvalidOperation as error:
        raise UnreadableCell(sentence("“{value}” is no number.", value=text)) from error


def _decimal(text: str, *, places: int) -> Decimal:
    number = _number(text)
    if abs(number) >= Decimal("1e20"):
        raise UnreadableCell(sentence("“{value}” is too large a number.", value=text))
    rounded = number.quantize(Decimal(1).scaleb(-places))
    return rounded if abs(rounded - number) <= ROUNDING * max(Decimal(1), abs(number)) else number


def _float(text: str) -> float:
    number = float(_number(text))
    if not math.isfinite(number):
        raise UnreadableCell(sentence("“{value}” is too large a number.", value=text))
    return number


def _items(text: str) -> dict[str, Any]:
    """Items by name, as an export writes them."""
    try:
        items = json.loads(text)
        # The database stores no infinite number, no half of a character and no NUL.
        stored = json.dumps(items, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        items, stored = None, b""
    if not isinstance(items, dict) or b"\\u0000" in stored:
        raise UnreadableCell(
            sentence('“{value}” is no list of items. Write them as an export does: {{"name": "value"}}.', value=text)
        )
    return items


def _list(field: Any, text: str) -> list[Any]:
    """Texts may hold anything but the semicolon between them."""
    if isinstance(field, models.CharField):
        return [part.strip() for part in text.split(";") if part.strip()]
    return [_whole(part) for part in re.split(r"[\s,;、/]+", unicodedata.normalize("NFKC", text)) if part]


def _whole(text: str) -> int:
    number = _number(text)
    if abs(number) >= Decimal("1e18"):
        raise UnreadableCell(sentence("“{value}” is too large a number.", value=text))
    if number != number.to_integral_value():
        raise UnreadableCell(sentence("“{value}” is no whole number.", value=text))
    return int(number)
