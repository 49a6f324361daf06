"""The overview of a study: its numbers, who is shown which, and what stands on the page of the study."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.data import overview
from analytics.dashboards.overview.disclosure import periods_of_enough
from analytics.dashboards.overview.question import OverviewQuestion
from analytics.spec import Population
from cases import access
from cases.models import Membership, Patient, Role, Study
from tests.factories import (
    DiagnosisFactory,
    ExpressionValueFactory,
    HistologyFactory,
    IhcReadingFactory,
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SpecimenFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

GCTB, ABC, FD = "Giant cell tumour of bone", "Aneurysmal bone cyst", "Fibrous dysplasia"
PANELS = ("accrual", "flow", "histologies", "coverage", "quality")


def diagnosed(study: Study, *dates: str, histology: str = GCTB, **patient: Any) -> list[Patient]:
    """A patient for each date of the index diagnosis."""
    people = []
    for date in dates:
        person = PatientFactory(study=study, **{"consent_status": "given", **patient})
        DiagnosisFactory(patient=person, is_index=True, date=date, histology=HistologyFactory(name=histology))
        people.append(person)
    return people


def followed(patient: Patient, *, assessed: str = "2020-06-01") -> None:
    """Stained, given denosumab from 2 January 2020 on, assessed and followed."""
    IhcReadingFactory(specimen=SpecimenFactory(patient=patient))
    TreatmentFactory(patient=patient)
    if assessed:
        ResponseAssessmentFactory(lesion=LesionFactory(patient=patient), date=assessed)


def numbers(membership: Membership, **filters: Any) -> dict[str, Any]:
    study, user = membership.study, membership.user
    kept = Kept(by=user, rights=access.rights(user=user, study=study))
    return overview(question=OverviewQuestion(study=study.code, population=Population.of(filters)), kept=kept)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def page(client: Client, study: Study, **query: Any) -> str:
    answer = client.get(reverse("analytics:overview", args=[study.code]), query)
    assert answer.status_code == 200
    text = " ".join(unescape(answer.content.decode()).split())
    assert "NaN" not in text
    return text


def of_panel(client: Client, study: Study, panel: str, what: str, **query: Any) -> Any:
    return client.get(reverse(f"analytics:overview-{what}", args=[study.code, panel]), query)


def rows(client: Client, study: Study, panel: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(of_panel(client, study, panel, "csv").content.decode())))


def test_the_flow_says_of_each_step_who_takes_it_and_why_the_others_do_not() -> None:
    manager = MembershipFactory(role=Role.MANAGER)
    study = manager.study
    whole, unassessed, unseen = diagnosed(study, "2019", "2019", "2019", last_follow_up_date="2021-01-02")
    followed(whole)
    followed(unassessed, assessed="2019-12-01")
    followed(unseen)
    Patient.objects.filter(pk=unseen.pk).update(last_follow_up_date="")
    [pending] = diagnosed(study, "2019", consent_status="pending")
    TreatmentFactory(patient=pending)
    SpecimenFactory(patient=pending)
    [_bare, extracted] = diagnosed(study, "2019", "2019")
    SpecimenFactory(patient=extracted, kind="rna_extract")
    diagnosed(study, "2019", consent_status="withdrawn")
    steps = numbers(manager)["flow"]
    assert [(step["step"], step["patients"], step["whole"]) for step in steps] == [
        ("patients", 6, 6),
        ("consent", 5, 5),
        ("specimen", 4, 5),
        ("stain", 3, 3),
        ("denosumab", 3, 4),
        ("assessed", 2, 2),
        ("followed", 1, 2),
    ]
    reasons = [(one["reason"]["text"], one["patients"]) for step in steps for one in step["reasons"]]
    assert reasons == [
        ("Consent is pending", 1),
        ("No specimen", 1),
        ("No tissue that could be stained", 1),
        ("Assessed up to the first dose only", 1),
        ("Neither a last follow-up nor a death is recorded", 1),
    ]
    text = page(signed_in(manager), study)
    assert "1 of 6 patients came as far as “Followed after the first dose”." in text
    assert f'href="/studies/{study.code}/patients/?consent_status=pending"' in text
    assert f"/studies/{study.code}/quality/completeness/specimen/no-record/" in text


def test_accrual_counts_by_the_date_of_choice_and_says_whose_is_missing() -> None:
    manager = MembershipFactory(role=Role.MANAGER)
    diagnosed(manager.study, "2019-03-04", "2019-03-20", "2020", "", consent_date="2018-05")
    part = numbers(manager)["accrual"]
    assert part["diagnosis"] == {
        "periods": [
            {"first": "2019-03", "last": "2019-03", "patients": 2},
            {"first": "2020-07", "last": "2020-07", "patients": 1},
        ],
        "undated": 1,
        "year_only": 1,
    }
    assert part["consent"]["periods"] == [{"first": "2018-05", "last": "2018-05", "patients": 4}]
    assert (part["first_dose"]["periods"], part["first_dose"]["undated"]) == ([], 4)
    client = signed_in(manager)
    text = page(client, manager.study)
    assert "3 patients came from 2019-03 to 2020-07" in text
    assert "date_from=2019&date_until=2019&is_index=True" in text
    assert "consent_date_from=2018" in page(client, manager.study, dated_by="consent")
    assert "No patient has this date" in page(client, manager.study, dated_by="first_dose")
    assert of_panel(client, manager.study, "accrual", "figure", dated_by="first_dose").status_code == 404
    assert rows(client, manager.study, "accrual")[1:] == [["2019-03", "2", "2"], ["2020-07", "1", "3"]]


def test_coverage_is_by_assay_marker_and_histology() -> None:
    manager = MembershipFactory(role=Role.MANAGER)
    first, second = diagnosed(manager.study, "2019", "2019")
    [other] = diagnosed(manager.study, "2019", histology=ABC)
    for person in (first, second, other):
        ExpressionValueFactory(specimen=SpecimenFactory(patient=person))
    IhcReadingFactory(specimen=SpecimenFactory(patient=first))
    found = numbers(manager)["coverage"]
    assert [(one["code"], one["markers"][0]["symbol"]) for one in found] == [
        ("ihc", "TNFSF11"),
        ("expression-profile", "TNFSF11"),
    ]
    assert [(row["histology"], row["patients"]) for row in found[1]["rows"]] == [(GCTB, [2]), (ABC, [1])]
    narrowed = numbers(manager, histology=[ABC])
    assert [one["code"] for one in narrowed["coverage"]] == ["expression-profile"]
    assert [row["name"] for row in narrowed["histologies"]] == [ABC]
    client = signed_in(manager)
    assert "Coverage: IHC" in page(client, manager.study)
    narrow = page(client, manager.study, **{"only-histology": ABC, "assay": "ihc"})
    assert "Coverage: Expression profile" in narrow
    assert "Your choice is not there any more" in narrow
    assert "Of the whole study, not of the chosen population." in narrow
    drawn = json.loads(of_panel(client, manager.study, "coverage", "figure").content)
    assert drawn["layout"]["yaxis"]["ticktext"] == [GCTB]
    assert len(rows(client, manager.study, "coverage")) == 4


def test_neighbouring_periods_are_joined_until_each_is_large_enough() -> None:
    periods = [
        {"first": str(place), "last": str(place), "patients": number} for place, number in enumerate((2, 4, 7, 1))
    ]
    assert periods_of_enough(periods) == [
        {"first": "0", "last": "1", "patients": 6},
        {"first": "2", "last": "3", "patients": 8},
    ]


def test_it_leads_the_page_of_the_study() -> None:
    manager = MembershipFactory(role=Role.MANAGER)
    study = manager.study
    client = signed_in(manager)
    empty = client.get(study.get_absolute_url()).content.decode()
    assert "No patient yet" in empty
    assert 'id="overview"' not in empty
    assert "No patient is in the chosen population." in page(client, study)
    diagnosed(study, "2019-05-06")
    text = " ".join(client.get(study.get_absolute_url()).content.decode().split())
    assert "<b>1 patient</b>: 0 given denosumab, 0 of them assessed after the first dose." in text
    assert f'data-figure-url="/studies/{study.code}/overview/accrual.json"' in text
    for panel in ("accrual", "flow", "histologies", "quality"):
        assert json.loads(of_panel(client, study, panel, "figure").content)["data"]
        assert len(rows(client, study, panel)) > 1
    assert of_panel(client, study, "coverage", "figure").status_code == 404
    assert of_panel(client, study, "nonsense", "figure").status_code == 404


def test_a_confined_member_counts_the_own_site() -> None:
    site = SiteFactory()
    diagnosed(site.study, "2019", "2020", site=site)
    diagnosed(site.study, "2019")
    confined = MembershipFactory(study=site.study, site=site, role=Role.DATA_ENTRY)
    assert numbers(confined)["patients"] == 2
    assert numbers(MembershipFactory(study=site.study, role=Role.MANAGER))["patients"] == 3


def test_nonsense_in_the_address_falls_back_and_is_refused_by_the_api() -> None:
    manager = MembershipFactory(role=Role.MANAGER)
    diagnosed(manager.study, "2019")
    client = signed_in(manager)
    text = page(client, manager.study, dated_by="\x00", **{"only-sex": "nobody"})
    assert "Choose again." in text
    assert "<b>1 patient</b>" in text
    refused = client.get(reverse("api:study-overview", args=[manager.study.code]), {"dated_by": "nonsense"})
    assert refused.status_code == 400
    asked = client.get(reverse("analytics:overview", args=[manager.study.code]), {"dated_by": "consent", "show": "1"})
    assert asked["Location"].endswith("/overview/?dated_by=consent")


def test_queries_do_not_grow_with_patients() -> None:
    manager = MembershipFactory(role=Role.MANAGER)
    client, address = signed_in(manager), reverse("analytics:overview", args=[manager.study.code])
    for person in diagnosed(manager.study, "2019"):
        followed(person)
    queries_of(client, address)
    kept = queries_of(client, address)
    for person in diagnosed(manager.study, "2019", "2020", histology=ABC):
        followed(person)
    few = queries_of(client, address)
    for person in diagnosed(manager.study, *["2021"] * 5):
        followed(person)
    assert queries_of(client, address) == few > kept
