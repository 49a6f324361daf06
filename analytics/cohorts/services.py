"""What is done with cohorts beside making and changing them: archived, brought back, deleted."""

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.cohorts.access import may_change
from analytics.cohorts.usage import is_used
from analytics.models import Cohort
from cases.access import Person, StudyRights

logger = logging.getLogger(__name__)


def require_change(*, cohort: Cohort, by: Person, rights: StudyRights) -> None:
    """Raise ``PermissionDenied`` unless this person made the cohort, or manages the study it is shared with."""
    rights.require("asks")
    if not may_change(rights=rights, user=by, cohort=cohort):
        raise PermissionDenied(_("Only who made a cohort changes it, or a manager where it is shared."))


def archive(*, cohort: Cohort, by: Person, rights: StudyRights) -> bool:
    """Offer it in no form any more; what was asked of it stays. False when it is archived already."""
    require_change(cohort=cohort, by=by, rights=rights)
    return bool(Cohort.objects.filter(pk=cohort.pk, archived_at=None).update(archived_at=timezone.now()))


def restore(*, cohort: Cohort, by: Person, rights: StudyRights) -> bool:
    """Offer an archived cohort again; False when it is not archived."""
    require_change(cohort=cohort, by=by, rights=rights)
    return bool(Cohort.objects.filter(pk=cohort.pk, archived_at__isnull=False).update(archived_at=None))


@transaction.atomic
def delete(*, cohort: Cohort, by: Person, rights: StudyRights) -> bool:
    """Delete a cohort of which nothing was asked; False when something was: then it can be archived."""
    require_change(cohort=cohort, by=by, rights=rights)
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if is_used(locked):
        return False
    logger.info("cohort %s of study %s deleted by user %s", cohort.pk, rights.study.pk, by.pk)
    locked.delete()
    return True
