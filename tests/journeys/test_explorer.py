"""Looking around: open the explorer, change what is chosen, and share the address."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cases.models import Role
from tests.analytics.cohort import HIGH, LOW, cohort
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


def saved(page: Page, *, format: str, width: int) -> bytes:
    """The first figure as a file of this width in mm."""
    page.locator(".figure-files summary").first.click()
    with page.expect_download() as download:
        page.locator(f'[data-figure-download={format}][data-figure-width="{width}"]').first.click()
    return Path(download.value.path()).read_bytes()


def test_look_at_a_marker_and_narrow_it(page, screenshot):
    study = cohort({"SSX1": HIGH}, sex="female")
    cohort({"SSX2": LOW}, study=study, sex="male")
    person = MembershipFactory(study=study, role=Role.MANAGER).user
    page.goto("/")
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Expression", exact=True).click()

    page.get_by_label("Compare patients by").select_option(label="Fusion partner of a gene")
    sentence = page.locator(".answer-sentence")
    expect(sentence).to_contain_text("is highest in SSX1 (median 3.25")
    expect(page.locator(".figure-plot .main-svg").first).to_be_visible()
    screenshot("explorer")

    page.get_by_label("Violin").check(force=True)
    expect(page).to_have_url(re.compile("shape=violin"))
    expect(page.locator(".figure-plot .violinlayer .trace").first).to_be_attached()
    svg, png = (saved(page, format=name, width=85) for name in ("svg", "png"))
    assert b'width="85mm"' in svg
    assert b"@font-face" in svg
    # The size on paper: a chunk pHYs of 23,622 dots per metre, 600 to the inch, on 2,008 dots.
    assert int.from_bytes(png[16:20]) == 2008
    assert png[37:41] == b"pHYs"
    assert int.from_bytes(png[41:45]) == 23_622

    page.get_by_text("Population", exact=False).first.click()
    page.locator("input[name=only-sex][value=male]").check()
    expect(sentence).to_contain_text("RANKL in SSX2, in log2(TPM+1): median 0.66")
    expect(page).to_have_url(re.compile("only-sex=male"))
    screenshot("explorer-narrowed")

    page.reload()
    expect(sentence).to_contain_text("RANKL in SSX2")
    page.get_by_role("link", name="Test this").click()
    expect(page.locator("input[name=only-sex][value=male]")).to_be_checked()
