"""Questions and answers over the API: the same road as the pages, with the same rights."""

from typing import Any

import pytest
from django.urls import reverse
from knox.models import AuthToken
from rest_framework.test import APIClient

from analytics.kinds import KINDS
from analytics.models import Analysis
from analytics.services import release
from cases import access
from cases.models import JobStatus, Role, Study
from tests.analytics.cohort import add_patient, answered, asked, cohort, question
from tests.factories import MembershipFactory, StudyFactory, UserFactory

LIST = "/api/v1/analyses/"


def with_token(user: Any) -> APIClient:
    """A program that sends a token, as researchers' scripts do."""
    _stored, token = AuthToken.objects.create(user)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def member(study: Study, role: Role = Role.RESEARCHER, **fields: Any) -> APIClient:
    return with_token(MembershipFactory(study=study, role=role, **fields).user)


def body(study: Study, **changes: Any) -> dict[str, Any]:
    return {**question(study).as_json(), **changes}


def at(analysis: Analysis, more: str = "") -> str:
    return f"{LIST}{analysis.pk}/{more}"


@pytest.fixture
def study(db: None) -> Study:
    study = cohort()
    add_patient(study, 1.5, 2.5, partner="")
    return study


@pytest.fixture
def answer(study: Study) -> Analysis:
    return answered(study, MembershipFactory(study=study).user)


def released(analysis: Analysis) -> Analysis:
    manager = MembershipFactory(study=analysis.study, role=Role.MANAGER).user
    release(analysis=analysis, by=manager, rights=access.rights(user=manager, study=analysis.study))
    return analysis


def test_asking_answers_with_an_address(study: Study) -> None:
    client = member(study)
    response = client.post(LIST, body(study), format="json")
    assert (response.status_code, type(response["Location"])) == (202, str)
    assert response["Location"] == response.json()["url"]
    waiting = client.get(response["Location"]).json()
    assert (waiting["status"], waiting["result"]) == ("queued", None)
    assert waiting["question"] == question(study).as_json()


def test_a_short_question_is_enough(study: Study) -> None:
    short = {"study": study.code, "assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "grouping": "sex"}
    assert member(study).post(LIST, short, format="json").status_code == 202


def test_an_answered_question_is_answered_at_once(answer: Analysis) -> None:
    response = with_token(answer.requested_by).post(LIST, body(answer.study), format="json")
    assert response.status_code == 200
    assert response.json()["id"] == answer.pk
    assert response.json()["result"]["comparison"]["p_value"] == answer.result["comparison"]["p_value"]


def test_page_and_api_agree(answer: Analysis) -> None:
    user = MembershipFactory(study=answer.study).user
    api = with_token(user)
    browser = APIClient()
    browser.force_login(user)
    pages = [answer.study.code, answer.pk]
    told = api.get(at(answer)).json()
    assert told["result"] == browser.get(reverse("analytics:analysis-result", args=pages)).json()
    assert told["input_sha256"] == answer.input_sha256
    assert set(told["figures"]) == {"boxes", "shifts"}
    for name, url in told["figures"].items():
        drawn = browser.get(reverse("analytics:analysis-figure", args=[*pages, name]))
        assert api.get(url).json() == drawn.json()
    form = {name: value for name, value in body(answer.study).items() if name != "population" and value is not None}
    from_page = browser.post(
        reverse("analytics:analysis-ask", args=[answer.study.code, "expression_by_group"]),
        {**form, "groups": ["SSX1", "SSX2"]},
    )
    from_api = api.post(LIST, body(answer.study), format="json")
    assert from_page["Location"] == Analysis.objects.get(pk=from_api.json()["id"]).get_absolute_url()


def test_a_viewer_reads_the_same_over_the_api_as_on_the_page(answer: Analysis) -> None:
    viewer = MembershipFactory(study=answer.study, role=Role.VIEWER).user
    assert with_token(viewer).get(at(answer)).status_code == 404
    released(answer)
    browser = APIClient()
    browser.force_login(viewer)
    api = with_token(viewer).get(at(answer)).json()
    page = browser.get(reverse("analytics:analysis-result", args=[answer.study.code, answer.pk])).json()
    assert api["result"] == page
    assert api["input_sha256"] == ""
    told = str(api) + with_token(viewer).get(api["figures"]["boxes"]).content.decode()
    assert not [patient.code for patient in answer.study.patients.all() if patient.code in told]
    assert api["result"]["groups"][0]["minimum"] is None
    assert with_token(viewer).get(at(answer, "input/")).status_code == 403


def test_a_viewer_does_not_ask(study: Study) -> None:
    response = member(study, Role.VIEWER).post(LIST, body(study), format="json")
    assert response.status_code == 403
    assert "Ask a manager to run and release" in response.json()["detail"]


def test_strangers_find_nothing(answer: Analysis) -> None:
    released(answer)
    for stranger in (with_token(UserFactory()), member(StudyFactory(), Role.MANAGER)):
        assert stranger.get(at(answer)).status_code == 404
        assert stranger.get(at(answer, "figures/boxes/")).status_code == 404
        assert stranger.get(at(answer, "input/")).status_code == 404
        assert stranger.post(at(answer, "cancel/")).status_code == 404
        assert stranger.post(LIST, body(answer.study), format="json").status_code == 404
        assert stranger.get(LIST, {"study": answer.study.code}).status_code == 404
        assert stranger.get(LIST).json()["count"] == 0


def test_without_a_token(answer: Analysis) -> None:
    for response in (APIClient().get(LIST), APIClient().get(at(answer)), APIClient().post(LIST, {}, format="json")):
        assert response.status_code == 401


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"marker": "NOSUCH"}, "marker", "There is no “NOSUCH” here."),
        ({"groups": "SSX1"}, "groups", "Send a list of codes."),
        ({"colour": "red"}, "colour", "There is no such field."),
        ({"grouping": "patient__code"}, "grouping", "There is no “patient__code” here."),
    ],
)
def test_bad_fields_are_answered_in_words(study: Study, changes: dict[str, Any], field: str, words: str) -> None:
    response = member(study).post(LIST, body(study, **changes), format="json")
    assert response.status_code == 400
    assert str(response.json()[field]).removeprefix("['").startswith(words)


