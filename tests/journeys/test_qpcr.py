"""A researcher brings a plate, says what is on it, and reads the relative quantities."""

import re

import pytest
from playwright.sync_api import expect

from cases.models import Role
from tests.expression.plates import EXAMPLE
from tests.factories import MarkerFactory, MembershipFactory, PatientFactory, SpecimenFactory, StudyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager():
    """Of a study that knows one of the plate's specimens."""
    for position, (symbol, name) in enumerate([("TNFSF11", "RANKL"), ("TNFRSF11A", "RANK"), ("TNFRSF11B", "OPG")]):
        MarkerFactory(symbol=symbol, name=name, position=position)
    study = StudyFactory(code="SARC")
    SpecimenFactory(patient=PatientFactory(study=study, code="EX01-0001"), code="EX01-0001-S1")
    return MembershipFactory(study=study, role=Role.MANAGER).user


def test_plate(page, screenshot, manager, worker):
    page.goto("/accounts/login/?next=/studies/SARC/runs/")
    page.get_by_label("Username").fill(manager.username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    screenshot("qpcr-runs-empty")

    page.get_by_role("link", name="Import a plate").click()
    page.locator("input[type=file]").set_input_files(EXAMPLE)
    page.get_by_role("main").locator("form").get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="Targets")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("RANKL: marker")).to_have_value("TNFSF11")
    expect(page.get_by_label("GAPDH: role")).to_have_value("reference")
    expect(page.get_by_label("EX01-0001-S1: what it is")).to_have_value("match")
    page.get_by_label("Samples that have no specimen yet").select_option("create")
    screenshot("qpcr-questions")

    # By keyboard: from the efficiency of a target to the marker of the next.
    page.get_by_label("RANKL: efficiency").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("RANK: marker")).to_be_focused()

    page.get_by_role("button", name="Check every row").click()
    importing = page.get_by_role("button", name=re.compile("^Import [0-9]"))
    expect(importing).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Readings omitted by the operator: 1.")).to_be_visible()
    screenshot("qpcr-check")
    importing.click()
    page.get_by_role("link", name="The run").click(timeout=30_000)

    expect(page.get_by_role("heading", name="SYNTHETIC-PLATE-1")).to_be_visible()
    expect(page.locator(".answer-sentence").first).to_contain_text(
        "RANKL is highest in EX01-0009-S1 (12.8 × calibrator)"
    )
    row = page.get_by_role("row").filter(has_text="EX01-0002-S1").first
    expect(row.get_by_role("cell").nth(5)).to_have_text("8.152542")
    screenshot("qpcr-run")

    page.get_by_role("link", name="Plate", exact=True).click()
    page.get_by_label("Target").select_option("RANKL")
    page.get_by_role("button", name="Show").click()
    first = page.get_by_role("link", name="A1: EX01-0001-S1, RANKL, Sample, Cq 31.292")
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=re.compile("^A2: EX01-0001-S1, RANKL"))).to_be_focused()
    screenshot("qpcr-plate")
    page.keyboard.press("Enter")
    page.get_by_label("omitted").check()
    page.get_by_label("Reason").fill("Bubble in the well")
    screenshot("qpcr-well")
    page.get_by_role("button", name="Save").click()
    left_out = page.get_by_role("link", name=re.compile("^A2: .* omitted"))
    expect(left_out).to_be_focused()
    left_out.click()
    expect(page.get_by_text("“Bubble in the well”")).to_be_visible()
    page.get_by_role("link", name="SYNTHETIC-PLATE-1").click()
    page.get_by_role("link", name="Fill in").click()
    page.get_by_role("textbox", name=re.compile("^Reverse transcription")).fill("SuperScript IV, random hexamers")
    screenshot("qpcr-miqe")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("5 of 15 MIQE items reported")).to_be_visible()

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 400, "height": 800})
    screenshot("qpcr-run-narrow-dark")
    page.get_by_role("link", name="Plate", exact=True).click()
    screenshot("qpcr-plate-narrow-dark")
    page.get_by_role("link", name="Wells").click()
    expect(page.get_by_text("1–96 of 130")).to_be_visible()
    screenshot("qpcr-wells-narrow-dark")
