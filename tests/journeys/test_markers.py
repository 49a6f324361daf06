"""From any name of a marker to who has a value of it, and a finding entered where the specimen is."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from cases.models import Role
from tests.factories import (
    DiagnosisFactory,
    ExpressionValueFactory,
    IhcReadingFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specimen(live_server: Any) -> Any:
    """Of one of two patients; RANKL was stained on it, and has a profile value."""
    patient = PatientFactory()
    PatientFactory(study=patient.study)
    DiagnosisFactory(patient=patient)
    specimen = SpecimenFactory(patient=patient, kind="ffpe_block")
    # A journey before this one may have emptied the tables, names that migrations wrote included.
    rankl = MarkerFactory()
    rankl.synonyms = ["ODF", "破骨細胞分化因子"]
    rankl.save()
    IhcReadingFactory(specimen=specimen)
    ExpressionValueFactory(specimen=specimen)
    return specimen


@pytest.fixture
def signed_in(page: Page, specimen: Any, live_server: Any) -> Page:
    client = Client()
    client.force_login(MembershipFactory(study=specimen.study, role=Role.MANAGER).user)
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()]
    )
    return page


def test_a_marker_by_its_japanese_name(signed_in: Page, specimen: Any) -> None:
    page = signed_in
    page.goto(specimen.study.get_absolute_url())
    page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Assays").click()
    page.get_by_role("main").get_by_role("link", name="Markers").click()
    page.get_by_role("searchbox").fill("破骨細胞分化因子")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="RANKL", exact=True).click()
    expect(page.get_by_text("1 of 2 patients have a value of RANKL by IHC.")).to_be_visible()
    expect(page.get_by_text("No specimen: 1")).to_be_visible()
    page.get_by_label("Assay").select_option("profile")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 of 2 patients have a value of RANKL by Expression profile.")).to_be_visible()


def test_a_finding_of_the_specimen_at_hand(signed_in: Page, specimen: Any) -> None:
    page = signed_in
    page.goto(specimen.get_absolute_url())
    page.get_by_role("link", name="Add: pathology finding").click()
    page.get_by_label("Osteoclasts per high-power field").first.fill("3.5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name=specimen.code)).to_be_visible()
    expect(page.get_by_role("cell", name="3.5")).to_be_visible()
