"""The dashboard of skeletal events: the answer of the question, groups of patients, and kinds of events."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.dashboards.keeping import Kept
from analytics.dashboards.skeletal_events.data import suffered
from analytics.dashboards.skeletal_events.question import SkeletalEventsQuestion
from analytics.dashboards.skeletal_events.subgroups import FEWEST_EVENTS
from analytics.kinds.time_to_event.answering import answered
from analytics.kinds.time_to_event.dataset import load
from analytics.spec import Population
from cases import access
from cases.models import Patient, Role, Study
from tests.analytics.kinds.time_to_event.courses import treated
from tests.factories import DiagnosisFactory, MembershipFactory, PatientFactory, StudyFactory, TopographyFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
PAGE = "analytics:explore-skeletal-events"
BY_RESPONSE = ("incidence", "landmarks", "ratios", "recurrence", "kinds")
BREAST, LUNG = "C50.9", "C34.9"


def member(study: Study, **fields: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, **{"role": Role.MANAGER, **fields}).user)
    return client


def numbers(study: Study, **fields: Any) -> dict[str, Any]:
    person = MembershipFactory(study=study).user
    kept = Kept(by=person, rights=access.rights(user=person, study=study))
    return suffered(spec=SkeletalEventsQuestion(study=study.code, **fields).spec(), kept=kept)


def page(client: Client, study: Study, **query: Any) -> str:
    answer = client.get(reverse(PAGE, args=[study.code]), query)
    assert answer.status_code == 200
    text = " ".join(unescape(answer.content.decode()).split())
    assert "NaN" not in text
    return text


def cohort(study: Study, *, site: str = LUNG, patients: int = 24) -> list[Patient]:
    """Of every four patients two respond early; one of these, and both others, have an event; everybody is followed."""
    made = []
    topography = TopographyFactory(code=site)
    for number in range(patients):
        month = 1 + number % 12
        responds, suffers = number % 4 < 2, number % 4 != 0
        patient = treated(
            study,
            sclerosis="2020-02-20" if responds else "",
            seen="" if responds else "2020-02-20",
            events=(f"2021-{month:02}-15", f"2021-{month:02}-20") if suffers else (),
            last="2022-06-02",
        )
        DiagnosisFactory(patient=patient, primary_site=topography)
        made.append(patient)
    return made


def test_the_answer_is_that_of_the_question_and_leads_to_it() -> None:
    study = StudyFactory()
    cohort(study)
    treated(study, death="2020-03-02")
    user = MembershipFactory(study=study).user
    spec = SkeletalEventsQuestion(study=study.code).spec()
    times = load(spec=spec, by=user)
    stored = answered(rows=times.patients, spec=spec, names={"groups": times.groups, "covariates": {}})
    found = numbers(study)
    assert {name: found["result"][name] for name in stored} == stored
    assert found["result"]["naive"] is None
    client = member(study)
    text = page(client, study)
    ratio = f"{stored['regression']['terms'][0]['hazard_ratio']:.2f}"
    assert f"<b>{ratio}</b> times the hazard before, or without, one (95% interval" in text
    assert "25 patients · 18 events" in text
    assert "Immortal time: a patient has to live without the event until the response" in text
    asked = client.get(f"{reverse('analytics:analysis-ask', args=[study.code, spec.kind])}?{spec.as_query()}")
    assert asked.context["form"].spec() == spec
    body = client.get(reverse("api:study-explore-skeletal-events", args=[study.code])).json()
    assert body["question"] == json.loads(json.dumps(spec.as_json()))
    assert body["result"]["regression"] == json.loads(json.dumps(stored["regression"]))
    assert ratio in body["sentence"]
    refused = client.get(reverse("api:study-explore-skeletal-events", args=[study.code]), {"landmark": "17"})
    assert refused.status_code == 400


def test_every_part_has_a_table_and_a_figure_as_files() -> None:
    study = StudyFactory()
    cohort(study)
    client = member(study)
    for panel in BY_RESPONSE:
        figure = client.get(reverse(f"{PAGE}-figure", args=[study.code, panel]))
        assert figure.status_code == (404 if panel == "landmarks" else 200), panel
        file = client.get(reverse(f"{PAGE}-csv", args=[study.code, panel]))
        assert len(list(csv.reader(io.StringIO(file.content.decode())))) > 1, panel
    drawn = json.loads(client.get(reverse(f"{PAGE}-figure", args=[study.code, "incidence"])).content)
    assert "At risk" in json.dumps(drawn["layout"])
    assert "naive" not in page(client, study)


def test_groups_with_enough_events_have_a_ratio_each_and_one_test_of_their_difference() -> None:
    study = StudyFactory()
    cohort(study)
    cohort(study, site=BREAST)
    for _number in range(3):
        DiagnosisFactory(patient=treated(study, events=("2020-09-01",)), primary_site=TopographyFactory(code="C61.9"))
    sites = next(part for part in numbers(study)["subgroups"] if part["grouping"] == "primary_site")
    assert {one["code"]: (one["patients"], one["responders"], one["events"]) for one in sites["groups"]} == {
        LUNG: (24, 12, 18),
        BREAST: (24, 12, 18),
    }
    assert all(one["events"] >= FEWEST_EVENTS for one in sites["groups"])
    assert sites["small"] == {"groups": 1, "patients": 3}
    # Both sites have the same events, so one ratio serves both as well as two.
    assert sites["interaction"]["degrees_of_freedom"] == 1
    assert sites["interaction"]["statistic"] == pytest.approx(0.0, abs=1e-6)
    text = page(member(study), study)
    assert "test of interaction alone" in text
    assert "Primary site: 1 group with fewer than 10 events" in text


def test_kinds_count_what_counts_and_tell_what_does_not() -> None:
    study = StudyFactory()
    cohort(study)
    (kind,) = numbers(study)["kinds"]
    assert {name: kind[name] for name in ("events", "patients", "first", "uncounted")} == {
        "events": 18,
        "patients": 18,
        "first": 18,
        "uncounted": 18,
    }
    assert "18 recorded events do not count" in page(member(study), study)


def test_groups_are_compared_from_a_time_zero_of_choice_the_largest_six_of_many() -> None:
    study = StudyFactory()
    cohort(study, patients=8)
    for number in range(7):
        for _patient in range(2):
            patient = treated(study, events=("2020-06-01",))
            DiagnosisFactory(patient=patient, primary_site=TopographyFactory(code=f"C40.{number}"))
    found = numbers(study, compared="primary_site")
    assert len(found["question"]["groups"]) == 6
    assert LUNG in found["question"]["groups"]
    assert found["result"]["landmarks"] == found["subgroups"] == []
    client = member(study)
    text = page(client, study, compared="primary_site")
    assert "Immortal time" not in text
    assert "First skeletal-related event by primary site" in text
    assert "Time zero not known" in page(client, study, compared="primary_site", zero="biopsy")
    assert (
        client.get(reverse(f"{PAGE}-figure", args=[study.code, "incidence"]), {"compared": "primary_site"}).status_code
        == 200
    )


def test_nothing_to_compare_is_said_in_words() -> None:
    study = StudyFactory()
    client = member(study)
    assert "No patient is in the chosen population." in page(client, study)
    PatientFactory(study=study)
    assert "Nobody in the chosen population was given denosumab." in page(client, study)
    assert all(
        client.get(reverse(f"{PAGE}-figure", args=[study.code, name])).status_code == 404 for name in BY_RESPONSE
    )
    treated(study, sclerosis="2020-02-20")
    for query in ({}, {"compared": "histology"}, {"compared": "primary_site", "zero": "diagnosis"}):
        assert 'class="answer-sentence"' in page(client, study, **query)
    for _number in range(3):
        treated(study, events=("2020-09-01",), seen="2020-05-01")
    assert 'class="answer-sentence"' in page(client, study)
    assert "Your choice is not there any more" in page(client, study, criterion="nonsense", landmark="x")


def test_nobody_responds_and_no_event_are_said_in_words() -> None:
    for fields in ({"events": ("2020-09-01",), "seen": "2020-05-01"}, {"sclerosis": "2020-03-01"}):
        study = StudyFactory()
        for _number in range(5):
            treated(study, **fields)
        client = member(study)
        assert 'class="answer-sentence"' in page(client, study)
        assert 'class="answer-sentence"' in page(client, study, compared="histology")


def test_filters_choose_the_patients_and_queries_do_not_grow() -> None:
    study = StudyFactory()
    cohort(study, patients=8)
    women = Patient.objects.filter(study=study)[:4]
    Patient.objects.filter(pk__in=[one.pk for one in women]).update(sex="female")
    Patient.objects.filter(study=study).exclude(pk__in=[one.pk for one in women]).update(sex="male")
    assert numbers(study, population=Population.of({"sex": "female"}))["patients"] == 4
    client, address = member(study), reverse(PAGE, args=[study.code])
    queries_of(client, address)
    kept = queries_of(client, address)
    treated(study)
    few = queries_of(client, address)
    cohort(study)
    assert queries_of(client, address) == few > kept
