"""A real browser on a real server with a real worker. Screenshots are kept in ``tests/artefacts``."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.workers import REPOSITORY, celery_worker

ARTEFACTS = REPOSITORY / "tests" / "artefacts"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MILLISECONDS = 20_000
# The browser's driver runs an event loop, beside which Django would refuse queries in the same thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.fail("No browser. Install the package chromium, or run make test.")
    # A loaded machine is slow, not wrong.
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """A fresh browser window on the portal. Any error of a script fails the journey."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert failures == []


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], Path]:
    """Keep a picture of the whole page under a name."""

    def keep(name: str) -> Path:
        ARTEFACTS.mkdir(exist_ok=True)
        file = ARTEFACTS / f"{name}.png"
        page.screenshot(path=file, full_page=True)
        return file

    return keep


@pytest.fixture
def worker(transactional_db) -> Iterator[None]:
    with celery_worker():
        yield
