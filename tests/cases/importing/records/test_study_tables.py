"""Tables of a study and its laboratory: the rules that a page or the database would enforce, in words."""

from typing import Any

import pytest

from cases import access
from cases.exporting.record_tables import record_table
from cases.importing.records.targets import target_named, targets
from cases.models import ConsentStatus, Core, JobStatus, Role, Site, Study
from expression.models import Antibody, Band, ExperimentReading, ExpressionValue, QpcrWell
from tests.cases.importing.records.books import book
from tests.factories import (
    AntibodyFactory,
    CellExperimentFactory,
    CoreFactory,
    ExperimentConditionFactory,
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    MembraneFactory,
    PatientFactory,
    PositivityCutoffFactory,
    QpcrRunFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
    WesternBlotFactory,
)
from tests.import_steps import answered, brought, confirmed, counts, findings, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def refused(study: Study, content: str, name: str, **answers: Any) -> list[tuple[int | None, str, str]]:
    """What is wrong with the table; nothing of it may be written."""
    job = answered(brought(study, content, name=f"{name}.csv"), **answers)
    assert job.status == JobStatus.WAITING
    return findings(job)


def test_a_laboratory_comes_in_one_workbook_in_any_order(study: Study) -> None:
    content = book(
        {
            "Readings of cell experiments": [
                ["Experiment", "Condition", "Biological replicate", "Value"],
                ["E1", "Mono-culture, RANKL 50 ng/mL, 24 h", 1, 3.5],
                ["E1", "単独培養, RANKL 50 ng/mL, 24 h", 2, 4],
            ],
            "Conditions of cell experiments": [
                ["experiment", "culture", "cytokine", "concentration", "hours"],
                ["E1", "mono", "RANKL", 50, 24],
            ],
            "Wells": [
                ["Run", "Well", "Target", "Sample", "Task", "Ct", "Omit"],
                ["R1", "A1", "RANKL", "S1 a", "Sample", "24.5", ""],
                ["R1", "A2", "RANKL", "S1 a", "", "Undetermined", "yes"],
            ],
            "qPCR targets": [["Run", "Name", "Gene"], ["R1", "RANKL", "TNFSF11"]],
            "qPCR samples": [["Run", "Name", "Specimen"], ["R1", "S1 a", "S1"]],
            "qPCR runs": [["code"], ["R1"]],
            "Experiments": [["code", "cell line", "readout"], ["E1", "U-2 OS", "trap_cells"]],
            "Cell lines": [["name", "accession"], ["U-2 OS", "CVCL_0042"]],
            "Expression": [["Dataset", "Specimen", "Gene", "Value"], ["RNA", "S1", "RANKL", "7,25"]],
            "Datasets": [["code", "unit", "platform"], ["RNA", "log2(TPM+1)", "RNA-seq"]],
            "コア": [["アレイ", "行", "列", "検体", "状態"], ["TMA1", "B", 2, "S1", "評価可能"]],
            "Arrays": [["block code", "rows", "columns"], ["TMA1", 2, 3]],
            "Specimens": [["patient", "code"], ["P1", "S1"]],
            "Patients": [["patient code", "site"], ["P1", "OSAKA"]],
            "Antibodies": [["code", "marker", "clone"], ["A1", "RANKL", "12A668"]],
            "Sites": [["code", "name"], ["OSAKA", "Osaka"]],
        }
    )
    job = confirmed(answered(brought(study, content, name="laboratory.xlsx")))
    assert job.status == JobStatus.SUCCEEDED, findings(job)
    assert Core.objects.get().position == "B-2"
    assert Antibody.objects.get().marker.symbol == "TNFSF11"
    assert ExpressionValue.objects.get().value == 7.25
    wells = {well.position: well for well in QpcrWell.objects.select_related("sample__specimen")}
    assert (wells["A1"].reading, wells["A1"].cq, wells["A1"].sample.specimen.code) == ("detected", 24.5, "S1")
    assert (wells["A2"].reading, wells["A2"].cq, wells["A2"].omitted) == ("undetermined", None, True)
    assert [reading.value for reading in ExperimentReading.objects.order_by("biological_replicate")] == [3.5, 4]


