"""Tokens of the API. The database keeps their SHA-512 digests; a token itself is shown once."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

MOST_PER_HOUR = 10
MOST_PER_PERSON = 20


class BearerToken(TokenAuthentication):
    """``Authorization: Bearer …``; bytes that are no text are no token."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)


class BearerTokenScheme(KnoxTokenScheme):
    """How the documentation of the API names it."""

    target_class = "portal.tokens.BearerToken"
    name = "token"


class TokensEndWithPassword:
    """A password validator that accepts every password, and ends the tokens made under the old one.

    Django tells its validators of every new password, set by the person, a link, the administration or a command.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        return

    def password_changed(self, password: str, user: User) -> None:
        AuthToken.objects.filter(user=user).delete()

    def get_help_text(self) -> str:
        return _("A new password ends every token made under the old one.")


@transaction.atomic
def create_token(*, person: User, days: int | None) -> str:
    """A new token, valid for so many days or until it is revoked.

    Raises ``ValidationError`` when the person has too many, or made many within the hour.
    """
    # The lock makes simultaneous requests count each other.
    User.objects.select_for_update().get(pk=person.pk)
    tokens = AuthToken.objects.filter(user=person)
    if tokens.count() >= MOST_PER_PERSON:
        raise ValidationError(_("You have %(most)s tokens. Revoke one first.") % {"most": MOST_PER_PERSON})
    if tokens.filter(created__gt=timezone.now() - timedelta(hours=1)).count() >= MOST_PER_HOUR:
        raise ValidationError(_("You made %(most)s tokens within an hour. Wait a little.") % {"most": MOST_PER_HOUR})
    _row, token = AuthToken.objects.create(user=person, expiry=None if days is None else timedelta(days=days))
    return token
