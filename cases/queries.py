"""What people do about a query: ask, assign, answer, close, reopen. Each is one conditional UPDATE.

So pressing a button twice, or in two windows, does a thing once; False says that the query has moved on meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.access import ENTRY_ROLES
from cases.history import changes
from cases.models import DataQuery, Patient, QueryStatus

TOLD = ("question", "owner", "answer", "closing_note")
"""Columns whose changes the history of a query names, beside its status."""


def ask(*, patient: Patient, question: str, owner: User | None, by: User) -> DataQuery:
    """A person's own question about a patient's record, in their own words."""
    return DataQuery.objects.create(
        study=patient.study,
        patient=patient,
        subject_model=Patient._meta.label,
        subject_pk=patient.pk,
        question={"text": "{words}", "values": {"words": question}},
        owner=owner,
        asked_by=by,
    )


def answerers(*, patient: Patient | None, study_pk: int) -> QuerySet[User]:
    """Who can answer: those who enter data in the study, and may see the patient."""
    site = Q(memberships__site=None)
    if patient is not None and patient.site_id is not None:
        site |= Q(memberships__site=patient.site_id)
    members = User.objects.filter(site, memberships__study=study_pk, memberships__role__in=ENTRY_ROLES, is_active=True)
    return members.order_by("username")


def assign(*, query: DataQuery, owner: User | None) -> bool:
    """Say who shall answer."""
    return _changed(query, _unsettled(query), owner=owner)


def answer(*, query: DataQuery, text: str, by: User) -> bool:
    """Answer, or correct the answer."""
    return _changed(
        query,
        _unsettled(query),
        status=QueryStatus.ANSWERED,
        answer=text,
        answered_by=by,
        answered_at=timezone.now(),
    )


def close(*, query: DataQuery, note: str, by: User) -> bool:
    """Settle the query: the check no longer asks about these values."""
    closed: dict[str, Any] = {"status": QueryStatus.CLOSED, "closed_by": by, "closed_at": timezone.now()}
    return _changed(query, _unsettled(query), closing_note=note, **closed)


def reopen(*, query: DataQuery) -> bool:
    """Ask again. Not while another query about the same finding is open."""
    closed = DataQuery.objects.filter(pk=query.pk, status=QueryStatus.CLOSED)
    if query.check_code:
        same = DataQuery.objects.exclude(status=QueryStatus.CLOSED).filter(
            study=query.study_id,
            check_code=query.check_code,
            subject_model=query.subject_model,
            subject_pk=query.subject_pk,
        )
        if same.exists():
            return False
    return _changed(query, closed, status=QueryStatus.OPEN, closed_by=None, closed_at=None, closing_note="")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened to a query: when, who did it, which columns changed, and the status it left."""

    at: datetime
    by: str
    columns: str
    status: str


def happened(query: DataQuery) -> list[Happening]:
    """The steps of a query by its history, the latest first. Two queries."""
    fields: list[Any] = [DataQuery._meta.get_field(name) for name in ("status", *TOLD)]
    column, *told = [str(field.verbose_name) for field in fields]
    status = str(QueryStatus.OPEN.label)
    steps = []
    for change in reversed(changes(query)):
        after = {name: new for name, _old, new in change.fields}
        status = str(QueryStatus(after[column]).label) if column in after else status
        columns = ", ".join(name for name in told if name in after) if change.label == "changed" else ""
        steps.append(Happening(at=change.at, by=change.by, columns=columns, status=status))
    return steps[::-1]


def _unsettled(query: DataQuery) -> QuerySet[DataQuery]:
    return DataQuery.objects.filter(pk=query.pk).exclude(status=QueryStatus.CLOSED)


def _changed(query: DataQuery, rows: QuerySet[DataQuery], **fields: Any) -> bool:
    changed = bool(rows.filter(pk=query.pk).update(**fields))
    query.refresh_from_db()
    return changed
