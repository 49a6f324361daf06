"""The board on a small demonstration study: valid questions, verdicts, the page, its button and its rights."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.demonstration.study import seed_demonstration
from analytics.findings import FINDINGS, Verdict
from analytics.findings.board import ask_all, board, questions
from analytics.models import Analysis
from analytics.runner import compute
from cases import access
from cases.jobs import Progress
from cases.models import JobStatus, Role, Study
from tests.factories import MembershipFactory, PatientFactory, SiteFactory, StudyFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PATIENTS = 60
PARTS = [part.code for finding in FINDINGS for part in finding.parts]


@pytest.fixture
def study() -> Study:
    study = seed_demonstration(patients=PATIENTS, password="a password")
    assert study is not None
    return study


def researcher(study: Any) -> Any:
    return MembershipFactory(study=study, role=Role.RESEARCHER).user


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(study: Any, name: str = "findings") -> str:
    return reverse(f"analytics:{name}", args=[study.code])


def run_all(study: Study, user: Any) -> None:
    """Ask everything and compute it here and now."""
    ask_all(by=user, rights=access.rights(user=user, study=study))
    for analysis in Analysis.objects.filter(status=JobStatus.QUEUED):
        outcome = compute(analysis, Progress())
        fields = {"status": outcome.status, "finished_at": timezone.now(), **outcome.fields}
        Analysis.objects.filter(pk=analysis.pk).update(**fields)


def verdicts(study: Study, user: Any) -> dict[str, Verdict]:
    found = board(by=user, rights=access.rights(user=user, study=study))
    return {part.part.code: part.verdict for one in found for part in one.parts}


def test_the_findings_are_declared_in_their_order() -> None:
    assert [finding.code for finding in FINDINGS] == [f"F{number}" for number in range(1, 14)]
    assert len(set(PARTS)) == len(PARTS)
    assert all(finding.parts or finding.pending for finding in FINDINGS)


class TestAnswered:
    """One study whose questions are all answered, which takes a while: each part of the test looks at it."""

    def test_on_the_demonstration(self, study: Study, subtests: pytest.Subtests) -> None:
        user = researcher(study)
        client = client_of(user)
        queries_of(client, address(study))
        empty = queries_of(client, address(study))
        with subtests.test("every question is valid and asked once"):
            self._nothing_is_asked(study, user, client)
        run_all(study, user)
        with subtests.test("queries do not grow with the answers"):
            assert queries_of(client, address(study)) <= empty
        with subtests.test("verdicts"):
            decided = verdicts(study, user)
            assert set(decided.values()) <= {Verdict.CONFIRMED, Verdict.NOT_CONFIRMED, Verdict.NOT_ENOUGH}
            assert decided["F6-ABC"] == Verdict.CONFIRMED
            assert decided["F3"] == Verdict.NOT_ENOUGH
            assert {analysis.status for analysis in Analysis.objects.all()} <= {JobStatus.SUCCEEDED, JobStatus.REFUSED}
        with subtests.test("the API tells the same"):
            self._the_api_tells_the_same(study, user, client)
        with subtests.test("the tests of the board are one family"):
            self._the_tests_are_one_family(study, user)
        with subtests.test("the page tells claim and verdict, and that data changed"):
            self._the_page_tells(study, client)
        with subtests.test("a member of one site reads answers over their own rows"):
            confined: Any = MembershipFactory(site=SiteFactory(study=study, code="FAR"), role=Role.DATA_ENTRY).user
            found = board(by=confined, rights=access.rights(user=confined, study=study))
            assert all(part.analysis is None for one in found for part in one.parts)

    def _nothing_is_asked(self, study: Study, user: Any, client: Client) -> None:
        rights = access.rights(user=user, study=study)
        before = client.get(address(study)).content.decode()
        assert "Not asked yet" in before
        assert "Data have changed since" not in before
        assert [code for code, spec in questions(by=user, rights=rights).items() if spec is None] == []
        assert ask_all(by=user, rights=rights) == (len(PARTS), 0)
        assert ask_all(by=user, rights=rights) == (0, len(PARTS))
        assert set(verdicts(study, user).values()) == {Verdict.UNDERWAY}

    def _the_api_tells_the_same(self, study: Study, user: Any, client: Client) -> None:
        findings = client.get(reverse("api:finding-list"), {"study": study.code}).json()
        told = {part["code"]: part["verdict"] for finding in findings for part in finding["parts"]}
        assert told == {code: verdict.value for code, verdict in verdicts(study, user).items()}
        assert "<" not in findings[0]["parts"][0]["answer"]
        assert client.get(reverse("api:finding-list")).status_code == 400

    def _the_tests_are_one_family(self, study: Study, user: Any) -> None:
        parts = [one for found in board(by=user, rights=access.rights(user=user, study=study)) for one in found.parts]
        tested = [one for one in parts if one.part.is_test and one.estimate and one.estimate.p_value is not None]
        family = sum(one.part.is_test for one in parts)
        smallest = min(tested, key=lambda one: one.estimate.p_value)  # type: ignore[union-attr,arg-type,return-value]
        assert smallest.adjusted_p == pytest.approx(min(1, family * smallest.estimate.p_value))  # type: ignore[union-attr,operator]
        assert all(one.adjusted_p is None for one in parts if not one.part.is_test)
        confirmed = [one for one in parts if one.verdict == Verdict.CONFIRMED and one.adjusted_p is not None]
        assert [one.is_confirmed_alone for one in confirmed] == [(one.adjusted_p or 0) >= 0.05 for one in confirmed]
        assert replace(smallest, verdict=Verdict.CONFIRMED, adjusted_p=0.086).is_confirmed_alone

    def _the_page_tells(self, study: Study, client: Client) -> None:
        text = client.get(address(study)).content.decode()
        assert "Confirmed" in text
        assert "No kind of question for it yet" in text
        assert "Hazard ratio after a response" in text
        assert "Each verdict answers one claim that was published before these data were looked at" in text
        assert "NaN" not in text
        assert "Data have changed since" not in text
        PatientFactory(study=study)
        assert "Data have changed since" in client.get(address(study)).content.decode()


def test_run_all_asks_once(study: Study) -> None:
    client = client_of(researcher(study))
    answer = client.post(address(study, "findings-run"), follow=True)
    assert f"{len(PARTS)} questions asked." in answer.content.decode()
    answer = client.post(address(study, "findings-run"), follow=True)
    assert "no data have changed since" in answer.content.decode()
    assert Analysis.objects.count() == len(PARTS)


def test_a_study_without_data_says_so() -> None:
    study = StudyFactory()
    client = client_of(researcher(study))
    answer = client.post(address(study, "findings-run"), follow=True).content.decode()
    assert "The study holds nothing yet" in answer
    assert "The study holds nothing to ask this of." in answer
    assert not Analysis.objects.exists()


def test_a_viewer_and_a_stranger_neither_see_nor_ask(study: Study) -> None:
    viewer = client_of(MembershipFactory(study=study, role=Role.VIEWER).user)
    other = client_of(MembershipFactory(role=Role.MANAGER).user)
    for client, status in ((viewer, 403), (other, 404)):
        assert client.get(address(study)).status_code == status
        assert client.post(address(study, "findings-run")).status_code == status
        assert client.get(reverse("api:finding-list"), {"study": study.code}).status_code == status
    assert not Analysis.objects.exists()
