"""Runs, wells and reports as one person may see them."""

from django.db.models import F, QuerySet

from cases import access
from cases.access import Person
from expression.models import QpcrRun, QpcrSample, QpcrTarget, QpcrWell
from expression.run_report import RunReport
from expression.scoring import UndeterminedPolicy
from expression.tables import PLATE_ORDER


def runs(user: Person) -> QuerySet[QpcrRun]:
    """A plate may hold samples of several sites, so its run is seen by those who see all sites."""
    return access.rows(user=user, queryset=QpcrRun.objects.select_related("study"), study="study")


def wells(*, user: Person, run: QpcrRun) -> QuerySet[QpcrWell]:
    """Without the samples of patients who withdrew consent."""
    own = access.rows(
        user=user,
        queryset=QpcrWell.objects.filter(run=run),
        patient="sample__specimen__patient",
        study="run__study",
    )
    return own.select_related("target__marker", "sample__specimen__patient")


def samples(*, user: Person, run: QpcrRun) -> QuerySet[QpcrSample]:
    """Without those of patients who withdrew consent."""
    return access.rows(user=user, queryset=run.samples.all(), patient="specimen__patient", study="study")


def targets(run: QpcrRun) -> QuerySet[QpcrTarget]:
    """Study markers first."""
    return run.targets.select_related("marker").order_by(F("marker__position").asc(nulls_last=True), "name")


def report(*, user: Person, run: QpcrRun, undetermined: UndeterminedPolicy) -> RunReport:
    """Four queries."""
    printed = access.rows(
        user=user,
        queryset=run.printed_results.select_related("sample", "target"),
        patient="sample__specimen__patient",
        study="run__study",
    )
    return RunReport(
        run=run,
        targets=list(targets(run)),
        wells=list(wells(user=user, run=run).order_by(*PLATE_ORDER, "target__name")),
        printed=list(printed.order_by("target__name", "sample__name")),
        undetermined=undetermined,
        flagged_calibrators=run.samples.filter(is_calibrator=True).count(),
    )


def chosen_policy(word: str) -> UndeterminedPolicy:
    """What an address says about undetermined wells; a limit for each where it says nothing known."""
    return UndeterminedPolicy(word) if word in list(UndeterminedPolicy) else UndeterminedPolicy.CENSORED
