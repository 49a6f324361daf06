"""A pathologist scores a block of 12 × 8 cores without a mouse, and finds nothing lost when the portal is away."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Core, Role
from expression.models import BlindScoring, Evaluability, IhcReading
from tests.factories import (
    AntibodyFactory,
    BlindScoringFactory,
    CoreFactory,
    IhcReadingFactory,
    MembershipFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, COLUMNS = 8, 12
LOST = {7, 20, 41, 66, 95}
NO_TUMOUR, NOT_ASSESSABLE = 12, 33
GRID = "/studies/BONE/microarrays/TMA-A/scoring/RANKL-1/tumour/membrane/"


@pytest.fixture
def reader():
    study = StudyFactory(code="BONE")
    block = TissueMicroarrayFactory(study=study, code="TMA-A", rows=ROWS, columns=COLUMNS)
    specimens = [SpecimenFactory(patient__study=study, code=f"S-{number:02}") for number in range(32)]
    for number in range(ROWS * COLUMNS):
        row, column = divmod(number, COLUMNS)
        CoreFactory(microarray=block, specimen=specimens[number // 3], row=row + 1, column=column + 1)
    AntibodyFactory(study=study, code="RANKL-1")
    return MembershipFactory(study=study, role=Role.DATA_ENTRY).user


def sign_in(page: Page, username: str, to: str) -> None:
    page.goto(f"/accounts/login/?next={to}")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{to}")
    page.wait_for_load_state()


def percentages(number: int) -> tuple[int, int, int]:
    """What is typed at 1+, 2+ and 3+ for a core."""
    return number % 40, number % 7 * 5, number % 6 * 5


def score(page: Page, number: int) -> None:
    """Type one core, at the core that has the focus."""
    if number in LOST:
        page.keyboard.press("l")
    elif number == NO_TUMOUR:
        page.keyboard.press("t")
    elif number == NOT_ASSESSABLE:
        page.keyboard.press("x")
    else:
        page.keyboard.type(" ".join(map(str, percentages(number))))
        page.keyboard.press("Enter")


def test_a_block_is_scored_by_keyboard_alone(page, screenshot, reader):
    sign_in(page, reader.username, "/studies/BONE/microarrays/TMA-A/scoring/")
    screenshot("scoring-start")
    page.get_by_label("Compartment").focus()
    page.keyboard.type("Membrane")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{GRID}")
    page.wait_for_load_state()
    grid = page.get_by_role("grid")
    expect(grid.get_by_role("gridcell", name="A-1, S-00: not read")).to_be_visible()
    expect(page.locator("#place-1-1 a")).to_be_focused()
    for number in range(ROWS * COLUMNS):
        score(page, number)
        if number == 40:
            screenshot("scoring-half-way")
    expect(page.locator("#scoring-progress")).to_contain_text("96 of 96 cores read", timeout=120_000)
    expect(page.locator("#scoring-progress")).to_contain_text("Lost 5")
    expect(page.locator("#place-1-2")).to_contain_text("26")
    screenshot("scoring-complete")
    page.set_viewport_size({"width": 1024, "height": 700})
    page.emulate_media(color_scheme="dark")
    screenshot("scoring-dark-narrow")

    readings = {
        (reading.core.row - 1) * COLUMNS + reading.core.column - 1: reading
        for reading in IhcReading.objects.select_related("core")
    }
    assert len(readings) == IhcReading.objects.count() == ROWS * COLUMNS
    for number, reading in readings.items():
        assert (reading.reader, reading.antibody.code) == (reader.username, "RANKL-1")
        assert (reading.cell_type, reading.compartment) == ("tumour", "membrane")
        stained = (reading.percent_1, reading.percent_2, reading.percent_3)
        if number in LOST:
            assert reading.evaluability == Evaluability.LOST
        elif number == NO_TUMOUR:
            assert reading.evaluability == Evaluability.NO_TUMOUR
        elif number == NOT_ASSESSABLE:
            assert reading.evaluability == Evaluability.NOT_ASSESSABLE
        else:
            assert stained == percentages(number)
            assert reading.percent_0 == 100 - sum(percentages(number))
        if reading.evaluability != Evaluability.EVALUABLE:
            assert (reading.percent_0, *stained) == (None, None, None, None)
    assert sum(reading.evaluability == Evaluability.LOST for reading in readings.values()) == len(LOST)
    assert BlindScoring.objects.get().opened_at is None


def test_arrows_move_and_escape_leaves(page, reader):
    sign_in(page, reader.username, GRID)
    expect(page.locator("#place-1-1 a")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#place-2-2 a")).to_be_focused()
    page.keyboard.type("50")
    expect(page.locator("#score-rest")).to_have_text("rest 50 % · H 50")
    page.keyboard.press("Escape")
    expect(page.locator("#place-2-2 a")).to_be_focused()
    expect(page.get_by_label("cells at 1+")).to_have_value("")
    assert not IhcReading.objects.exists()


def test_nothing_is_lost_when_a_score_is_refused_or_the_portal_is_away(page, screenshot, reader):
    sign_in(page, reader.username, GRID)
    expect(page.locator("#place-1-1 a")).to_be_focused()
    page.keyboard.type("60 41 0")
    page.keyboard.press("Enter")
    place = page.locator("#place-1-1")
    expect(place).to_contain_text("Not saved")
    expect(page.locator("#scoring-said")).to_contain_text("add up to 101 %")
    expect(page.get_by_label("cells at 1+")).to_have_value("60")
    screenshot("scoring-refused")
    page.get_by_label("cells at 2+").fill("40")
    page.keyboard.press("Enter")
    expect(page.locator("#place-1-2 a")).to_be_focused()
    expect(place).to_contain_text("140")

    page.evaluate(
        "() => { window.working = window.fetch; window.fetch = () => Promise.reject(new TypeError('away')); }"
    )
    page.keyboard.type("10 20 30")
    page.keyboard.press("Enter")
    away = page.locator("#place-1-2")
    expect(away).to_contain_text("Not saved")
    expect(page.locator("#scoring-said")).to_contain_text("What you typed is kept")
    page.evaluate("() => { window.fetch = window.working; }")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("cells at 3+")).to_have_value("30")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(away).not_to_contain_text("Not saved")
    expect(away).to_contain_text("140")
    assert IhcReading.objects.count() == 2


def test_without_scripts_each_core_has_a_page(browser, live_server, reader):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, reader.username, GRID)
    expect(page.get_by_role("button", name="Lost")).to_be_hidden()
    page.locator("#place-1-1 a").click()
    page.get_by_label("cells at 1+").fill("15")
    page.get_by_label("cells at 3+").fill("5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Score core A-2")
    page.get_by_role("button", name="Lost").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Score core A-3")
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("grid")).to_contain_text("30")
    context.close()
    scored, lost = IhcReading.objects.order_by("core__column")
    assert (scored.percent_0, scored.percent_1, scored.percent_2, scored.percent_3) == (80, 15, 0, 5)
    assert (lost.evaluability, lost.percent_0) == (Evaluability.LOST, None)


def test_a_manager_compares_two_readers_opens_and_settles(page, screenshot, reader):
    study = reader.memberships.get().study
    antibody = study.antibodies.get()
    for number, core in enumerate(Core.objects.select_related("specimen").order_by("row", "column")[:40]):
        stained = {"percent_1": 0, "percent_2": 0, "percent_3": number, "percent_0": 100 - number}
        difference = 30 if number % 9 == 8 else number % 4
        other = stained | {"percent_3": number + difference, "percent_0": 100 - number - difference}
        for name, percentages_seen in (("MK", stained), ("TS", other)):
            IhcReadingFactory(
                specimen=core.specimen,
                core=core,
                antibody=antibody,
                compartment="membrane",
                reader=name,
                **percentages_seen,
            )
    BlindScoringFactory(microarray=study.microarrays.get(), antibody=antibody)
    manager = MembershipFactory(study=study, role=Role.MANAGER).user
    sign_in(page, manager.username, f"{GRID}agreement/")
    expect(page.locator(".answer-sentence")).to_contain_text("MK and TS both read 40 cores; in 4 they differ")
    screenshot("scoring-agreement")
    page.set_viewport_size({"width": 820, "height": 700})
    page.emulate_media(color_scheme="dark")
    screenshot("scoring-agreement-dark-narrow")
    page.get_by_role("button", name="Open the scoring").click()
    expect(page.get_by_role("main")).to_contain_text("The scoring is open")
    page.get_by_role("link", name="A-9: Settle").click()
    page.get_by_label("cells at 3+").fill("20")
    screenshot("scoring-consensus")
    page.get_by_role("button", name="Save the consensus").click()
    expect(page.locator("#core-1-9")).to_contain_text(f"60 ({manager.username})")
    expect(page.locator(".answer-sentence")).to_contain_text("and 1 of these are settled")
    page.goto(f"{GRID}?reader=MK")
    expect(page.get_by_role("grid")).to_have_attribute("aria-readonly", "true")
    assert IhcReading.objects.get(is_consensus=True).reader == manager.username
