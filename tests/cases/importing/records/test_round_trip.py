"""What is exported as tables is read back as it was."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from analytics.demonstration.study import seed_demonstration
from cases.importing.records.targets import targets
from cases.models import Core, ListExport, Site, Specimen, Study, TissueMicroarray
from expression.models import Antibody
from tests.factories import StudyFactory, UserFactory

pytestmark = pytest.mark.django_db

ON_ARRAYS = "ihc-reading"


def exported(study: Study, folder: Path) -> dict[str, list[list[str]]]:
    call_command("export_table", study.code, out=folder, stdout=io.StringIO())
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for path in sorted(folder.glob("*.csv"))}
    return {name: list(csv.reader(io.StringIO(text))) for name, text in texts.items()}


def laboratory_of(demonstration: Study, study: Study) -> None:
    """Antibodies and arrays are no records of patients: they are entered before readings name them."""
    for antibody in Antibody.objects.filter(study=demonstration):
        antibody.pk, antibody.study = None, study
        antibody.save()
    specimens = {specimen.code: specimen for specimen in Specimen.objects.filter(study=study)}
    for array in TissueMicroarray.objects.filter(study=demonstration):
        # A patient who withdrew consent went out in no file.
        cores = [core for core in array.cores.select_related("specimen") if _is_there(core, specimens)]
        array.pk, array.study = None, study
        array.save()
        for core in cores:
            core.pk, core.study, core.microarray = None, study, array
            core.specimen = core.specimen and specimens[core.specimen.code]
        Core.objects.bulk_create(cores)


def _is_there(core: Core, specimens: dict[str, Specimen]) -> bool:
    return core.specimen is None or core.specimen.code in specimens


def test_the_demonstration_study_goes_out_and_comes_in_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Invented patients are followed into years to come.
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2100, 1, 1))
    UserFactory(is_superuser=True)
    demonstration = seed_demonstration(patients=40, password="not-used")
    assert demonstration is not None
    study = StudyFactory()
    for site in demonstration.sites.all():
        Site.objects.create(study=study, code=site.code, name=site.name)
    first = exported(demonstration, tmp_path / "first")
    assert all(len(rows) > 1 for rows in first.values())

    names = [target.name for target in targets()]
    for name in names:
        if name == ON_ARRAYS:
            laboratory_of(demonstration, study)
        call_command("import_table", study.code, tmp_path / "first" / f"{name}.csv")
    for name in names:
        answer = io.StringIO()
        call_command("import_table", study.code, tmp_path / "first" / f"{name}.csv", stdout=answer)
        assert "new 0, changed 0" in answer.getvalue()

    assert exported(study, tmp_path / "second") == first
    assert ListExport.objects.filter(study=study).count() == len(names)
