"""What the checks find in the record of one patient, asked with every save and on every page of a patient.

Making the statement of all checks out of querysets takes much longer than running it. It is made once in a process,
with gaps in the places of the person and the patient.
"""

import json
from datetime import date
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Value
from django.utils import timezone

from cases.access import Person
from cases.models import Patient, Study
from cases.quality.findings import Finding, findings


class Gap(Enum):
    """What is filled into the statement when it is run."""

    USER = auto()
    USERNAME = auto()
    STUDY = auto()
    PATIENT = auto()


def of_patient(patient: Patient, *, user: Person) -> list[Finding]:
    """Everything the checks object to in the record of one patient, as :func:`findings` has it. One query."""
    if not user.is_authenticated or not user.is_active:
        return []
    statement, values = _statement(is_superuser=getattr(user, "is_superuser", False), day=timezone.localdate())
    given = {
        Gap.USER: user.pk,
        Gap.USERNAME: user.get_username(),
        Gap.STUDY: patient.study_id,
        Gap.PATIENT: patient.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, [given[value] if isinstance(value, Gap) else value for value in values])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [Finding(**row | {"found": json.loads(row["found"])}) for row in rows]


@lru_cache(maxsize=2)
def _statement(*, is_superuser: bool, day: date) -> tuple[str, tuple[Any, ...]]:
    """SQL and its values, some of them gaps. A check may ask for the ``day``, so none outlives it."""
    user = User(pk=Value(Gap.USER), username=Value(Gap.USERNAME), is_superuser=is_superuser)
    study, patient = Study(pk=Value(Gap.STUDY)), Patient(pk=Value(Gap.PATIENT))
    statement, values = findings(user=user, study=study, patient=patient).query.sql_with_params()
    return statement, tuple(values)
