"""Cohorts on their pages, as a filter everywhere, and in the results of questions."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analytics.cohorts.editions import current, edition
from analytics.kinds import parse
from analytics.models import Analysis, Cohort
from analytics.population import patients_of, population_in_words
from analytics.reading import read
from analytics.services import request_analysis
from analytics.spec import SpecError
from cases import access
from cases.erasure import erase
from cases.history import data_version
from cases.models import ConsentStatus, Patient, Role, Study
from tests.analytics.cohort import answered, cohort, question
from tests.factories import MembershipFactory, SiteFactory, UserFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """Three women and three men with each of two fusion partners."""
    study = cohort(sex="male")
    every_other = Patient.objects.filter(study=study).order_by("pk").values_list("pk", flat=True)[::2]
    Patient.objects.filter(pk__in=every_other).update(sex="female")
    return study


@pytest.fixture
def maker(study: Study) -> User:
    return MembershipFactory(study=study).user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def made(study: Study, user: Any, **fields: Any) -> Cohort:
    """A cohort as its form makes it."""
    sent = {"name": "Women", "kind": "live", "only-sex": ["female"], **fields}
    answer = signed_in(user).post(reverse("analytics:cohort-new", args=[study.code]), sent)
    assert answer.status_code == 302, answer.content.decode()
    return Cohort.objects.latest("pk")


def changed(cohort: Cohort, user: Any, **fields: Any) -> Any:
    address = reverse("analytics:cohort-edit", args=[cohort.study.code, cohort.pk])
    client = signed_in(user)
    sent = {"version": client.get(address).context["form"]["version"].initial, "name": cohort.name, **fields}
    return client.post(address, sent)


def listed(study: Study, user: Any, key: str) -> int:
    page = signed_in(user).get(reverse("cases:patient-list", args=[study.code]), {"cohort": key})
    count: int = page.context["table"].paginator.count
    return count


class TestLive:
    def test_from_the_list_of_patients_to_lists_forms_and_dashboards(self, study: Study, maker: User) -> None:
        client = signed_in(maker)
        page = client.get(reverse("cases:patient-list", args=[study.code]), {"sex": "female"}).content.decode()
        new_url = f"{reverse('analytics:cohort-new', args=[study.code])}?filters=sex%3Dfemale"
        assert new_url in page
        assert client.get(new_url).context["patients"] == 6
        women = made(study, maker, description="For the test.")
        key = current(women).key
        shown = client.get(women.get_absolute_url())
        assert (shown.context["patients"], shown.context["filters"]) == (6, [("Sex", "Female")])
        assert listed(study, maker, key) == 6
        assert client.get("/api/v1/patients/", {"study": study.code, "cohort": key}).json()["count"] == 6
        asking = client.get(
            reverse("analytics:analysis-ask", args=[study.code, "expression_by_group"]), {"only-cohort": key}
        )
        assert asking.context["form"].population.filters == (("cohort", (key,)),)
        assert f'<option value="{key}" selected>Women</option>' in asking.content.decode()
        choices = {"only-cohort": key, "grouping": "fusion_partner", "gene": "SS18"}
        explorer = client.get(reverse("analytics:explore-expression", args=[study.code]), choices)
        assert "6 patients" in explorer.content.decode()

    def test_a_result_keeps_the_edition_it_was_asked_of(self, study: Study, maker: User) -> None:
        women = made(study, maker)
        first = current(women).key
        before = data_version()
        analysis = answered(study, maker, population={"cohort": [first]})
        assert changed(women, maker, name="Men", **{"only-sex": "male"}).status_code == 302
        women.refresh_from_db()
        assert (women.edition, data_version()) == (2, before)
        spec = parse(analysis.spec)
        told = population_in_words(spec.population, study=study.code, by=maker)
        assert told == [("Cohort", "Women (edition 1)"), ("Sex, in the cohort", "Female")]
        assert {patient.sex for patient in patients_of(spec=spec, by=maker)} == {"female"}
        page = signed_in(maker).get(analysis.get_absolute_url()).content.decode()
        assert "Women (edition 1)" in page
        report = signed_in(maker).get(reverse("analytics:analysis-report", args=[study.code, analysis.pk]))
        assert "Patients were those of the cohort “Women” (by its filters, edition 1)." in report.content.decode()
        # The new edition is another question, though no data changed.
        again, created = request_analysis(
            spec=question(study, population={"cohort": [f"{women.pk}.2"]}),
            by=maker,
            rights=access.rights(user=maker, study=study),
        )
        assert created
        assert again != analysis
        history = signed_in(maker).get(reverse("analytics:cohort-history", args=[study.code, women.pk]))
        assert "Men" in history.content.decode()

    def test_is_made_of_filters_alone(self, study: Study, maker: User) -> None:
        key = current(made(study, maker)).key
        address = reverse("analytics:cohort-new", args=[study.code])
        answer = signed_in(maker).post(address, {"name": "Again", "kind": "live", "only-cohort": key})
        assert "A live cohort is made of filters, not of another cohort." in answer.content.decode()
        answer = signed_in(maker).post(address, {"name": "Odd", "kind": "live", "only-sex": "nonsense"})
        assert "nonsense is not one of the available choices" in answer.content.decode()
        answer = signed_in(maker).post(address, {"name": "Women", "kind": "live"})
        assert "You already have a cohort of this name" in answer.content.decode()
        assert Cohort.objects.count() == 1

    def test_has_one_key_alone(self, study: Study, maker: User) -> None:
        """Under another a question would be another, and not be found where it is asked what the cohort is used for."""
        women = made(study, maker)
        assert edition(f"{women.pk}.1") == current(women)
        for other in (f"0{women.pk}.1", f"{women.pk}.01", f"{women.pk}.1\n", f"{women.pk}.\u0661"):
            assert edition(other) is None
        with pytest.raises(SpecError, match="There is no such cohort here"):
            answered(study, maker, population={"cohort": [f"{women.pk}.01"]})

    def test_without_javascript_and_with_every_count_of_queries(self, study: Study, maker: User) -> None:
        made(study, maker)
        address = reverse("analytics:cohort-list", args=[study.code])
        queries_of(signed_in(maker), address)
        few = queries_of(signed_in(maker), address)
        for number in range(4):
            made(study, maker, name=f"Women {number}")
        queries_of(signed_in(maker), address)
        assert queries_of(signed_in(maker), address) == few
        assert "Women 3" in signed_in(maker).get(address).content.decode()


class TestFrozen:
    def test_patients_stay_and_those_who_withdraw_leave_at_once(self, study: Study, maker: User) -> None:
        frozen = made(study, maker, kind="frozen", name="Women of today")
        key = current(frozen).key
        first, second, third = Patient.objects.filter(study=study, sex="female")[:3]
        Patient.objects.filter(pk=first.pk).update(sex="male")
        assert listed(study, maker, key) == 6
        Patient.objects.filter(pk=second.pk).update(consent_status=ConsentStatus.WITHDRAWN)
        assert listed(study, maker, key) == 5
        spec = question(study, population={"cohort": [key]})
        assert second not in patients_of(spec=spec, by=maker)
        shown = signed_in(maker).get(frozen.get_absolute_url())
        assert (shown.context["patients"], shown.context["frozen"]) == (5, 6)
        erase(patient=third, reason="On request.", by=maker)
        assert (listed(study, maker, key), frozen.members.count()) == (4, 5)
        # Its filters say how it was found and are not changed.
        changed(frozen, maker, name="Renamed", **{"only-sex": "male"})
        frozen.refresh_from_db()
        assert (frozen.name, frozen.filters, frozen.edition) == ("Renamed", {"sex": ["female"]}, 2)
        assert listed(study, maker, f"{frozen.pk}.2") == 4

    def test_from_a_live_one(self, study: Study, maker: User) -> None:
        live = made(study, maker)
        freeze_url = signed_in(maker).get(live.get_absolute_url()).context["freeze_url"]
        page = signed_in(maker).get(freeze_url)
        assert (page.context["patients"], page.context["form"]["kind"].value()) == (6, "frozen")
        frozen = made(study, maker, name="Frozen", kind="frozen", **{"only-sex": "", "only-cohort": current(live).key})
        assert frozen.members.count() == 6


class TestWhoFindsIt:
    def test_private_shared_and_of_another_study(self, study: Study, maker: User) -> None:
        colleague = MembershipFactory(study=study, role=Role.MANAGER).user
        viewer = MembershipFactory(study=study, role=Role.VIEWER).user
        elsewhere = MembershipFactory(role=Role.MANAGER).user
        strangers = [elsewhere, UserFactory()]
        cohort = made(study, maker, name="Concealed women")
        key, address = current(cohort).key, cohort.get_absolute_url()
        asked = reverse("analytics:analysis-ask", args=[study.code, "expression_by_group"])
        assert signed_in(colleague).get(address).status_code == 404
        page = signed_in(colleague).get(reverse("cases:patient-list", args=[study.code]), {"cohort": key})
        assert "Concealed" not in page.content.decode()
        assert "not shared with you" in page.content.decode()
        assert "Concealed" not in signed_in(colleague).get(asked, {"only-cohort": key}).content.decode()
        with pytest.raises(SpecError, match="not shared with you"):
            request_analysis(
                spec=question(study, population={"cohort": [key]}),
                by=colleague,
                rights=access.rights(user=colleague, study=study),
            )
        changed(cohort, maker, is_shared="on", **{"only-sex": "female"})
        assert signed_in(colleague).get(address).status_code == 200
        assert "Concealed" in signed_in(colleague).get(asked).content.decode()
        assert signed_in(viewer).get(address).status_code == 403
        for stranger in strangers:
            assert signed_in(stranger).get(address).status_code == 404
        # In another study the key finds nobody and names nothing.
        other = Study.objects.get(memberships__user=elsewhere)
        page = signed_in(elsewhere).get(reverse("cases:patient-list", args=[other.code]), {"cohort": key})
        assert "Concealed" not in page.content.decode()
        assert edition(key) is not None

    def test_confined_members_count_their_own_site(self, study: Study, maker: User) -> None:
        site = SiteFactory(study=study)
        some = Patient.objects.filter(study=study, sex="female").values_list("pk", flat=True)[:2]
        Patient.objects.filter(pk__in=list(some)).update(site=site)
        shared = made(study, maker, kind="frozen", is_shared="on")
        confined = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
        shown = signed_in(confined).get(shared.get_absolute_url()).context
        assert (shown["patients"], shown["frozen"]) == (2, 2)
        assert signed_in(maker).get(shared.get_absolute_url()).context["patients"] == 6


class TestPuttingAway:
    def test_unused_is_deleted_used_is_archived(self, study: Study, maker: User) -> None:
        unused, used = made(study, maker, name="Unused"), made(study, maker, name="Used", is_shared="on")
        key = current(used).key
        manager = MembershipFactory(study=study, role=Role.MANAGER).user
        analysis = answered(study, manager, population={"cohort": [key]})
        client = signed_in(maker)

        def post(name: str, cohort: Cohort, user: Any = maker) -> int:
            address = reverse(f"analytics:cohort-{name}", args=[study.code, cohort.pk])
            code: int = signed_in(user).post(address).status_code
            return code

        researcher = MembershipFactory(study=study).user
        assert post("delete", used, researcher) == 403
        assert post("archive", used, researcher) == 403
        post("delete", unused)
        post("delete", used)
        assert list(Cohort.objects.values_list("name", flat=True)) == ["Used"]
        # What a colleague asked of it is not to become unreadable.
        assert "so it stays shared" in changed(used, maker, **{"only-sex": "female"}).content.decode()
        post("archive", used)
        page = client.get(reverse("analytics:analysis-ask", args=[study.code, "expression_by_group"]))
        assert "Used" not in page.content.decode()
        assert "Used (edition 1)" in client.get(analysis.get_absolute_url()).content.decode()
        assert str(analysis.pk) in client.get(used.get_absolute_url()).content.decode()
        post("restore", used)
        page = client.get(reverse("analytics:analysis-ask", args=[study.code, "expression_by_group"]))
        assert "Used" in page.content.decode()


def test_an_erased_patient_is_blotted_out_of_names_filters_and_questions(study: Study, maker: User) -> None:
    code = Patient.objects.filter(study=study).earliest("pk").code
    cohort = made(study, maker, name=f"Like {code}", **{"only-sex": "", "only-search": code})
    asked = answered(
        study, maker, population={"cohort": [current(cohort).key], "search": [code]}, grouping="sex", gene=""
    )
    erase(patient=Patient.objects.get(code=code), reason="On request.", by=maker)
    cohort.refresh_from_db()
    told = [cohort.name, cohort.filters, *cohort.events.values_list("name", "filters")]  # type: ignore[attr-defined]
    assert code not in str(told)
    assert "[erased]" in cohort.name
    assert code not in str(Analysis.objects.filter(pk=asked.pk).values())
    assert read(analysis=asked, user=maker, rights=access.rights(user=maker, study=study))
