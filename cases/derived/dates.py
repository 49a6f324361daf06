"""Partial dates as days: mid-month and mid-year, clipped to what is known, and saying so."""

import datetime
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from cases.partial_date import PartialDate, Precision

MID_MONTH_DAY = 15
MID_YEAR = (7, 1)


@dataclass(frozen=True, kw_only=True)
class Day:
    """The day a date is taken for, and the first and last day it can be. ``imputed`` when only a part is known."""

    date: datetime.date
    earliest: datetime.date
    latest: datetime.date
    imputed: bool


@dataclass(frozen=True, kw_only=True)
class Days:
    """A number of days, imputed when one of the dates is; it lies between ``at_least`` and ``at_most``."""

    days: int
    at_least: int
    at_most: int
    imputed: bool


# The same dates are asked for again and again: every reading of an image has the date of the image.
@lru_cache(maxsize=50_000)
def day_of(text: str, *, not_before: datetime.date | None = None, not_after: datetime.date | None = None) -> Day | None:
    """The day of a partial date; ``None`` for a blank one.

    A month is taken for its 15th, a year for its 1 July, then moved to the bounds where it lies outside them: not
    before the dose it must follow, not after the death. It never leaves the month or year that is known, and a date
    known to the day is never moved, whatever the bounds.
    """
    if not text:
        return None
    known = PartialDate(text)
    if known.precision is Precision.DAY:
        return Day(date=known.earliest, earliest=known.earliest, latest=known.earliest, imputed=False)
    middle = _middle(known)
    if not_before is not None:
        middle = max(middle, not_before)
    if not_after is not None:
        middle = min(middle, not_after)
    middle = min(max(middle, known.earliest), known.latest)
    return Day(date=middle, earliest=known.earliest, latest=known.latest, imputed=True)


def days_between(start: Day | None, end: Day | None) -> Days | None:
    """Days from one day to another, negative when the second lies before the first; ``None`` if either is unknown."""
    if start is None or end is None:
        return None
    return Days(
        days=(end.date - start.date).days,
        at_least=(end.earliest - start.latest).days,
        at_most=(end.latest - start.earliest).days,
        imputed=start.imputed or end.imputed,
    )


def first_of(days: list[Day | None]) -> Day | None:
    """The earliest of those that are known; of the same day the one that is known to the day."""
    known = [day for day in days if day is not None]
    return min(known, key=lambda day: (day.date, day.imputed), default=None)


def later(day: datetime.date, days: int) -> datetime.date:
    """So many days later; the last possible day where the calendar ends."""
    return day + timedelta(days=min(days, (datetime.date.max - day).days))


def _middle(known: PartialDate) -> datetime.date:
    if known.precision is Precision.MONTH:
        return known.earliest.replace(day=MID_MONTH_DAY)
    month, day = MID_YEAR
    return known.earliest.replace(month=month, day=day)