def test_names_are_looked_for_in_the_run_of_the_row(study: Study) -> None:
    for code in ("R1", "R2"):
        QpcrTargetFactory(run=QpcrRunFactory(study=study, code=code), name="RANKL")
    QpcrTargetFactory(run=study.qpcr_runs.get(code="R1"), name="OPG")
    table = "run,position,target,reading,cq\nR2,A1,RANKL,detected,20\nR2,A2,OPG,detected,20\nR9,A1,OPG,detected,20\n"
    assert refused(study, table, "qpcr-well") == [
        (3, "target", "“R2” has no “OPG” in the study or in this file. Write the name of one, or add it."),
        (4, "run", "The study has no “R9”. It has: R1, R2. Write one of these, or add the missing one first."),
    ]
    confirmed(answered(brought(study, "run,position,target,reading,cq\nR2,A1,RANKL,detected,20\n", name="wells.csv")))
    assert QpcrWell.objects.get().target.run.code == "R2"


@pytest.mark.parametrize(
    ("name", "table", "told"),
    [
        ("core", "microarray,row,column,control_tissue\nTMA1,C,1,liver\n", "2 rows and 3 columns: this place lies out"),
        ("microarray", "code,rows,columns\nTMA1,1,1\n", "There are cores outside such a grid"),
        ("antibody", "code,marker,clone\nA1,RANK,x\n", "This cannot be changed once it is recorded"),
        ("cutoff", "name,version,scale,marker,at_least\nRANKL any,1,h_score,RANKL,50\n", "This cannot be changed once"),
        ("qpcr-run", "code,cycles\nR1,20\n", "A well of this run has a Cq of 24.500"),
        ("qpcr-well", "run,position,target,reading,cq\nR1,H12,RANKL,detected,45\n", "above the 40 cycles"),
        ("qpcr-well", "run,position,target,cq\nR1,H12,RANKL,\n", "This field cannot be blank"),
        ("band", "blot,membrane,lane,form,volume\nB1,1,1,total,5\n", "a total band its marker"),
        (
            "band",
            "blot,membrane,lane,form,marker,volume\nB1,1,1,total,RANKL,5\nB1,1,1,total,RANKL,6\n",
            "Row 2 of the file",
        ),
    ],
)
def test_what_the_database_refuses_is_said_in_words(study: Study, name: str, table: str, told: str) -> None:
    CoreFactory(microarray=TissueMicroarrayFactory(study=study, code="TMA1", rows=2, columns=3), row=2, column=3)
    marker = MarkerFactory(symbol="TNFSF11")
    AntibodyFactory(study=study, code="A1", marker=marker)
    PositivityCutoffFactory(study=study, name="RANKL any", version=1, marker=marker, scale="h_score", at_least=1)
    QpcrWellFactory(run=QpcrRunFactory(study=study, code="R1"), target__name="RANKL", cq=24.5)
    blot = WesternBlotFactory(study=study, code="B1")
    MembraneFactory(blot=blot, name="1")
    LaneFactory(blot=blot, number=1)
    before = _everything(study)
    problems = refused(study, table, name)
    assert problems
    assert any(told in sentence for _row, _column, sentence in problems), problems
    assert _everything(study) == before


def test_a_blank_cell_erases_nothing_and_the_same_file_changes_nothing(study: Study) -> None:
    antibody = AntibodyFactory(study=study, code="A1", vendor="Abcam", marker=MarkerFactory(symbol="TNFSF11"))
    job = answered(brought(study, f"code,marker,clone,vendor\nA1,TNFSF11,{antibody.clone},\n", name="antibodies.csv"))
    assert counts(job) == {"expression.Antibody": (0, 1)}
    assert job.preview["check"]["changed"] == 0


def test_sites_are_the_managers(study: Study) -> None:
    SiteFactory(study=study, code="KYOTO", name="Kyoto")
    table = "code,name\nKYOTO,Kyoto\nOSAKA,Osaka\n"
    by = member(study, Role.DATA_ENTRY)
    job = answered(brought(study, table, name="sites.csv", by=by))
    told = "Only a manager of the study adds or changes this. Take the row out of the file."
    assert findings(job) == [(3, "", told)]
    confirmed(answered(brought(study, table, name="sites.csv")))
    assert Site.objects.filter(study=study).count() == 2


