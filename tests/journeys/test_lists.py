"""A list in a browser: search by "/", keep the filter under a name, open it again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from cases.models import Role, SavedFilter
from tests.factories import LesionFactory, MembershipFactory, StudyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_search_save_and_open_again(page: Page, live_server: Any, screenshot: Callable[[str], Path]) -> None:
    study = StudyFactory(code="SARC")
    for detail in ("手関節", "L3 vertebra", "大腿骨"):
        LesionFactory(patient__study=study, site_detail=detail)
    client = Client()
    client.force_login(MembershipFactory(study=study, role=Role.MANAGER).user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])  # type: ignore[list-item]

    page.goto("/studies/SARC/lists/")
    page.get_by_role("main").get_by_role("link", name="Lesions").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("main input[type=search]").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("大腿")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("summary", has_text="Saved filters").click()
    screenshot("list")
    page.get_by_label("Name", exact=True).fill("Thighs")
    page.get_by_role("button", name="Save this filter").click()
    expect(page.get_by_text("The filter “Thighs” is saved.")).to_be_visible()
    page.goto("/studies/SARC/lists/lesion/")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("summary", has_text="Saved filters").click()
    page.get_by_role("link", name="Thighs").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert SavedFilter.objects.get().query == "search=%E5%A4%A7%E8%85%BF"
