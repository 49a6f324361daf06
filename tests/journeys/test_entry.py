"""A clinician with a stack of charts: a denosumab patient entered without a mouse."""

import time

import pytest
from playwright.sync_api import Page, expect

from cases.models import Patient, Role
from tests.factories import (
    HistologyFactory,
    MembershipFactory,
    StudyFactory,
    TopographyFactory,
    TreatmentAgentFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = """() => {
    const field = document.activeElement;
    const label = field.labels && field.labels.length ? field.labels[0].textContent : field.textContent;
    return label.replace(/optional/, "").trim();
}"""
FIVE_MINUTES = 300


@pytest.fixture
def manager():
    HistologyFactory(name="Lung adenocarcinoma", usual_category="bone_metastasis")
    TopographyFactory(code="C34.9", name="Lung")
    TopographyFactory(code="C41.2", name="Vertebral column")
    TreatmentAgentFactory(code="denosumab", name="Denosumab")
    return MembershipFactory(study=StudyFactory(code="BONE"), role=Role.MANAGER).user


def tab_to(page: Page, label: str) -> None:
    """Press the tabulator until the field, link or button of that name has the focus."""
    for _ in range(120):
        if page.evaluate(FOCUSED) == label:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{label} cannot be reached by the keyboard")


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into the fields in their order; choices are found by their first letters."""
    for name, text in values.items():
        tab_to(page, name)
        page.keyboard.type(text)


def press(page: Page, button: str) -> None:
    tab_to(page, button)
    page.keyboard.press("Enter")


def fill_new(page: Page, kind: str, values: dict[str, str]) -> None:
    """Fill the form of a new record, once it is there and has the focus."""
    place = page.locator(f"#{kind}-form")
    expect(place.get_by_role("button", name="Save", exact=True)).to_be_visible()
    expect(place.locator("[autofocus]")).to_be_focused()
    fill(page, values)


def expect_rows(page: Page, kind: str, number: int) -> None:
    expect(page.locator(f"#{kind}-rows tbody tr")).to_have_count(number)


def add(page: Page, kind: str, name: str, *records: dict[str, str]) -> None:
    """Add records of one kind from the menu, without leaving the page."""
    page.keyboard.press("a")
    tab_to(page, name)
    page.keyboard.press("Enter")
    for number, values in enumerate(records, start=1):
        fill_new(page, kind, values)
        press(page, "Save and add another" if number < len(records) else "Save")
        expect_rows(page, kind, number)
    # The form is closed, and its button has the focus again.
    expect(page.locator(f"#{kind} [data-entry-open]")).to_be_focused()
    expect(page.locator(f"#{kind}-form")).to_contain_text("is saved.")


def test_a_denosumab_patient_in_under_five_minutes(page, screenshot, manager):
    page.goto("/")
    tab_to(page, "Username")
    page.keyboard.type(manager.username)
    tab_to(page, "Password")
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tumours of BONE")
    began = time.monotonic()

    page.goto("/studies/BONE/new-patient/")
    given = {"Sex": "Fem", "Birth year": "1961", "Vital status": "Al", "Last follow-up": "2023-03-14"}
    fill(page, {"Code": "B-0147"} | given | {"Consent": "Given"})
    press(page, "Save")
    expect(page.locator("main")).to_contain_text("is saved.")
    # The page shows its message before its scripts have run: a key would be lost.
    page.wait_for_load_state()
    tumour = {"Category": "Bone meta", "Histology": "Lung adeno", "Primary site": "Lung", "Date": "2020-11"}
    add(page, "diagnosis", "Diagnosis", tumour)
    spine = {"Site": "Vertebral", "Site in words": "L3 vertebra", "Radiographic type": "Lytic"}
    ilium = {"Site in words": "Right ilium", "Laterality": "Right", "Radiographic type": "Mixed"}
    add(page, "lesion", "Lesion", spine, ilium)
    add(
        page,
        "treatment",
        "Treatment",
        {"Agent": "Denosumab", "Dose": "120", "Interval": "28", "Start": "2021-01-12", "End": "2023-03"},
    )
    before = {"Date": "2021-01-02", "Criterion": "Marg", "Sclerosis": "None", "Mean CT attenuation": "118"}
    after = {"Date": "2021-04-06", "Criterion": "Marg", "Sclerosis": "Part", "Mean CT attenuation": "310"}
    add(
        page,
        "assessment",
        "Response assessment",
        before | {"Region of interest": "240", "Reader": "KT"},
        {"Sclerosis": "None", "Mean CT attenuation": "205"},
        after,
        {"Sclerosis": "None", "Mean CT attenuation": "221"},
    )
    add(page, "skeletal-event", "Skeletal-related event", {"Type": "Path", "Date": "2021-03-14"})
    specimen = {"Code": "B-0147-R", "Kind": "FFPE", "Procedure": "Resec", "Collected": "2022-03"}
    add(page, "specimen", "Specimen", specimen)
    assert time.monotonic() - began < FIVE_MINUTES
    timeline = page.locator("#timeline")
    expect(timeline.locator(".answer-sentence")).to_contain_text("Sclerosis on day 84.")
    expect(timeline.locator(".main-svg").first).to_be_visible()
    expect(page.locator("#description")).to_contain_text("denosumab for 26 months")
    screenshot("entry-patient")

    patient = Patient.objects.get(code="B-0147")
    assert [lesion.code for lesion in patient.lesions.all()] == ["L1", "L2"]
    assert sorted(one.lesion.code for one in patient.assessments.all()) == ["L1", "L1", "L2", "L2"]
    assert patient.skeletal_events.count() == 1
    assert patient.treatments.get().agent.code == "denosumab"
    facts = page.locator("#course")
    expect(facts).to_contain_text("Sclerotic 84 days after the first dose.")
    expect(facts).to_contain_text("On denosumab")


def test_two_browsers_edit_one_patient(page, screenshot, manager, browser):
    patient = Patient.objects.create(study=manager.memberships.get().study, code="B-1", birth_year=1961)
    page.goto(f"/accounts/login/?next=/studies/BONE/patients/{patient.code}/edit/")
    page.get_by_label("Username").fill(manager.username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Birth year")).to_have_value("1961")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Birth year").fill("1971")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("main")).to_contain_text("is saved.")
    page.get_by_label("Birth year").fill("1981")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="What both of you wrote")).to_contain_text("1971")
    screenshot("entry-conflict")
    page.get_by_role("radio", name="1971").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("is saved.")
    patient.refresh_from_db()
    assert patient.birth_year == 1971