def test_a_specimen_of_a_patient_who_withdrew_is_refused(study: Study) -> None:
    gone = PatientFactory(study=study, code="GONE", consent_status=ConsentStatus.WITHDRAWN)
    SpecimenFactory(patient=gone, code="S1")
    ExpressionDatasetFactory(study=study, code="RNA")
    MarkerFactory(symbol="TNFSF11")
    table = "dataset,specimen,marker,value\nRNA,S1,TNFSF11,3\n"
    assert [told for _row, _column, told in refused(study, table, "expression-value")] == [
        "Patient GONE withdrew consent. Take the row out of the file."
    ]


def test_a_core_of_a_verified_patient_needs_a_reason(study: Study) -> None:
    by = member(study)
    SpecimenFactory(patient__study=study, patient__code="P1", patient__verified_by=by, code="S1")
    Study.objects.get(pk=study.pk).patients.update(verified_at="2024-01-01T00:00Z")
    TissueMicroarrayFactory(study=study, code="TMA1", rows=2, columns=3)
    table = "microarray,row,column,specimen\nTMA1,A,1,S1\n"
    [(row, column, told)] = refused(study, table, "core")
    assert (row, column) == (2, "specimen")
    assert told.startswith("Patient P1 is verified.")
    job = confirmed(answered(brought(study, table, name="core.csv"), reason="found on the map"))
    assert job.status == JobStatus.SUCCEEDED


def test_a_sheet_without_what_its_rows_are_part_of_is_asked_back(study: Study) -> None:
    job = brought(study, "position,target,cq\nA1,RANKL,20\n", name="qpcr-well.csv", format_code="record_table")
    with pytest.raises(AssertionError, match="No column is “run”"):
        answered(job)


def test_what_goes_out_is_for_people_who_are_not_confined_to_a_site(study: Study) -> None:
    site = SiteFactory(study=study)
    specimen = SpecimenFactory(patient__study=study, patient__site=site)
    gone = SpecimenFactory(patient__study=study, patient__consent_status=ConsentStatus.WITHDRAWN)
    dataset = ExpressionDatasetFactory(study=study)
    for one in (specimen, gone):
        ExpressionValueFactory(dataset=dataset, specimen=one)
    everywhere = member(study, Role.RESEARCHER)
    confined = MembershipFactory(study=study, role=Role.DATA_ENTRY, site=site).user
    viewer, stranger = member(study, Role.VIEWER), member(StudyFactory())
    for name, number in (("site", 1), ("dataset", 1), ("expression-value", 1)):
        target = target_named(name)
        seen = {person: record_table(target, user=person, study=study).count() for person in (everywhere, confined)}
        assert seen == {everywhere: number, confined: 0}
        assert not record_table(target, user=viewer, study=study).count()
        assert not record_table(target, user=stranger, study=study).count()


def test_a_negative_concentration_is_refused_in_words(study: Study) -> None:
    experiment = CellExperimentFactory(study=study, readout="elisa")
    condition = ExperimentConditionFactory(experiment=experiment, concentration_ng_ml=None, hours=None)
    named = f'{condition.experiment.code},"{condition.reference}"'
    content = f"experiment,condition,biological_replicate,value\n{named},1,-3\n"
    [(row, column, told)] = refused(study, content, "experiment-reading")
    assert (row, column) == (2, "value")
    assert told.startswith("A concentration or a count is not negative.")


def test_lines_need_as_many_queries_for_many_rows(study: Study, django_assert_num_queries: Any) -> None:
    by = member(study)
    blot = WesternBlotFactory(study=study)
    membrane = MembraneFactory(blot=blot)
    for number in range(1, 5):
        lane = LaneFactory(blot=blot, number=number, specimen=SpecimenFactory(patient__study=study))
        Band.objects.create(blot=blot, membrane=membrane, lane=lane, form="loading_control", volume=number)
    experiment = CellExperimentFactory(study=study)
    for hours in (24, 48):
        ExperimentReading.objects.create(
            experiment=experiment,
            condition=ExperimentConditionFactory(experiment=experiment, hours=hours),
            biological_replicate=1,
            value=1,
        )
    for target in targets():
        with django_assert_num_queries(1):
            list(record_table(target, user=by, study=study).lines())


def _everything(study: Study) -> list[list[Any]]:
    by = member(study)
    assert access.rights(user=by, study=study).exports
    tables = [record_table(target, user=by, study=study) for target in targets()]
    return [line for table in tables for _patient, line in table.lines()]
