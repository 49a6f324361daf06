"""Dashboards are released by managers, frozen and without single patients; an attacker finds nothing more."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from analytics.models import DashboardRelease
from analytics.releases.dashboards import DASHBOARDS
from analytics.releases.services import CannotRelease, Draft, draft, release
from cases import access
from cases.erasure import erase
from cases.models import Patient, Role, Study
from tests.analytics.cohort import HIGH, LOW, add_patient, cohort
from tests.factories import (
    DiagnosisFactory,
    HistologyFactory,
    LesionFactory,
    MembershipFactory,
    ResponseAssessmentFactory,
    TreatmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

QUERY = "?assay=profile&dataset=RNA&marker=TNFSF11&grouping=fusion_partner&gene=SS18"


@pytest.fixture
def study() -> Study:
    """Three fusion partners of six patients each, and one of two patients."""
    middle = (1.5, 1.625, 1.75, 1.875, 2.0, 2.125)
    return cohort({"SSX1": HIGH, "SSX2": LOW, "SSX3": middle, "SSX4": (7.123456, 8.25)})


@pytest.fixture
def manager(study: Study) -> Any:
    return MembershipFactory(study=study, role=Role.MANAGER).user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def new_url(study: Study, dashboard: str = "expression", query: str = QUERY) -> str:
    return reverse("analytics:release-new", args=[study.code, dashboard]) + query


def released(study: Study, manager: Any, dashboard: str = "expression", query: str = QUERY, **said: Any) -> Any:
    return signed_in(manager).post(new_url(study, dashboard, query), {"title": "RANKL by fusion", **said})


def drafted_of(study: Study, manager: Any, query: str = QUERY) -> Draft:
    rights = access.rights(user=manager, study=study)
    return draft(dashboard=DASHBOARDS["expression"], asked=QueryDict(query.lstrip("?")), by=manager, rights=rights)


def test_managers_release_and_withdraw_over_the_api(study: Study, manager: Any) -> None:
    address = "/api/v1/dashboard-releases/"
    body = {"study": study.code, "dashboard": "expression", "query": QUERY.lstrip("?"), "title": "RANKL by fusion"}
    viewer = MembershipFactory(study=study, role=Role.VIEWER).user
    others = [(viewer, 403), (MembershipFactory(study=study).user, 403), (UserFactory(), 404)]
    others.append((MembershipFactory(role=Role.MANAGER).user, 404))

    def sent(user: Any, **changes: Any) -> Any:
        return signed_in(user).post(address, {**body, **changes}, content_type="application/json")

    assert [sent(user).status_code for user, _code in others] == [code for _user, code in others]
    refused = [sent(manager, title=""), sent(manager, dashboard="none"), sent(manager, query="marker=NONE")]
    refused += [sent(manager, title="Call 090-1234-5678"), signed_in(manager).post(address, [], "application/json")]
    assert [answer.status_code for answer in refused] == [400, 400, 400, 400, 404]
    assert [list(answer.json()) for answer in refused[:4]] == [["title"], ["dashboard"], ["query"], ["title"]]
    assert not DashboardRelease.objects.exists()

    for name in ("code", "search"):
        told = sent(manager, query=f"{body['query']}&only-{name}=P")
        assert "by a part of their codes" in told.json()["query"][0], name

    answer = sent(manager)
    assert answer.status_code == 201, answer.content
    own = answer.json()["url"]
    assert answer.json()["tables"]["groups"] == signed_in(viewer).get(own).json()["tables"]["groups"]
    # A patient more: the difference to what stands would tell about that one; once that is gone, warnings are read.
    add_patient(study, 1.75, partner="SSX3")
    assert "Withdraw it first" in sent(manager).json()["query"][0]
    assert [signed_in(user).delete(own).status_code for user, _code in others] == [code for _user, code in others]
    assert signed_in(manager).delete(own).status_code == 204
    assert signed_in(viewer).get(own).status_code == signed_in(manager).delete(own).status_code == 404
    warned = sent(manager)
    assert "differ" in warned.json().get("doubts_read", [""])[0], warned.content
    assert sent(manager, doubts_read=True).status_code == 201


def test_viewers_read_what_was_released_and_nothing_else(study: Study, manager: Any) -> None:
    viewer = MembershipFactory(study=study, role=Role.VIEWER).user
    researcher = MembershipFactory(study=study).user
    outsiders = [UserFactory(), MembershipFactory(role=Role.MANAGER).user]
    explorer = reverse("analytics:explore-expression", args=[study.code]) + QUERY
    assert "/releases/new/expression/?" in signed_in(manager).get(explorer).content.decode()
    assert "/releases/new/" not in signed_in(researcher).get(explorer).content.decode()
    preview = signed_in(manager).get(new_url(study)).content.decode()
    assert "7.12" not in preview
    for person, code in [(viewer, 403), (researcher, 403), *((one, 404) for one in outsiders)]:
        assert released(study, person).status_code == code
    assert released(study, manager).status_code == 302
    release = DashboardRelease.objects.get()
    listed = reverse("analytics:release-list", args=[study.code])
    assert "RANKL by fusion" in signed_in(viewer).get(listed).content.decode()
    figure = reverse("analytics:release-figure", args=[study.code, release.pk, "groups"])
    table = reverse("analytics:release-csv", args=[study.code, release.pk, "groups"])
    api = f"/api/v1/dashboard-releases/{release.pk}/"
    secrets = [*Patient.objects.values_list("code", flat=True), "7.12", "8.25", "3.3750"]
    for address in (release.get_absolute_url(), figure, table, api, f"/api/v1/dashboard-releases/?study={study.code}"):
        answer = signed_in(viewer).get(address)
        content = answer.getvalue().decode()
        assert answer.status_code == 200
        assert [secret for secret in secrets if secret in content] == []
        assert signed_in(outsiders[0]).get(address).status_code == 404
        assert signed_in(outsiders[1]).get(address).status_code == 404
    # The smallest group goes, and another with it, so that the total tells nothing of it.
    groups = {
        one["code"]: one["patients"]
        for one in signed_in(viewer).get(api).json()["numbers"]["markers"][0]["result"]["groups"]
    }
    assert (groups["SSX4"], list(groups.values()).count(None)) == (None, 2)
    for address in (explorer, new_url(study), reverse("cases:patient-list", args=[study.code])):
        assert signed_in(viewer).get(address).status_code == 403
    assert signed_in(viewer).get(f"/api/v1/studies/{study.code}/explore/expression/").status_code == 403
    # Numbers are of the moment of the release.
    add_patient(study, 99.5)
    assert "99.5" not in signed_in(viewer).get(release.get_absolute_url()).content.decode()
    assert (
        signed_in(viewer).post(reverse("analytics:release-withdraw", args=[study.code, release.pk])).status_code == 403
    )
    signed_in(manager).post(reverse("analytics:release-withdraw", args=[study.code, release.pk]))
    for address in (release.get_absolute_url(), figure, table, api):
        assert signed_in(viewer).get(address).status_code == 404
    assert "RANKL by fusion" not in signed_in(viewer).get(listed).content.decode()
    assert "RANKL by fusion" in signed_in(manager).get(listed).content.decode()


def test_two_releases_that_differ_by_one_patient(study: Study, manager: Any) -> None:
    assert released(study, manager).status_code == 302
    extra = add_patient(study, 2.75, partner="SSX3")
    refused = released(study, manager)
    text = refused.content.decode()
    assert refused.status_code == 200
    assert "is about the same patients but 1: the difference would tell about that patient." in text
    assert DashboardRelease.objects.count() == 1
    first = DashboardRelease.objects.get()
    assert (
        signed_in(manager).post(reverse("analytics:release-withdraw", args=[study.code, first.pk])).status_code == 302
    )
    # Viewers may have read the first one: that is said, and has to be read.
    warned = released(study, manager)
    assert "Who has read both may learn about single patients." in " ".join(warned.content.decode().split())
    assert DashboardRelease.objects.count() == 1
    assert released(study, manager, doubts_read="on").status_code == 302
    second = DashboardRelease.objects.latest("pk")
    assert extra.pk in second.patients
    erase(patient=extra, reason="On request.", by=manager)
    second.refresh_from_db()
    assert (extra.pk in second.patients, second.erased) == (False, 1)
    assert "was erased since" in signed_in(manager).get(second.get_absolute_url()).content.decode()


def test_a_patient_who_was_erased_is_no_difference_to_learn_from(study: Study, manager: Any) -> None:
    """The numbers that stand are with this patient, new ones without."""
    extra = add_patient(study, 2.75, partner="SSX3")
    assert released(study, manager).status_code == 302
    erase(patient=extra, reason="On request.", by=manager)
    assert "is about the same patients but 1" in released(study, manager, doubts_read="on").content.decode()
    assert DashboardRelease.objects.count() == 1


def test_one_that_tells_about_a_patient_together_with_two_others(study: Study, manager: Any) -> None:
    """All of them are those with one partner, those with the others, and one patient without any."""
    Patient.objects.filter(study=study).update(sex="female")
    Patient.objects.filter(study=study, alterations__partner="SSX3").update(sex="male")
    add_patient(study, 2.75, partner="", sex="unknown")
    by_sex = "?assay=profile&dataset=RNA&marker=TNFSF11&grouping=sex&only-sex="
    rights = access.rights(user=manager, study=study)
    for sex in ("female", "male"):
        patients = Patient.objects.filter(study=study, sex=sex).values_list("pk", flat=True)
        drafted = drafted_of(study, manager, by_sex + sex)
        drafted = replace(drafted, refusals=[], patients=list(patients))
        release(drafted=drafted, title=sex, doubts_read=True, by=manager, rights=rights)
    page = released(study, manager, doubts_read="on").content.decode()
    assert "this would tell about fewer than five patients by adding and subtracting" in page
    assert DashboardRelease.objects.count() == 2
    DashboardRelease.objects.earliest("pk").delete()
    assert released(study, manager, doubts_read="on").status_code == 302


def test_of_two_managers_who_release_at_once_the_second_is_refused(study: Study, manager: Any) -> None:
    """Both have looked at what they release before either did."""
    rights = access.rights(user=manager, study=study)
    first = drafted_of(study, manager)
    add_patient(study, 2.75, partner="SSX3")
    second = drafted_of(study, manager)
    assert (first.refusals, second.refusals) == ([], [])
    release(drafted=first, title="First", doubts_read=False, by=manager, rights=rights)
    with pytest.raises(CannotRelease, match="is about the same patients but 1"):
        release(drafted=second, title="Second", doubts_read=True, by=manager, rights=rights)


def test_nothing_to_release_and_choices_that_are_no_more(study: Study, manager: Any) -> None:
    few = cohort({"SSX1": (1.0, 2.0)})
    boss = MembershipFactory(study=few, role=Role.MANAGER).user
    page = released(few, boss).content.decode()
    assert "Every group is too small to be shown." in page
    stale = released(study, manager, query=QUERY + "&only-sex=nonsense").content.decode()
    assert "nonsense is not one of the available choices" in stale
    assert signed_in(manager).get(new_url(study, "nothing")).status_code == 404
    assert not DashboardRelease.objects.exists()


def treated(study: Study, *, histology: Any, sclerosis: str) -> None:
    patient = add_patient(study, 1.0, partner="")
    DiagnosisFactory(patient=patient, histology=histology, is_index=True)
    TreatmentFactory(patient=patient, start="2020-01-01")
    lesion = LesionFactory(patient=patient, is_index=True, radiographic_type="lytic")
    ResponseAssessmentFactory(lesion=lesion, date="2020-06-01", criterion="sclerosis", sclerosis=sclerosis, category="")


def test_the_response_hides_a_small_cell_in_every_table(study: Study, manager: Any) -> None:
    common, rare = HistologyFactory(name="Common"), HistologyFactory(name="Rare")
    middle = HistologyFactory(name="Middle")
    for histology, yes, no in ((common, 12, 11), (middle, 6, 6), (rare, 2, 7)):
        for _number in range(yes):
            treated(study, histology=histology, sclerosis="complete")
        for _number in range(no):
            treated(study, histology=histology, sclerosis="none")
    assert released(study, manager, "response", "").status_code == 302
    release = DashboardRelease.objects.get()
    numbers = release.numbers
    assert (numbers["all"]["patients"], numbers["all"]["responders"]) == (44, 20)
    shown = {group["code"]: group["responders"] for group in numbers["tables"]["histology"]["groups"]}
    assert shown == {"Common": 12, "Middle": None, "Rare": None}
    viewer = MembershipFactory(study=study, role=Role.VIEWER).user
    page = signed_in(viewer).get(release.get_absolute_url()).content.decode()
    assert "Common" in page
    assert "2 groups are withheld" in page
    figure = reverse("analytics:release-figure", args=[study.code, release.pk, "histology"])
    drawn = json.loads(signed_in(viewer).get(figure).content)
    assert "Rare" not in json.dumps(drawn)
