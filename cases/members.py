"""Who joins a study and leaves it, and the one-time links a manager hands over.

There is no e-mail: a link is shown once to the manager who asked for it, and whoever opens it chooses the
password of the account. It is therefore as good as the account, so:

- a link is made only for a person all of whose rights the manager could take away: an active member of studies which
  the manager manages, whose account began with an invitation to one of these, no administrator, and, once there is a
  password, no manager;
- a link dies when it has been used, after ``PASSWORD_RESET_TIMEOUT``, when a newer one is made for an account without
  a password, and as soon as the person's rights in any study change;
- an account joins a second study only after it has a password, so that a first link never opens two studies.
"""

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Membership, Role, Study


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens that die with a change of the password, of the last sign-in, or of the person's rights."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        rights = Membership.objects.filter(user_id=user.pk).order_by("study").values_list("study", "role", "site")
        standing = (user.is_active, user.is_staff, user.is_superuser, *rights)
        return f"{super()._make_hash_value(user, timestamp)}{standing}"


@transaction.atomic
def invite(*, membership: Membership, username: str, full_name: str, by: User) -> Membership:
    """Save the membership with a new account, which has no password yet. The username must be free."""
    first_name, _space, last_name = full_name.strip().partition(" ")
    person = User.objects.create_user(username=username, first_name=first_name, last_name=last_name)
    _log(person=person, by=by, action=ADDITION, message=_invitation(membership.study.code))
    membership.user = person
    membership.save()
    return membership


def may_join(person: User) -> bool:
    """Whether an account can be added to a further study: it is active and its first link has been used."""
    return person.is_active and person.has_usable_password()


@transaction.atomic
def save(*, membership: Membership) -> Membership:
    """Save a new or changed membership. Raises ``ValidationError`` when a study would have no manager."""
    if membership.pk and membership.role != Role.MANAGER:
        _require_another_manager(membership)
    membership.save()
    return membership


@transaction.atomic
def remove(*, membership: Membership) -> None:
    """End a membership, and withdraw an invitation nobody followed together with its account.

    Raises ``ValidationError`` when a study would have no manager.
    """
    _require_another_manager(membership)
    membership.delete()
    person = membership.user
    if not (person.has_usable_password() or person.last_login or person.is_staff or person.memberships.exists()):
        person.delete()


def may_make_link(*, person: User, by: User) -> bool:
    """Whether this manager may hand over a link that sets the person's password.

    Only of an account that began in a study of this manager: whoever adds an account that exists already could
    otherwise set its password and wait for the rights it is given elsewhere.
    """
    memberships = Membership.objects.filter(user=person)
    if person.is_staff or person.is_superuser or not person.is_active or person == by or not memberships.exists():
        return False
    if by.is_superuser:
        return True
    managed = Study.objects.filter(memberships__user=by, memberships__role=Role.MANAGER)
    if memberships.exclude(study__in=managed).exists() or not _invited_to(managed, person):
        return False
    return not (person.has_usable_password() and memberships.filter(role=Role.MANAGER).exists())


@transaction.atomic
def password_link(*, person: User, by: User) -> str:
    """The path of a new one-time link. Raises ``PermissionDenied`` unless :func:`may_make_link`."""
    if not may_make_link(person=person, by=by):
        raise PermissionDenied(
            _("This person has rights that are not yours to give, so you cannot make a link. Ask an administrator.")
        )
    if not person.has_usable_password():
        # Another unusable password: earlier links end here.
        person.set_unusable_password()
        person.save(update_fields=["password"])
    _log(person=person, by=by, action=CHANGE, message="One-time link made")
    key = {"uidb36": user_pk_to_url_str(person), "key": LinkTokens().make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


def _invitation(study_code: str) -> str:
    return f"Invited to {study_code}"


def _invited_to(studies: QuerySet[Study], person: User) -> bool:
    """Whether the account was made by an invitation to one of these studies."""
    made = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk), action_flag=ADDITION
    )
    invitations = [_invitation(code) for code in studies.values_list("code", flat=True)]
    return made.filter(change_message__in=invitations).exists()


def _require_another_manager(membership: Membership) -> None:
    # The lock lets two managers who remove each other at the same moment not both succeed.
    study = Study.objects.select_for_update().get(pk=membership.study_id)
    managers = study.memberships.filter(role=Role.MANAGER)
    if managers.filter(pk=membership.pk).exists() and not managers.exclude(pk=membership.pk).exists():
        raise ValidationError(_("A study needs a manager. Make somebody else manager first."))


def _log(*, person: User, by: User, action: int, message: str) -> None:
    LogEntry.objects.log_actions(user_id=by.pk, queryset=[person], action_flag=action, change_message=message)
