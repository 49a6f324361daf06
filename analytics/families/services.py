"""Questions put into a family: as many as one likes before the first answer, afterwards only in the open."""

import logging
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction

from analytics.models import Analysis, Family, FamilyMember
from analytics.services import request_analysis
from analytics.spec import Spec
from cases.access import Person, StudyRights
from cases.models import JobStatus

logger = logging.getLogger(__name__)


def has_answer(family: Family) -> bool:
    """Whether a question of the family was answered, once at least."""
    return _answered(list(family.members.values_list("digest", flat=True)), family)


@transaction.atomic
def request_in_family(*, spec: Spec, family: Family, by: Person, rights: StudyRights) -> tuple[Analysis, bool]:
    """Ask a question as one of the family: the analysis, and whether it is new.

    Raises as :func:`analytics.services.request_analysis` does.
    """
    analysis, created = request_analysis(spec=spec, by=by, rights=rights)
    join(analysis=analysis, family=family, by=by)
    return analysis, created


@transaction.atomic
def join(*, analysis: Analysis, family: Family, by: Person) -> FamilyMember:
    """The question of the analysis as a member of the family, where it may be already.

    It is late where an answer of the family, or its own, is there.
    """
    if analysis.study_id != family.study_id:
        raise ValueError("The family is one of another study.")
    # Two who add at the same moment as an answer is looked at wait for each other here.
    Family.objects.select_for_update().get(pk=family.pk)
    digests = [*family.members.values_list("digest", flat=True), analysis.digest]
    member, created = FamilyMember.objects.get_or_create(
        family=family,
        digest=analysis.digest,
        defaults={"analysis": analysis, "added_by": cast(User, by), "is_late": _answered(digests, family)},
    )
    if created:
        logger.info("analysis %s joins family %s by user %s, late: %s", analysis.pk, family.pk, by.pk, member.is_late)
    return member


def delete(*, family: Family, by: Person, rights: StudyRights) -> bool:
    """Take a declaration back; False where questions were put into it."""
    rights.require("asks")
    if family.members.exists():
        return False
    logger.info("family %s of study %s deleted by user %s", family.pk, rights.study.pk, by.pk)
    family.delete()
    return True


def _answered(digests: list[str], family: Family) -> bool:
    answers = Analysis.objects.filter(study=family.study_id, digest__in=digests, status=JobStatus.SUCCEEDED)
    return answers.exists()
