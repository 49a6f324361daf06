"""What a person may not write although their rights would do: higher apps declare it, every way of writing asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from cases.access import Person
from cases.models import Study

Judge = Callable[[Any], dict[str, Any] | None]
"""Says in a stored sentence why a row may not be written as it is; None where it may."""


@dataclass(frozen=True, kw_only=True)
class Objection:
    """``judge`` is made for a person in a study. It objects only to rows in which the yes/no field ``to`` says yes."""

    to: str
    judge: Callable[[Person, Study], Judge]


OBJECTIONS: dict[type[Model], Objection] = {}
"""By model; filled by modules of higher apps."""


def judge_of(model: type[Model], *, user: Person, study: Study) -> Judge | None:
    """Of many rows that one person would write; None where nothing of the kind is objected to."""
    objection = OBJECTIONS.get(model)
    return objection.judge(user, study) if objection else None


def objection_to(row: Any, *, user: Person) -> dict[str, Any] | None:
    """Why this person may not write the row, neither as it is stored nor as it would be."""
    model = type(row)
    if model not in OBJECTIONS:
        return None
    judge = OBJECTIONS[model].judge(user, row.study)
    stored = model._default_manager.filter(pk=row.pk).first()
    return judge(row) or (judge(stored) if stored else None)
