"""Probes tell whether the process lives, and whether database and broker answer."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from portal.health import healthz, readyz

REQUEST = RequestFactory().get("/")


def test_healthz_needs_no_service() -> None:
    assert healthz(REQUEST).status_code == 200


@pytest.mark.django_db
def test_readyz_with_both_services() -> None:
    response = readyz(REQUEST)
    assert (response.status_code, response.content) == (200, b'{"database": true, "broker": true}')


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["unix://{folder}/none.sock?db=0", "redis://127.0.0.1:1/0"])
def test_readyz_without_broker(settings: Settings, tmp_path: Path, url: str) -> None:
    settings.REDIS_URL = url.format(folder=tmp_path)
    response = readyz(REQUEST)
    assert (response.status_code, response.content) == (503, b'{"database": true, "broker": false}')


@pytest.mark.django_db(transaction=True)
def test_readyz_without_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", str(tmp_path))
        response = readyz(REQUEST)
    assert (response.status_code, response.content) == (503, b'{"database": false, "broker": true}')


def test_only_reading_is_allowed() -> None:
    assert healthz(RequestFactory().post("/")).status_code == 405