@pytest.mark.parametrize("text", ['{"study": ', "[1, 2]", '"text"', "null", "", '{"study": NaN, "marker": Infinity}'])
def test_bad_json_is_answered_in_words(study: Study, text: str) -> None:
    response = member(study).post(LIST, text, content_type="application/json")
    assert response.status_code == 400
    assert response.json()


def test_a_refused_question_says_why(study: Study) -> None:
    analysis = answered(study, MembershipFactory(study=study).user, groups=["SSX1", "SSX9"])
    told = member(study).get(at(analysis)).json()
    assert (told["status"], told["message"]) == ("refused", "Group SSX9 has no values.")
    assert told["figures"] == {}


def test_cancel(study: Study) -> None:
    user = MembershipFactory(study=study).user
    analysis = asked(study, user)
    assert member(study).post(at(analysis, "cancel/")).status_code == 403
    response = with_token(user).post(at(analysis, "cancel/"))
    assert (response.status_code, response.json()["status"]) == (202, "cancelled")
    again = with_token(user).post(at(analysis, "cancel/"))
    assert again.status_code == 409
    assert "nothing to cancel" in again.json()["detail"]


def test_the_list_can_be_narrowed(answer: Analysis) -> None:
    user = answer.requested_by
    asked(answer.study, user, consolidation="mean")
    elsewhere = cohort()
    MembershipFactory(study=elsewhere, user=user)
    asked(elsewhere, user)
    client = with_token(user)
    assert client.get(LIST).json()["count"] == 3
    assert client.get(LIST, {"study": answer.study.code}).json()["count"] == 2
    found = client.get(LIST, {"study": answer.study.code, "status": JobStatus.SUCCEEDED}).json()["results"]
    assert [item["id"] for item in found] == [answer.pk]
    assert "result" not in found[0]


def test_the_input_for_those_who_export(answer: Analysis) -> None:
    assert member(answer.study).get(at(answer, "input/")).status_code == 403
    table = member(answer.study, may_export=True).get(at(answer, "input/")).json()
    assert table == answer.frozen_input


def test_the_schema_describes_questions_and_answers(db: None) -> None:
    client = with_token(UserFactory())
    schema = client.get("/api/v1/schema/", {"format": "json"}).json()
    operation = schema["paths"]["/api/v1/analyses/"]["post"]
    assert set(operation["responses"]) == {"200", "202"}
    schemas = schema["components"]["schemas"]
    kinds = schemas["Question"]["discriminator"]["mapping"]
    assert list(kinds) == list(KINDS)
    for code, kind in KINDS.items():
        described = schemas[kinds[code].rpartition("/")[2]]["properties"]
        assert set(described) == kind.spec_class.field_names() | {"kind", "family"}
