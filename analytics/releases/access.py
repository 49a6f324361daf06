"""Who reads which releases: every member of the study those that stand, a manager the withdrawn ones, too."""

from django.db.models import QuerySet

from analytics.models import DashboardRelease
from cases import access
from cases.access import Person, StudyRights


def releases(user: Person) -> QuerySet[DashboardRelease]:
    """The releases that stand, of all studies of this person; without what tells the patients behind them."""
    found = DashboardRelease.objects.filter(study__in=access.studies(user), withdrawn_at=None)
    return found.select_related("study", "released_by").defer("patients")


def of_study(*, rights: StudyRights) -> QuerySet[DashboardRelease]:
    """The releases of a study, withdrawn ones for a manager alone."""
    found = DashboardRelease.objects.filter(study=rights.study)
    found = found if rights.manages else found.filter(withdrawn_at=None)
    return found.select_related("study", "released_by").defer("patients")
