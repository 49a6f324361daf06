"""``manage.py seed_demo``: the demonstration study and its accounts."""

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from analytics.demonstration.cohort import SEED
from analytics.demonstration.outcomes import HAZARD_RATIO
from analytics.demonstration.study import ACCOUNTS, STUDY_CODE, seed_demonstration


class Command(BaseCommand):
    help = "Make the synthetic demonstration study once, and print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=int, default=400, help="how many invented patients (400)")
        parser.add_argument("--seed", type=int, default=SEED, help=f"the same seed gives the same patients ({SEED})")
        parser.add_argument("--null", action="store_true", help="sclerosis changes no hazard: a hazard ratio of 1.0")

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.VAR_DIR / "demonstration_accounts.json"
        password = json.loads(file.read_text())["password"] if file.exists() else secrets.token_urlsafe(9)
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(json.dumps({"password": password}))
        study = seed_demonstration(
            patients=options["patients"],
            password=password,
            seed=options["seed"],
            hazard_ratio=1.0 if options["null"] else HAZARD_RATIO,
        )
        if study is None:
            self.stdout.write(f"The study {STUDY_CODE} is already there; nothing was changed.")
        else:
            self.stdout.write(f"Made the study {STUDY_CODE} with {study.patients.count()} synthetic patients.")
        self.stdout.write("Demonstration accounts, unless their passwords were changed since:")
        for name, role in ACCOUNTS.items():
            self.stdout.write(f"  {name:<12} {password}   {role.label}")
