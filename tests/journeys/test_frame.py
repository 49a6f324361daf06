"""The frame in a browser: by keyboard, on a narrow screen, in the dark, without scripts."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from cases.models import Role
from tests.factories import MembershipFactory, PatientFactory, StudyFactory

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 390, "height": 844}


@pytest.fixture
def cookies(live_server: Any) -> list[Any]:
    """The session of a manager whose synthetic study has one patient."""
    study = StudyFactory(code="SARC", is_synthetic=True)
    PatientFactory(study=study, code="B-0001")
    client = Client()
    client.force_login(MembershipFactory(study=study, role=Role.MANAGER).user)
    return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]


@pytest.fixture
def cases(page: Page, cookies: list[Any]) -> Page:
    """The list of cases, open."""
    page.context.add_cookies(cookies)
    page.goto("/studies/SARC/patients/")
    return page


def _background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_tab_then_enter_skips_to_the_content(cases: Page) -> None:
    cases.keyboard.press("Tab")
    skip_link = cases.get_by_role("link", name="Skip to the content")
    expect(skip_link).to_be_in_viewport()
    skip_link.press("Enter")
    expect(cases.locator("#main")).to_be_focused()


def test_slash_goes_to_the_search_field(cases: Page) -> None:
    cases.keyboard.press("/")
    expect(cases.get_by_role("searchbox")).to_be_focused()
    expect(cases.get_by_role("searchbox")).to_have_value("")


def test_escape_closes_a_menu_and_gives_the_focus_back(cases: Page) -> None:
    button = cases.locator("summary").filter(has_text="Tumours")
    button.press("Enter")
    entry = cases.locator(".study-switch li a")
    expect(entry).to_be_visible()
    entry.focus()
    cases.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(button).to_be_focused()


def test_chosen_theme_is_kept(cases: Page) -> None:
    cases.emulate_media(color_scheme="light")
    light = _background(cases)
    cases.get_by_role("button", name="Dark theme").click()
    dark = _background(cases)
    assert dark != light
    cases.reload()
    assert _background(cases) == dark
    cases.emulate_media(media="print")
    assert _background(cases) == "rgb(255, 255, 255)"


def test_facets_become_a_sheet_on_a_narrow_screen(cases: Page) -> None:
    cases.set_viewport_size(NARROW)
    expect(cases.get_by_role("searchbox")).to_be_hidden()
    cases.get_by_role("button", name="Filters").click()
    expect(cases.get_by_role("searchbox")).to_be_visible()
    cases.keyboard.press("Escape")
    expect(cases.get_by_role("searchbox")).to_be_hidden()


def test_page_never_scrolls_sideways(cases: Page) -> None:
    for width in (320, 390, 768, 1280):
        cases.set_viewport_size({"width": width, "height": 800})
        assert cases.evaluate("document.documentElement.scrollWidth") <= width


def test_navigation_opens_without_scripts(browser: Browser, live_server: Any, cookies: list[Any]) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=NARROW)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/studies/SARC/")
    link = page.get_by_role("link", name="Cases", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Navigation").click()
    link.click()
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    context.close()
