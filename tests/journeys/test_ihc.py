"""A pathologist scores a section: the percentages add up while they are typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from cases.models import Role
from tests.factories import (
    AntibodyFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    IhcReadingFactory,
    MembershipFactory,
    PatientFactory,
    PositivityCutoffFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scored(page: Page, live_server: Any) -> Page:
    """Signed in to a study with two scored cores, an antibody, a cut-off and a rule."""
    study = StudyFactory(code="SARC", is_synthetic=True)
    specimen = SpecimenFactory(patient=PatientFactory(study=study, code="P-1"), code="B-1")
    antibody = AntibodyFactory(study=study, code="RANKL-1", dilution="1:200", vendor="Abcam", retrieval="citrate pH 6")
    AntibodyFactory(study=study, code="RANKL-2", clone="N1H8", rrid="AB_2714189")
    for column, cells in ((1, {}), (2, {"percent_0": 10, "percent_1": 30, "percent_2": 30, "percent_3": 30})):
        core = CoreFactory(specimen=specimen, microarray__study=study, column=column)
        for reader in ("MK", "TS"):
            IhcReadingFactory(specimen=specimen, core=core, antibody=antibody, reader=reader, **cells)
    cutoff = PositivityCutoffFactory(study=study, name="RANKL any", at_least=1)
    PositivityCutoffFactory(study=study, name="RANKL any", version=2, at_least=50, source="Own series, 2019")
    ConsolidationRuleFactory(study=study, name="Median of cores", minimum_evaluable_cores=2)
    ConsolidationRuleFactory(study=study, name="Any core", cores_to_specimen="any_positive", cutoff=cutoff)
    client = Client()
    client.force_login(MembershipFactory(study=study, role=Role.MANAGER).user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def percentages(page: Page, *values: str) -> None:
    for number, value in enumerate(values):
        page.locator(f"[name=percent_{number}]").fill(value)


def test_a_section_is_scored(scored: Page, screenshot: Callable[[str], Any]) -> None:
    scored.goto("/studies/SARC/specimens/B-1/")
    screenshot("ihc-specimen")
    scored.get_by_role("link", name="Add a reading").click()
    expect(scored.locator("[name=specimen] option:checked")).to_have_text("B-1")
    total = scored.locator("output.sum")
    percentages(scored, "40", "30", "20", "9")
    expect(total).to_have_text("Sum: 99 %")
    expect(total).to_have_class("sum wrong")
    scored.locator("[name=percent_3]").fill("10")
    expect(total).to_have_text("Sum: 100 %")
    expect(total).to_have_class("sum")
    scored.locator("[name=antibody]").select_option("RANKL-2 (RANKL, N1H8)")
    scored.locator("[name=reader]").fill("HY")
    screenshot("ihc-reading")
    scored.get_by_role("button", name="Save", exact=True).click()
    expect(scored.locator("#ihc-reading")).to_contain_text("RANKL, N1H8")


def test_what_could_not_be_scored_takes_no_percentages(scored: Page, screenshot: Callable[[str], Any]) -> None:
    scored.goto("/studies/SARC/patients/P-1/records/ihc-reading/new/")
    evaluability = scored.locator("[name=evaluability]")
    evaluability.select_option("lost")
    expect(scored.locator("[name=percent_0]")).to_be_disabled()
    expect(scored.locator(".does-not-apply").first).to_have_text("does not apply")
    screenshot("ihc-reading-lost")
    evaluability.select_option("evaluable")
    expect(scored.locator("[name=percent_0]")).to_be_enabled()
    expect(scored.locator(".does-not-apply")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_stains(scored: Page, screenshot: Callable[[str], Any], width: int) -> None:
    scored.set_viewport_size({"width": width, "height": 844})
    for name, heading in (
        ("antibodies", "Antibodies"),
        ("cut-offs", "Positivity cut-offs"),
        ("consolidation-rules", "Consolidation rules"),
        ("specimens/B-1", "B-1"),
        ("patients/P-1", "P-1"),
        ("lists/ihc-reading", "IHC readings"),
    ):
        scored.goto(f"/studies/SARC/{name}/")
        expect(scored.get_by_role("heading", level=1)).to_contain_text(heading)
        assert scored.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(f"stain-{name.replace('/', '-')}-{width}")
