"""Who runs a command: rights are asked of somebody, and the history names somebody."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError

USAGE = 2


def named_person(username: str | None) -> User:
    """The person of that name; without a name the only administrator. Raises ``CommandError``."""
    if username:
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError("There is no account of this name.", returncode=USAGE)
        return person
    administrators = list(User.objects.filter(is_superuser=True, is_active=True)[:2])
    if len(administrators) != 1:
        raise CommandError("Say with --by who does this.", returncode=USAGE)
    return administrators[0]
