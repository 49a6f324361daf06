"""The form, the answer and the API of response proportions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from analytics.models import Analysis
from analytics.services import release
from cases import access
from cases.models import JobStatus, Role, Study
from tests.analytics.kinds.response_proportions.cohort import answered, cohort, question, treated
from tests.factories import MembershipFactory, StudyFactory
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db
LIST = "/api/v1/analyses/"


@pytest.fixture
def study() -> Study:
    return cohort(StudyFactory())


@pytest.fixture
def answer(study: Study) -> Analysis:
    return answered(study, MembershipFactory(study=study).user, covariates=["age_years"], stratum="category")


def member(study: Study, role: Role = Role.RESEARCHER, **fields: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, role=role, **fields).user)
    return client


def page(client: Client, url: str, query: dict[str, Any] | None = None) -> str:
    response = client.get(url, query or {})
    assert response.status_code == 200
    text = response.content.decode()
    assert "NaN" not in text
    return text


def form_at(study: Study) -> str:
    return reverse("analytics:analysis-ask", args=[study.code, "response_proportions"])


def test_the_form_counts_before_anything_is_asked(study: Study) -> None:
    text = page(member(study), form_at(study), {"grouping": "sex"})
    assert "20 patients in scope, 19 of them given denosumab, 17 of these in the denominator" in text
    assert "<b>Sclerosis</b> after denosumab" in text


def test_the_form_has_the_fields_of_a_marker_only_with_one(study: Study) -> None:
    assert "marker_assay" not in page(member(study), form_at(study), {"grouping": "sex"})
    # Nothing is measured in this study, so a marker is not offered and a link to one is not an error.
    assert "marker_assay" not in page(member(study), form_at(study), {"covariates": "marker"})


def test_a_study_without_assessments_has_no_form() -> None:
    study = StudyFactory()
    assert 'id="question"' not in page(member(study), form_at(study))


def test_asking_on_the_page_and_over_the_api_is_one_question(study: Study) -> None:
    user = MembershipFactory(study=study).user
    browser, api = Client(), APIClient()
    browser.force_login(user)
    api.force_authenticate(user)
    sent = browser.post(
        form_at(study),
        {
            "criterion": "sclerosis",
            "grouping": "sex",
            "groups": ["female", "male"],
            "reference": "",
            "test": "automatic",
            "not_evaluable": "excluded",
            "stratum": "",
        },
    )
    assert sent.status_code == 302
    analysis = Analysis.objects.get()
    assert analysis.spec == question(study).as_json()
    told = api.post(LIST, question(study).as_json(), format="json")
    assert told.json()["id"] == analysis.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"criterion": "magic"}, "criterion"),
        ({"grouping": "response"}, "grouping"),
        ({"grouping": "alteration"}, "gene"),
        ({"stratum": "response"}, "stratum"),
        ({"stratum": "alteration"}, "stratum_gene"),
        (
            {
                "covariates": ["marker"],
                "marker_assay": "profile",
                "marker_dataset": "NONE",
                "marker_marker": "TNFSF11",
            },
            "marker_dataset",
        ),
    ],
)
def test_what_does_not_exist_is_refused_at_its_field(study: Study, changes: dict[str, Any], field: str) -> None:
    api = APIClient()
    api.force_authenticate(MembershipFactory(study=study).user)
    refused = api.post(LIST, {**question(study).as_json(), **changes}, format="json")
    assert refused.status_code == 400
    assert field in str(refused.json())


def test_the_answer_comes_first(answer: Analysis) -> None:
    assert answer.status == JobStatus.SUCCEEDED
    text = page(member(answer.study), answer.get_absolute_url())
    assert "Sclerosis in <b>67%</b> of the patients (95% interval 42% to 85%; 10 of 15)." in text
    assert "100% in <b>Female</b> (7 of 7) and 38% in Male (3 of 8)" in text
    assert "1 excluded: Never given denosumab" in text
    assert "65% to 100%" in text
    assert "59% to 100%" in text


def test_the_figures_are_drawn_and_there_are_no_others(answer: Analysis) -> None:
    client = member(answer.study)
    address = [answer.study.code, answer.pk]
    drawn = client.get(reverse("analytics:analysis-figure", args=[*address, "shares"])).json()
    assert drawn["data"][0]["x"] == [100, 37.5]
    assert drawn["layout"]["yaxis"]["ticktext"] == ["Female · 7/7", "Male · 3/8"]
    assert client.get(reverse("analytics:analysis-figure", args=[*address, "boxes"])).status_code == 404


def test_report_and_methods_can_be_taken_away(answer: Analysis) -> None:
    report = member(answer.study, may_export=True).get(
        reverse("analytics:analysis-report", args=[answer.study.code, answer.pk])
    )
    assert "Wilson and Clopper–Pearson" in report.content.decode()


def test_a_viewer_reads_it_after_the_release_and_without_small_cells(answer: Analysis) -> None:
    viewer = member(answer.study, Role.VIEWER)
    assert viewer.get(answer.get_absolute_url()).status_code == 404
    manager = MembershipFactory(study=answer.study, role=Role.MANAGER).user
    release(analysis=answer, by=manager, rights=access.rights(user=manager, study=answer.study))
    text = page(viewer, answer.get_absolute_url())
    assert "3 of 8" not in text
    assert not [patient.code for patient in answer.study.patients.all() if patient.code in text]


def test_strangers_and_members_of_another_study_find_nothing(answer: Analysis) -> None:
    assert member(StudyFactory()).get(answer.get_absolute_url()).status_code == 404
    assert member(StudyFactory()).get(form_at(answer.study)).status_code == 404
    assert member(answer.study, Role.VIEWER).get(form_at(answer.study)).status_code == 403


def test_a_question_without_patients_is_refused_in_words() -> None:
    study = StudyFactory()
    treated(study, "")
    refused = answered(study, MembershipFactory(study=study).user)
    assert refused.status == JobStatus.REFUSED
    assert "No patient has both an answer by this criterion" in page(member(study), refused.get_absolute_url())


@needs_r
def test_r_computes_the_answer_anew_from_the_download(answer: Analysis) -> None:
    assert_r_agrees(answer)
