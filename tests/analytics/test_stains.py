"""Asking about stains: what the form offers, what is refused and in which words, on pages and over the API."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.catalogue import Catalogue
from analytics.models import Analysis
from analytics.runner import compute
from analytics.services import release, request_analysis
from analytics.spec import SpecError
from analytics.stains import Stains
from cases import access
from cases.jobs import Progress
from cases.models import Role
from expression.models import Summary
from tests.analytics.stained import StainedStudy
from tests.factories import (
    AntibodyFactory,
    ConsolidationRuleFactory,
    MarkerFactory,
    MembershipFactory,
    PositivityCutoffFactory,
    SiteFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stained() -> StainedStudy:
    return StainedStudy().compared()


@pytest.fixture
def positive(stained: StainedStudy) -> str:
    """A rule that makes a yes or no."""
    cutoff = PositivityCutoffFactory(study=stained.study)
    any_positive = {"cores_to_specimen": Summary.ANY_POSITIVE, "specimens_to_patient": Summary.ANY_POSITIVE}
    return str(ConsolidationRuleFactory(study=stained.study, name="Any", cutoff=cutoff, **any_positive))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answered(stained: StainedStudy, user: Any, **changes: Any) -> Analysis:
    rights = access.rights(user=user, study=stained.study)
    analysis, _created = request_analysis(spec=stained.question(**changes), by=user, rights=rights)
    outcome = compute(analysis, Progress())
    fields = {"status": outcome.status, "finished_at": timezone.now(), **outcome.fields}
    Analysis.objects.filter(pk=analysis.pk).update(**fields)
    analysis.refresh_from_db()
    return analysis


def refused(stained: StainedStudy, **changes: Any) -> dict[str, str]:
    user = MembershipFactory(study=stained.study).user
    with pytest.raises(SpecError) as caught:
        request_analysis(
            spec=stained.question(**changes), by=user, rights=access.rights(user=user, study=stained.study)
        )
    return caught.value.errors


def test_what_was_read_is_offered_and_counted(stained: StainedStudy) -> None:
    user = MembershipFactory(study=stained.study).user
    specimen = stained.specimen()
    stained.read(specimen, 100, cell_type="giant_cell", compartment="membrane")
    stained.read(specimen, 100, cell_type="giant_cell", compartment="nucleus", reader="TS")
    other = AntibodyFactory(study=stained.study, code="AB-2")
    stained.read(specimen, 100, antibody=other)
    stains = Stains(study=stained.study, by=user)
    assert stains.markers() == {"TNFSF11": 7}
    assert list(stains.antibodies("TNFSF11")) == ["", "AB-1", "AB-2"]
    assert stains.cell_types("TNFSF11", "") == {"stromal": 7, "giant_cell": 1}
    assert stains.cell_types("TNFSF11", "AB-2") == {"stromal": 1}
    assert stains.compartments("TNFSF11", "", "giant_cell") == {"membrane": 1, "nucleus": 1}
    assert stains.rules == ["Median v1"]
    assert Catalogue(study=stained.study, by=user).assays == ["ihc"]


def test_only_the_site_of_the_asker_is_offered() -> None:
    site = SiteFactory()
    stained = StainedStudy(site.study).compared()
    own = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    assert Stains(study=stained.study, by=own).markers() == {}
    stained.read(stained.specimen(of_patient={"site": site}), 100)
    assert Stains(study=stained.study, by=own).markers() == {"TNFSF11": 1}


def test_the_newest_version_of_a_rule_is_offered_first(stained: StainedStudy) -> None:
    ConsolidationRuleFactory(study=stained.study, name="Median", version=2)
    assert Stains(study=stained.study, by=MembershipFactory(study=stained.study).user).rules == [
        "Median v2",
        "Median v1",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"cell_type": "neuron"}, "cell_type", "There is no “neuron” here. Give tumour, stromal"),
        ({"compartment": "golgi"}, "compartment", "There is no “golgi” here. Give membrane"),
        ({"scale": "points"}, "scale", "There is no “points” here. Give h_score"),
        ({"antibody": "AB-9"}, "antibody", "There is no “AB-9” here. Give the code of an antibody"),
        ({"rule": "Median"}, "rule", "There is no “Median” here. Give the name and version"),
        ({"rule": "Median v2"}, "rule", "There is no “Median v2” here."),
        ({"grouping": "response"}, "criterion", "Choose the criterion by which patients respond."),
        ({"grouping": "response", "criterion": "luck"}, "criterion", "There is no “luck” here. Give sclerosis, mda"),
        ({"criterion": "mda"}, "criterion", "This grouping needs no criterion. Leave it out."),
    ],
)
def test_refusals_say_what_to_do(stained: StainedStudy, changes: dict[str, Any], field: str, words: str) -> None:
    assert refused(stained, **changes)[field].startswith(words)


def test_an_antibody_against_another_marker_is_refused(stained: StainedStudy) -> None:
    AntibodyFactory(study=stained.study, code="AB-R", marker=MarkerFactory(symbol="TNFRSF11A"))
    assert set(refused(stained, antibody="AB-R")) == {"antibody"}


def test_a_rule_of_positivity_is_refused_in_words(stained: StainedStudy, positive: str) -> None:
    assert refused(stained, rule=positive)["rule"].startswith("Rule Any v1 says whether a score is positive")
    client = signed_in(MembershipFactory(study=stained.study).user)
    url = reverse("analytics:analysis-ask", args=[stained.study.code, "expression_by_group"])
    offered = client.get(url).content.decode()
    assert "Median v1" in offered
    assert "Any v1" not in offered
    answer = client.post(url, {**stained.body(rule=positive), "groups": ["present", "absent"]})
    assert "Rule Any v1 says whether a score is positive" in answer.content.decode()
    assert not Analysis.objects.exists()


def test_without_a_rule_the_form_says_what_is_missing() -> None:
    stained = StainedStudy().compared()
    stained.study.consolidation_rules.all().delete()
    client = signed_in(MembershipFactory(study=stained.study).user)
    text = client.get(
        reverse("analytics:analysis-ask", args=[stained.study.code, "expression_by_group"])
    ).content.decode()
    assert "Stains were read, but nothing says how their cores make the value of a patient." in text
    assert reverse("expression:rule-list", args=[stained.study.code]) in text


def test_the_form_asks_what_the_api_asks(stained: StainedStudy) -> None:
    user = MembershipFactory(study=stained.study).user
    client = signed_in(user)
    url = reverse("analytics:analysis-ask", args=[stained.study.code, "expression_by_group"])
    text = client.get(f"{url}?{stained.question().as_query()}").content.decode()
    assert "Any against the marker" in text
    assert "Rules that say whether a score is positive are about proportions" in text
    assert 'name="consolidation"' not in text
    from_page = client.post(url, {**stained.body(), "groups": ["present", "absent"], "method": "automatic"})
    from_api = client.post("/api/v1/analyses/", stained.body(), content_type="application/json")
    asked = Analysis.objects.get(pk=from_api.json()["id"])
    assert from_page["Location"] == asked.get_absolute_url()
    assert asked.spec["rule"] == "Median v1"


def test_number_of_queries_of_the_form_does_not_depend_on_patients(stained: StainedStudy) -> None:
    client = signed_in(MembershipFactory(study=stained.study).user)
    url = reverse("analytics:analysis-ask", args=[stained.study.code, "expression_by_group"])
    before = queries_of(client, url)
    stained.compared()
    assert queries_of(client, url) == before


def test_the_answer_names_antibody_cells_rule_and_cores(stained: StainedStudy) -> None:
    stained.cores(stained.specimen(giant_cells="present"), None)
    user = MembershipFactory(study=stained.study).user
    analysis = answered(stained, user)
    client = signed_in(user)
    text = client.get(analysis.get_absolute_url()).content.decode()
    assert "RANKL does not clearly differ between Giant cells present and Giant cells absent." in text
    assert "+150 points" in text
    assert "stromal cell, cytoplasm" in text
    assert "AB-1 (RANKL, 12A668)" in text
    assert "Median v1: median of a specimen’s cores, median of a patient’s specimens; evaluable cores needed: 1" in text
    assert "6 evaluable · 1 lost" in text
    assert "1 excluded: All cores lost" in text
    told = client.get(f"/api/v1/analyses/{analysis.pk}/").json()["result"]
    assert told == client.get(reverse("analytics:analysis-result", args=[stained.study.code, analysis.pk])).json()
    assert told["antibodies"] == [{"code": "AB-1", "clone": "12A668", "in_words": "RANKL, 12A668"}]
    assert told["question"]["stain"]["rule"]["name"] == "Median v1"
    drawn = client.get(reverse("analytics:analysis-figure", args=[stained.study.code, analysis.pk, "boxes"])).json()
    assert drawn["layout"]["xaxis"]["title"]["text"].endswith("H-score")


def test_a_viewer_is_told_the_antibody_and_no_count_of_cores(stained: StainedStudy) -> None:
    manager = MembershipFactory(study=stained.study, role=Role.MANAGER).user
    for _time in range(4):
        stained.compared()
    analysis = answered(stained, manager)
    release(analysis=analysis, by=manager, rights=access.rights(user=manager, study=stained.study))
    viewer = signed_in(MembershipFactory(study=stained.study, role=Role.VIEWER).user)
    text = viewer.get(analysis.get_absolute_url()).content.decode()
    assert "12A668" in text
    assert "30 evaluable" not in text
    told = viewer.get(reverse("analytics:analysis-result", args=[stained.study.code, analysis.pk])).json()
    assert told["population"]["places"] == {}
    assert told["groups"][0]["minimum"] is None


def test_an_answer_stored_before_there_were_stains_is_read(stained: StainedStudy) -> None:
    user = MembershipFactory(study=stained.study).user
    analysis = answered(stained, user)
    old = analysis.result
    del old["antibodies"], old["population"]["places"], old["question"]["stain"]
    Analysis.objects.filter(pk=analysis.pk).update(result=old)
    assert "12A668" not in signed_in(user).get(analysis.get_absolute_url()).content.decode()
