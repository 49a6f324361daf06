"""Imports by a program: the steps, rights and sentences of the pages."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from cases.models import ImportJob, ImportMapping, JobStatus, Patient, Role, Study, StudyStatus
from portal.tokens import create_token
from tests.factories import (
    ImportMappingFactory,
    LesionFactory,
    MembershipFactory,
    SiteFactory,
    StudyFactory,
    UserFactory,
)
from tests.import_steps import answered, brought, confirmed, member, work
from tests.import_undoing import somebody, undone, worked_off
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

IMPORTS = "/api/v1/imports/"
MAPPINGS = "/api/v1/import-mappings/"
PEOPLE = "code,sex,birth_year\nP1,f,1961\nP2,m,1950\n"
STEPS = ("answers", "write", "cancel", "undo")


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def client(study: Study) -> Client:
    """A program with a token of a person who enters data."""
    token = create_token(person=member(study, Role.DATA_ENTRY), days=1)
    return Client(headers={"Authorization": f"Bearer {token}"})


def bring(client: Client, study: Study, content: bytes | str = PEOPLE, **fields: str) -> HttpResponse:
    content = content.encode() if isinstance(content, str) else content
    return client.post(IMPORTS, {"study": study.code, "file": SimpleUploadedFile("table.csv", content), **fields})


def post(client: Client, job: ImportJob, step: str, body: Any = None) -> HttpResponse:
    return client.post(f"{IMPORTS}{job.pk}/{step}/", body or {}, content_type="application/json")


def told(client: Client, job: ImportJob) -> dict[str, Any]:
    answer = client.get(f"{IMPORTS}{job.pk}/")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_the_whole_way(client: Client, study: Study) -> None:
    answer = bring(client, study)
    assert (answer.status_code, type(answer["Location"])) == (202, str)
    job = ImportJob.objects.get()
    assert answer.headers["Location"].endswith(f"{IMPORTS}{job.pk}/")
    assert (answer.json()["status"], answer.json()["phase"]) == ("queued", "preview")
    work(job)
    asked = {question["name"]: question for question in told(client, job)["questions"]}
    assert asked["sheet-0"]["value"] == "patient"
    assert ["birth_year", "Birth year"] in asked["column-0-2"]["choices"]
    assert "shown-0" not in asked
    assert post(client, job, "answers").status_code == 202
    work(job)
    found = told(client, job)
    assert found["status"] == "waiting"
    assert found["check"]["counts"] == [{"model": "cases.Patient", "new": 2, "changed": 0, "matched": 0}]
    assert (found["check"]["is_importable"], found["check"]["sheets"][0]["new"]) == (True, 2)
    assert post(client, job, "write", {"attempt": found["attempt"]}).status_code == 202
    work(job)
    found = told(client, job)
    assert (found["status"], found["written"], found["is_undone"]) == ("succeeded", {"cases.Patient": 2}, False)
    assert Patient.objects.count() == 2
    preview = client.get(f"{IMPORTS}{job.pk}/undo/").json()
    assert (preview["is_possible"], preview["removed"]) == (True, ["2 patients"])
    assert post(client, job, "undo").status_code == 202
    worked_off(job.latest_undo)
    found = told(client, job)
    assert (found["is_undone"], found["undo"]["removed"]) == (True, {"cases.Patient": 2})
    assert not Patient.objects.exists()
    assert post(client, job, "undo").status_code == 409
    assert client.get(f"{IMPORTS}{job.pk}/undo/").status_code == 409


class TestFile:
    def test_none(self, client: Client, study: Study) -> None:
        answer = client.post(IMPORTS, {"study": study.code})
        assert (answer.status_code, answer.json()) == (400, {"file": ["Choose a file."]})

    def test_an_unknown_format(self, client: Client, study: Study) -> None:
        assert list(bring(client, study, format="magic").json()) == ["format"]

    def test_no_study(self, client: Client) -> None:
        assert client.post(IMPORTS, {}).json() == {"study": ["Name the study by its code."]}
        assert client.post(IMPORTS, {"study": "ELSEWHERE"}).status_code == 404
        assert client.get(f"{IMPORTS}4711/").json() == {"detail": "Not found."}

    def test_json_is_no_file(self, client: Client, study: Study) -> None:
        assert client.post(IMPORTS, {"study": study.code}, content_type="application/json").status_code == 415

    def test_beyond_the_limit(self, client: Client, study: Study, settings: Any) -> None:
        settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
        answer = bring(client, study, b"code,sex\n" + b"A,f\n" * 400_000)
        assert "The file is larger than 1 MB" in answer.json()["file"][0]
        assert not ImportJob.objects.exists()

    def test_what_the_worker_refuses(self, client: Client, study: Study) -> None:
        bring(client, study, b"%PDF-1.7 x")
        job = work(ImportJob.objects.get())
        assert "This is a PDF document." in told(client, job)["message"]
        assert post(client, job, "answers").status_code == 409


class TestAnswers:
    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        return brought(study, "Nr,Geschlecht\nP1,f\n", format_code="record_table")

    def test_one_by_one(self, client: Client, job: ImportJob) -> None:
        answers = {"sheet-0": "patient", "column-0-0": "code", "column-0-1": "sex"}
        assert post(client, job, "answers", {"answers": answers}).status_code == 202
        assert work(job).preview["check"]["new"] == 1

    def test_by_the_name_of_a_mapping(self, client: Client, study: Study, job: ImportJob) -> None:
        sheets = [{"target": "patient", "columns": {"nr": "code", "Geschlecht": "sex"}}]
        ImportMappingFactory(study=study, format="record_table", name="Registry", answers={"sheets": sheets})
        assert told(client, job)["mappings"] == ["Registry"]
        assert post(client, job, "answers", {"mapping": "Registry"}).status_code == 202
        assert work(job).preview["check"]["new"] == 1
        assert work(job).options["sheets"] == [{"target": "patient", "columns": ["code", "sex"]}]

    def test_by_a_mapping_sent_along(self, client: Client, job: ImportJob) -> None:
        answers = {"sheets": [{"target": "patient", "columns": {"Nr": "code"}}]}
        as_downloaded = {"format": "record_table", "name": "Registry", "answers": answers}
        elsewhere = post(client, job, "answers", {"mapping": {**as_downloaded, "format": "quantstudio"}})
        assert (elsewhere.status_code, elsewhere.json()["detail"]) == (
            422,
            "This mapping is for files of another kind.",
        )
        assert post(client, job, "answers", {"mapping": as_downloaded}).status_code == 202
        work(job)
        assert post(client, job, "answers", {"mapping": answers}).status_code == 202

    @pytest.mark.parametrize("mapping", ["Other", {"sheets": 1}, {}, {"sheets": [{"target": "x", "columns": 1}]}])
    def test_a_mapping_that_is_none(self, client: Client, job: ImportJob, mapping: Any) -> None:
        answer = post(client, job, "answers", {"mapping": mapping or {"columns": 1}})
        assert (answer.status_code, "mapping" in answer.json()["detail"]) == (422, True)

    @pytest.mark.parametrize("body", [{"mapping": 3}, {"mapping": "\x00"}, {"answers": []}, []])
    def test_nonsense(self, client: Client, job: ImportJob, body: Any) -> None:
        answer = client.post(f"{IMPORTS}{job.pk}/answers/", body, content_type="application/json")
        assert answer.status_code == 400

    @pytest.mark.parametrize("value", ["\x00", {"a": 1}, ["patient"], 7, None])
    def test_nonsense_as_an_answer(self, client: Client, job: ImportJob, value: Any) -> None:
        answers = {"sheet-0": value, "column-0-0": value, "reason": value, "blank_erases": value}
        assert post(client, job, "answers", {"answers": answers}).status_code == 400

    def test_a_question_that_is_not_asked(self, client: Client, job: ImportJob) -> None:
        answer = post(client, job, "answers", {"answers": {"colour": "blue"}})
        assert (answer.status_code, answer.json()) == (400, {"colour": ["There is no such question."]})

    def test_what_is_wrong_with_the_answers(self, client: Client, job: ImportJob) -> None:
        answer = post(client, job, "answers", {"answers": {"sheet-0": "patient"}})
        assert answer.status_code == 400
        assert "No column is the code of the patient" in answer.json()["sheet-0"][0]


class TestCheck:
    def test_problems_are_listed_and_taken_out(self, client: Client, study: Study) -> None:
        job = answered(brought(study, PEOPLE.replace("1961", "961")))
        check = told(client, job)["check"]
        assert (check["is_importable"], check["error_count"], check["has_refused_rows"]) == (False, 1, True)
        assert (check["findings"][0]["place"], check["findings"][0]["column"]) == ("row 2", "birth_year")
        assert post(client, job, "write", {"attempt": job.attempt}).status_code == 409
        file = client.get(f"{IMPORTS}{job.pk}/problems/")
        assert zipfile.is_zipfile(io.BytesIO(file.getvalue()))

    def test_no_problems_no_file(self, client: Client, study: Study) -> None:
        job = answered(brought(study, PEOPLE))
        assert client.get(f"{IMPORTS}{job.pk}/problems/").status_code == 404

    @pytest.mark.parametrize("attempt", [None, "x", -1, 10**9])
    def test_a_check_nobody_saw(self, client: Client, study: Study, attempt: Any) -> None:
        job = answered(brought(study, PEOPLE))
        assert post(client, job, "write", {"attempt": attempt}).status_code == 400
        assert post(client, job, "write", {"attempt": job.attempt - 1}).status_code == 409


class TestCancel:
    def test_at_each_step(self, client: Client, study: Study) -> None:
        bring(client, study)
        assert post(client, ImportJob.objects.get(), "cancel").json()["status"] == "cancelled"
        assert post(client, brought(study, PEOPLE), "cancel").json()["status"] == "cancelled"
        assert post(client, answered(brought(study, PEOPLE)), "cancel").json()["status"] == "cancelled"

    def test_what_has_ended(self, client: Client, study: Study) -> None:
        job = confirmed(answered(brought(study, PEOPLE)))
        answer = post(client, job, "cancel")
        assert (answer.status_code, answer.json()["detail"]) == (
            409,
            "This import has ended; there is nothing to cancel.",
        )

    def test_an_undoing(self, client: Client, study: Study) -> None:
        job = confirmed(answered(brought(study, PEOPLE)))
        post(client, job, "undo")
        assert post(client, job, "cancel").json()["undo"]["status"] == JobStatus.CANCELLED
        assert undone(job).status == JobStatus.SUCCEEDED


def test_what_stands_in_the_way(client: Client, study: Study) -> None:
    job = confirmed(answered(brought(study, PEOPLE)))
    with somebody():
        lesion = LesionFactory(patient=Patient.objects.get(code="P1"))
    found = client.get(f"{IMPORTS}{job.pk}/undo/").json()
    assert found["is_possible"] is False
    assert found["obstacles"] == [
        {"text": "1 lesion: added since, and resting on rows that would be removed.", "rows": [str(lesion)]}
    ]


class TestLists:
    def test_imports_of_the_study(self, client: Client, study: Study) -> None:
        first, second = brought(study, PEOPLE), confirmed(answered(brought(study, PEOPLE)))
        brought(StudyFactory(), PEOPLE)
        listed = client.get(IMPORTS, {"study": study.code}).json()["results"]
        assert [row["id"] for row in listed] == [second.pk, first.pk]
        assert [row["id"] for row in client.get(IMPORTS).json()["results"]] == [second.pk, first.pk]
        assert [row["id"] for row in client.get(IMPORTS, {"status": "waiting"}).json()["results"]] == [first.pk]

    def test_mappings_of_the_study(self, client: Client, study: Study) -> None:
        mapping = ImportMappingFactory(study=study)
        ImportMappingFactory()
        (row,) = client.get(MAPPINGS).json()["results"]
        assert (row["name"], row["answers"]) == (mapping.name, mapping.answers)
        assert client.get(f"{MAPPINGS}{mapping.pk}/").json() == row

    def test_queries_do_not_grow(self, client: Client, study: Study) -> None:
        brought(study, PEOPLE)
        ImportMappingFactory(study=study)
        few = [queries_of(client, address) for address in (IMPORTS, MAPPINGS)]
        for _number in range(4):
            brought(study, PEOPLE)
            ImportMappingFactory(study=study)
        assert [queries_of(client, address) for address in (IMPORTS, MAPPINGS)] == few


class TestAccess:
    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        ImportMappingFactory(study=study)
        return answered(brought(study, PEOPLE))

    def codes(self, person: Any, job: ImportJob) -> set[int]:
        client = Client()
        client.force_login(person)
        mapping = ImportMapping.objects.get(study=job.study)
        looked = [client.get(url) for url in (f"{IMPORTS}{job.pk}/", f"{IMPORTS}{job.pk}/undo/")]
        looked += [client.get(url) for url in (f"{IMPORTS}{job.pk}/problems/", f"{MAPPINGS}{mapping.pk}/")]
        sent = [post(client, job, step, {"attempt": job.attempt}) for step in STEPS]
        return {answer.status_code for answer in [*looked, *sent, bring(client, job.study)]}

    def test_nobody_signed_in(self, job: ImportJob) -> None:
        assert bring(Client(), job.study).status_code == 401
        assert post(Client(), job, "cancel").status_code == 401

    def test_strangers_and_managers_of_other_studies(self, job: ImportJob) -> None:
        assert self.codes(UserFactory(), job) == {404}
        assert self.codes(member(StudyFactory()), job) == {404}

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER])
    def test_members_without_the_right(self, job: ImportJob, role: Role) -> None:
        assert self.codes(member(job.study, role), job) == {403}

    def test_data_entry_confined_to_a_site(self, job: ImportJob) -> None:
        site = SiteFactory(study=job.study)
        assert self.codes(MembershipFactory(site=site, role=Role.DATA_ENTRY).user, job) == {403}

    def test_a_locked_study(self, job: ImportJob) -> None:
        by = member(job.study)
        Study.objects.update(status=StudyStatus.LOCKED)
        assert self.codes(by, job) == {403}
        job.refresh_from_db()
        assert job.status == JobStatus.WAITING
