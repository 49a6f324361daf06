"""A post-doc at the bench: a blot and a cell experiment entered by keyboard, and read."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Role
from expression.models import PhosphoSite
from tests.factories import (
    CellLineFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 400, "height": 800}


@pytest.fixture
def manager():
    MarkerFactory(position=1)
    stat3 = MarkerFactory(symbol="STAT3", position=2)
    PhosphoSite.objects.get_or_create(marker=stat3, residue="Y705")
    study = StudyFactory(code="SARC")
    CellLineFactory(study=study, name="U-2 OS", accession="CVCL_0042")
    SpecimenFactory(patient=PatientFactory(study=study, code="P-1"), code="P-1-S1")
    return MembershipFactory(study=study, role=Role.MANAGER).user


def sign_in(page: Page, username: str, address: str) -> None:
    page.goto(f"/accounts/login/?next={address}")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()


def type_down(page: Page, first: str, texts: list[str]) -> None:
    """A column, from its first cell down; Enter goes to the next."""
    page.get_by_label(first, exact=True).focus()
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def paste(page: Page, first: str, text: str) -> None:
    """Cells of a spreadsheet, as a browser hands them over."""
    page.get_by_label(first, exact=True).evaluate(
        """(cell, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def in_the_dark_on_a_telephone(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]


def by_day_on_a_desk(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_blot(page, screenshot, manager):
    sign_in(page, manager.username, "/studies/SARC/blots/")
    expect(page.get_by_text("No western blot yet")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("a")
    page.get_by_label("Code").fill("WB-1")
    page.get_by_label("Membrane 1: loading control").fill("GAPDH")
    page.get_by_label("Membrane 1: probed for").fill("p-STAT3 Y705, RANKL")
    page.get_by_label("Membrane 2: loading control").fill("β-actin")
    page.get_by_label("Membrane 2: probed for").fill("STAT3")
    screenshot("blot-new")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Bands of WB-1")).to_be_visible()
    page.get_by_label("Specimen, lane 1", exact=True).fill("P-1-S1")
    type_down(page, "Cells, lane 2", ["U-2 OS", "U-2 OS", "U-2 OS"])
    type_down(page, "Treatment of the cells, lane 2", ["untreated", "IL-6 50 ng/mL, 5 min", "IL-6 50 ng/mL, 15 min"])
    type_down(page, "p-STAT3 Y705 (1), lane 1", ["2600", "1000", "4000", "8000 s"])
    type_down(page, "RANKL (1), lane 1", ["900", "0", "300", "600"])
    paste(page, "GAPDH (1), lane 1", "20000\t7900\t10100\n20000\t8000\t10000\n20000\t8000\t10000\nmuch\t4000\t10000\n")
    expect(page.get_by_label("β-actin (2), lane 4", exact=True)).to_have_value("10000")
    page.get_by_label("Lane 2 is the calibrator").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("“much” is no number.")).to_be_visible()
    expect(page.get_by_label("p-STAT3 Y705 (1), lane 4", exact=True)).to_have_value("8000 s")
    screenshot("blot-table-error")
    page.get_by_label("GAPDH (1), lane 4", exact=True).fill("10000")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("p-STAT3 Y705 ÷ STAT3 is highest in lane 4 (32.0 × calibrator)")).to_be_visible()
    expect(page.get_by_text("A band is saturated: shown, but left out of analyses.")).to_be_visible()
    screenshot("blot")
    in_the_dark_on_a_telephone(page)
    screenshot("blot-narrow-dark")
    page.goto("/studies/SARC/blots/WB-1/bands/")
    screenshot("blot-table-narrow-dark")
    by_day_on_a_desk(page)
    screenshot("blot-table")


def test_a_cell_experiment(page, screenshot, manager):
    sign_in(page, manager.username, "/studies/SARC/experiments/")
    page.wait_for_load_state()
    page.keyboard.press("a")
    page.get_by_label("Code").fill("E-1")
    page.get_by_label("Cell line").select_option(label="U-2 OS")
    page.get_by_label("Readout").select_option("elisa")
    page.get_by_label("Marker").select_option(label="RANKL")
    page.get_by_label("Biological replicates").fill("2")
    page.get_by_label("Technical replicates").fill("2")
    page.get_by_label("Co-culture with osteoclasts").check()
    page.get_by_label("Stimuli").fill("IL-6")
    page.get_by_label("Concentrations").fill("10, 100")
    screenshot("experiment-new")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Readings of E-1")).to_be_visible()
    rows = page.locator(".cell-table tbody tr")
    expect(rows).to_have_count(6)
    for down, texts in enumerate(
        ["10 14 20 20", "40 44 b b", "70 l 66 60", "31 33 40 42", "90 95 88 91", "120 130 110 124"]
    ):
        rows.nth(down).locator("input.cell").first.focus()
        for text in texts.split():
            page.keyboard.type(text)
            page.keyboard.press("ArrowRight")
    screenshot("experiment-table")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".answer-sentence")).to_contain_text("n = 2")
    expect(page.get_by_text("1 replicate is below detection: the mean of the others is too high.")).to_be_visible()
    screenshot("experiment")
    in_the_dark_on_a_telephone(page)
    screenshot("experiment-narrow-dark")
    page.goto("/studies/SARC/experiments/E-1/readings/")
    screenshot("experiment-table-narrow-dark")
