"""Tables by command: the same rules and sentences as on the pages, and exit codes."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.jobs import Progress
from cases.models import ConsentStatus, ImportJob, JobStatus, ListExport, Patient, Role, Study, StudyStatus
from tests.factories import MembershipFactory, PatientFactory, StudyFactory, UserFactory
from tests.import_steps import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "patient.csv"
    path.write_text("code,sex\nP1,f\n")
    return path


def told(name: str, *args: Any, **options: Any) -> str:
    answer = io.StringIO()
    call_command(name, *args, stdout=answer, **options)
    return answer.getvalue()


def test_a_table_is_imported_and_stands_among_the_imports(study: Study, table: Path) -> None:
    by = member(study)
    assert told("import_table", study.code, table, by=by.username).splitlines() == [
        "Patients: new 1, changed 0, unchanged 0, refused 0",
        "Imported.",
    ]
    job = ImportJob.objects.get()
    assert (job.status, job.requested_by, job.written) == (JobStatus.SUCCEEDED, by, {"cases.Patient": 1})
    assert Patient.objects.get().events.get().pgh_context.metadata["user"] == by.pk
    assert "Nothing was written." in told("import_table", study.code, table, by=by.username)


def test_what_is_left_out_is_said(study: Study, table: Path) -> None:
    table.write_text("code,sex,colour\nP1,f,blue\n")
    assert "Column “colour” is unknown" in told("import_table", study.code, table, by=member(study).username)


def test_a_dry_run_writes_nothing(study: Study, table: Path) -> None:
    assert "new 1" in told("import_table", study.code, table, by=member(study).username, dry_run=True)
    assert not Patient.objects.exists()
    assert not ImportJob.objects.exists()


def test_a_refused_table_says_why_and_exits_with_1(study: Study, table: Path) -> None:
    table.write_text("code,sex\nP1,blue\n")
    with pytest.raises(CommandError) as refused:
        call_command("import_table", study.code, table, by=member(study).username, stdout=io.StringIO())
    assert refused.value.returncode == 1
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, StudyStatus.OPEN), (Role.RESEARCHER, StudyStatus.OPEN), (Role.MANAGER, StudyStatus.LOCKED)],
)
def test_who_may_not_import_is_refused(study: Study, table: Path, role: Role, status: StudyStatus) -> None:
    by = member(study, role)
    Study.objects.filter(pk=study.pk).update(status=status)
    with pytest.raises(CommandError) as refused:
        call_command("import_table", study.code, table, by=by.username, stdout=io.StringIO())
    assert refused.value.returncode == 1


def test_a_stranger_is_refused(study: Study, table: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_table", study.code, table, by=UserFactory().username, stdout=io.StringIO())
    assert refused.value.returncode == 1


class TestFolders:
    @pytest.fixture
    def folder(self, table: Path) -> Path:
        (table.parent / "lesion.csv").write_text("patient,code\nP1,L1\n")
        (table.parent / "antibody.csv").write_text("code,marker,clone\n")
        (table.parent / "notes.csv").write_text("to be asked\nwho\n")
        (table.parent / "codes.csv").write_text("table,code\n1,2\n")
        return table.parent

    def test_tables_are_one_import_in_the_order_in_which_they_rest_on_each_other(
        self, study: Study, folder: Path
    ) -> None:
        by = member(study)
        said = [
            "notes.csv: no table is called so, and it was left out.",
            "patient.csv · Patients: new 1, changed 0, unchanged 0, refused 0",
            "lesion.csv · Lesions: new 1, changed 0, unchanged 0, refused 0",
        ]
        dry = told("import_table", study.code, folder, by=by.username, dry_run=True)
        assert dry.splitlines() == [*said, "Nothing was written."]
        assert not Patient.objects.exists()
        assert not ImportJob.objects.exists()
        assert told("import_table", study.code, folder, by=by.username).splitlines() == [*said, "Imported."]
        assert Patient.objects.get().lesions.get().code == "L1"
        job = ImportJob.objects.get()
        assert job.written == {"cases.Patient": 1, "cases.Lesion": 1}
        with job.file.open() as file, zipfile.ZipFile(file) as tables:
            assert tables.namelist() == ["patient.csv", "lesion.csv"]
        told("undo_import", str(job.pk), by=by.username)
        assert not Patient.objects.exists()

    def test_what_is_wrong_in_every_table_is_told_and_nothing_is_written(self, study: Study, folder: Path) -> None:
        (folder / "patient.csv").write_text("code,sex\nP1,f\nP2,blue\n")
        (folder / "lesion.csv").write_text("patient,code\nP1,L1\nP2,L1\n")
        (folder / "treatment.csv").write_text("patient,agent,agent\nP1,denosumab,\n")
        answer = io.StringIO()
        with pytest.raises(CommandError, match="Nothing was written") as refused:
            call_command("import_table", study.code, folder, by=member(study).username, stdout=answer)
        assert refused.value.returncode == 1
        lines = answer.getvalue().splitlines()
        assert any(line.startswith("patient.csv, row 3: sex: ") for line in lines)
        assert any(line.startswith("lesion.csv, row 3: patient: ") for line in lines)
        assert any(line.startswith("treatment.csv: ") and "same heading" in line for line in lines)
        assert any("Correct the first table first" in line for line in lines)
        assert "lesion.csv · Lesions: new 1, changed 0, unchanged 0, refused 1" in lines
        assert not Patient.objects.exists()
        assert not ImportJob.objects.exists()

    def test_a_folder_without_tables_or_of_another_format_is_wrong_use(
        self, study: Study, folder: Path, tmp_path: Path
    ) -> None:
        by, empty = member(study).username, tmp_path / "empty"
        empty.mkdir()
        for path, options in ((empty, {}), (folder, {"format": "expression_table"})):
            with pytest.raises(CommandError) as refused:
                told("import_table", study.code, path, by=by, **options)
            assert refused.value.returncode == 2

    def test_a_table_of_another_format_is_not_left_out_in_silence(
        self, study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "lesion.csv").rename(folder / "lesion.TSV")
        monkeypatch.chdir(folder)
        lines = told("import_table", study.code, Path(), by=member(study).username).splitlines()
        assert lines[:2] == [
            f"{name}: no table is called so, and it was left out." for name in ("lesion.TSV", "notes.csv")
        ]
        assert ImportJob.objects.get().file_name == f"{folder.name}.zip"

    def test_who_interrupts_it_writes_nothing(
        self, study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(progress: Progress, steps: int) -> None:
            if Patient.objects.exists():
                raise KeyboardInterrupt

        monkeypatch.setattr(Progress, "advance", interrupted)
        with pytest.raises(CommandError, match="Cancelled") as refused:
            told("import_table", study.code, folder, by=member(study).username)
        assert refused.value.returncode == 1
        assert not Patient.objects.exists()


@pytest.mark.parametrize("wrong", ["study", "file", "person", "nobody"])
def test_wrong_use_exits_with_2(study: Study, table: Path, wrong: str) -> None:
    code = "NONE" if wrong == "study" else study.code
    path = table.parent / "none.csv" if wrong == "file" else table
    by = {"person": "nobody", "nobody": None}.get(wrong, member(study).username)
    with pytest.raises(CommandError) as refused:
        call_command("import_table", code, path, by=by, stdout=io.StringIO())
    assert refused.value.returncode == 2


@pytest.mark.parametrize("content", ["[" * 100_000, '{"reason": "\\ud800"}', "[]"])
def test_answers_that_are_none_exit_with_2(study: Study, table: Path, content: str) -> None:
    answers = table.parent / "answers.json"
    answers.write_text(content)
    with pytest.raises(CommandError, match=r"JSON file|are an object") as refused:
        told("import_table", study.code, table, by=member(study).username, answers=answers)
    assert refused.value.returncode == 2


def test_an_export_holds_what_the_person_may_see_and_is_logged(study: Study, tmp_path: Path) -> None:
    PatientFactory(study=study, code="P1", birth_year=1961)
    PatientFactory(study=study, code="GONE", consent_status=ConsentStatus.WITHDRAWN)
    PatientFactory(code="ELSEWHERE")
    by = MembershipFactory(study=study, role=Role.RESEARCHER, may_export=True).user
    told("export_table", study.code, out=tmp_path / "out", by=by.username)
    text = (tmp_path / "out" / "patient.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["code", "P1"]
    taken = ListExport.objects.get(study=study, list_name="patient")
    assert (taken.exported_by, taken.rows) == (by, 1)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER, Role.DATA_ENTRY])
def test_who_may_not_export_is_refused(study: Study, tmp_path: Path, role: Role) -> None:
    by = member(study, role)
    with pytest.raises(CommandError) as refused:
        call_command("export_table", study.code, out=tmp_path / "out", by=by.username, stdout=io.StringIO())
    assert refused.value.returncode == 1
    assert not (tmp_path / "out").exists()
    assert not ListExport.objects.exists()
