"""What the checks find in the record of one patient, and how often they object in a study.

The first is asked with every save and on every page of a patient, the second with every overview. Making the statement
of all checks out of querysets takes much longer than running it, so each is made once in a process, with gaps in the
places of the person, the study and the patient.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet, Value
from django.utils import timezone

from cases.access import Person
from cases.models import Patient, Study
from cases.quality.findings import Finding, counted, findings


class Gap(Enum):
    """What is filled into a statement when it is run."""

    USER = auto()
    USERNAME = auto()
    STUDY = auto()
    PATIENT = auto()


Statement = tuple[str, tuple[Any, ...]]
"""SQL and its values, some of them gaps."""


def of_patient(patient: Patient, *, user: Person) -> list[Finding]:
    """Everything the checks object to in the record of one patient, as :func:`findings` has it. One query."""
    if not user.is_authenticated or not user.is_active:
        return []
    statement = _of_patient(is_superuser=getattr(user, "is_superuser", False), day=timezone.localdate())
    given = {Gap.STUDY: patient.study_id, Gap.PATIENT: patient.pk}
    return [Finding(**row | {"found": json.loads(row["found"])}) for row in _rows(statement, user=user, given=given)]


def numbers(*, user: Person, study: Study) -> list[tuple[str, str | None, int]]:
    """How often each check objects at each site: its code, the site's code, the number. One query."""
    if not user.is_authenticated or not user.is_active:
        return []
    statement = _of_study(is_superuser=getattr(user, "is_superuser", False), day=timezone.localdate())
    rows = _rows(statement, user=user, given={Gap.STUDY: study.pk})
    return [(row["check_code"], row["site_code"], row["number"]) for row in rows]


def _rows(statement: Statement, *, user: Person, given: Mapping[Gap, Any]) -> Iterable[dict[str, Any]]:
    sql, values = statement
    known = {**given, Gap.USER: user.pk, Gap.USERNAME: user.get_username()}
    with connection.cursor() as cursor:
        cursor.execute(sql, [known[value] if isinstance(value, Gap) else value for value in values])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@lru_cache(maxsize=2)
def _of_patient(*, is_superuser: bool, day: date) -> Statement:
    """A check may ask for the ``day``, so no statement outlives it."""
    patient = Patient(pk=Value(Gap.PATIENT))
    return _made(findings(user=_somebody(is_superuser=is_superuser), study=_some_study(), patient=patient))


@lru_cache(maxsize=2)
def _of_study(*, is_superuser: bool, day: date) -> Statement:
    return _made(counted(user=_somebody(is_superuser=is_superuser), study=_some_study()))


def _made(rows: QuerySet[Any]) -> Statement:
    sql, values = rows.query.sql_with_params()
    return sql, tuple(values)


def _somebody(*, is_superuser: bool) -> User:
    return User(pk=Value(Gap.USER), username=Value(Gap.USERNAME), is_superuser=is_superuser)


def _some_study() -> Study:
    return Study(pk=Value(Gap.STUDY))
