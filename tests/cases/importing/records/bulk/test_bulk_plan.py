"""Judged all together or one by one, a file does and says the same."""

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from cases.importing.files import FileKind
from cases.importing.formats import Findings, ImportPlan, Source
from cases.importing.records.bulk import bulk_plan
from cases.importing.records.bulk.bulk_plan import suits
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.record_table import RecordTable
from cases.importing.records.screening import Screening
from cases.importing.records.sheet_plan import SheetPlan
from cases.importing.records.sheets import read_workbook
from cases.importing.records.targets import Target, target_named, targets
from cases.jobs import Progress, Refusal
from cases.models import Administration, LaboratoryResult, Lesion, Specimen, Study, Treatment
from cases.records import KINDS
from expression.models import IhcReading
from tests.cases.importing.records.books import book
from tests.factories import (
    AdministrationFactory,
    AntibodyFactory,
    CoreFactory,
    DiagnosisFactory,
    IhcReadingFactory,
    LaboratoryResultFactory,
    LaboratoryScaleFactory,
    LaboratoryTestFactory,
    LesionFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db

READING = ("patient", "specimen", "antibody", "cell_type", "percent_0", "percent_1", "percent_2", "percent_3", "reader")
CELLS = {
    "patient": ("P1", "P1", "P2", "P9", ""),
    "specimen": ("S1", "S1", "S2", "S9", ""),
    "antibody": ("AB", "AB", "AC", "?", ""),
    "lesion": ("L1", "L1", "L2", ""),
    "treatment": ("denosumab 2019", "denosumab", "other", ""),
    "date": ("2019-05-17", "2019", "2099", "17/5/19", "unknown", ""),
    "read_on": ("2019-05-17", "2019", "2099", "not done", ""),
    "percent_0": ("100", "100", "50", "100,0", "１００", "101", "x", "not done", ""),
    "percent_1": ("0", "0", "50", "0.001", "not done", ""),
    "reader": ("MK", "TS", "03-1234-5678", "", "=1+1"),
    "core": ("", "", "T1 A-1", "T1 A-9"),
    "laboratory_scale": ("ER", "ER", "", "?"),
    "recorded_score": ("1", "2", "7", "0.5", ""),
    "test": ("CTX", "CTX", "calcium", "?"),
    "code": ("L1", "L2", "S1", "S2", "N1", "N2", "Ｎ1", "not a code!", ""),
    "parent": ("S1", "S2", "N1", "N2", "?", "", ""),
    "collection_date": ("2019", "1950", ""),
    "rna_integrity_number": ("7", "", ""),
    "agent": ("denosumab", "denosumab", "zoledronic acid", "?", ""),
    "start": ("2019", "2019", "2020-05", "2099", ""),
    "loading_days": ("8;15", "8, 15", "x", ""),
    "histology": ("osteosarcoma", "osteosarcoma", "chordoma", "?", ""),
    "category": ("primary_bone", "primary_bone", ""),
    "is_index": ("yes", "no", ""),
    "gene": ("TP53", "TP53", "H3F3A", "?", ""),
    "kind": ("mutation", "fusion", "rna_extract", "", ""),
    "partner": ("TP53", "", "", ""),
    "value": ("<0.1", "0.1", "> 2,5", "＜3", "<", "not done", "=", ""),
    "comparator": ("<", "=", "", "", "unknown"),
    "unit": ("ng/mL", "", ""),
}
ANY = ("", "0", "0", "1", "tumour", "yes", "unknown", "120", "CT", "sclerosis", "none", "[", "\t", "\\N")


def csv_text(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@pytest.fixture
def study() -> Study:
    study = StudyFactory()
    for number in (1, 2):
        patient = PatientFactory(study=study, code=f"P{number}", birth_year=1960)
        DiagnosisFactory(patient=patient, histology__name="Osteosarcoma", date="2019")
        LesionFactory(patient=patient, code=f"L{number}")
        specimen = SpecimenFactory(study=study, patient=patient, code=f"S{number}")
        treatment = TreatmentFactory(patient=patient, start="2019", agent__code="denosumab")
        AdministrationFactory(patient=patient, treatment=treatment, date="2019-05-17", dose_mg=120)
        for code in ("AB", "AC")[:number]:
            antibody = study.antibodies.filter(code=code).first() or AntibodyFactory(study=study, code=code)
            IhcReadingFactory(specimen=specimen, antibody=antibody, reader="MK", missing={"read_on": "not_done"})
        LaboratoryResultFactory(patient=patient, test__code="CTX", date="2019", value=None, unit="")
    LaboratoryTestFactory(code="calcium", usual_unit="")
    LaboratoryScaleFactory(study=study, code="ER")
    control = CoreFactory(microarray__study=study, microarray__code="T1", specimen=None, control_tissue="tonsil")
    IhcReadingFactory(study=study, patient=None, specimen=None, core=control, antibody=antibody, reader="MK")
    return study


def source_of(study: Study, path: Path, rows: list[list[str]]) -> Source:
    path.write_text(csv_text(rows), encoding="utf-8", newline="")
    return Source(study=study, path=path, file_name=path.name, kind=FileKind.TEXT)


def all_together(source: Source, target: Target, columns: list[str], *, reason: str = "") -> ImportPlan:
    sheets = [{"target": target.name, "columns": columns}]
    options = {"sheets": sheets, "blank_erases": False, "reason": reason, "identifies_nobody": False}
    return RecordTable().plan(source, options=options, progress=Progress())


def one_by_one(source: Source, target: Target, columns: list[str]) -> tuple[SheetPlan, Findings]:
    findings = Findings()
    plan = SheetPlan(
        sheet=read_workbook(source).sheets[0],
        target=target,
        columns=columns,
        known=KnownRows(source.study),
        findings=findings,
        screening=Screening(study=source.study, confirmed=False),
        blank_erases=False,
        reason="",
    )
    plan.run(Progress())
    return plan, findings


def contents(target: Target) -> list[dict[str, Any]]:
    names = [field.attname for field in target.model._meta.concrete_fields if not field.primary_key]
    return list(target.model._default_manager.order_by("pk").values(*names))


def test_which_kinds_are_judged_together() -> None:
    together = {target.name for target in targets() if suits(target)}
    assert together == {kind.name for kind in KINDS}


@st.composite
def tables(draw: Any) -> tuple[Target, list[str], list[list[str]]]:
    target = draw(st.sampled_from([target for target in targets() if suits(target)]))
    columns = list(READING) if target.name == "ihc-reading" and draw(st.booleans()) else list(target.columns)
    row = st.tuples(*(st.sampled_from(CELLS.get(name, ANY)) for name in columns))
    return target, columns, [list(cells) for cells in draw(st.lists(row, min_size=1, max_size=8))]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(table=tables())
def test_the_same_counts_findings_and_rows(
    study: Study, tmp_path: Path, table: tuple[Target, list[str], list[list[str]]]
) -> None:
    target, columns, rows = table
    source = source_of(study, tmp_path / "table.csv", [columns, *rows])
    try:
        expected, findings = one_by_one(source, target, columns)
    except (Refusal, IndexError):
        return
    plan = all_together(source, target, columns)
    assert list(plan.findings) == list(findings)
    counts = asdict(plan.sheets[0])
    for kept_beside in ("header_row", "sound"):
        counts["problems"].pop(kept_beside, None)
    assert counts == asdict(expected.counts())
    with transaction.atomic():
        together = written(plan, target)
        transaction.set_rollback(True)
    single = ImportPlan(new={target.model: expected.in_order}, changed={target.model: expected.changed})
    with transaction.atomic():
        assert written(single, target) == together
        transaction.set_rollback(True)


def written(plan: ImportPlan, target: Target) -> list[dict[str, Any]]:
    plan.write()
    connection.check_constraints()
    return contents(target)


def reading(patient: int, /, reader: str = "TS", **values: str) -> list[str]:
    row = {"patient": f"P{patient}", "specimen": f"S{patient}", "antibody": "AB", "cell_type": "tumour"}
    percentages = {"percent_0": "40", "percent_1": "30", "percent_2": "20", "percent_3": "10"}
    return [{**row, **percentages, "reader": reader, **values}[name] for name in READING]


def test_sure_rows_are_no_instances(study: Study, tmp_path: Path) -> None:
    target = target_named("ihc-reading")
    rows = [reading(1), reading(1, percent_0="41", reader="HN"), reading(2), reading(1, reader="MK")]
    plan = all_together(source_of(study, tmp_path / "x.csv", [list(READING), *rows]), target, list(READING))
    [sheet] = plan.sheets
    # The second adds up to 101; the known reading says why a value is missing, so a person's eye is wanted.
    assert (sheet.new, sheet.changed, sheet.refused) == (2, 1, 1)
    assert plan.new[IhcReading] == []
    assert plan.written == {"expression.IhcReading": 3}


def test_rows_keep_the_order_of_the_file(study: Study, tmp_path: Path) -> None:
    rows = [
        ["P1", "denosumab 2019", "2020-01-01", "not done"],
        ["P1", "denosumab 2019", "2020-02-01", "120"],
        ["P2", "denosumab 2019", "2020-03-01", "not done"],
    ]
    columns = ["patient", "treatment", "date", "dose_mg"]
    source = source_of(study, tmp_path / "x.csv", [columns, *rows])
    all_together(source, target_named("administration"), columns).write()
    made = Administration.objects.filter(date__startswith="2020").order_by("pk")
    assert [str(row.date) for row in made] == ["2020-01-01", "2020-02-01", "2020-03-01"]


def test_who_edits_a_row_meanwhile_is_not_overwritten(study: Study, tmp_path: Path) -> None:
    columns = ["patient", "treatment", "date", "dose_mg"]
    rows = [["P1", "denosumab 2019", "2019-05-17", "60"]]
    plan = all_together(source_of(study, tmp_path / "x.csv", [columns, *rows]), target_named("administration"), columns)
    assert plan.number_changed(Administration) == 1
    Administration.objects.filter(patient__code="P1").update(dose_mg=90)
    with pytest.raises(IntegrityError, match="changed meanwhile"):
        plan.write()


def test_a_new_row_and_its_history_are_written_together(study: Study, tmp_path: Path) -> None:
    target = target_named("ihc-reading")
    source = source_of(study, tmp_path / "x.csv", [list(READING), reading(1), reading(2)])
    all_together(source, target, list(READING)).write()
    events = IhcReading.pgh_event_model.objects.filter(reader="TS")
    assert {(event.pgh_label, event.percent_0) for event in events} == {("created", 40)}
    assert events.count() == 2


def test_too_many_rows_to_tell_about(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_plan, "ROWS_LIMIT", 2)
    target = target_named("ihc-reading")
    source = source_of(study, tmp_path / "x.csv", [list(READING), *(reading(1, percent_0="x") for _row in range(3))])
    with pytest.raises(Refusal, match="More than 2 rows have problems"):
        all_together(source, target, list(READING))


def test_nothing_of_a_plan_stays_in_the_database(study: Study, tmp_path: Path) -> None:
    target = target_named("ihc-reading")
    plan = all_together(source_of(study, tmp_path / "x.csv", [list(READING), reading(1)]), target, list(READING))
    plan.forget()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'import\\_%' AND relpersistence = 't'")
        assert cursor.fetchone() == (0,)


def test_a_treatment_named_alone_is_found(study: Study, tmp_path: Path) -> None:
    columns = ["patient", "treatment", "date", "dose_mg"]
    rows = [["P1", "denosumab", "2021-05-17", "60"]]
    all_together(
        source_of(study, tmp_path / "x.csv", [columns, *rows]), target_named("administration"), columns
    ).write()
    assert Administration.objects.get(date="2021-05-17").treatment == Treatment.objects.get(patient__code="P1")


def test_a_reading_of_a_control_tissue_is_known_beside_sure_rows(study: Study, tmp_path: Path) -> None:
    columns = [*READING, "core"]
    control = [*reading(1, reader="MK", patient="", specimen="", antibody="AC", cell_type="tumour"), "T1 A-1"]
    source = source_of(study, tmp_path / "x.csv", [columns, [*reading(1), ""], control])
    [sheet] = all_together(source, target_named("ihc-reading"), columns).sheets
    assert (sheet.new, sheet.changed, sheet.refused) == (1, 1, 0)


def test_a_score_without_a_meaning_is_told_about(study: Study, tmp_path: Path) -> None:
    columns = ["patient", "specimen", "antibody", "recorded_score", "laboratory_scale", "reader"]
    rows = [["P1", "S1", "AB", "1", "ER", "TS"], ["P2", "S2", "AB", "7", "ER", "TS"]]
    plan = all_together(source_of(study, tmp_path / "x.csv", [columns, *rows]), target_named("ihc-reading"), columns)
    assert (plan.sheets[0].new, plan.sheets[0].refused, plan.new[IhcReading]) == (1, 1, [])
    assert "has no score" in next(iter(plan.findings)).sentence["text"]


def test_a_laboratory_writes_comparator_and_value_into_one_cell(study: Study, tmp_path: Path) -> None:
    """The unit is the usual one of the test, as where rows are read one by one."""
    columns = ["patient", "test", "date", "value"]
    rows = [["P1", "CTX", "2019", "<0.1"], ["P1", "CTX", "2020", "> 2,5"], ["P2", "CTX", "2019", "12"]]
    target = target_named("laboratory-result")
    plan = all_together(source_of(study, tmp_path / "x.csv", [columns, *rows]), target, columns)
    [sheet] = plan.sheets
    assert (sheet.new, sheet.changed, sheet.refused) == (1, 2, 0)
    assert {field["name"]: field["count"] for field in sheet.fields} == {"value": 2, "comparator": 1, "unit": 2}
    plan.write()
    found = LaboratoryResult.objects.order_by("patient__code", "date")
    told = [(row.comparator, float(row.value), row.unit) for row in found]
    assert told == [("<", 0.1, "U/L"), (">", 2.5, "U/L"), ("=", 12, "U/L")]


def test_rows_name_rows_of_other_sheets_and_of_their_own(study: Study, tmp_path: Path) -> None:
    """Parents are sure and children are, too; what is made from a row further down is read by itself."""
    path = tmp_path / "book.xlsx"
    sheets = {
        "Specimens": [
            ["patient", "code", "kind", "lesion", "parent"],
            ["P1", "N2", "rna_extract", "N1", "N1"],
            ["P1", "N1", "block", "N1", ""],
            ["P2", "N3", "rna_extract", "", "S2"],
        ],
        "Lesions": [["patient", "code", "largest_diameter_mm"], ["P1", "N1", "12"], ["P2", "L2", "30"]],
        "Assessments": [
            ["patient", "lesion", "date", "criterion", "sclerosis", "reader"],
            ["P1", "N1", "2020", "sclerosis", "partial", "MK"],
        ],
    }
    path.write_bytes(book(sheets))
    source = Source(study=study, path=path, file_name=path.name, kind=FileKind.WORKBOOK)
    answers = [
        {"target": target, "columns": rows[0]}
        for target, rows in zip(("specimen", "lesion", "assessment"), sheets.values(), strict=True)
    ]
    options = {"sheets": answers, "blank_erases": False, "reason": "", "identifies_nobody": False}
    plan = RecordTable().plan(source, options=options, progress=Progress())
    assert not plan.findings.has_errors
    assert {row.model.__name__: (row.new, row.changed) for row in plan.staged} == {
        "Lesion": (1, 1),
        "Specimen": (2, 0),
        "ResponseAssessment": (1, 0),
    }
    assert [row.code for row in plan.new[Specimen]] == ["N2"]
    plan.write()
    connection.check_constraints()
    made = {row.code: row for row in Specimen.objects.filter(code__startswith="N").select_related("parent", "lesion")}
    assert (made["N2"].parent, made["N2"].lesion, made["N3"].parent.code) == (made["N1"], made["N1"].lesion, "S2")
    assert Lesion.objects.get(patient__code="P1", code="N1").assessments.count() == 1


def test_a_code_of_another_patient_is_told_about(study: Study, tmp_path: Path) -> None:
    """A specimen's code is there once in the study, also where the file does not speak of the other patient."""
    columns = ["patient", "code"]
    source = source_of(study, tmp_path / "x.csv", [columns, ["P1", "S2"], ["P1", "N1"]])
    plan = all_together(source, target_named("specimen"), columns)
    assert (plan.sheets[0].new, plan.sheets[0].refused, plan.new[Specimen]) == (1, 1, [])
    assert "already has a specimen" in next(iter(plan.findings)).sentence["text"]


def test_queries_do_not_grow_with_lesions_that_treatments_name(study: Study, tmp_path: Path) -> None:
    """Lesions of a sheet are not all kept where no other sheet names them."""
    path = tmp_path / "book.xlsx"
    sheets = {
        "Lesions": [["patient", "code", "largest_diameter_mm"], ["P1", "N1", "12"]],
        "Administrations": [["patient", "treatment", "date"], ["P1", "denosumab 2019", "2021-05-17"]],
    }
    path.write_bytes(book(sheets))
    source = Source(study=study, path=path, file_name=path.name, kind=FileKind.WORKBOOK)
    answers = [
        {"target": target, "columns": rows[0]}
        for target, rows in zip(("lesion", "administration"), sheets.values(), strict=True)
    ]
    options = {"sheets": answers, "blank_erases": False, "reason": "", "identifies_nobody": False}

    def number_of_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            plan = RecordTable().plan(source, options=options, progress=Progress())
        assert not plan.findings.has_errors
        plan.forget()
        return len(captured)

    lesion = Lesion.objects.get(patient__code="P2")
    TreatmentFactory(patient=lesion.patient, start="2001", agent__code="drug", lesion=lesion)
    few = number_of_queries()
    for year in range(2002, 2010):
        TreatmentFactory(patient=lesion.patient, start=str(year), agent__code="drug", lesion=lesion)
    assert number_of_queries() == few
