"""A block through ``manage.py import_table``."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.models import Core, ImportJob
from expression.models import IhcReading
from tests.expression.importing.microarrays.blocks import EXAMPLE, SHARED, antibody, owners, shared_files
from tests.factories import StudyFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(study: Any, file: Path, answers: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_table", study.code, str(file), f"--answers={answers}", *arguments, stdout=out)
    return out.getvalue()


def written(folder: Path, **answers: str) -> Path:
    path = folder / "answers.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    return path


@pytest.fixture
def study() -> Any:
    UserFactory(is_superuser=True, is_staff=True)
    return StudyFactory(code="TMA")


@shared_files
def test_every_score_sheet_of_another_laboratory(study: Any, tmp_path: Path) -> None:
    """Two blocks, five sheets: 50 + 50 + 38 + 38 + 38 readings on 88 cores of 36 cases."""
    meanings = "\n".join(f"{step} = step {step}" for step in range(6))
    for file in sorted(SHARED.glob("tma[12]/example_[!m]*.xlsx")):
        biomarker, block = file.stem.removeprefix("example_"), file.parent.name
        if not study.antibodies.filter(code=biomarker).exists():
            antibody(study, biomarker, {"er": "ESR1", "p53": "TP53"}.get(biomarker, "PTEN"))
        answers = {
            "microarray": block,
            "patients": owners(19, block),
            "sheet-0-antibody": biomarker,
            "sheet-0-scale": "new",
            "sheet-0-meanings": meanings,
            "sheet-0-not_assessable": "8 9 x" if biomarker == "p53" else "9, x",
            "reader": "MK",
        }
        said = run(study, file, written(tmp_path, **answers), "--format=tma_sheets")
        assert said.endswith("Imported.\n")
        assert "IHC readings: new " in said
        again = run(study, file, written(tmp_path, **answers), "--format=tma_sheets")
        assert "IHC readings: new 0" in again
        assert again.endswith("Nothing was written.\n")
    assert (IhcReading.objects.count(), Core.objects.count(), study.patients.count()) == (214, 88, 36)
    assert not IhcReading.objects.exclude(evaluability="evaluable").filter(recorded_score__isnull=False).exists()


def test_a_dry_run_recognises_the_file_and_writes_nothing(study: Any, tmp_path: Path) -> None:
    said = run(study, EXAMPLE, written(tmp_path, patients=owners(16, "x")), "--dry-run")
    assert "Cores: new 33" in said
    assert (Core.objects.count(), ImportJob.objects.count()) == (0, 0)


def test_what_is_not_answered_is_told_by_its_name(study: Any, tmp_path: Path) -> None:
    """What the numbers mean stands in the workbook, who read them does not."""
    antibody(study, "RANKL-A", "TNFSF11")
    with pytest.raises(CommandError) as refused:
        run(study, EXAMPLE, written(tmp_path, patients=owners(16, "x")), "--dry-run")
    assert str(refused.value) == "reader: Who read the scores?"
    assert refused.value.returncode == 1
    said = run(study, EXAMPLE, written(tmp_path, patients=owners(16, "x"), reader="MK"), "--dry-run")
    assert "Laboratory scales: new 1" in said


@pytest.mark.parametrize("content", ["[]", '{"reader": 1}', "{"])
def test_answers_are_texts_by_the_names_of_fields(study: Any, tmp_path: Path, content: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(content)
    with pytest.raises(CommandError) as refusal:
        run(study, EXAMPLE, path, "--format=tma_sheets")
    assert refusal.value.returncode == 2
