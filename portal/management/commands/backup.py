"""``manage.py backup``: the database and the uploaded files in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import embedded
from portal.operations.backup import BackupError, make_backup


class Command(BaseCommand):
    help = "Write the database, the uploaded files and a manifest into one file, while the portal runs or not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "backups", help="default: backups/")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with embedded.servers(settings.VAR_DIR):
                file, manifest = make_backup(
                    database_url=settings.DATABASE_URL, var_dir=settings.VAR_DIR, folder=folder
                )
        except (BackupError, embedded.EmbeddedServerError, OSError) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"{file}: {manifest.summary}, {file.stat().st_size} bytes.")
