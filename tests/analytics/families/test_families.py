"""Declared families: what was asked in them is corrected together, and what came late says so."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics import services as asking
from analytics.families import services
from analytics.families.reading import places_in, places_of
from analytics.families.wording import forest
from analytics.models import Analysis, Family, FamilyMember
from analytics.reading import read
from analytics.runner import compute
from analytics.stats import adjust
from cases import access
from cases.jobs import Progress
from cases.models import Role, Study
from tests.analytics.cohort import cohort, question
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {"name": "RANKL and fusions", "question": "Does RANKL differ by fusion?", "correction": "holm"}


@pytest.fixture
def study() -> Study:
    return cohort()


@pytest.fixture
def analyst(study: Study) -> Any:
    return MembershipFactory(study=study, role=Role.MANAGER).user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def declared(study: Study, user: Any, **words: str) -> Family:
    answer = signed_in(user).post(reverse("analytics:family-new", args=[study.code]), {**WORDS, **words})
    assert answer.status_code == 302, answer.content.decode()
    return Family.objects.latest("pk")


def asked_in(family: Family, user: Any, **changes: Any) -> Analysis:
    rights = access.rights(user=user, study=family.study)
    spec = question(family.study, **changes)
    return services.request_in_family(spec=spec, family=family, by=user, rights=rights)[0]


def answer(analysis: Analysis) -> None:
    outcome = compute(analysis, Progress())
    fields = {"status": outcome.status, "finished_at": timezone.now(), **outcome.fields}
    Analysis.objects.filter(pk=analysis.pk).update(**fields)
    analysis.refresh_from_db()


def test_members_are_corrected_together_unanswered_ones_too(study: Study, analyst: Any) -> None:
    family = declared(study, analyst)
    first = asked_in(family, analyst)
    second = asked_in(family, analyst, consolidation="maximum")
    third = asked_in(family, analyst, consolidation="mean")
    assert asked_in(family, analyst) == first
    page = signed_in(analyst).get(family.get_absolute_url()).content.decode()
    assert "None of 3 tests has an answer yet." in page
    answer(first)
    answer(second)
    raw = [one.result["comparison"]["p_value"] for one in (first, second)]
    places = places_in(family)
    assert [(place.number, place.count, place.member.is_late) for place in places] == [
        (1, 3, False),
        (2, 3, False),
        (3, 3, False),
    ]
    assert [place.adjusted_p for place in places] == [*adjust([*raw, 1.0])[:2], None]
    page = signed_in(analyst).get(first.get_absolute_url()).content.decode()
    assert "test 1 of 3, Holm" in page
    assert places[0].adjusted_text in page
    report = signed_in(analyst).get(reverse("analytics:analysis-report", args=[study.code, first.pk])).content.decode()
    for words in (
        "This was test 1 of 3 of the family “RANKL and fusions”",
        "by Holm&#x27;s method",
        "test 1 of 3, Holm",
    ):
        assert words in report
    shown = signed_in(analyst).get(family.get_absolute_url())
    assert "2 of 3 tests have a corrected p below 0.05 (Holm)." in shown.content.decode()
    assert "1 without an answer, counted as p = 1" in shown.content.decode()
    # Both are shifts in one unit, so they are drawn together.
    drawn = forest(places, {})
    assert drawn is not None
    assert [trace.x[0] for trace in drawn[0].data if trace.mode == "markers"] == [
        place.tested.value for place in places[:2] if place.tested
    ]
    told = signed_in(analyst).get(f"/api/v1/families/{family.pk}/").json()
    assert [one["adjusted_p"] for one in told["members"]] == [place.adjusted_p for place in places]
    assert told["tests"] == 3
    (place,) = signed_in(analyst).get(f"/api/v1/analyses/{first.pk}/").json()["families"]
    assert (place["test"], place["tests"], place["adjusted_p"]) == (1, 3, places[0].adjusted_p)
    assert third.result is None


def test_what_is_added_after_an_answer_is_late_for_ever(study: Study, analyst: Any) -> None:
    family = declared(study, analyst, correction="bh")
    answer(asked_in(family, analyst))
    late = asked_in(family, analyst, method="welch")
    answer(late)
    assert [place.member.is_late for place in places_in(family)] == [False, True]
    page = signed_in(analyst).get(late.get_absolute_url()).content.decode()
    assert "Added after an answer of the family was there." in page
    assert "test 2 of 2, Benjamini–Hochberg" in page
    assert "What is added now is marked as late." in signed_in(analyst).get(family.get_absolute_url()).content.decode()
    # An answer that was there before the family was declared is as late.
    other = declared(study, analyst, name="After looking")
    asked_in(other, analyst)
    assert FamilyMember.objects.get(family=other).is_late


def test_a_family_is_chosen_in_the_form_and_over_the_api(study: Study, analyst: Any) -> None:
    family = declared(study, analyst)
    client, address = signed_in(analyst), reverse("analytics:analysis-ask", args=[study.code, "expression_by_group"])
    page = client.get(address, {"family": family.pk}).content.decode()
    assert f'<option value="{family.pk}" selected>RANKL and fusions</option>' in page
    sent = {"assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "grouping": "fusion_partner", "gene": "SS18"}
    refused = client.post(address, {**sent, "family": "999999"}).content.decode()
    assert "There is no such family in this study." in refused
    assert not Analysis.objects.exists()
    asked = client.post(address, {**sent, "family": family.pk})
    analysis = Analysis.objects.get()
    assert asked["Location"] == analysis.get_absolute_url()
    assert f"&amp;family={family.pk}" in client.get(analysis.get_absolute_url()).content.decode()
    body = {"study": study.code, **sent, "method": "welch", "family": family.pk}
    assert client.post("/api/v1/analyses/", body, content_type="application/json").status_code == 202
    answered = client.post("/api/v1/analyses/", {**body, "family": 999999}, content_type="application/json")
    assert (answered.status_code, list(answered.json())) == (400, ["family"])
    assert family.members.count() == 2


def test_a_declaration_is_taken_back_only_while_it_is_empty(study: Study, analyst: Any) -> None:
    empty, full = declared(study, analyst), declared(study, analyst, name="Full")
    asked_in(full, analyst)
    for family in (empty, full):
        signed_in(analyst).post(reverse("analytics:family-delete", args=[study.code, family.pk]))
    assert list(Family.objects.all()) == [full]
    again = signed_in(analyst).post(reverse("analytics:family-new", args=[study.code]), {**WORDS, "name": "Full"})
    assert "This study already has a family of this name." in again.content.decode()
    body = {"study": study.code, **WORDS}
    made = signed_in(analyst).post("/api/v1/families/", body, content_type="application/json")
    assert (made.status_code, made.json()["members"]) == (201, [])


def test_viewers_read_a_released_p_rounded_and_nothing_of_the_others(study: Study, analyst: Any) -> None:
    viewer = MembershipFactory(study=study, role=Role.VIEWER).user
    family = declared(study, analyst)
    first, second = asked_in(family, analyst), asked_in(family, analyst, method="welch")
    answer(first)
    answer(second)
    asking.release(analysis=first, by=analyst, rights=access.rights(user=analyst, study=study))
    first.refresh_from_db()
    rights = access.rights(user=viewer, study=study)
    (place,) = places_of(read(analysis=first, user=viewer, rights=rights))
    assert place.adjusted_p == float(f"{places_in(family)[0].adjusted_p:.3g}")
    page = signed_in(viewer).get(first.get_absolute_url()).content.decode()
    assert "test 1 of 2, Holm" in page
    assert family.get_absolute_url() not in page
    addresses = [family.get_absolute_url(), f"/api/v1/families/?study={study.code}"]
    for address in addresses:
        assert signed_in(viewer).get(address).status_code == 403
    for person in (UserFactory(), MembershipFactory(role=Role.MANAGER).user):
        assert signed_in(person).get(family.get_absolute_url()).status_code == 404
        assert signed_in(person).get(f"/api/v1/families/{family.pk}/").status_code in (403, 404)
    elsewhere = MembershipFactory(role=Role.MANAGER)
    with pytest.raises(ValueError, match="another study"):
        services.join(analysis=first, family=declared(elsewhere.study, elsewhere.user), by=elsewhere.user)


def test_a_late_test_loosens_no_other(study: Study, analyst: Any) -> None:
    """By Benjamini and Hochberg a small p-value that is added raises the bound of every larger one."""
    family = declared(study, analyst, correction="bh")
    first, second = asked_in(family, analyst), asked_in(family, analyst, consolidation="mean")
    for analysis, p_value in ((first, 0.03), (second, 0.5)):
        answer(analysis)
        with_p(analysis, p_value)
    before = places_in(family)[0].adjusted_p
    assert before == adjust([0.03, 0.5], "bh")[0]
    late = asked_in(family, analyst, consolidation="maximum")
    answer(late)
    with_p(late, 0.0001)
    places = places_in(family)
    assert adjust([0.03, 0.5, 0.0001], "bh")[0] < before
    assert [place.adjusted_p for place in places] == [before, 0.5, adjust([0.03, 0.5, 0.0001], "bh")[2]]


def with_p(analysis: Analysis, p_value: float) -> None:
    """The stored answer with another p-value."""
    result: Any = analysis.result
    result["comparison"]["p_value"] = p_value
    Analysis.objects.filter(pk=analysis.pk).update(result=result)
