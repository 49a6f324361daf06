"""Erase a patient for good."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.erasure import CannotErase, erase
from cases.models import Patient


class Command(BaseCommand):
    help = "Erases a patient: rows, history, files and frozen inputs of analyses. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("code", help="code of the patient")
        parser.add_argument("--reason", required=True, help="kept, without the code of the patient")
        parser.add_argument("--by", required=True, help="username of the person who decided it")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        patient = Patient.objects.filter(study__code=options["study"], code=options["code"]).first()
        if patient is None:
            raise CommandError("There is no such patient in this study.")
        person = User.objects.filter(username=options["by"]).first()
        if person is None:
            raise CommandError("There is no account of this name; --by says who decided it.")
        reason = options["reason"].strip()
        if not 0 < len(reason) <= 200:
            raise CommandError("Give a reason of up to 200 characters.")
        if not options["yes"] and input(f"Erase {patient} for good? Type the code again: ") != patient.code:
            raise CommandError("Nothing was erased.")
        try:
            erased = erase(patient=patient, reason=reason, by=person)
        except CannotErase as error:
            raise CommandError(str(error)) from error
        for name, number in erased.removed.items():
            if number:
                self.stdout.write(f"{number} {name}")
        self.stdout.write("Erased. Backups made before still hold the patient: see docs/privacy.md.")
