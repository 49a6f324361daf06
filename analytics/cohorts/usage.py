"""What was asked of a cohort."""

from collections.abc import Iterable

from analytics.cohorts.editions import key
from analytics.models import Analysis, Cohort, DashboardRelease


def editions_of(cohort: Cohort) -> list[str]:
    """The keys of all editions there were."""
    return [key(cohort.pk, number) for number in range(1, cohort.edition + 1)]


def asked_of(cohort: Cohort) -> Iterable[int]:
    """The keys of the analyses of any edition, newest first."""
    found = Analysis.objects.filter(study=cohort.study, spec__population__cohort__0__in=editions_of(cohort))
    return found.order_by("-pk").values_list("pk", flat=True)


def asked_by_others(cohort: Cohort) -> bool:
    """Whether somebody but its maker asked anything of it."""
    return Analysis.objects.filter(pk__in=asked_of(cohort)).exclude(requested_by=cohort.made_by).exists()


def is_used(cohort: Cohort) -> bool:
    """Whether an analysis or a released dashboard names it."""
    released = DashboardRelease.objects.filter(study=cohort.study, population__cohort__0__in=editions_of(cohort))
    return bool(asked_of(cohort)) or released.exists()
