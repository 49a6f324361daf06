"""What several checks ask of a row, as conditions of the database."""

from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Least, Left, Length, Substr
from django.db.models.lookups import LessThan

from cases.derived.course import DENOSUMAB
from cases.models import Treatment

Date = str | Combinable
YEAR = 4


def surely_before(earlier: Date, later: Date) -> Q:
    """One partial date lies before another whatever their unknown parts are; a blank date lies nowhere."""
    first, second = _expression(earlier), _expression(later)
    known = Least(Length(first), Length(second))
    return Q(LessThan(Left(first, known), Left(second, known)))


def a_year_after(date: str) -> Combinable:
    """The same partial date of the next year."""
    next_year = Cast(Left(date, YEAR), IntegerField()) + 1
    return Concat(Cast(next_year, CharField()), Substr(date, YEAR + 1), output_field=CharField())


def unexplained(column: str, *, blank: Any = "") -> Q:
    """The column is blank, and nobody said why."""
    return Q(**{column: blank}) & ~Q(missing__has_key=column)


def denosumab(*, patient: str = "patient") -> QuerySet[Treatment]:
    """The courses of denosumab of the patient of the outer row."""
    return Treatment.objects.filter(patient=OuterRef(patient), agent__code=DENOSUMAB)


def given_denosumab(*, patient: str = "patient") -> Exists:
    """The patient of the row was given denosumab."""
    return Exists(denosumab(patient=patient))


def first_start(*, patient: str = "patient") -> Any:
    """The start of the first course of denosumab, as far as it is known."""
    return Subquery(denosumab(patient=patient).exclude(start="").order_by("start").values("start")[:1])


def _expression(date: Date) -> Any:
    return F(date) if isinstance(date, str) else date
