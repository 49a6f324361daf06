"""An export in a browser: narrow the patients, choose what is in the file, wait for the worker, fetch it."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from cases.models import Role
from tests.analytics.cohort import cohort
from tests.analytics.stained import StainedStudy
from tests.factories import DiagnosisFactory, LesionFactory, MembershipFactory, StudyFactory

pytestmark = pytest.mark.django_db(transaction=True)

A_MINUTE = 60_000


def test_a_wide_table_of_some_patients(
    page: Page, live_server: Any, worker: None, screenshot: Callable[[str], Path], tmp_path: Path
) -> None:
    study = cohort(study=StudyFactory(code="SARC"), sex="female")
    StainedStudy(study).compared()
    for patient in study.patients.all()[:6]:
        LesionFactory(patient=patient)
        DiagnosisFactory(patient=patient, is_index=not patient.diagnoses.exists())
    client = Client()
    client.force_login(MembershipFactory(study=study, role=Role.MANAGER).user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])  # type: ignore[list-item]

    page.goto("/studies/SARC/exports/")
    screenshot("export-list")
    page.goto("/studies/SARC/exports/new/records/")
    screenshot("export-records")
    page.goto("/studies/SARC/exports/new/wide/")
    screenshot("export-wide")
    page.get_by_role("complementary", name="Filters").get_by_label("Female").check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("About 12 patients.")).to_be_visible()
    page.get_by_label("Shift dates").check()
    page.get_by_role("button", name="Make the file").click()
    fetch = page.get_by_role("link", name="Download")
    expect(fetch).to_be_visible(timeout=A_MINUTE)
    screenshot("export-done")
    with page.expect_download() as download:
        fetch.click()
    download.value.save_as(tmp_path / "export.zip")
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        lines = archive.read("wide_patient.csv").decode("utf-8-sig").splitlines()
    assert len(lines) == 13
    page.goto("/studies/SARC/exports/log/")
    expect(page.get_by_text("sex=female", exact=True)).to_be_visible()
    screenshot("export-log")
