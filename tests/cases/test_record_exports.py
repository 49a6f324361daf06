"""Exports of rows: asked for on the page, made by a worker, fetched by who asked, while they may."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.http import Http404
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.erasure import erase
from cases.exports import fetch, remove_expired, request_export, run_export
from cases.models import ConsentStatus, ExportJob, ExportKind, JobStatus, Membership, Patient, Role, Study
from tests.factories import LesionFactory, ListExportFactory, MembershipFactory, PatientFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return MembershipFactory(role=Role.MANAGER, user__username="keiko").user


@pytest.fixture
def study(manager: User) -> Study:
    study = manager.memberships.get().study
    LesionFactory(patient__study=study, patient__code="P1", patient__sex="male", code="L1")
    LesionFactory(patient__study=study, patient__code="P2", patient__sex="female", code="L2")
    return study


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def done(job: ExportJob) -> ExportJob:
    """After a worker did it; the thread that renews the lease stays asleep."""
    with patch("cases.jobs.WATCH_EVERY_SECONDS", 3600):
        run_export(job.pk)
    job.refresh_from_db()
    return job


def chosen(study: Study, **more: Any) -> dict[str, Any]:
    return {"format": "csv", "headings": "names", "tables": ["patient", "lesion"], **more}


def asked(client: Client, study: Study, *, query: str = "", **more: Any) -> ExportJob:
    """By the form of the page."""
    address = reverse("cases:export-new", args=[study.code, "records"])
    answer = client.post(f"{address}?{query}", chosen(study, filter=query, **more))
    assert answer.status_code == 302, answer.context["form"].errors
    return ExportJob.objects.latest("pk")


def members(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def codes(text: str) -> list[str]:
    return [row["code"] for row in csv.DictReader(io.StringIO(text))]


def file_of(client: Client, job: ExportJob) -> Any:
    return client.get(reverse("cases:export-file", args=[job.study.code, job.pk]))


def test_from_the_choice_to_the_file(study: Study, manager: User) -> None:
    client = signed_in(manager)
    page = client.get(reverse("cases:export-new", args=[study.code, "records"])).content.decode()
    assert "About 2 patients." in page
    job = done(asked(client, study))
    assert (job.status, job.queue, job.rows) == (JobStatus.SUCCEEDED, "long", 4)
    found = members(file_of(client, job).getvalue())
    assert set(found) == {"patient.csv", "lesion.csv", "data dictionary.csv", "codes.csv", "manifest.json"}
    assert codes(found["patient.csv"]) == ["P1", "P2"]
    assert json.loads(found["manifest.json"])["rows"] == {"patient": 2, "lesion": 2}
    page = client.get(reverse("cases:export", args=[study.code, job.pk])).content.decode()
    assert job.manifest["sha256"] in page
    assert "CSV, one file a table" in page
    assert page.index("Patients</th>") < page.index("Lesions</th>")
    listed = client.get(reverse("cases:export-list", args=[study.code])).content.decode()
    assert "csv · patient · lesion" in listed


def test_the_filter_of_the_address_decides_who_is_in_it(study: Study, manager: User) -> None:
    client = signed_in(manager)
    address = reverse("cases:export-new", args=[study.code, "records"])
    page = client.get(f"{address}?sex=female&page=3")
    assert page.context["form"]["filter"].value() == "sex=female"
    assert "About 1 patient." in page.content.decode()
    job = done(asked(client, study, query="sex=female"))
    found = members(file_of(client, job).getvalue())
    assert (codes(found["patient.csv"]), codes(found["lesion.csv"])) == (["P2"], ["L2"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("tables", ["nothing"]), ("tables", []), ("format", "pdf"), ("filter", "birth_year_least=x"), ("filter", "sex=x")],
)
def test_what_cannot_be_chosen_is_said_on_the_page(study: Study, manager: User, field: str, value: Any) -> None:
    client = signed_in(manager)
    answer = client.post(reverse("cases:export-new", args=[study.code, "records"]), chosen(study, **{field: value}))
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("kind", ["audit", "nothing"])
def test_about_other_kinds_there_is_nothing_to_choose(study: Study, manager: User, kind: str) -> None:
    assert signed_in(manager).get(reverse("cases:export-new", args=[study.code, kind])).status_code == 404


def test_nobody_else_fetches_it(study: Study, manager: User) -> None:
    """It holds what its asker may see; blind readers and members of other sites see less."""
    colleague = MembershipFactory(study=study, role=Role.MANAGER).user
    stranger = MembershipFactory(role=Role.MANAGER).user
    job = done(asked(signed_in(manager), study))
    for person in (colleague, stranger):
        for name in ("export", "export-file", "export-progress"):
            assert signed_in(person).get(reverse(f"cases:{name}", args=[study.code, job.pk])).status_code == 404
        assert signed_in(person).post(reverse("cases:export-cancel", args=[study.code, job.pk])).status_code == 404


def test_a_member_of_one_site_exports_only_that_site(study: Study) -> None:
    site = SiteFactory(study=study)
    PatientFactory(study=study, code="OWN", site=site)
    member = MembershipFactory(site=site, role=Role.DATA_ENTRY, may_export=True).user
    job = done(asked(signed_in(member), study))
    assert codes(members(file_of(signed_in(member), job).getvalue())["patient.csv"]) == ["OWN"]
    assert job.scope == f"site:{site.pk}"


def test_nobody_who_withdrew_is_in_it_or_given_out(study: Study, manager: User) -> None:
    client = signed_in(manager)
    before = done(asked(client, study))
    Patient.objects.filter(code="P1").update(consent_status=ConsentStatus.WITHDRAWN)
    ExportJob.objects.filter(pk=before.pk).update(started_at=before.started_at - timedelta(seconds=1))
    assert file_of(client, before).status_code == 404
    page = client.get(reverse("cases:export", args=[study.code, before.pk])).content.decode()
    assert "not given out any more" in page
    after = done(asked(client, study))
    ExportJob.objects.filter(pk=after.pk).update(started_at=timezone.now() + timedelta(minutes=1))
    assert codes(members(file_of(client, after).getvalue())["patient.csv"]) == ["P2"]


def test_not_after_the_right_has_ended(study: Study) -> None:
    membership = MembershipFactory(study=study, role=Role.RESEARCHER, may_export=True)
    client = signed_in(membership.user)
    job = done(asked(client, study))
    Membership.objects.filter(pk=membership.pk).update(may_export=False)
    assert file_of(client, job).status_code == 403
    membership.delete()
    assert file_of(client, job).status_code == 404


def test_other_rows_than_when_it_was_asked_for(study: Study) -> None:
    site = SiteFactory(study=study)
    membership = MembershipFactory(study=study, role=Role.DATA_ENTRY, may_export=True)
    job = asked(signed_in(membership.user), study)
    Membership.objects.filter(pk=membership.pk).update(site=site)
    assert done(job).status == JobStatus.REFUSED
    assert not job.file


def test_a_file_is_kept_for_a_while(study: Study, manager: User) -> None:
    client = signed_in(manager)
    job = done(asked(client, study))
    assert remove_expired() == 0
    ExportJob.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=8))
    job.refresh_from_db()
    assert file_of(client, job).status_code == 404
    stored = job.file
    assert remove_expired() == 1
    assert not stored.storage.exists(stored.name)
    assert "after 7 days" in client.get(reverse("cases:export", args=[study.code, job.pk])).content.decode()
    with override_settings(EXPORT_FILES_KEPT_DAYS=30), pytest.raises(Http404):
        fetch(ExportJob.objects.get(pk=job.pk), by=manager)


def test_managers_see_who_took_what(study: Study, manager: User) -> None:
    researcher = MembershipFactory(study=study, role=Role.RESEARCHER, may_export=True, user__username="taro").user
    done(asked(signed_in(researcher), study, query="sex=female", shift_dates="on"))
    ListExportFactory(study=study, exported_by=researcher, list_name="lesion", query="code=L1")
    page = signed_in(manager).get(reverse("cases:export-log", args=[study.code])).content.decode()
    for told in ("taro", "sex=female", "csv · dates shifted · patient · lesion", "code=L1"):
        assert told in page
    assert signed_in(researcher).get(reverse("cases:export-log", args=[study.code])).status_code == 403


def test_an_erased_patient_is_not_in_what_was_asked_for(study: Study, manager: User) -> None:
    job = done(asked(signed_in(manager), study, query="code=P1"))
    erase(patient=Patient.objects.get(code="P1"), by=manager, reason="asked for it")
    job.refresh_from_db()
    assert not job.file
    assert "P1" not in f"{job.options} {job.manifest}"


def test_viewers_do_not_ask(study: Study) -> None:
    viewer = MembershipFactory(study=study, role=Role.VIEWER).user
    address = reverse("cases:export-new", args=[study.code, "records"])
    assert signed_in(viewer).post(address, chosen(study)).status_code == 403
    with pytest.raises(Exception, match="does not export"):
        request_export(kind=ExportKind.RECORDS, by=viewer, rights=access.rights(user=viewer, study=study))
    assert not ExportJob.objects.exists()
