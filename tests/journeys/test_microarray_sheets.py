"""A pathologist brings the score sheets of a block as the laboratory keeps them, a hospital its patients."""

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Core, Patient, Role
from expression.models import IhcReading
from tests.expression.importing.microarrays.blocks import EXAMPLE
from tests.factories import (
    AntibodyFactory,
    HistologyFactory,
    MarkerFactory,
    MembershipFactory,
    StudyFactory,
    TopographyFactory,
    TreatmentAgentFactory,
)
from tests.workers import REPOSITORY

pytestmark = pytest.mark.django_db(transaction=True)

HOSPITAL = REPOSITORY / "docs" / "examples" / "synthetic_hospital.xlsx"
HISTOLOGIES = {
    "Giant cell tumour of bone": "骨巨細胞腫",
    "Leiomyosarcoma": "平滑筋肉腫",
    "Fibrous dysplasia": "線維性骨異形成",
    "Aneurysmal bone cyst": "動脈瘤様骨嚢腫",
}
TOPOGRAPHIES = {"C40.2": "下肢長骨", "C41.2": "脊柱", "C49.9": "軟部組織（部位不明）"}


@pytest.fixture
def manager():
    """Of a study without patients that knows its antibodies."""
    study = StudyFactory(code="TMA")
    AntibodyFactory(study=study, code="RANKL-12A", marker=MarkerFactory(symbol="TNFSF11"))
    AntibodyFactory(study=study, code="OPG-1", marker=MarkerFactory(symbol="TNFRSF11B", name="OPG"))
    return MembershipFactory(study=study, role=Role.MANAGER).user


def bring(page: Page, user, file) -> None:
    page.goto("/accounts/login/?next=/studies/TMA/imports/new/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()


def write(page: Page) -> None:
    importing = page.get_by_role("button", name=re.compile("^Import [0-9]"))
    expect(importing).to_be_visible(timeout=60_000)
    importing.click()
    expect(page.locator(".answer-sentence")).to_contain_text("Written:", timeout=60_000)


def test_map_and_score_sheets(page, screenshot, manager, worker):
    bring(page, manager, EXAMPLE)
    cases = page.get_by_label("Whose the cases are")
    expect(cases).to_be_visible(timeout=60_000)
    expect(page.get_by_label("Control tissues")).to_have_value("tonsil")
    expect(page.locator("[name='sheet-0-antibody']")).to_have_value("RANKL-12A")
    expect(page.locator("[name='sheet-0-not_assessable']")).to_have_value("9, x")
    screenshot("tma-questions")
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_text("Who read the scores?")).to_be_visible(timeout=60_000)

    page.get_by_label("Code of the block").fill("TMA1")
    cases.fill("\n".join(f"{case}\tP-{case}" for case in range(1, 16)))
    page.get_by_label("Reader").fill("MK")
    for sheet in ("sheet-0", "sheet-1"):
        # The workbook says what its numbers mean.
        expect(page.locator(f"[name='{sheet}-scale']")).to_have_value("new")
    page.get_by_role("button", name="Check every row").click()
    problem = page.get_by_text("Whose is case 16? Write its patient, or that it is a control tissue.")
    expect(problem).to_be_visible(timeout=60_000)
    screenshot("tma-problem")
    cases.fill("\n".join(f"{case}\tP-{case}" for case in range(1, 17)))
    page.get_by_role("button", name="Check every row").click()
    write(page)
    screenshot("tma-done")
    assert (Patient.objects.count(), Core.objects.count(), IhcReading.objects.count()) == (16, 33, 66)
    assert IhcReading.objects.filter(patient=None).count() == 2
    page.get_by_role("link", name="The block").click()
    expect(page.get_by_role("heading", name="TMA1").first).to_be_visible()
    screenshot("tma-block")


def test_workbook_of_a_hospital(page, screenshot, manager, worker):
    for name, japanese in HISTOLOGIES.items():
        HistologyFactory(name=name, name_ja=japanese)
    for code, japanese in TOPOGRAPHIES.items():
        TopographyFactory(code=code, name=code, name_ja=japanese)
    TreatmentAgentFactory(code="denosumab", name="Denosumab", name_ja="デノスマブ")
    bring(page, manager, HOSPITAL)
    expect(page.get_by_label("標本: 標本番号")).to_have_value("code", timeout=60_000)
    expect(page.get_by_label("診断: 診断 › 診断日")).to_have_value("date")
    screenshot("hospital-questions")
    page.get_by_role("button", name="Check every row").click()
    write(page)
    screenshot("hospital-done")
    assert Patient.objects.get(code="SYN-J02").death_date == "2022-11-02"
    assert IhcReading.objects.filter(reader="MK").count() == 3

    page.get_by_role("link", name="Undo this import").click()
    expect(page.locator(".answer-sentence")).to_contain_text("Undoing removes 4 patients")
    screenshot("undo-question")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.locator(".answer-sentence")).to_contain_text(f"Undone by {manager.username}", timeout=60_000)
    screenshot("undo-done")
    assert not Patient.objects.exists()
