"""Sites of a study on the manager's pages."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import ConsentStatus, Membership, Role, Site
from tests.factories import MembershipFactory, PatientFactory, SiteFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def test_add_and_rename(client: Client, membership: Membership) -> None:
    sites = reverse("cases:site-list", args=[membership.study.code])
    answer = client.post(reverse("cases:site-add", args=[membership.study.code]), {"code": "NARA", "name": "Nara"})
    assert answer.headers["Location"] == sites
    site = Site.objects.get()
    client.post(
        reverse("cases:site-edit", args=[membership.study.code, site.pk]), {"code": "NARA", "name": "Nara city"}
    )
    assert "Nara city" in client.get(sites).content.decode()


def test_a_code_once_a_study(client: Client, membership: Membership) -> None:
    SiteFactory(study=membership.study, code="NARA")
    answer = client.post(reverse("cases:site-add", args=[membership.study.code]), {"code": "NARA", "name": "Again"})
    assert "already has a site with this code" in str(answer.context["form"].errors)


def test_a_site_of_another_study_is_not_found(client: Client, membership: Membership) -> None:
    assert client.get(reverse("cases:site-edit", args=[membership.study.code, SiteFactory().pk])).status_code == 404


def test_patients_are_counted_without_those_who_withdrew(client: Client, membership: Membership) -> None:
    site = SiteFactory(study=membership.study)
    PatientFactory.create_batch(2, study=membership.study, site=site)
    PatientFactory(study=membership.study, site=site, consent_status=ConsentStatus.WITHDRAWN)
    address = reverse("cases:site-list", args=[membership.study.code])
    assert [row.patient_count for row in client.get(address).context["table"].data] == [2]
    few = queries_of(client, address)
    SiteFactory.create_batch(8, study=membership.study)
    assert queries_of(client, address) == few
