"""``manage.py restore FILE``: puts a backup in place of what is there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.loader import MigrationLoader

from portal import embedded
from portal.operations.backup import BackupError, is_set_up, make_backup
from portal.operations.restore import refuse_while_used, restore_backup


class Command(BaseCommand):
    help = "Replace the database and the uploaded files by those of a backup, after comparing it with its manifest."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "backups", help="default: backups/")

    def handle(self, *args: Any, file: Path, folder: Path, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"{file} is not there. Name a backup: make restore FILE=backups/portal-....tar")
        try:
            with embedded.servers(settings.VAR_DIR) as started:
                if embedded.wanted() and not started:
                    raise CommandError("The portal is running. Stop it first, then restore.")
                self._restore(file, folder)
        except (BackupError, embedded.EmbeddedServerError, psycopg.Error, OSError) as failure:
            raise CommandError(str(failure)) from failure

    def _restore(self, file: Path, folder: Path) -> None:
        refuse_while_used(settings.DATABASE_URL)
        with psycopg.connect(settings.DATABASE_URL) as connection:
            in_use = is_set_up(connection)
        if in_use:
            kept, manifest = make_backup(database_url=settings.DATABASE_URL, var_dir=settings.VAR_DIR, folder=folder)
            self.stdout.write(f"What was there is kept in {kept}: {manifest.summary}.")
        manifest = restore_backup(
            file=file,
            database_url=settings.DATABASE_URL,
            var_dir=settings.VAR_DIR,
            known_migrations=set(MigrationLoader(None).disk_migrations),
        )
        self.stdout.write(f"Restored and verified: {manifest.summary}.")
