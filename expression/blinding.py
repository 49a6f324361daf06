"""Readers score cores blind to each other: which readings are withheld from whom, decided in one place.

A stain of a block is scored blind from the first core saved on the grid until a manager opens it. Meanwhile a reader
sees no other reader's values on it before he has read every evaluable core that he may see. A reader is whoever enters
data in the study, and a manager who has begun to read; other managers settle disagreements, and researchers cannot
score. A consensus is no reader's value and always seen.
"""

from typing import Any, cast

from django.db.models import Exists, F, OuterRef, QuerySet

from cases import access
from cases.access import Person
from cases.models import Core, CoreStatus, DataQuery, Membership, Role
from expression.models import BlindScoring, IhcReading

STAIN = ("antibody", "cell_type", "compartment")


def own_readings(user: Person) -> QuerySet[IhcReading]:
    """What this person read. A reading names its reader by username."""
    return IhcReading.objects.filter(reader=user.get_username(), is_consensus=False, core__isnull=False)


def closed_to(user: Person) -> QuerySet[BlindScoring]:
    """The scorings of which this person sees no other reader's values yet."""
    enters = Membership.objects.filter(user_id=cast(int, user.pk), study=OuterRef("study"), role=Role.DATA_ENTRY)
    of_stain = own_readings(user).filter(**{name: OuterRef(name) for name in STAIN})
    read = own_readings(user).filter(core=OuterRef("pk"), **{name: OuterRef(OuterRef(name)) for name in STAIN})
    cores = access.rows(user=user, queryset=Core.objects.all(), patient="specimen__patient", study="study")
    unread = cores.filter(~Exists(read), microarray=OuterRef("microarray"), status=CoreStatus.EVALUABLE)
    return BlindScoring.objects.filter(
        Exists(enters) | Exists(of_stain.filter(core__microarray=OuterRef("microarray"))),
        Exists(unread),
        opened_at=None,
    )


def seen_by(user: Person, readings: QuerySet[Any]) -> QuerySet[Any]:
    """Readings, or events of readings, without those that this person is blind to."""
    # Found once and not asked of each row, which takes seconds for some thousands.
    return readings.exclude(pk__in=_withheld(user, readings.model).values("pk"))


def queries_seen_by(user: Person, queries: QuerySet[Any]) -> QuerySet[Any]:
    """Queries, or events of queries, without those about readings that this person is blind to: they tell values."""
    withheld = _withheld(user, IhcReading).values("pk")
    return queries.exclude(subject_model=IhcReading._meta.label, subject_pk__in=withheld)


def still_blind(readings: QuerySet[IhcReading]) -> QuerySet[IhcReading]:
    """Those of scorings that are not opened yet, whoever looks. A consensus is no reader's value."""
    return _of_scorings(readings, BlindScoring.objects.filter(opened_at=None))


def _withheld(user: Person, model: Any) -> QuerySet[Any]:
    """Readings, or events of them, by others."""
    return _of_scorings(model._default_manager.all(), closed_to(user)).exclude(reader=user.get_username())


def _of_scorings(readings: QuerySet[Any], scorings: QuerySet[BlindScoring]) -> QuerySet[Any]:
    scoring = "core__microarray__blind_scorings"
    stain = {name: F(f"{scoring}__{name}") for name in STAIN}
    return readings.filter(**{f"{scoring}__in": scorings}, **stain, is_consensus=False)


def begin(*, core: Core, reading: IhcReading) -> None:
    """From now on the stain of the core's block is scored blind, unless it already is or a manager opened it."""
    BlindScoring.objects.get_or_create(
        microarray=core.microarray,
        **{name: getattr(reading, name) for name in STAIN},
        defaults={"study": core.study},
    )


access.NARROWINGS[IhcReading] = seen_by
access.NARROWINGS[IhcReading.pgh_event_model] = seen_by  # type: ignore[attr-defined]
access.NARROWINGS[DataQuery] = queries_seen_by
access.NARROWINGS[DataQuery.pgh_event_model] = queries_seen_by  # type: ignore[attr-defined]
