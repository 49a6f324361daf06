"""Exports over the API: the same choices, jobs and files as on the pages."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cases.models import ExportJob, JobStatus, Role, Study
from tests.analytics.cohort import cohort
from tests.cases.test_record_exports import codes, done, members, signed_in
from tests.factories import MembershipFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = cohort({"SSX1": (1.0, 2.0)})
    PatientFactory(study=study, code="MALE", sex="male")
    return study


@pytest.fixture
def manager(study: Study) -> User:
    return MembershipFactory(study=study, role=Role.MANAGER).user


def ask(client: Client, **body: Any) -> Any:
    return client.post(reverse("api:export-list"), body, content_type="application/json")


def test_asked_made_and_fetched(study: Study, manager: User) -> None:
    client = signed_in(manager)
    answer = ask(client, study=study.code, kind="records", tables=["patient"], filter="sex=male")
    assert (answer.status_code, answer.json()["status"], type(answer["Location"])) == (202, "queued", str)
    job = done(ExportJob.objects.get())
    told = client.get(answer["Location"]).json()
    assert (told["status"], told["rows"], told["manifest"]["sha256"]) == ("succeeded", 1, job.manifest["sha256"])
    content = client.get(told["file_url"]).getvalue()
    assert codes(members(content)["patient.csv"]) == ["MALE"]
    assert [row["id"] for row in client.get(reverse("api:export-list")).json()["results"]] == [job.pk]


def test_what_is_left_out_is_chosen_as_on_the_page(study: Study, manager: User) -> None:
    job_of = ask(signed_in(manager), study=study.code, kind="wide").json()
    options = job_of["options"]
    assert (options["rows"], options["consolidation"], options["format"]) == ("patient", "median", "csv")
    assert "profile:RNA:TNFSF11" in options["variables"]
    done(ExportJob.objects.get())
    assert ExportJob.objects.get().rows == 3


def test_choices_are_told(study: Study, manager: User) -> None:
    told = signed_in(manager).get(reverse("api:export-choices"), {"study": study.code}).json()
    assert {"code": "lesion", "label": "Patients and their records · Lesions"} in told["records"]["tables"]
    assert "alteration:SS18" in [choice["code"] for choice in told["wide"]["variables"]]
    assert "audit" not in told


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({}, "kind"),
        ({"kind": "records", "tables": ["nothing"]}, "tables"),
        ({"kind": "records", "tables": "lesion"}, "tables"),
        ({"kind": "records", "colour": "blue"}, "colour"),
        ({"kind": "records", "filter": "sex=x"}, "filter"),
        ({"kind": "records", "filter": "gender=male"}, "filter"),
        ({"kind": "wide", "variables": ["nothing"]}, "variables"),
        ({"kind": "wide", "rows": ["patient"]}, "rows"),
        ({"kind": "audit", "format": "csv"}, "format"),
    ],
)
def test_what_is_wrong_is_said_by_field(study: Study, manager: User, body: dict[str, Any], field: str) -> None:
    answer = ask(signed_in(manager), study=study.code, **body)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not ExportJob.objects.exists()


def test_a_body_that_is_no_object(manager: User) -> None:
    answer = signed_in(manager).post(reverse("api:export-list"), "[1]", content_type="application/json")
    assert answer.json() == {"study": ["Name the study by its code."]}


def test_an_address_that_is_no_number(manager: User) -> None:
    assert signed_in(manager).get(reverse("api:export-list") + "abc/").status_code == 404


def test_cancelled_once(study: Study, manager: User) -> None:
    client = signed_in(manager)
    ask(client, study=study.code, kind="records")
    address = reverse("api:export-cancel", args=[ExportJob.objects.get().pk])
    assert client.post(address).json()["status"] == JobStatus.CANCELLED
    assert client.post(address).status_code == 409


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.RESEARCHER, 403), (None, 404)])
def test_who_may_not_export(study: Study, manager: User, role: Role | None, status: int) -> None:
    membership = MembershipFactory(study=study, role=role) if role else MembershipFactory(role=Role.MANAGER)
    client = signed_in(membership.user)
    assert ask(client, study=study.code, kind="records").status_code == status
    ask(signed_in(manager), study=study.code, kind="records")
    job = ExportJob.objects.get()
    for name in ("export-detail", "export-file"):
        assert client.get(reverse(f"api:{name}", args=[job.pk])).status_code == status
    assert client.post(reverse("api:export-cancel", args=[job.pk])).status_code == status
    assert client.get(reverse("api:export-list")).json()["results"] == []
