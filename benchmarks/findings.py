"""The findings board of the demonstration study and of its null twin beside the truth both are simulated from.

``python -m benchmarks.findings``

Makes a database of its own, seeds each study in turn, answers the whole board and prints a table in Markdown, as it
stands in docs/findings-and-truth.md. Ends with an error where a claim is confirmed that is null in the simulated
truth: the twin, where sclerosis changes no hazard, must not confirm F2 and F3.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.module_loading import import_string

from portal import embedded

STUDY, TWIN = 0.6, 1.0
NULL_IN_TWIN = {"F2", "F3"}
NULL_IN_BOTH = {"F11-AKT", "F11-ERK", "F13-lytic"}
"""Phosphorylation of AKT and ERK1 is drawn without regard to RANKL, and radiographic types without regard to all."""


def truth(code: str) -> str:
    """What the simulation holds of a claim."""
    if code in NULL_IN_TWIN:
        return "holds in the study, null in the twin"
    return "null in both" if code in NULL_IN_BOTH else "holds in both"


def is_false(code: str, *, hazard_ratio: float) -> bool:
    """Whether the claim is null in the simulated truth."""
    return code in NULL_IN_BOTH or (code in NULL_IN_TWIN and hazard_ratio == TWIN)


def answered(*, hazard_ratio: float, patients: int) -> dict[str, Any]:
    """The parts of the board by code, on a study that is gone afterwards."""
    study = import_string("analytics.demonstration.study.seed_demonstration")(
        patients=patients, password=secrets.token_urlsafe(), hazard_ratio=hazard_ratio
    )
    with connection.cursor() as cursor:
        # Nothing has been committed, so that nobody else can tell the planner how many rows there are.
        cursor.execute("ANALYZE")
    user = apps.get_model("auth", "User").objects.get(username="researcher")
    rights = import_string("cases.access.rights")(user=user, study=study)
    import_string("analytics.findings.board.ask_all")(by=user, rights=rights)
    compute, progress = import_string("analytics.runner.compute"), import_string("cases.jobs.Progress")
    analyses = apps.get_model("analytics", "Analysis").objects
    for analysis in analyses.filter(study=study):
        outcome = compute(analysis, progress())
        finished = import_string("django.utils.timezone.now")()
        analyses.filter(pk=analysis.pk).update(status=outcome.status, finished_at=finished, **outcome.fields)
    found = import_string("analytics.findings.board.board")(by=user, rights=rights)
    return {part.part.code: part for finding in found for part in finding.parts}


@contextmanager
def own_database() -> Iterator[None]:
    """PostgreSQL and Redis in a folder that vanishes, with all tables."""
    folder = Path(tempfile.mkdtemp(prefix="portal-benchmark-"))
    os.environ["PORTAL_VAR"] = str(folder)
    try:
        with embedded.servers(folder, durable=False):
            django.setup()
            call_command("migrate", verbosity=0)
            yield
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=400, help="how many invented patients (400)")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.testing")
    boards = {}
    with own_database():
        for hazard_ratio in (STUDY, TWIN):
            with transaction.atomic():
                boards[hazard_ratio] = answered(hazard_ratio=hazard_ratio, patients=chosen.patients)
                transaction.set_rollback(True)
    print("| part | claim | simulated truth | study | twin |")
    print("| --- | --- | --- | --- | --- |")
    for code, part in boards[STUDY].items():
        told = [_told(boards[hazard_ratio][code]) for hazard_ratio in (STUDY, TWIN)]
        print(f"| {code} | {part.part.claim} | {truth(code)} | {told[0]} | {told[1]} |")
    wrong = [
        f"{code} (hazard ratio {hazard_ratio})"
        for hazard_ratio, board in boards.items()
        for code, part in board.items()
        if part.verdict == "confirmed" and is_false(code, hazard_ratio=hazard_ratio)
    ]
    if wrong:
        sys.exit(f"Confirmed although null: {', '.join(wrong)}")
    print("\nNo claim is confirmed that is null in the truth.")


def _told(part: Any) -> str:
    """The verdict with the judged number, or why there is none."""
    p = f"; Holm's p {part.p_text}" if part.p_text else ""
    return f"{part.verdict.label}: {part.judged or part.says}{p}"


if __name__ == "__main__":
    main()
