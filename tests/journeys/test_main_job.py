"""What a researcher comes for: bring measurements, ask a comparison, read the answer."""

import re

import pytest
from playwright.sync_api import expect

from analytics.models import Analysis
from cases.models import MolecularAlteration, Patient, Role, Specimen
from tests.factories import HistologyFactory, MarkerFactory, MembershipFactory, StudyFactory
from tests.reference.answers import reference
from tests.workers import REPOSITORY

EXAMPLE = REPOSITORY / "docs" / "examples" / "synthetic_expression.csv"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager():
    """Of an empty study, in a portal that knows the markers and histologies of the file."""
    for symbol, name in [("TNFSF11", "RANKL"), ("TNFRSF11A", "RANK"), ("TNFRSF11B", "OPG")]:
        MarkerFactory(symbol=symbol, name=name)
    for name in ["monophasic", "biphasic", "poorly differentiated"]:
        HistologyFactory(name=f"Synovial sarcoma, {name}", synonyms=[name], usual_category="soft_tissue")
    return MembershipFactory(study=StudyFactory(code="SYN"), role=Role.MANAGER).user


def test_import_compare_and_read(page, screenshot, manager, worker):
    page.goto("/")
    page.get_by_label("Username").fill(manager.username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name=re.compile("^Import a file")).first.click()
    page.locator("input[type=file]").set_input_files(EXAMPLE)
    screenshot("import-file")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_label("Unit of the values")).to_be_visible(timeout=30_000)
    screenshot("import-questions")
    page.get_by_label("Unit of the values").select_option("log2_tpm")
    page.get_by_label("Platform").fill("RNA-seq")
    page.get_by_label("Histology where the file has none").select_option(label="Synovial sarcoma, monophasic")
    page.get_by_role("button", name="Check every row").click()
    importing = page.get_by_role("button", name=re.compile("^Import [0-9]"))
    expect(importing).to_be_visible(timeout=30_000)
    screenshot("import-check")
    importing.click()
    expect(page.locator(".answer-sentence")).to_contain_text("Written: 39 patients", timeout=30_000)
    screenshot("import-done")
    assert (Patient.objects.count(), Specimen.objects.count()) == (39, 40)
    assert MolecularAlteration.objects.filter(gene="SS18", partner="SSX1").count() == 25

    page.goto("/studies/SYN/analyses/new/expression_by_group/?marker=TNFSF11&grouping=fusion_partner&gene=SS18")
    screenshot("analysis-question")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".answer-sentence").first).to_contain_text("0.086", timeout=30_000)
    expect(page.locator("[data-figure-url] .main-svg").first).to_be_visible()
    expect(page.get_by_text("37 patients").first).to_be_visible()
    screenshot("analysis-answer")
    expected = reference("synthetic_expression")["patients_median"]
    result = Analysis.objects.get().result
    assert result["comparison"]["p_value"] == pytest.approx(expected["exact_p"], rel=1e-9)
    assert [group["patients"] for group in result["groups"]] == [25, 12]
