"""Who finds which cohorts: their maker, and where they are shared every member of the study who sees rows."""

from django.db.models import Q, QuerySet

from analytics.models import Cohort
from cases import access
from cases.access import Person, StudyRights


def cohorts(user: Person) -> QuerySet[Cohort]:
    """The cohorts that exist for this person."""
    found = access.of_study(user=user, queryset=Cohort.objects.select_related("study", "made_by"))
    return found.filter(Q(made_by_id=user.pk) | Q(is_shared=True)) if user.pk else found.none()


def may_change(*, rights: StudyRights, user: Person, cohort: Cohort) -> bool:
    """Who made it may, and a manager where it is shared."""
    return cohort.made_by_id == user.pk or (cohort.is_shared and rights.manages)
