"""The form, the answer and its files in a browser's eyes: for who sees rows, and for who does not."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.catalogue import Catalogue
from analytics.kinds import KINDS, parse
from analytics.kinds.time_to_event.form import TimeToEventForm
from analytics.models import Analysis
from analytics.runner import compute
from analytics.services import request_analysis
from cases import access
from cases.jobs import Progress
from cases.models import JobStatus, Role, Study
from tests.analytics.cohort import add_patient
from tests.analytics.kinds.time_to_event.courses import treated
from tests.factories import MembershipFactory, StudyFactory
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db

RESPONSE = {"compared": "response", "criterion": "sclerosis", "landmarks": "60, 120", "naive": True}


@pytest.fixture
def study(db: None) -> Study:
    """Forty treated patients, half of whom respond on 2 April; events and deaths in both halves."""
    study = StudyFactory()
    for number in range(40):
        responds = number % 2 == 0
        treated(
            study,
            sclerosis="2020-04-02" if responds else "",
            seen="" if responds else "2020-04-02",
            events=(f"2020-{5 + number % 7:02}-{1 + number % 27:02}",) if number % 3 else (),
            death=f"2021-{1 + number % 11:02}-10" if number % 5 == 0 else "",
            birth_year=1940 + number,
            sex="female" if number % 4 < 2 else "male",
        )
    return study


def answered(study: Study, user: Any, **asked: Any) -> Analysis:
    spec = parse({"kind": "time_to_event", "study": study.code, **asked})
    analysis, _new = request_analysis(spec=spec, by=user, rights=access.rights(user=user, study=study))
    outcome = compute(analysis, Progress())
    Analysis.objects.filter(pk=analysis.pk).update(status=outcome.status, finished_at=timezone.now(), **outcome.fields)
    analysis.refresh_from_db()
    return analysis


def client_of(study: Study, role: Role = Role.RESEARCHER) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, role=role).user)
    return client


def page(client: Client, address: str, query: dict[str, Any] | None = None) -> str:
    response = client.get(address, query or {})
    assert response.status_code == 200
    text = response.content.decode()
    assert "NaN" not in text
    assert "nan%" not in text
    return text


def at(name: str, analysis: Analysis, *more: Any) -> str:
    return reverse(f"analytics:{name}", args=[analysis.study.code, analysis.pk, *more])


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ({}, ['name="landmarks"', "Responders", "40 patients in scope"], ['name="grouping"', 'name="marker_as"']),
        (
            {"compared": "groups", "grouping": "sex", "zero": "first_dose"},
            ['name="groups"', "Female"],
            ['name="naive"'],
        ),
        ({"compared": "nothing", "end_point": "death"}, ["All patients"], ['name="event_types"', 'name="criterion"']),
        ({"compared": "marker"}, ['name="landmarks"'], ['name="marker_as"']),
        ({"compared": "response", "landmarks": "soon", "zero": "diagnosis"}, ['name="landmarks"'], []),
        ({"compared": "nothing", "years": "x", "covariates": "nonsense"}, ["All patients"], []),
    ],
)
def test_the_form_shows_what_belongs_to_the_question(
    study: Study, query: dict[str, str], there: list[str], absent: list[str]
) -> None:
    address = reverse("analytics:analysis-ask", args=[study.code, "time_to_event"])
    text = page(client_of(study), address, query)
    assert [words for words in there if words not in text] == []
    assert [words for words in absent if words in text] == []


def test_the_form_asks_for_a_marker_where_one_was_measured(study: Study) -> None:
    add_patient(study, 1.0)
    text = page(
        client_of(study), reverse("analytics:analysis-ask", args=[study.code, "time_to_event"]), {"compared": "marker"}
    )
    assert 'name="marker_as"' in text
    assert 'name="assay"' in text


def test_a_form_of_nonsense_is_answered_in_words(study: Study) -> None:
    address = reverse("analytics:analysis-ask", args=[study.code, "time_to_event"])
    response = client_of(study).post(address, {"compared": "response", "criterion": "sclerosis", "landmarks": "never"})
    assert response.status_code == 200
    assert Analysis.objects.count() == 0
    assert "whole numbers" in response.content.decode()


def test_the_question_of_a_form_comes_back_into_it(study: Study) -> None:
    user = MembershipFactory(study=study).user
    catalogue = Catalogue(study=study, by=user)
    spec = parse({"kind": "time_to_event", "study": study.code, **RESPONSE})
    form = TimeToEventForm(QueryDict(spec.as_query()), catalogue=catalogue, bound=False)
    assert form.spec() == spec
    assert not form.stale


def test_the_answer_by_response_and_its_files(study: Study) -> None:
    user = MembershipFactory(study=study, may_export=True).user
    analysis = answered(study, user, **RESPONSE)
    assert analysis.status == JobStatus.SUCCEEDED
    client = Client()
    client.force_login(user)
    text = page(client, at("analysis", analysis))
    for words in ("Landmark", "Day 60", "Day 120", "Biased: who ever responded"):
        assert words in text
    naive = client.get(at("analysis-figure", analysis, "naive")).json()
    assert "BIASED: immortal time" in [one["text"] for one in naive["layout"]["annotations"]]
    curves = client.get(at("analysis-figure", analysis, "curves")).json()
    assert "landmark, day 120" in [one["text"] for one in curves["layout"]["annotations"]]
    assert client.get(at("analysis-figure", analysis, "ratios")).status_code == 200


@needs_r
def test_r_agrees_with_the_stored_answer(study: Study) -> None:
    assert_r_agrees(answered(study, MembershipFactory(study=study).user, **RESPONSE))


def test_a_viewer_reads_a_released_answer_without_curves(study: Study) -> None:
    analysis = answered(study, MembershipFactory(study=study).user, **RESPONSE)
    viewer = client_of(study, Role.VIEWER)
    assert viewer.get(at("analysis", analysis)).status_code == 404
    Analysis.objects.filter(pk=analysis.pk).update(
        released_at=timezone.now(), released_by=MembershipFactory(study=study, role=Role.MANAGER).user
    )
    text = page(viewer, at("analysis", analysis))
    assert "Shown without single patients" in text
    for code in study.patients.values_list("code", flat=True):
        assert code not in text
    assert viewer.get(at("analysis-figure", analysis, "curves")).status_code == 404
    assert viewer.get(at("analysis-figure", analysis, "naive")).status_code == 404
    assert viewer.get(at("analysis-result", analysis)).json()["curves"] == []


def test_another_studys_member_finds_nothing(study: Study) -> None:
    analysis = answered(study, MembershipFactory(study=study).user, **RESPONSE)
    other = client_of(StudyFactory())
    assert other.get(at("analysis", analysis)).status_code == 404
    assert other.get(reverse("analytics:analysis-ask", args=[study.code, "time_to_event"])).status_code == 404


def test_one_group_is_refused_with_its_flow(study: Study) -> None:
    study.patients.update(sex="female")
    analysis = answered(study, MembershipFactory(study=study).user, compared="groups", grouping="sex")
    assert analysis.status == JobStatus.REFUSED
    assert analysis.message["text"] == "A comparison needs at least two groups with patients."
    assert analysis.result is not None
    assert analysis.result["population"]["flow"][-1] == {"step": "analysed", "patients": 40}


def test_what_does_not_exist_is_named(study: Study) -> None:
    kind, user = KINDS["time_to_event"], MembershipFactory(study=study).user
    for asked, field in (
        ({"compared": "response", "criterion": "looks_good"}, "criterion"),
        ({"compared": "groups", "grouping": "mood"}, "grouping"),
        ({"compared": "nothing", "event_types": ["hiccup"]}, "event_types"),
    ):
        spec = parse({"kind": "time_to_event", "study": study.code, **asked})
        assert list(kind.check(spec=spec, study=study, by=user)) == [field]
