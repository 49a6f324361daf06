"""Real PostgreSQL and Redis for the whole run, and where the shared data are.

The servers start once, before Django reads its settings, in a folder that vanishes afterwards; processes of
pytest-xdist share them, each with a test database and a Redis database of its own. ``DATABASE_URL`` and
``REDIS_URL`` name other servers.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from portal import embedded

REPOSITORY = Path(__file__).resolve().parent.parent
RUNNING = ExitStack()

hypothesis.settings.register_profile("portal", deadline=None, print_blob=True)
hypothesis.settings.load_profile("portal")


def _separate_redis(url: str, number: int) -> str:
    """The same server's database of that number; a server has 16."""
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={number}"
    return f"{url.rstrip('/0123456789')}/{number}"


def _prepare_environment() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.testing"
    # The test servers' address; the name localhost would need a resolver.
    os.environ["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = "127.0.0.1"
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        url = os.environ.get("REDIS_URL") or embedded.redis_url(Path(os.environ["PORTAL_VAR"]))
        os.environ["REDIS_URL"] = _separate_redis(url, int(worker.removeprefix("gw")) + 1)
    else:
        os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-tests-")


_prepare_environment()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and not config.option.collectonly:
        RUNNING.enter_context(embedded.servers(Path(os.environ["PORTAL_VAR"]), durable=False))
    # pytest-django did not do it: the settings were not named before this file was read.
    django.setup()
    if config.getoption("numprocesses", None):
        # Processes of pytest-xdist inherit the environment; if it named the settings, pytest-django would read them
        # before this file has given the process a Redis database of its own.
        del os.environ["DJANGO_SETTINGS_MODULE"]
    if os.environ.get("REDIS_URL", settings.REDIS_URL) != settings.REDIS_URL:
        raise pytest.UsageError("The settings were read before this process had a Redis database of its own.")


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        RUNNING.close()
        shutil.rmtree(os.environ["PORTAL_VAR"], ignore_errors=True)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Where a test's servers may live: root's PostgreSQL runs as another user, to whom pytest closes its folders."""
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Measurements of others, which are not part of the project: a folder beside the repository."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the folder {folder} is not there")
    return folder


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Every test begins in English: a page read in Japanese leaves its language to the thread."""
    with translation.override("en"):
        yield
