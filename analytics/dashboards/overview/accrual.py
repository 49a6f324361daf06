"""When patients came into the study, by a date of choice."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.derived.course import Course
from cases.derived.dates import Day, day_of
from cases.derived.follow_up import TimeZero

LONGEST_MONTH_DAYS = 31


class DatedBy(TextChoices):
    """By what a patient is counted as having come."""

    DIAGNOSIS = "diagnosis", _("Index diagnosis")
    CONSENT = "consent", _("Consent")
    FIRST_DOSE = "first_dose", _("First dose of denosumab")


DATES: Mapping[str, Callable[[Course], Day | None]] = {
    DatedBy.DIAGNOSIS: lambda course: course.zeros.get(TimeZero.DIAGNOSIS),
    DatedBy.CONSENT: lambda course: day_of(course.patient.consent_date),
    DatedBy.FIRST_DOSE: lambda course: course.zeros.get(TimeZero.FIRST_DOSE),
}


def accrual(courses: Sequence[Course], *, dated_by: str) -> dict[str, Any]:
    """Patients by month, those without the date, and those whose date is known to the year only.

    A period is from the month ``first`` to the month ``last``, here one and the same. What is known to the year only
    counts in the middle of the year.
    """
    days = [DATES[dated_by](course) for course in courses]
    known = [day for day in days if day is not None]
    months = Counter(filter(None, (month_of(course, dated_by=dated_by) for course in courses)))
    return {
        "periods": [{"first": month, "last": month, "patients": months[month]} for month in sorted(months)],
        "undated": len(days) - len(known),
        "year_only": sum((day.latest - day.earliest).days >= LONGEST_MONTH_DAYS for day in known),
    }


def month_of(course: Course, *, dated_by: str) -> str:
    """Such as “2019-03”; blank without the date."""
    day = DATES[dated_by](course)
    return f"{day.date:%Y-%m}" if day else ""
