"""How long the expression explorer takes, by the browser's own clock.

Start the demonstration (``make demo``), leave the machine alone, and run beside it::

    DJANGO_SETTINGS_MODULE=portal.settings.development python -m benchmarks.explorer http://127.0.0.1:8000

Prints, for each assay, the median of milliseconds from asking for the page until its figure is painted — first after a
change of the data, when nothing is kept, and again — and from a change of a filter or of the grouping, asked for the
first time, until the new figure is painted. What is kept of the dashboards is dropped before each round.
"""

import json
import shutil
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, sync_playwright

import benchmarks.django_ready  # noqa: F401 settings need it
from benchmarks.machine import machine

ADDRESS = "/studies/DEMO/explore/expression/"
ASSAYS = ("profile", "qpcr", "ihc")
ROUNDS = 7
REST_MS = 100
ALL_PAINTED = "window.painted.length >= document.querySelectorAll('[data-figure-url]').length"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]

# The page sets a mark when the browser has shown a figure.
PAINTED = """
window.painted = [];
new PerformanceObserver((list) => {
  window.painted.push(...list.getEntriesByName("figure-shown").map((mark) => mark.startTime));
}).observe({ type: "mark" });
"""
CHANGE = """
([name, value]) => {
  const field = [...document.getElementsByName(name)].find((one) => one.type !== "checkbox" || one.value === value);
  window.painted = [];
  window.asked = performance.now();
  if (field.type === "checkbox") field.checked = true;
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
"""


def forget() -> None:
    """Drop what is kept of the dashboards, as a change of the data does."""
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    for key in client.scan_iter("*dashboards:*"):
        client.delete(key)


def first_figure(page: Page) -> float:
    """When the first figure was painted. Waits for all of them, so that the next change finds the page at rest."""
    while not page.evaluate(ALL_PAINTED):
        page.wait_for_timeout(20)
    page.wait_for_timeout(REST_MS)
    return float(page.evaluate("window.painted[0]"))


def opened(page: Page, address: str) -> float:
    """Milliseconds until the first figure is painted."""
    page.goto(address)
    return first_figure(page)


def changed(page: Page, name: str, value: str) -> float:
    """Milliseconds from choosing the value until the new figure is painted."""
    page.evaluate(CHANGE, [name, value])
    return first_figure(page) - float(page.evaluate("window.asked"))


def sign_in(page: Page) -> None:
    accounts = json.loads((Path(settings.VAR_DIR) / "demonstration_accounts.json").read_text())
    page.goto("/")
    page.locator("input[name=login]").fill("researcher")
    page.locator("input[name=password]").fill(accounts["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/studies/**")


def measured(page: Page) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _round in range(ROUNDS + 1):
        for assay in ASSAYS:
            address = f"{ADDRESS}?assay={assay}"
            forget()
            found[assay, "opened first"].append(opened(page, address))
            found[assay, "opened again"].append(opened(page, address))
            found[assay, "filter"].append(changed(page, "only-sex", "female"))
            opened(page, address)
            found[assay, "grouping"].append(changed(page, "grouping", "giant_cells"))
    # The first round finds neither files in the browser nor code in the server's memory.
    return {name: times[1:] for name, times in found.items()}


def main(server: str) -> None:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
        context.add_init_script(PAINTED)
        page = context.new_page()
        sign_in(page)
        found = measured(page)
        browser.close()
    print(f"{machine()}; median of {ROUNDS} rounds, milliseconds")
    for (assay, what), times in found.items():
        print(f"{assay:8} {what:13} {statistics.median(times):6.0f}   ({min(times):.0f} to {max(times):.0f})")


if __name__ == "__main__":
    main(sys.argv[1])
