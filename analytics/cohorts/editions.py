"""Editions of cohorts: what a key such as ``12.3``, edition 3 of cohort 12, stands for, now and for ever."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.models import Cohort, CohortKind
from cases.chronicle import events_of

KEY = re.compile(r"([1-9][0-9]{0,8})\.([1-9][0-9]{0,8})")
"""In one way only: questions are told apart, and found again, by how they are written."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A cohort as it was: its name, and its filters as those of the list of patients."""

    cohort: int
    number: int
    study: int
    name: str
    kind: str
    filters: dict[str, list[str]]
    made_at: datetime

    @property
    def key(self) -> str:
        return key(self.cohort, self.number)

    @property
    def is_frozen(self) -> bool:
        return self.kind == CohortKind.FROZEN


def key(cohort: int, number: int) -> str:
    """How an edition is named in addresses and questions."""
    return f"{cohort}.{number}"


def numbers_of(text: str) -> tuple[int, int] | None:
    """Cohort and edition of a key; ``None`` where it is no key."""
    found = KEY.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def current(cohort: Cohort) -> Edition:
    """The cohort as it is now."""
    return _edition(cohort, pk=cohort.pk)


def edition(text: str) -> Edition | None:
    """What the key stands for, of any study: the history keeps editions that were changed since, and deleted ones."""
    numbers = numbers_of(text)
    if numbers is None:
        return None
    events = events_of(Cohort).filter(pgh_obj_id=numbers[0], edition=numbers[1])
    latest = events.order_by("-pgh_id").first()
    return _edition(latest, pk=numbers[0]) if latest else None


def edition_name(found: Edition) -> str:
    """“GCTB on denosumab (edition 2)”, “… (frozen on 3 May 2026)”."""
    if found.is_frozen:
        when = date_format(localtime(found.made_at), "DATE_FORMAT")
        return _("{name} (frozen on {date})").format(name=found.name, date=when)
    return _("{name} (edition {number})").format(name=found.name, number=found.number)


def _edition(row: Any, *, pk: int) -> Edition:
    return Edition(
        cohort=pk,
        number=row.edition,
        study=row.study_id,
        name=row.name,
        kind=row.kind,
        filters=row.filters,
        made_at=row.made_at,
    )
