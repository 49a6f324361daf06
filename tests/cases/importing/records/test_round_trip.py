"""What is exported as tables is read back as it was."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from analytics.demonstration.study import seed_demonstration
from cases.importing.records.targets import targets
from cases.models import JobStatus, ListExport, Study
from expression.models import QpcrSample
from tests.cases.importing.records.books import book
from tests.factories import QpcrPrintedResultFactory, StudyFactory, UserFactory
from tests.import_steps import answered, brought, confirmed

pytestmark = pytest.mark.django_db


def exported(study: Study, folder: Path) -> dict[str, str]:
    call_command("export_table", study.code, out=folder, stdout=io.StringIO())
    return {path.stem: path.read_text(encoding="utf-8-sig") for path in folder.glob("*.csv")}


@pytest.fixture
def demonstration(monkeypatch: pytest.MonkeyPatch) -> Study:
    # Invented patients are followed into years to come.
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2100, 1, 1))
    UserFactory(is_superuser=True)
    study = seed_demonstration(patients=40, password="not-used")
    assert study is not None
    sample = QpcrSample.objects.filter(study=study, specimen__isnull=False).first()
    assert sample is not None
    QpcrPrintedResultFactory(
        run=sample.run, target=sample.run.targets.first(), sample=sample, delta_cq=7.25, relative_quantity=0.1
    )
    return study


def test_the_demonstration_study_goes_out_and_comes_in_again(demonstration: Study, tmp_path: Path) -> None:
    first, study = exported(demonstration, tmp_path / "first"), StudyFactory()
    names = [target.name for target in targets()]
    assert all(text.count("\n") > 1 for text in first.values())
    call_command("import_table", study.code, tmp_path / "first")
    for name in names:
        answer = io.StringIO()
        call_command("import_table", study.code, tmp_path / "first" / f"{name}.csv", stdout=answer)
        assert "new 0, changed 0" in answer.getvalue()
    assert exported(study, tmp_path / "second") == first
    assert ListExport.objects.filter(study=study).count() == len(names)


def test_the_whole_study_comes_in_as_one_workbook_by_the_pages(demonstration: Study, tmp_path: Path) -> None:
    first, study = exported(demonstration, tmp_path / "first"), StudyFactory()
    sheets = {name: list(csv.reader(io.StringIO(text))) for name, text in reversed(first.items())}
    job = confirmed(answered(brought(study, book(sheets), name="study.xlsx")))
    assert job.status == JobStatus.SUCCEEDED
    assert exported(study, tmp_path / "second") == first
