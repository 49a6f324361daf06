"""The pages of an import: who may open them, what they say in every state, and that each button works once."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from cases.importing.formats import registered
from cases.models import ImportJob, ImportPhase, JobStatus, Patient, Role, Study, StudyStatus
from tests.factories import MembershipFactory, SiteFactory, StudyFactory, UserFactory
from tests.import_steps import answered, brought, confirmed, member, work

pytestmark = pytest.mark.django_db

TABLE = "sample,SS18_fusion_partner,TNFSF11\nA-1,SSX1,1.5\nA-2,SSX1,2.5\nB-1,,0.5\n"
ANSWERS = {
    "column-0": "sample",
    "column-1": "fusion:SS18",
    "column-2": "marker:TNFSF11",
    "patient_rule": "before_separator",
    "dataset": "table",
    "unit": "log2_tpm",
    "platform": "RNA-seq",
    "specimen_kind": "not_stated",
}


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def manager(client: Client, study: Study) -> Client:
    client.force_login(member(study))
    return client


def upload(client: Client, study: Study, content: bytes, *, name: str = "table.csv", **fields: str) -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("cases:import-new", args=[study.code]), {"file": file, **fields})


def text_of(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def job_url(job: ImportJob, name: str) -> str:
    return reverse(f"cases:{name}", args=[job.study.code, job.pk])


def test_the_whole_way(manager: Client, study: Study) -> None:
    response = upload(manager, study, TABLE.encode())
    job = ImportJob.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == job.get_absolute_url()
    assert "Waiting for a worker" in text_of(manager.get(job.get_absolute_url()))

    work(job)
    page = text_of(manager.get(job.get_absolute_url()))
    assert "What is in the file" in page
    assert 'value="fusion:SS18" selected' in page

    assert manager.post(job.get_absolute_url(), ANSWERS).status_code == 302
    work(job)
    page = text_of(manager.get(job.get_absolute_url()))
    assert (
        "This file adds <b>2 patients, 3 specimens, 1 molecular alteration, 1 expression dataset, 3 expression" in page
    )
    assert "Import 2 patients, 3 specimens" in page
    assert "Patient A has 2 samples: A-1, A-2." in page

    assert manager.post(job_url(job, "import-confirm"), {"attempt": job.attempt}).status_code == 302
    work(job)
    page = text_of(manager.get(job.get_absolute_url()))
    assert "Written: <b>2 patients, 3 specimens" in page
    assert reverse("cases:patient-list", args=[study.code]) in page
    assert Patient.objects.filter(study=study).count() == 2


def test_no_import_yet(manager: Client, study: Study) -> None:
    page = text_of(manager.get(reverse("cases:import-list", args=[study.code])))
    assert "Nothing imported yet" in page
    assert reverse("cases:import-new", args=[study.code]) in page


def test_the_list_takes_the_same_queries_for_any_number(manager: Client, study: Study) -> None:
    url = reverse("cases:import-list", args=[study.code])
    brought(study, TABLE)
    manager.get(url)
    with CaptureQueriesContext(connection) as one:
        manager.get(url)
    for _number in range(5):
        brought(study, TABLE)
    with CaptureQueriesContext(connection) as six:
        assert text_of(manager.get(url)).count("table.csv") == 6
    assert len(six) == len(one)


@pytest.mark.parametrize("code", [offered.code for offered in registered()])
def test_every_format_has_an_example_that_imports_itself(manager: Client, study: Study, code: str) -> None:
    response = manager.get(reverse("cases:import-example", args=[study.code, code]))
    content = b"".join(response)
    job = brought(study, content, name=response.headers["Content-Disposition"].split('"')[1])
    assert (job.status, job.format) == (JobStatus.WAITING, code)


def test_an_example_of_no_format(manager: Client, study: Study) -> None:
    assert manager.get(reverse("cases:import-example", args=[study.code, "passwd"])).status_code == 404


class TestBadFiles:
    """Each a sentence in place; no row is written, no error page shown."""

    def test_no_file(self, manager: Client, study: Study) -> None:
        response = manager.post(reverse("cases:import-new", args=[study.code]), {})
        assert "Choose a file." in text_of(response)

    def test_an_empty_file(self, manager: Client, study: Study) -> None:
        assert "The file is empty. Choose a file with a row of headings" in text_of(upload(manager, study, b""))
        assert not ImportJob.objects.exists()

    def test_a_file_beyond_the_limit(self, manager: Client, study: Study, settings: LazySettings) -> None:
        settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
        response = upload(manager, study, b"sample,TNFSF11\n" + b"A-1,1\n" * 200_000)
        assert "The file is larger than 1 MB, the most the portal takes." in text_of(response)
        assert not ImportJob.objects.exists()

    def test_200_megabytes_never_reach_the_disk(
        self, manager: Client, study: Study, tmp_path: Path, settings: Any
    ) -> None:
        settings.UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
        boundary = "limit"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'.encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        size = 200 * 1024 * 1024
        largest = 0

        class Stream(io.RawIOBase):
            """Makes the bytes as they are read and watches the folder of uploads."""

            parts: Iterator[bytes] = iter([head, *[b"1,2\n" * 16384] * (size // 65536), tail])
            rest = b""

            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                nonlocal largest
                largest = max([largest, *(file.stat().st_size for file in tmp_path.iterdir())])
                self.rest = self.rest or next(self.parts, b"")
                piece, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
                buffer[: len(piece)] = piece
                return len(piece)

        response = manager.generic(
            "POST",
            reverse("cases:import-new", args=[study.code]),
            **{
                "CONTENT_TYPE": f"multipart/form-data; boundary={boundary}",
                "CONTENT_LENGTH": str(len(head) + size + len(tail)),
                "wsgi.input": io.BufferedReader(Stream()),
            },
        )
        assert "The file is larger than 50 MB" in text_of(response)
        assert 0 < largest <= settings.UPLOAD_LIMIT_BYTES
        assert not ImportJob.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-1.7 x", "This is a PDF document."),
            (b"\x89PNG\r\n\x1a\n", "This is an image."),
            (TABLE.encode("utf-16"), "The file is in UTF-16."),
            (b" \n\n", "The file is empty."),
            (b"a,b\n1,2,3\n", "Row 2 does not fit the headings (cells: 3, headings: 2)."),
        ],
    )
    def test_refused_by_the_worker(self, manager: Client, study: Study, content: bytes, words: str) -> None:
        upload(manager, study, content)
        job = work(ImportJob.objects.get())
        page = text_of(manager.get(job.get_absolute_url()))
        assert job.status == JobStatus.REFUSED
        assert words in page
        assert reverse("cases:import-new", args=[study.code]) in page

    def test_unknown_and_missing_columns(self, manager: Client, study: Study) -> None:
        job = brought(study, "foo,bar\n1,2\n", format_code="expression_table")
        page = text_of(manager.get(job.get_absolute_url()))
        assert "Column “foo” is unknown: choose what it is, or “Do not import”." in page
        assert "The column with the sample code is missing" in page
        page = text_of(manager.post(job.get_absolute_url(), ANSWERS | {"column-0": "", "column-1": "ignore"}))
        assert "Column “foo” is unknown: choose what it is, or “Do not import”." in page
        assert "The column with the sample code is missing: choose which one it is." in page
        job.refresh_from_db()
        assert (job.status, job.options) == (JobStatus.WAITING, {})

    def test_problems_are_listed_with_their_place(self, manager: Client, study: Study) -> None:
        job = answered(brought(study, TABLE.replace("2.5", "high")), unit="log2_tpm", platform="RNA-seq")
        page = text_of(manager.get(job.get_absolute_url()))
        assert "<b>1 problem</b> must be solved" in page
        assert '<th scope="row">row 3</th> <td>TNFSF11</td> <td>“high” is no number.' in page
        assert job_url(job, "import-confirm") not in page
        manager.post(job_url(job, "import-confirm"), {"attempt": job.attempt})
        job.refresh_from_db()
        assert (job.status, job.phase) == (JobStatus.WAITING, ImportPhase.PREVIEW)

    def test_what_a_file_says_is_never_markup(self, manager: Client, study: Study) -> None:
        script = "<script>alert(1)</script>"
        job = brought(study, f"sample,{script},TNFSF11\n{script},{script},1\n", name="<b>x.csv")
        page = manager.get(job.get_absolute_url()).content.decode()
        assert script not in page
        assert escape(script) in page


class TestOnce:
    """What two windows or a double click send is done once."""

    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        return answered(brought(study, TABLE), unit="log2_tpm", platform="RNA-seq")

    def test_confirming_twice(self, manager: Client, job: ImportJob) -> None:
        for _time in range(2):
            manager.post(job_url(job, "import-confirm"), {"attempt": job.attempt})
        work(job)
        work(job)
        assert job.status == JobStatus.SUCCEEDED
        assert Patient.objects.count() == 2

    def test_confirming_what_was_checked_anew(self, manager: Client, job: ImportJob) -> None:
        seen = job.attempt
        answered(job, unit="rsem")
        response = manager.post(job_url(job, "import-confirm"), {"attempt": seen}, follow=True)
        assert "This import has moved on meanwhile." in text_of(response)
        job.refresh_from_db()
        assert job.phase == ImportPhase.PREVIEW

    @pytest.mark.parametrize("attempt", ["", "x", "-1", "9" * 30])
    def test_a_nonsense_attempt(self, manager: Client, job: ImportJob, attempt: str) -> None:
        manager.post(job_url(job, "import-confirm"), {"attempt": attempt})
        job.refresh_from_db()
        assert job.status == JobStatus.WAITING

    def test_answering_what_is_written(self, manager: Client, job: ImportJob) -> None:
        confirmed(job)
        response = manager.post(job.get_absolute_url(), ANSWERS, follow=True)
        assert "This import has moved on meanwhile." in text_of(response)
        job.refresh_from_db()
        assert job.status == JobStatus.SUCCEEDED

    def test_cancelling(self, manager: Client, job: ImportJob) -> None:
        manager.post(job_url(job, "import-cancel"))
        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED
        manager.post(job_url(job, "import-confirm"), {"attempt": job.attempt})
        assert "Import another file" in text_of(manager.get(job.get_absolute_url()))
        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED

    def test_cancelling_what_is_written(self, manager: Client, job: ImportJob) -> None:
        confirmed(job)
        manager.post(job_url(job, "import-cancel"))
        job.refresh_from_db()
        assert job.status == JobStatus.SUCCEEDED


class TestProgress:
    def test_while_it_runs(self, manager: Client, study: Study) -> None:
        upload(manager, study, TABLE.encode())
        job = ImportJob.objects.get()
        response = manager.get(job_url(job, "import-progress"))
        assert "hx-get" in text_of(response)
        assert "HX-Refresh" not in response.headers
        assert '<meta http-equiv="refresh"' in text_of(manager.get(job.get_absolute_url()))

    def test_at_its_end(self, manager: Client, study: Study) -> None:
        job = brought(study, TABLE)
        assert manager.get(job_url(job, "import-progress")).headers["HX-Refresh"] == "true"
        assert '<meta http-equiv="refresh"' not in text_of(manager.get(job.get_absolute_url()))


PAGES = ["import-list", "import-new", "import-example", "import", "import-progress"]
BUTTONS = ["import-new", "import", "import-confirm", "import-cancel"]


class TestAccess:
    """Strangers find nothing, members without the right are refused in words."""

    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        return answered(brought(study, TABLE), unit="log2_tpm", platform="RNA-seq")

    def ask(self, client: Client, job: ImportJob, name: str, method: str) -> HttpResponse:
        extra: list[Any] = [] if name in ("import-list", "import-new") else [job.pk]
        extra = ["expression_table"] if name == "import-example" else extra
        url = reverse(f"cases:{name}", args=[job.study.code, *extra])
        return getattr(client, method)(url, {"attempt": job.attempt} if method == "post" else {})

    def codes(self, client: Client, job: ImportJob) -> set[int]:
        asked = [self.ask(client, job, name, "get") for name in PAGES]
        sent = [self.ask(client, job, name, "post") for name in BUTTONS]
        return {response.status_code for response in [*asked, *sent]}

    def test_somebody_not_signed_in_is_led_to_the_entrance(self, client: Client, job: ImportJob) -> None:
        response = self.ask(client, job, "import", "get")
        assert response.status_code == 302
        assert reverse("account_login") in response.headers["Location"]
        assert self.codes(client, job) == {302}

    def test_a_stranger(self, client: Client, job: ImportJob) -> None:
        client.force_login(UserFactory())
        assert self.codes(client, job) == {404}

    def test_a_manager_of_another_study(self, client: Client, job: ImportJob) -> None:
        client.force_login(member(StudyFactory()))
        assert self.codes(client, job) == {404}

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER])
    def test_a_member_without_the_right(self, client: Client, job: ImportJob, role: Role) -> None:
        client.force_login(member(job.study, role))
        assert self.codes(client, job) == {403}
        assert "Your role in this study does not import files." in text_of(self.ask(client, job, "import", "get"))

    def test_data_entry_confined_to_a_site(self, client: Client, job: ImportJob) -> None:
        site = SiteFactory(study=job.study)
        client.force_login(MembershipFactory(site=site, role=Role.DATA_ENTRY).user)
        assert self.codes(client, job) == {403}

    def test_a_locked_study(self, client: Client, job: ImportJob) -> None:
        Study.objects.filter(pk=job.study.pk).update(status=StudyStatus.LOCKED)
        client.force_login(member(job.study))
        assert self.codes(client, job) == {403}
        assert "This study is locked." in text_of(self.ask(client, job, "import", "get"))

    def test_data_entry_imports(self, client: Client, job: ImportJob) -> None:
        client.force_login(member(job.study, Role.DATA_ENTRY))
        assert self.ask(client, job, "import-list", "get").status_code == 200

    def test_an_import_is_found_in_its_own_study_only(self, client: Client, job: ImportJob) -> None:
        other = StudyFactory()
        client.force_login(member(other))
        for name in ("import", "import-progress"):
            assert client.get(reverse(f"cases:{name}", args=[other.code, job.pk])).status_code == 404
        for name in ("import-confirm", "import-cancel"):
            assert client.post(reverse(f"cases:{name}", args=[other.code, job.pk])).status_code == 404
        job.refresh_from_db()
        assert job.status == JobStatus.WAITING
