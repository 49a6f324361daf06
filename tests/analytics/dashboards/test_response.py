"""The dashboard of the response: the numbers of the questions about it, on a page, as files and over the API."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.dashboards.response.data import responded, shares_by
from analytics.dashboards.response.question import COMPARED_BY, ResponseQuestion
from analytics.population import patients_of
from analytics.spec import Population
from cases import access
from cases.derived.course import responses
from cases.models import Criterion, Patient, Role, Study
from tests.analytics.kinds.response_proportions.cohort import answered, cohort, treated
from tests.analytics.kinds.time_to_event import courses
from tests.factories import (
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SkeletalEventFactory,
    StudyFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
PANELS = (*COMPARED_BY, "criteria", "time", "attenuation", "courses")


def member(study: Study, **fields: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, **{"role": Role.MANAGER, **fields}).user)
    return client


def numbers(study: Study, **fields: Any) -> dict[str, Any]:
    person = MembershipFactory(study=study).user
    question = ResponseQuestion(study=study.code, **fields)
    return responded(question=question, by=person, rights=access.rights(user=person, study=study))


def page(client: Client, study: Study, **query: Any) -> str:
    answer = client.get(reverse("analytics:explore-response", args=[study.code]), query)
    assert answer.status_code == 200
    text = " ".join(unescape(answer.content.decode()).split())
    assert "NaN" not in text
    return text


def figure(client: Client, study: Study, panel: str, **query: Any) -> Any:
    return client.get(reverse("analytics:explore-response-figure", args=[study.code, panel]), query)


def file(client: Client, study: Study, panel: str) -> list[list[str]]:
    answer = client.get(reverse("analytics:explore-response-csv", args=[study.code, panel]))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode())))


def measured(study: Study, before: str, *after: str) -> Patient:
    """A patient whose lesion had this attenuation before denosumab and these every month after it."""
    patient = PatientFactory(study=study)
    TreatmentFactory(patient=patient, start="2020-01-02")
    lesion = LesionFactory(patient=patient)
    for month, attenuation in enumerate((before, *after), start=1):
        date = f"2020-{month:02}-01"
        ResponseAssessmentFactory(lesion=lesion, date=date, mean_attenuation_hu=attenuation)
    return patient


@pytest.mark.parametrize("grouping", COMPARED_BY)
def test_shares_are_those_of_the_question(grouping: str) -> None:
    study = cohort(StudyFactory())
    user = MembershipFactory(study=study).user
    stored = answered(study, user, grouping=grouping).result
    found = numbers(study)["shares"][grouping]
    assert stored is not None
    assert found["population"] == stored["population"]
    assert found.get("groups") == stored.get("groups", [])


def test_shares_by_sex_are_those_of_the_question_group_by_group() -> None:
    study = cohort(StudyFactory())
    user = MembershipFactory(study=study).user
    stored = answered(study, user).result
    spec = ResponseQuestion(study=study.code).by("sex")
    patients = patients_of(spec=spec, by=user)
    found = shares_by(spec, patients=patients, answers=responses(list(patients)), by=user)
    assert stored is not None
    assert [found[name] for name in ("groups", "all", "population")] == [
        stored[name] for name in ("groups", "all", "population")
    ]
    women = found["groups"][0]
    assert (women["responders"], women["patients"]) == (7, 7)
    # Wilson, 7 of 7: 7 / (7 + 1.96²).
    assert women["wilson"]["interval"]["low"] == pytest.approx(0.6457, abs=5e-5)


def test_the_page_tells_numbers_with_intervals_and_leads_to_the_test() -> None:
    study = cohort(StudyFactory())
    client = member(study)
    text = page(client, study)
    assert "11 of 16" in text
    assert "criterion=sclerosis&grouping=primary_site" in text
    for panel in ("criteria", "courses"):
        assert json.loads(figure(client, study, panel).content)["data"]
        assert len(file(client, study, panel)) > 1


def test_criteria_stand_side_by_side_for_the_same_patients() -> None:
    study = StudyFactory()
    for category in ("PR", "SD"):
        patient = treated(study)
        ResponseAssessmentFactory(
            lesion=patient.lesions.get(), criterion=Criterion.RECIST, sclerosis="", category=category
        )
    treated(study, "none")
    found = numbers(study)["criteria"]
    assert found["common"] == 2
    shares = {one["code"]: (one["own"]["responders"], one["own"]["patients"]) for one in found["criteria"]}
    assert shares == {"sclerosis": (2, 3), "recist": (1, 2)}
    same = {one["code"]: (one["same"]["responders"], one["same"]["patients"]) for one in found["criteria"]}
    assert same == {"sclerosis": (2, 2), "recist": (1, 2)}


def test_time_to_response_counts_death_as_competing_and_everybody_treated() -> None:
    study = StudyFactory()
    courses.treated(study, sclerosis="2020-04-02")
    courses.treated(study, death="2020-03-02")
    courses.treated(study, last="2020-06-02")
    courses.treated(study, radiographic_type="blastic")
    courses.treated(study, start="")
    part = numbers(study)["time"]
    group = part["incidence"]["groups"][0]
    assert (group["patients"], group["events"], group["deaths_before"]) == (4, 1, 1)
    # Aalen–Johansen: of four, one dies, then one of the three left responds.
    assert part["incidence"]["curves"][0]["value"][-1] == pytest.approx(0.25)


def test_attenuation_is_the_best_change_without_what_radiotherapy_hardened() -> None:
    study = StudyFactory()
    first, second = measured(study, "100", "150", "320", "200"), measured(study, "200", "150")
    irradiated = measured(study, "100", "900")
    SkeletalEventFactory(
        patient=irradiated, type="radiation_to_bone", lesion=irradiated.lesions.get(), date="2020-01-20"
    )
    rows = numbers(study)["attenuation"]
    assert [(row["patient"], row["change"]) for row in rows] == [(first.code, 220.0), (second.code, -50.0)]


def test_treated_patients_come_in_pages_and_the_file_has_all() -> None:
    study = StudyFactory()
    for _number in range(27):
        courses.treated(study, events=("2020-05-01",), sclerosis="2020-04-02")
    client = member(study)
    assert "Patients 1 to 25 of 27" in page(client, study)
    assert "Patients 26 to 27 of 27" in page(client, study, page="2")
    assert "Patients 26 to 27 of 27" in page(client, study, page="99")
    assert "Patients 1 to 25 of 27" in page(client, study, page="x")
    assert len(json.loads(figure(client, study, "courses", page="2").content)["layout"]["yaxis"]["ticktext"]) == 2
    assert len(file(client, study, "courses")) == 28


def test_filters_choose_the_patients() -> None:
    study = cohort(StudyFactory())
    women = numbers(study, population=Population.of({"sex": "female"}))
    assert women["criteria"]["chosen"]["patients"] == 7
    assert "7 of 7" in page(member(study), study, **{"only-sex": "female"})


def test_nothing_to_show_is_said_in_words() -> None:
    study = StudyFactory()
    client = member(study)
    assert "No patient is in the chosen population." in page(client, study)
    PatientFactory(study=study)
    assert "Nobody in the chosen population was given denosumab." in page(client, study)
    assert all(figure(client, study, panel).status_code == 404 for panel in PANELS)
    assert figure(client, study, "nonsense").status_code == 404
    assert "Your choice is not there any more" in page(client, study, criterion="nonsense")


def test_one_patient_is_shown_with_an_interval() -> None:
    study = StudyFactory()
    treated(study)
    text = page(member(study), study)
    assert "100%" in text
    assert "1 of 1" in text
    for panel in ("criteria", "courses"):
        assert figure(member(study), study, panel).status_code == 200


def test_a_site_is_kept_apart_from_the_whole_study() -> None:
    study = cohort(StudyFactory())
    site = SiteFactory(study=study)
    confined = MembershipFactory(study=study, role=Role.DATA_ENTRY, site=site).user
    assert numbers(study)["patients"] == 20
    own = responded(
        question=ResponseQuestion(study=study.code), by=confined, rights=access.rights(user=confined, study=study)
    )
    assert own["patients"] == 0


def test_page_and_api_tell_the_same() -> None:
    study = cohort(StudyFactory())
    client = member(study)
    body = client.get(reverse("api:study-explore-response", args=[study.code]), {"criterion": "sclerosis"}).json()
    found = json.loads(json.dumps(numbers(study)))
    assert {name: body[name] for name in found} == found
    assert "11 of 16" in body["sentence"]
    refused = client.get(reverse("api:study-explore-response", args=[study.code]), {"criterion": "nonsense"})
    assert refused.status_code == 400


def test_queries_do_not_grow_with_patients() -> None:
    study = cohort(StudyFactory())
    client, address = member(study), reverse("analytics:explore-response", args=[study.code])
    queries_of(client, address)
    kept = queries_of(client, address)
    treated(study)
    few = queries_of(client, address)
    cohort(study)
    assert queries_of(client, address) == few > kept
