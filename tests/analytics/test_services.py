"""The asking: the same question is answered once, and reuse never crosses rights."""

import logging
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from analytics import services
from analytics.models import Analysis
from analytics.reading import read
from analytics.spec import SpecError
from cases import access
from cases.models import ConsentStatus, JobStatus, Role, Study
from tests.analytics.cohort import add_patient, answered, asked, cohort, question
from tests.factories import MembershipFactory, SiteFactory, StudyFactory


def request(study: Study, user: Any, **changes: Any) -> tuple[Analysis, bool]:
    rights = access.rights(user=user, study=study)
    return services.request_analysis(spec=question(study, **changes), by=user, rights=rights)


@pytest.fixture
def study(db: None) -> Study:
    return cohort()


def test_a_new_question_is_queued_and_sent_on_commit(study: Study, django_capture_on_commit_callbacks: Any) -> None:
    user = MembershipFactory(study=study).user
    with django_capture_on_commit_callbacks() as callbacks:
        analysis, created = request(study, user)
    assert created
    assert len(callbacks) == 1
    assert (analysis.status, analysis.scope, analysis.requested_by) == (JobStatus.QUEUED, "all", user)


def test_colleagues_share_one_answer(study: Study) -> None:
    # Members are data as well: both join before anything is asked.
    first, second = (MembershipFactory(study=study, role=role).user for role in (Role.RESEARCHER, Role.MANAGER))
    analysis, _created = request(study, first)
    assert request(study, second) == (analysis, False)


def test_another_question_or_other_data_are_asked_anew(study: Study) -> None:
    user = MembershipFactory(study=study).user
    first, _created = request(study, user)
    other, created = request(study, user, consolidation="mean")
    assert created
    assert other != first
    add_patient(study, 9.0)
    again, created = request(study, user)
    assert created
    assert again != first


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.REFUSED])
def test_what_ended_without_an_answer_is_asked_anew(study: Study, status: JobStatus) -> None:
    user = MembershipFactory(study=study).user
    first, _created = request(study, user)
    Analysis.objects.filter(pk=first.pk).update(status=status)
    assert request(study, user)[1]


def test_reuse_never_crosses_rights(db: None) -> None:
    site = SiteFactory()
    study = cohort(study=site.study)
    whole, _created = request(study, MembershipFactory(study=study).user)
    confined, created = request(study, MembershipFactory(site=site, role=Role.DATA_ENTRY).user)
    assert created
    assert confined != whole
    assert confined.scope == f"site:{site.pk}"


def test_viewers_do_not_ask(study: Study) -> None:
    with pytest.raises(PermissionDenied, match="Ask a manager"):
        request(study, MembershipFactory(study=study, role=Role.VIEWER).user)
    assert not Analysis.objects.exists()


def test_rights_of_another_study_are_a_mistake_of_the_program(study: Study) -> None:
    member = MembershipFactory()
    with pytest.raises(ValueError, match="another study"):
        services.request_analysis(
            spec=question(study), by=member.user, rights=access.rights(user=member.user, study=member.study)
        )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"marker": "NOSUCH"}, "marker", "There is no “NOSUCH” here."),
        ({"dataset": "NOSUCH"}, "dataset", "There is no “NOSUCH” here. Give the code of a dataset"),
        ({"grouping": "patient__code"}, "grouping", "There is no “patient__code” here. Give histology, category"),
        ({"gene": ""}, "gene", "Choose the gene whose alteration makes the groups."),
        ({"grouping": "histology"}, "gene", "This grouping needs no gene. Leave it out."),
        ({"population": {"sex": "x"}}, "population", "sex: Select a valid choice. x is not one of the"),
        ({"population": {"site": ["x"]}}, "population", "site: Select a valid choice. x is not one of the"),
        (
            {"population": {"study__code": ["x"]}},
            "population",
            "There is no filter “study__code”. Filters are: cohort",
        ),
    ],
)
def test_codes_that_do_not_exist(study: Study, changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        request(study, MembershipFactory(study=study).user, **changes)
    assert caught.value.errors[field].startswith(words)


def test_a_dataset_of_another_study_does_not_exist_here(study: Study) -> None:
    elsewhere = StudyFactory()
    with pytest.raises(SpecError):
        request(elsewhere, MembershipFactory(study=elsewhere).user)


@pytest.fixture
def two_who_ask(transactional_db: None) -> Iterator[list[Analysis]]:
    study = cohort()
    users = [MembershipFactory(study=study).user for _ in range(2)]
    together, found = Barrier(2), []

    def ask(user: Any) -> None:
        together.wait()
        found.append(asked(study, user))
        connection.close()

    threads = [Thread(target=ask, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_who_ask_at_the_same_moment_get_one_analysis(two_who_ask: list[Analysis]) -> None:
    assert len({analysis.pk for analysis in two_who_ask}) == 1
    assert Analysis.objects.count() == 1


@pytest.mark.django_db
def test_release_and_withdraw(caplog: pytest.LogCaptureFixture) -> None:
    study = cohort()
    manager = MembershipFactory(study=study, role=Role.MANAGER).user
    rights = access.rights(user=manager, study=study)
    waiting = asked(study, manager, consolidation="mean")
    assert not services.release(analysis=waiting, by=manager, rights=rights)
    analysis = answered(study, manager)
    with caplog.at_level(logging.INFO):
        assert services.release(analysis=analysis, by=manager, rights=rights)
    assert f"analysis {analysis.pk} released by user {manager.pk}" in caplog.text
    assert not services.release(analysis=analysis, by=manager, rights=rights)
    analysis.refresh_from_db()
    assert analysis.released_by == manager
    assert services.withdraw(analysis=analysis, by=manager, rights=rights)
    analysis.refresh_from_db()
    assert (analysis.released_at, analysis.released_by) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("act", [services.release, services.withdraw])
def test_only_managers_release(act: Any) -> None:
    study = cohort()
    researcher = MembershipFactory(study=study).user
    analysis = answered(study, researcher)
    with pytest.raises(PermissionDenied):
        act(analysis=analysis, by=researcher, rights=access.rights(user=researcher, study=study))


@pytest.mark.django_db
def test_export_of_the_input() -> None:
    study = cohort()
    gone = add_patient(study, 9.0)
    researcher = MembershipFactory(study=study).user
    exporter = MembershipFactory(study=study, may_export=True).user
    analysis = answered(study, researcher)
    gone.consent_status = ConsentStatus.WITHDRAWN
    gone.save()

    def export(user: Any) -> dict[str, Any]:
        rights = access.rights(user=user, study=study)
        reading = read(analysis=analysis, user=user, rights=rights)
        return services.export_input(reading=reading, by=user, rights=rights)

    with pytest.raises(PermissionDenied):
        export(researcher)
    rows = export(exporter)["rows"]
    assert len(rows) == 12
    assert gone.code not in {row[0] for row in rows}


@pytest.mark.django_db
def test_there_is_no_input_before_the_answer() -> None:
    study = cohort()
    manager = MembershipFactory(study=study, role=Role.MANAGER).user
    rights = access.rights(user=manager, study=study)
    reading = read(analysis=asked(study, manager), user=manager, rights=rights)
    with pytest.raises(Http404):
        services.export_input(reading=reading, by=manager, rights=rights)
