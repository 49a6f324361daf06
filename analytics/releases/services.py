"""A dashboard is released, and taken back."""

import logging
from dataclasses import dataclass, replace
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.models import DashboardRelease
from analytics.population import chosen_by_codes, everybody, filter_set
from analytics.releases import differences
from analytics.releases.base import ReleasableDashboard, State
from cases.access import Person, StudyRights
from cases.history import data_version
from cases.models import Study
from cases.one_moment import one_moment

logger = logging.getLogger(__name__)

SECONDS = 60


class CannotRelease(ValueError):
    """Why the dashboard cannot be released as it stands, in words."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What would be released: the state, the patients behind it, and what speaks for and against it.

    With ``refusals`` it is not released, with ``doubts`` only by who says that they were read.
    """

    dashboard: ReleasableDashboard
    state: State
    patients: list[int]
    data_version: str
    refusals: list[str]
    doubts: list[str]


def draft(*, dashboard: ReleasableDashboard, asked: QueryDict, by: Person, rights: StudyRights) -> Draft:
    """What the address of the dashboard shows now, as it could be released. Raises ``PermissionDenied`` but for
    managers."""
    rights.require("manages")
    with one_moment(seconds=SECONDS):
        state = dashboard.state(asked, by=by, rights=rights)
        population = filter_set(state.population, study=rights.study.code, by=by).qs
        if not state.population:
            population = everybody(study=rights.study.code, by=by)
        patients = sorted(population.values_list("pk", flat=True))
        version = data_version()
    against = [*state.stale, *([state.nothing] if state.nothing else []), *_told_by_codes(state)]
    drafted = Draft(
        dashboard=dashboard, state=state, patients=patients, data_version=version, refusals=against, doubts=[]
    )
    return _beside_others(drafted, study=rights.study)


def _told_by_codes(state: State) -> list[str]:
    text = _(
        "Patients are chosen by a part of their codes, which viewers would read among the filters. Choose them by "
        "other filters."
    )
    return [str(text)] if chosen_by_codes(state.population) else []


@transaction.atomic
def release(*, drafted: Draft, title: str, doubts_read: bool, by: Person, rights: StudyRights) -> DashboardRelease:
    """Let every member of the study read it. Raises :class:`CannotRelease` with a sentence."""
    rights.require("manages")
    # Of two managers who release at once the second waits, and is judged beside the release of the first.
    Study.objects.select_for_update().get(pk=rights.study.pk)
    drafted = _beside_others(drafted, study=rights.study)
    if drafted.refusals:
        raise CannotRelease(drafted.refusals[0])
    if drafted.doubts and not doubts_read:
        raise CannotRelease(_("Read the warnings, then tick that they were read."))
    made = DashboardRelease.objects.create(
        study=rights.study,
        dashboard=drafted.dashboard.code,
        title=title,
        query=drafted.state.query,
        population=drafted.state.population.as_json(),
        numbers=drafted.state.numbers,
        patients=drafted.patients,
        data_version=drafted.data_version,
        released_by=cast(User, by),
    )
    logger.info("dashboard %s of study %s released by user %s", made.dashboard, rights.study.pk, by.pk)
    return made


def _beside_others(drafted: Draft, *, study: Study) -> Draft:
    """With what speaks against it, or has to be known, as the releases of the study are now."""
    earlier = list(DashboardRelease.objects.filter(study=study))
    standing = [one for one in earlier if one.withdrawn_at is None]
    found = differences.refusals(patients=set(drafted.patients), earlier=standing)
    doubts = differences.doubts(dashboard=drafted.dashboard.code, numbers=drafted.state.numbers, earlier=earlier)
    return replace(drafted, refusals=[*dict.fromkeys([*drafted.refusals, *found])], doubts=doubts)


def withdraw(*, release: DashboardRelease, by: Person, rights: StudyRights) -> bool:
    """Take a released dashboard back; False when it was withdrawn already."""
    rights.require("manages")
    standing = DashboardRelease.objects.filter(pk=release.pk, withdrawn_at=None)
    done = bool(standing.update(withdrawn_at=timezone.now()))
    logger.info("release %s withdrawn by user %s: %s", release.pk, by.pk, done)
    return done
