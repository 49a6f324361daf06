"""Who may see aggregates, rows and exports: the one place that decides, as querysets.

Seeing aggregates, seeing rows and exporting are three rights. Whatever reaches a page, an API answer, a file
or a job comes through :func:`studies` or :func:`rows`. A study one does not belong to does not exist (404); a
right one lacks in one's own study is refused in words (403). Superusers manage every study. A patient who
withdrew consent is in no row at all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cases.models import ConsentStatus, Membership, Patient, Role, Specimen, Study, StudyStatus
from cases.models.study import CODE_PATTERN

Person = AbstractBaseUser | AnonymousUser
M = TypeVar("M", bound=Model)

ROW_ROLES = (Role.RESEARCHER, Role.DATA_ENTRY, Role.MANAGER)
ENTRY_ROLES = (Role.DATA_ENTRY, Role.MANAGER)

Narrowing = Callable[[Person, QuerySet[Any]], QuerySet[Any]]
NARROWINGS: dict[type[Model], Narrowing] = {}
"""What a higher app withholds of its rows beyond the rights, by model."""


@dataclass(frozen=True, kw_only=True)
class StudyRights:
    """What one person may do in one study. ``site_id`` confines the rows to one site."""

    study: Study
    role: Role
    site_id: int | None = None
    may_export: bool = False

    @property
    def sees_aggregates(self) -> bool:
        return True

    @property
    def sees_rows(self) -> bool:
        return self.role in ROW_ROLES

    @property
    def asks(self) -> bool:
        """May ask analyses of their own; a viewer reads what a manager released."""
        return self.sees_rows

    @property
    def enters(self) -> bool:
        return self.role in ENTRY_ROLES and self.study.status == StudyStatus.OPEN

    @property
    def enters_everywhere(self) -> bool:
        """May enter what belongs to the whole study, such as an array with several sites' cores."""
        return self.enters and self.site_id is None

    @property
    def imports(self) -> bool:
        """Files may hold several sites' patients, so data entry confined to one site does not import."""
        return self.enters_everywhere

    @property
    def exports(self) -> bool:
        return self.role == Role.MANAGER or self.may_export

    @property
    def manages(self) -> bool:
        return self.role == Role.MANAGER

    @property
    def scope(self) -> str:
        """Which rows: ``all`` or one site. Part of an analysis's digest, so that reuse never crosses rights."""
        return "all" if self.site_id is None else f"site:{self.site_id}"

    def require(self, right: str) -> None:
        """Raise ``PermissionDenied`` with a sentence unless the person has the named right."""
        if not getattr(self, right):
            raise PermissionDenied(self._refusal(right))

    def _refusal(self, right: str) -> str:
        if right in ("enters", "enters_everywhere", "imports") and self.study.status == StudyStatus.LOCKED:
            return _("This study is locked. A manager can open it again.")
        return {
            "sees_rows": _("Your role in this study shows released results, not single patients."),
            "asks": _("Your role in this study shows released results. Ask a manager to run and release an analysis."),
            "enters": _("Your role in this study does not enter data."),
            "enters_everywhere": _("This belongs to the whole study. You enter data of one site, or none."),
            "imports": _("Your role in this study does not import files."),
            "exports": _("Your role in this study does not export."),
            "manages": _("Only a manager of this study may do this."),
        }[right]


def studies(user: Person) -> QuerySet[Study]:
    """The studies that exist for this person."""
    if not user.is_authenticated or not user.is_active:
        return Study.objects.none()
    if getattr(user, "is_superuser", False):
        return Study.objects.all()
    return Study.objects.filter(memberships__user__pk=user.pk)


def importable_studies(user: Person) -> QuerySet[Study]:
    """The studies into which this person may import files, see :attr:`StudyRights.imports`."""
    is_open = studies(user).filter(status=StudyStatus.OPEN)
    if getattr(user, "is_superuser", False):
        return is_open
    return is_open.filter(
        memberships__user_id=cast(int, user.pk), memberships__role__in=ENTRY_ROLES, memberships__site=None
    )


