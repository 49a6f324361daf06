"""``manage.py undo_import``: takes a whole import back, by the same rules as the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from cases import access
from cases.importing.undo.preview import preview_of
from cases.importing.undo.undoing import undo_at_once
from cases.jobs import Refusal
from cases.management.person import named_person
from cases.models import ImportJob, JobStatus
from cases.sentences import render

REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Undoes an import: removes the rows it added and puts back the values it changed, unless something was built "
    )
    help += "on it since. Exit codes: 0 undone (or could be), 1 refused, 2 wrong use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import", type=int, help="number of the import, as in the address of its page")
        parser.add_argument("--dry-run", action="store_true", help="say what would go and what stands in the way")
        parser.add_argument("--by", help="username of the person who undoes it; the only administrator by default")

    def handle(self, *args: Any, **options: Any) -> None:
        job = ImportJob.objects.filter(pk=options["import"]).first()
        if job is None:
            raise CommandError("There is no import of this number.", returncode=USAGE)
        person = named_person(options["by"])
        try:
            access.rights(user=person, study=job.study).require("imports")
            if not ImportJob.objects.standing().filter(pk=job.pk).exists():
                raise CommandError("This import has written nothing that could be undone.", returncode=REFUSED)
            self._tell(job, person)
            if options["dry_run"]:
                self.stdout.write("Nothing was undone.")
                return
            undo = undo_at_once(job=job, by=person)
        except (Refusal, PermissionDenied, Http404) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        if undo.status != JobStatus.SUCCEEDED:
            raise CommandError(
                render(undo.message) or "Another file is being written into this study. It is undone after that.",
                returncode=REFUSED,
            )
        self.stdout.write("Undone.")

    def _tell(self, job: ImportJob, person: Any) -> None:
        undoing = preview_of(job, user=person)
        for label, rows in (("Removed", undoing.removed), ("Put back as before", undoing.restored)):
            if rows:
                self.stdout.write(f"{label}: {', '.join(rows)}")
        for text in [*undoing.notes, *(obstacle.in_words for obstacle in undoing.obstacles)]:
            self.stdout.write(text)
        if undoing.obstacles:
            raise CommandError("Other work rests on this import, so nothing was undone.", returncode=REFUSED)
