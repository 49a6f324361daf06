"""What is exported as tables is read back as it was."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.demonstration.study import seed_demonstration
from cases.exporting.record_tables import record_table
from cases.importing.records.targets import target_named, targets
from cases.models import Core, JobStatus, ListExport, Role, Study
from expression.models import IhcReading, QpcrSample
from tests.cases.importing.records.books import book
from tests.factories import (
    AntibodyFactory,
    CoreFactory,
    IhcReadingFactory,
    LaboratoryScaleFactory,
    MembershipFactory,
    QpcrPrintedResultFactory,
    SiteFactory,
    StudyFactory,
    UserFactory,
)
from tests.import_steps import answered, brought, confirmed

pytestmark = pytest.mark.django_db


def exported(study: Study, folder: Path) -> dict[str, str]:
    call_command("export_table", study.code, out=folder, stdout=io.StringIO())
    return {path.stem: path.read_text(encoding="utf-8-sig") for path in folder.glob("*.csv")}


@pytest.fixture
def demonstration() -> Study:
    UserFactory(is_superuser=True)
    study = seed_demonstration(patients=40, password="not-used")
    assert study is not None
    sample = QpcrSample.objects.filter(study=study, specimen__isnull=False).first()
    assert sample is not None
    QpcrPrintedResultFactory(
        run=sample.run, target=sample.run.targets.first(), sample=sample, delta_cq=7.25, relative_quantity=0.1
    )
    scale = LaboratoryScaleFactory(study=study, not_assessable=["9", "x", "no tissue, lost"])
    IhcReadingFactory(
        specimen=sample.specimen,
        antibody=study.antibodies.first(),
        laboratory_scale=scale,
        recorded_scale="",
        recorded_score=1,
        percent_0=None,
        percent_1=None,
        percent_2=None,
        percent_3=None,
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


class TestControlTissues:
    """Readings of control tissues are of no patient, and part of the study all the same."""

    HEADER = "patient,specimen,core,antibody,percent_0,percent_1,percent_2,percent_3,reader\n"

    @pytest.fixture
    def control(self) -> Core:
        UserFactory(is_superuser=True)
        core = CoreFactory(specimen=None, control_tissue="tonsil", microarray__code="T1", row=1, column=1)
        AntibodyFactory(study=core.study, code="RANKL")
        return core

    def imported(self, study: Study, folder: Path, *lines: str) -> str:
        path = folder / "ihc-reading.csv"
        path.write_text(self.HEADER + "\n".join(lines), encoding="utf-8")
        answer = io.StringIO()
        call_command("import_table", study.code, path, stdout=answer)
        return answer.getvalue()

    def test_go_out_and_come_in_again(self, control: Core, tmp_path: Path) -> None:
        line = ",,T1 A-1,RANKL,0,10,20,70,MK"
        assert "new 1, changed 0" in self.imported(control.study, tmp_path, line)
        reading = IhcReading.objects.get()
        assert (reading.patient, reading.specimen, reading.core, reading.percent_3) == (None, None, control, 70)
        assert "new 0, changed 0, unchanged 1" in self.imported(control.study, tmp_path, line)
        out = exported(control.study, tmp_path / "out")["ihc-reading"]
        (row,) = csv.DictReader(io.StringIO(out))
        assert [row[name] for name in ("patient", "core", "percent_3")] == [
            "",
            "T1 A-1",
            "70.00",
        ]
        (tmp_path / "changed").mkdir()
        assert "changed 1" in self.imported(control.study, tmp_path / "changed", ",,T1 A-1,RANKL,0,0,20,80,MK")
        call_command(
            "import_table", control.study.code, tmp_path / "out" / "ihc-reading.csv", stdout=(told := io.StringIO())
        )
        assert "changed 1" in told.getvalue()
        assert exported(control.study, tmp_path / "again")["ihc-reading"] == out

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (",,,RANKL,0,10,20,70,MK", "Whose row is this?"),
            (",S1,T1 A-1,RANKL,0,10,20,70,MK", "Whose row is this?"),
            (",,T1 A-2,RANKL,0,10,20,70,MK", "The study has no “T1 A-2”"),
            (",,T1 B-1,RANKL,0,10,20,70,MK", "belongs elsewhere"),
        ],
    )
    def test_what_is_of_nobody_and_of_no_control_is_refused(
        self, control: Core, tmp_path: Path, line: str, said: str
    ) -> None:
        CoreFactory(microarray=control.microarray, row=2, column=1)
        with pytest.raises(CommandError):
            self.imported(control.study, tmp_path, line)
        assert not IhcReading.objects.exists()
        assert said in self.told(control.study, tmp_path)

    def told(self, study: Study, folder: Path) -> str:
        answer = io.StringIO()
        with pytest.raises(CommandError):
            call_command("import_table", study.code, folder / "ihc-reading.csv", stdout=answer)
        return answer.getvalue()

    def test_a_person_confined_to_a_site_does_not_take_them_out(self, control: Core) -> None:
        IhcReadingFactory(
            core=control, specimen=None, patient=None, study=control.study, antibody=control.study.antibodies.get()
        )
        target = target_named("ihc-reading")
        site = SiteFactory(study=control.study)
        confined = MembershipFactory(study=control.study, site=site, role=Role.DATA_ENTRY).user
        manager = MembershipFactory(study=control.study, role=Role.MANAGER).user
        assert record_table(target, user=confined, study=control.study).count() == 0
        assert record_table(target, user=manager, study=control.study).count() == 1
