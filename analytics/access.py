"""Who may read which answers.

Members who see rows read what was asked over rows they may see themselves: everybody's when they are not confined
to a site, otherwise their site's. Everyone in the study reads what a manager released, without points, whisker ends or
small groups unless they see the rows behind it.
"""

from django.db.models import Q, QuerySet

from analytics.models import Analysis
from cases import access
from cases.access import Person, StudyRights
from cases.models import Membership


def analyses(user: Person) -> QuerySet[Analysis]:
    """The analyses that exist for this person."""
    if not user.is_authenticated or not user.is_active:
        return Analysis.objects.none()
    visible = Analysis.objects.filter(study__in=access.studies(user))
    unconfined = access.rows(user=user, queryset=Analysis.objects.order_by(), study="study")
    memberships = Membership.objects.filter(user_id=user.pk, role__in=access.ROW_ROLES).exclude(site=None)
    own_scopes = [f"site:{site}" for site in memberships.values_list("site", flat=True)]
    return visible.filter(
        Q(pk__in=unconfined.values("pk")) | Q(scope__in=own_scopes) | Q(released_at__isnull=False)
    ).select_related("study", "requested_by", "released_by")


def reads_in_full(*, rights: StudyRights, analysis: Analysis) -> bool:
    """Whether this member may see the single patients an answer rests on."""
    return rights.sees_rows and rights.scope in ("all", analysis.scope)


def may_cancel(*, rights: StudyRights, user: Person, analysis: Analysis) -> bool:
    """Who asked may cancel, and a manager."""
    return analysis.is_unfinished and (analysis.requested_by_id == user.pk or rights.manages)
