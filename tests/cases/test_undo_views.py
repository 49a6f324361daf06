"""The pages of undoing an import: what they say in every state, and that each button works once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cases.models import ConsentStatus, ImportJob, JobStatus, Patient, Role, Study, StudyStatus
from tests.factories import ImportUndoFactory, LesionFactory, PatientFactory, StudyFactory, UserFactory
from tests.import_steps import answered, brought, confirmed, member
from tests.import_undoing import somebody, undone, worked_off
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PEOPLE = "code,sex,birth_year\nP1,f,1961\nP2,m,1950\n"


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def job(study: Study) -> ImportJob:
    PatientFactory(study=study, code="P1")
    return confirmed(answered(brought(study, PEOPLE)))


@pytest.fixture
def manager(client: Client, study: Study) -> Client:
    client.force_login(member(study))
    return client


def address(job: ImportJob, name: str = "import-undo") -> str:
    return reverse(f"cases:{name}", args=[job.study.code, job.pk])


def page(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_the_whole_way(manager: Client, job: ImportJob) -> None:
    assert address(job) in page(manager, job.get_absolute_url())
    text = page(manager, address(job))
    assert "Undoing removes <b>1 patient</b>. It puts back as before: <b>1 patient</b>." in text
    assert manager.post(address(job)).headers["Location"] == job.get_absolute_url()
    text = page(manager, job.get_absolute_url())
    assert "Waiting for a worker" in text
    assert address(job, "import-undo-cancel") in text
    assert "hx-get" in page(manager, address(job, "import-progress"))
    worked_off(job.latest_undo)
    assert manager.get(address(job, "import-progress")).headers["HX-Refresh"] == "true"
    text = page(manager, job.get_absolute_url())
    assert f"Undone by <b>{job.latest_undo.requested_by}</b>" in text
    assert "Removed: <b>1 patient</b>. Put back as before: <b>1 patient</b>." in text
    assert address(job) not in text
    assert '<span class="badge ">Undone</span>' in page(manager, reverse("cases:import-list", args=[job.study.code]))
    assert f"Import {job.pk} undone" in page(manager, reverse("cases:patient-history", args=[job.study.code, "P1"]))


def test_twice_is_said_in_words(manager: Client, job: ImportJob) -> None:
    for _time in range(2):
        answer = manager.post(address(job), follow=True)
    assert "This import is undone already, or is being undone." in answer.content.decode()
    assert job.undos.count() == 1


def test_what_was_never_written_has_nothing_to_undo(manager: Client, study: Study) -> None:
    job = answered(brought(study, PEOPLE))
    assert address(job) not in page(manager, job.get_absolute_url())
    assert "has moved on" in manager.get(address(job), follow=True).content.decode()
    assert "has written nothing" in manager.post(address(job), follow=True).content.decode()


def test_cancelling(manager: Client, job: ImportJob) -> None:
    manager.post(address(job))
    manager.post(address(job, "import-undo-cancel"))
    assert job.latest_undo.status == JobStatus.CANCELLED
    assert address(job) in page(manager, job.get_absolute_url())
    assert "has moved on" in manager.post(address(job, "import-undo-cancel"), follow=True).content.decode()


def test_what_stands_in_the_way_is_named_and_linked(manager: Client, job: ImportJob) -> None:
    with somebody():
        lesion = LesionFactory(patient=Patient.objects.get(code="P2"))
    text = page(manager, address(job))
    assert "1 lesion: added since, and resting on rows that would be removed." in text
    assert f'<a href="{lesion.patient.get_absolute_url()}">{lesion}</a>' in text
    assert 'class="button danger"' not in text
    undone(job)
    assert "Other work rests on this import, so nothing was undone." in page(manager, job.get_absolute_url())


def test_who_withdrew_consent_is_counted_and_not_named(manager: Client, study: Study) -> None:
    job = confirmed(answered(brought(study, "code,sex\nSECRET-7,f\nSECRET-8,f\n")))
    with somebody():
        Patient.objects.filter(code="SECRET-7").update(consent_status=ConsentStatus.WITHDRAWN)
    text = page(manager, address(job))
    assert "1 patient: changed since the import." in text
    assert "SECRET-7" not in text


def test_queries_do_not_grow_with_what_stands_in_the_way(manager: Client, study: Study) -> None:
    codes = [f"X{number}" for number in range(5)]
    job = confirmed(answered(brought(study, "code,sex\n" + "".join(f"{code},f\n" for code in codes))))
    with somebody():
        LesionFactory(patient=Patient.objects.get(code="X0"))
    few = queries_of(manager, address(job))
    with somebody():
        for code in codes:
            LesionFactory(patient=Patient.objects.get(code=code))
    assert queries_of(manager, address(job)) == few


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER, None])
def test_who_may_not(client: Client, job: ImportJob, role: Role | None) -> None:
    client.force_login(member(job.study, role) if role else UserFactory())
    for answer in (
        client.get(address(job)),
        client.post(address(job)),
        client.post(address(job, "import-undo-cancel")),
    ):
        assert answer.status_code == (403 if role else 404)
    assert not job.undos.exists()


def test_an_import_of_another_study(client: Client, job: ImportJob) -> None:
    other = StudyFactory()
    client.force_login(member(other))
    for name in ("import-undo", "import-undo-cancel"):
        assert client.post(reverse(f"cases:{name}", args=[other.code, job.pk])).status_code == 404
    assert not job.undos.exists()


class TestCommand:
    def told(self, job: ImportJob, **options: object) -> str:
        answer = io.StringIO()
        call_command("undo_import", job.pk, stdout=answer, by=job.requested_by.username, **options)
        return answer.getvalue()

    def test_a_dry_run_undoes_nothing(self, job: ImportJob) -> None:
        assert self.told(job, dry_run=True).splitlines() == [
            "Removed: 1 patient",
            "Put back as before: 1 patient",
            "Nothing was undone.",
        ]
        assert not job.undos.exists()

    @pytest.mark.django_db(transaction=True)
    def test_it_is_undone_at_once(self, job: ImportJob) -> None:
        assert self.told(job).splitlines()[-1] == "Undone."
        assert Patient.objects.count() == 1
        with pytest.raises(CommandError, match="has written nothing that could be undone") as refused:
            self.told(job)
        assert refused.value.returncode == 1

    def test_what_stands_in_the_way_is_told(self, job: ImportJob) -> None:
        with somebody():
            LesionFactory(patient=Patient.objects.get(code="P2"), code="L9")
        answer = io.StringIO()
        with pytest.raises(CommandError) as refused:
            call_command("undo_import", job.pk, stdout=answer, by=job.requested_by.username)
        assert refused.value.returncode == 1
        assert "1 lesion: added since, and resting on rows that would be removed. (" in answer.getvalue()

    def test_who_may_not_is_refused(self, job: ImportJob) -> None:
        Study.objects.update(status=StudyStatus.LOCKED)
        with pytest.raises(CommandError, match="locked") as refused:
            self.told(job)
        assert refused.value.returncode == 1

    def test_wrong_use(self, job: ImportJob) -> None:
        with pytest.raises(CommandError) as refused:
            call_command("undo_import", 0, by=job.requested_by.username)
        assert refused.value.returncode == 2


def test_the_row_says_what_it_is() -> None:
    undo = ImportUndoFactory()
    assert (str(undo), undo.get_absolute_url()) == (undo.import_job.file_name, undo.import_job.get_absolute_url())
