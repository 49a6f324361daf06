"""``manage.py create_token USER [--days N]``: a token for the API, printed once."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.tokens import create_token


class Command(BaseCommand):
    help = "Makes a token for the API and prints it. It cannot be shown again: the database keeps its digest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="username")
        parser.add_argument("--days", type=int, help="how long it is valid; without this until it is revoked")

    def handle(self, *_args: Any, user: str, days: int | None, **_options: Any) -> None:
        if days is not None and not 1 <= days <= 3660:
            raise CommandError("--days is a number from 1 to 3660.")
        try:
            person = User.objects.get(username=user, is_active=True)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no active account “{user}”.") from error
        try:
            self.stdout.write(create_token(person=person, days=days))
        except ValidationError as refusal:
            raise CommandError(refusal.message) from refusal