def rights(*, user: Person, study: Study) -> StudyRights:
    """What this person may do in the study; ``Http404`` for a stranger."""
    if getattr(user, "is_superuser", False) and user.is_active:
        return StudyRights(study=study, role=Role.MANAGER)
    membership = Membership.objects.filter(user_id=user.pk, study=study).first() if user.is_active else None
    if membership is None:
        raise Http404(_("There is no such study, or you are not a member of it."))
    return StudyRights(
        study=study,
        role=Role(membership.role),
        site_id=membership.site_id,
        may_export=membership.may_export,
    )


def study_rights(*, user: Person, code: str) -> StudyRights:
    """The study of that code and what this person may do in it; ``Http404`` for a stranger."""
    study = studies(user).filter(code=code).first() if re.match(CODE_PATTERN, code) else None
    if study is None:
        raise Http404(_("There is no such study, or you are not a member of it."))
    return rights(user=user, study=study)


def rows(*, user: Person, queryset: QuerySet[M], patient: str | None = None, study: str | None = None) -> QuerySet[M]:
    """``queryset`` narrowed to the rows this person may see.

    ``patient`` is the ORM path from the model to its patient (``""`` for Patient itself), ``study`` the path to
    its study, by default the patient's. Rows without a patient are seen by members who are not confined to a site.
    What is registered in ``NARROWINGS`` is withheld here too.
    """
    to_patient = "" if not patient else f"{patient}__"
    to_study = study or f"{to_patient}study"
    if patient is not None:
        queryset = queryset.exclude(**{f"{to_patient}consent_status": ConsentStatus.WITHDRAWN})
    if not user.is_authenticated or not user.is_active:
        return queryset.none()
    queryset = narrowed(user=user, queryset=queryset)
    if getattr(user, "is_superuser", False):
        return queryset
    memberships = Membership.objects.filter(user_id=user.pk, role__in=ROW_ROLES)
    visible = Q(**{f"{to_study}__in": memberships.filter(site=None).values("study")})
    if patient is not None:
        visible |= Q(**{f"{to_patient}site__in": memberships.exclude(site=None).values("site")})
    return queryset.filter(visible)


def of_study(*, user: Person, queryset: QuerySet[M], study: str = "study") -> QuerySet[M]:
    """Rows that belong to a whole study, such as its antibodies and blots.

    Every member who may see rows sees them, those confined to a site too; whatever in them is of a specimen goes
    through :func:`specimens`. ``study`` is the ORM path to the study.
    """
    if not user.is_authenticated or not user.is_active:
        return queryset.none()
    if getattr(user, "is_superuser", False):
        return queryset
    memberships = Membership.objects.filter(user_id=user.pk, role__in=ROW_ROLES)
    return queryset.filter(**{f"{study}__in": memberships.values("study")})


def narrowed(*, user: Person, queryset: QuerySet[M]) -> QuerySet[M]:
    """Rows whose study and patient the person may see, without those that are withheld all the same."""
    narrowing = NARROWINGS.get(queryset.model)
    return narrowing(user, queryset) if narrowing else queryset


def countable(
    *, rights: StudyRights, queryset: QuerySet[M], patient: str | None = None, study: str | None = None
) -> QuerySet[M]:
    """The rows of the study that this person's aggregates are made of. Count them, never list them.

    Paths as in :func:`rows`. Whoever may not see rows is shown no small number, see :mod:`cases.disclosure`.
    """
    to_patient = "" if not patient else f"{patient}__"
    queryset = queryset.filter(**{study or f"{to_patient}study": rights.study})
    if patient is None:
        return queryset if rights.site_id is None else queryset.none()
    queryset = queryset.exclude(**{f"{to_patient}consent_status": ConsentStatus.WITHDRAWN})
    return queryset if rights.site_id is None else queryset.filter(**{f"{to_patient}site": rights.site_id})


def patients(user: Person) -> QuerySet[Patient]:
    """The patients this person may see."""
    return rows(user=user, queryset=Patient.objects.all(), patient="")


def specimens(user: Person) -> QuerySet[Specimen]:
    """The specimens this person may see."""
    return rows(user=user, queryset=Specimen.objects.all(), patient="patient")


def require_rows_somewhere(user: Any) -> None:
    """Raise ``PermissionDenied`` for a person who may see single patients in no study at all."""
    if user.is_superuser or Membership.objects.filter(user_id=user.pk, role__in=ROW_ROLES).exists():
        return
    raise PermissionDenied(_("You are in no study in which you may see single patients."))
