"""One's own jobs of all studies: which are there, how far they are, and that only one's own can be cancelled."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from analytics.models import Analysis
from cases.models import ImportJob, JobStatus, Membership, Role
from portal import jobs
from tests.analytics.cohort import asked, cohort
from tests.factories import CheckRunFactory, ExportJobFactory, ImportJobFactory, MembershipFactory, UserFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PAGE = "/account/jobs/"
API = "/api/v1/jobs/"


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(study=cohort(), role=Role.MANAGER)


@pytest.fixture
def client(client: Client, member: Membership) -> Client:
    client.force_login(member.user)
    return client


def everything(member: Membership) -> list[Any]:
    """A job of each kind, the newest first."""
    own = {"study": member.study, "requested_by": member.user}
    made = [
        asked(member.study, member.user),
        ImportJobFactory(**own, status=JobStatus.WAITING),
        ExportJobFactory(
            **own, status=JobStatus.RUNNING, lease_until=timezone.now(), progress_done=3, progress_total=7
        ),
        CheckRunFactory(**own, status=JobStatus.FAILED),
    ]
    for days, job in enumerate(made):
        type(job).objects.filter(pk=job.pk).update(requested_at=timezone.now() - timedelta(days=days))
    return made


def shown(client: Client) -> list[tuple[str, int]]:
    return [(work.kind, work.job.pk) for work in client.get(PAGE).context["works"]]


def test_all_kinds_newest_first_with_links_and_progress(client: Client, member: Membership) -> None:
    made = everything(member)
    assert shown(client) == list(zip(("analysis", "import", "export", "check"), (job.pk for job in made), strict=True))
    page = client.get(PAGE).content.decode()
    for job in made:
        assert f'href="{job.get_absolute_url()}"' in page
        assert client.get(job.get_absolute_url()).status_code == 200
    assert 'value="3"' in page
    assert 'max="7"' in page


def test_of_all_studies(client: Client, member: Membership) -> None:
    elsewhere = MembershipFactory(user=member.user, role=Role.MANAGER)
    for study in (member.study, elsewhere.study):
        ImportJobFactory(study=study, requested_by=member.user)
    assert len(shown(client)) == 2


def test_not_those_of_others(client: Client, member: Membership) -> None:
    other = MembershipFactory(study=member.study, role=Role.MANAGER)
    everything(other)
    assert shown(client) == []
    assert client.get(API).json() == []


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_not_of_studies_whose_rows_one_no_longer_sees(client: Client, member: Membership, role: Role | None) -> None:
    everything(member)
    if role:
        Membership.objects.filter(pk=member.pk).update(role=role)
    else:
        member.delete()
    assert shown(client) == []


def test_asks_for_the_table_again_while_something_runs(client: Client, member: Membership) -> None:
    job = ImportJobFactory(study=member.study, requested_by=member.user)
    table = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="{PAGE}"' in table
    assert "<html" not in table
    ImportJob.objects.filter(pk=job.pk).update(status=JobStatus.CANCELLED)
    assert "hx-get" not in client.get(PAGE, headers={"HX-Request": "true"}).content.decode()


def test_nothing_asked_for(client: Client) -> None:
    assert "Nothing asked for yet" in client.get(PAGE).content.decode()


def test_the_newest_are_shown(client: Client, member: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_SHOWN", 3)
    analysis, *_others = everything(member)
    newest = shown(client)
    assert (len(newest), newest[0]) == (3, ("analysis", analysis.pk))
    assert "The newest 3 are shown" in client.get(PAGE).content.decode()


def test_queries_do_not_grow_with_the_jobs(client: Client, member: Membership) -> None:
    everything(member)
    few = queries_of(client, PAGE)
    for number in range(5):
        study = cohort()
        MembershipFactory(study=study, user=member.user, role=Role.MANAGER)
        asked(study, member.user, reference="SSX1" if number else "")
        ImportJobFactory(study=study, requested_by=member.user)
        ExportJobFactory(study=study, requested_by=member.user)
    assert queries_of(client, PAGE) == few


class TestCancel:
    def test_each_kind(self, client: Client, member: Membership) -> None:
        analysis, waiting, running, _failed = everything(member)
        for kind, job in (("analysis", analysis), ("import", waiting), ("export", running)):
            assert client.post(f"{PAGE}{kind}/{job.pk}/cancel/").url == PAGE
            job.refresh_from_db()
        assert (analysis.status, waiting.status) == (JobStatus.CANCELLED, JobStatus.CANCELLED)
        assert (running.status, running.cancel_requested) == (JobStatus.RUNNING, True)
        assert "cancel-export" not in client.get(PAGE).content.decode()

    def test_what_has_ended_stays(self, client: Client, member: Membership) -> None:
        *_others, failed = everything(member)
        answer = client.post(f"{PAGE}check/{failed.pk}/cancel/", follow=True)
        failed.refresh_from_db()
        assert failed.status == JobStatus.FAILED
        assert "there is nothing to cancel" in answer.content.decode()

    @pytest.mark.parametrize("person", ["stranger", "manager of the study"])
    def test_not_that_of_others(self, client: Client, member: Membership, person: str) -> None:
        analysis, *_others = everything(member)
        other: User = (
            UserFactory() if person == "stranger" else MembershipFactory(study=member.study, role="manager").user
        )
        client.force_login(other)
        assert client.post(f"{PAGE}analysis/{analysis.pk}/cancel/").status_code == 404
        assert Analysis.objects.get(pk=analysis.pk).status == JobStatus.QUEUED

    def test_no_such_kind(self, client: Client) -> None:
        assert client.post(f"{PAGE}nonsense/1/cancel/").status_code == 404


def test_api(client: Client, member: Membership) -> None:
    analysis, _waiting, running, _failed = everything(member)
    rows = client.get(API).json()
    assert [row["kind"] for row in rows] == ["analysis", "import", "export", "check"]
    assert (rows[0]["id"], rows[0]["study"], rows[0]["status"]) == (analysis.pk, member.study.code, "queued")
    assert (rows[2]["id"], rows[2]["progress_done"], rows[2]["progress_total"]) == (running.pk, 3, 7)
