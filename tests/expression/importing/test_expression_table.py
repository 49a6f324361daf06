"""Tables of cases with expression values: what is written, and what is refused in which words."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import (
    ConsentStatus,
    Detection,
    Diagnosis,
    Histology,
    ImportJob,
    JobStatus,
    MolecularAlteration,
    Patient,
    Sex,
    Specimen,
    Study,
)
from expression.importing.expression_values import read_value
from expression.models import ExpressionDataset, ExpressionValue, ProfileUnit
from tests.factories import PatientFactory, SiteFactory, SpecimenFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed, counts, findings, work

pytestmark = pytest.mark.django_db

UNIT = {"unit": "log2_tpm", "platform": "RNA-seq"}
EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"


@pytest.fixture
def study() -> Study:
    return StudyFactory()


def checked(study: Study, text: str | bytes, *, name: str = "table.csv", **answers: str) -> ImportJob:
    return answered(brought(study, text, name=name), **{**UNIT, **answers})


def rows_written() -> list[int]:
    return [model.objects.count() for model in (Patient, Specimen, Diagnosis, MolecularAlteration, ExpressionValue)]


class TestRealFile:
    """36 samples of 35 patients: 24 SSX1 (of 23 patients), 11 SSX2, 1 not known."""

    def imported(self, study: Study, shared_data: Path) -> ImportJob:
        content = (shared_data / "rank_axis" / "synovial_sarcoma_log2tpm.csv").read_bytes()
        name = "synovial_sarcoma_log2tpm.csv"
        return confirmed(checked(study, content, name=name, default_histology="Synovial sarcoma"))

    def test_everything_is_written(self, study: Study, shared_data: Path) -> None:
        job = self.imported(study, shared_data)
        assert job.status == JobStatus.SUCCEEDED
        assert job.written == {
            "cases.Patient": 35,
            "cases.Specimen": 36,
            "cases.Diagnosis": 35,
            "cases.MolecularAlteration": 34,
            "expression.ExpressionDataset": 1,
            "expression.ExpressionValue": 108,
        }
        assert rows_written() == [35, 36, 35, 34, 108]

    def test_the_values_are_those_of_the_file(self, study: Study, shared_data: Path) -> None:
        self.imported(study, shared_data)
        written = {
            (value.specimen.code, value.marker.symbol): value.value
            for value in ExpressionValue.objects.select_related("specimen", "marker")
        }
        with (shared_data / "rank_axis" / "synovial_sarcoma_log2tpm.csv").open(newline="") as file:
            expected = {
                (row["sample"], symbol): float(row[symbol])
                for row in csv.DictReader(file)
                for symbol in ("TNFSF11", "TNFRSF11A", "TNFRSF11B")
            }
        assert written == expected

    def test_partners_are_counted_in_patients(self, study: Study, shared_data: Path) -> None:
        self.imported(study, shared_data)
        partners = MolecularAlteration.objects.filter(gene="SS18", result=Detection.DETECTED)
        assert partners.filter(partner="SSX1").count() == 23
        assert partners.filter(partner="SSX2").count() == 11
        unknown = Patient.objects.get(code="TCGA-DX-A7EQ")
        assert not unknown.alterations.exists()

    def test_two_samples_are_one_patient(self, study: Study, shared_data: Path) -> None:
        job = self.imported(study, shared_data)
        patient = Patient.objects.get(code="TH03_0112")
        assert [specimen.code for specimen in patient.specimens.all()] == ["TH03_0112_S01", "TH03_0112_S02"]
        notes = [text for _row, _column, text in findings(job, "note")]
        assert any(text.startswith("Patient TH03_0112 has 2 samples: TH03_0112_S01, TH03_0112_S02.") for text in notes)
        assert "Not imported: GAPDH, ACTB." in notes
        assert any("Samples without a known fusion partner of SS18: 1." in text for text in notes)

    def test_histologies(self, study: Study, shared_data: Path) -> None:
        self.imported(study, shared_data)
        count = Diagnosis.objects.filter(is_index=True).values_list("histology__name")
        by_name = {name: count.filter(histology__name=name).count() for (name,) in count}
        assert by_name == {
            "Synovial sarcoma": 25,
            "Synovial sarcoma, biphasic": 2,
            "Synovial sarcoma, monophasic": 6,
            "Synovial sarcoma, poorly differentiated": 2,
        }

    def test_the_same_again_is_refused_value_by_value(self, study: Study, shared_data: Path) -> None:
        self.imported(study, shared_data)
        ImportJob.objects.update(finished_at=datetime(2026, 5, 17, 20, tzinfo=UTC))
        content = (shared_data / "rank_axis" / "synovial_sarcoma_log2tpm.csv").read_bytes()
        again = checked(study, content, name="synovial_sarcoma_log2tpm.csv")
        assert again.preview["check"]["total"]["error"] == 108
        assert findings(again)[0] == (
            2,
            "TNFSF11",
            "Dataset synovial_sarcoma_log2tpm already has a value of TNFSF11 for specimen TCGA-DX-A7EO-01.",
        )
        # In Tokyo it was the next morning.
        assert "The same file was imported on 2026-05-18." in [text for _row, _column, text in findings(again, "note")]
        assert counts(again)["cases.Patient"] == (0, 35)

    def test_another_unit_cannot_be_what_the_file_says(self, study: Study, shared_data: Path) -> None:
        """57 carcinosarcomas in RSEM, offered as log2(TPM + 1)."""
        content = (shared_data / "rank_axis" / "uterine_carcinosarcoma_rsem.csv").read_bytes()
        job = checked(study, content, patient_rule="sample_code")
        assert "cannot be log2(TPM+1), which lies between 0 and 19.9316" in findings(job)[0][2]
        job = answered(job, unit="rsem")
        assert findings(job) == []
        assert counts(job)["expression.ExpressionValue"] == (171, 0)


def test_the_example_of_the_documentation(study: Study) -> None:
    job = brought(study, (EXAMPLES / "synthetic_expression.csv").read_bytes(), name="synthetic_expression.csv")
    job = confirmed(answered(job, **UNIT, default_histology="Synovial sarcoma"))
    assert job.status == JobStatus.SUCCEEDED
    assert (Patient.objects.count(), Specimen.objects.count()) == (39, 40)


def test_a_workbook_says_the_same_as_the_text(study: Study) -> None:
    text = (EXAMPLES / "synthetic_expression.csv").read_text()
    book = openpyxl.Workbook()
    for number, cells in enumerate(csv.reader(io.StringIO(text))):
        book.active.append(cells[:3] + [float(cell) if cell and number else cell for cell in cells[3:]])
    file = io.BytesIO()
    book.save(file)
    confirmed(checked(study, file.getvalue(), name="book.xlsx"))
    other = StudyFactory()
    confirmed(checked(other, text))
    values = ExpressionValue.objects.order_by("specimen__code", "marker").values_list(
        "specimen__code", "marker", "value"
    )
    assert list(values.filter(study=study)) == list(values.filter(study=other))


class TestColumns:
    def roles(self, study: Study, text: str) -> dict[str, str]:
        job = brought(study, text)
        return {column["heading"]: column["role"] for column in job.preview["outline"]["columns"]}

    def test_guessed_by_heading(self, study: Study) -> None:
        header = (
            "Specimen ID,Case,性別,Birth year,組織型,SS18 fusion partner,RANKL,RANK (TNFRSF11A),TNFRSF11B|4982,IL-6,foo"
        )
        assert self.roles(study, f"{header}\nS1,P1,女,1960,LMS,SSX1,1,2,3,4,x\n") == {
            "Specimen ID": "sample",
            "Case": "patient",
            "性別": "sex",
            "Birth year": "birth_year",
            "組織型": "histology",
            "SS18 fusion partner": "fusion:SS18",
            "RANKL": "marker:TNFSF11",
            "RANK (TNFRSF11A)": "marker:TNFRSF11A",
            "TNFRSF11B|4982": "marker:TNFRSF11B",
            "IL-6": "marker:IL6",
            "foo": "",
        }

    def test_guessed_by_content(self, study: Study) -> None:
        roles = self.roles(study, "barcode,TNFSF11,GAPDH,ACTB|60\nA-1,1,11.2,9\nA-2,2,10.1,9\n")
        assert roles == {"barcode": "sample", "TNFSF11": "marker:TNFSF11", "GAPDH": "ignore", "ACTB|60": "ignore"}

    def test_a_role_is_guessed_once(self, study: Study) -> None:
        roles = self.roles(study, "sample,specimen,TNFSF11,RANKL\nA,B,1,1\n")
        assert roles == {"sample": "sample", "specimen": "", "TNFSF11": "marker:TNFSF11", "RANKL": ""}

    def test_what_is_unknown_or_missing_is_said_before_anything_is_asked(self, study: Study) -> None:
        job = brought(study, "x,y\n1,2\n", format_code="expression_table")
        texts = [warning["text"].format(**warning["values"]) for warning in job.preview["outline"]["warnings"]]
        assert texts == [
            "Column “x” is unknown: choose what it is, or “Do not import”.",
            "Column “y” is unknown: choose what it is, or “Do not import”.",
            "The column with the sample code is missing, such as “sample”.",
            "There is no column with the expression of a study marker, such as “TNFSF11”.",
        ]

    def test_answers_that_do_not_fit_the_file_are_errors(self, study: Study) -> None:
        """As when answers are sent by a program instead of the form."""
        job = checked(study, "sample,TNFSF11\nA,1\n")
        job.options["columns"] = {"sample": "", "gone": "ignore"}
        job.status = JobStatus.QUEUED
        job.save()
        from_program = work(job)
        texts = [text for _row, _column, text in findings(from_program)]
        assert "Column “TNFSF11” is unknown: choose what it is, or “Do not import”." in texts
        assert "Column “gone” is missing." in texts
        assert rows_written() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("sample,TNFSF11\nA-1,1\nA-2,high\n", (3, "TNFSF11"), "“high” is no number."),
        ("sample,TNFSF11\nA-1,1\n\nA-2,1e999\n", (4, "TNFSF11"), "1e999 cannot be log2(TPM+1)"),
        ("sample,TNFSF11\nA-1,-0.5\n", (2, "TNFSF11"), "-0.5 cannot be log2(TPM+1)"),
        ("sample,TNFSF11\nA-1,inf\n", (2, "TNFSF11"), "“inf” is no number."),
        ("sample;TNFSF11\nA-1;1,5\n", (2, "TNFSF11"), "“1,5” is no number. Write it with a decimal point"),
        ("sample,TNFSF11\nA-1,1\nA-1,2\n", (3, "sample"), "Sample A-1 is in row 2 already."),
        ("sample,TNFSF11\nA-1,1\n,2\n", (3, "sample"), "The sample code is missing."),
        ("sample,TNFSF11\nA-1,1\nA 2,2\n", (3, "sample"), "“A 2” cannot be a code."),
        (f"sample,TNFSF11\n{'A' * 61},1\n", (2, "sample"), "is longer than 60 characters."),
        ("sample,patient,TNFSF11\nA-1,P,1\nA-2,,1\n", (3, "patient"), "The patient code is missing."),
        ("sample,histology,TNFSF11\nA-1,mystery,1\n", (2, "histology"), "“mystery” is no histology of the portal."),
        ("sample,sex,TNFSF11\nA-1,x,1\n", (2, "sex"), "“x” is no sex"),
        ("sample,birth year,TNFSF11\nA-1,1960-05-17,1\n", (2, "birth year"), "never the full date"),
        ("sample,birth year,TNFSF11\nA-1,1860,1\n", (2, "birth year"), "1860 cannot be a birth year"),
        ("sample,SS18_fusion_partner,TNFSF11\nA-1,none,1\n", (2, "SS18_fusion_partner"), "“negative” or “not tested”"),
        ("sample,SS18_fusion_partner,TNFSF11\nA-1,ssx1?,1\n", (2, "SS18_fusion_partner"), "“ssx1?” is no gene."),
        (
            "sample,SS18_fusion_partner,TNFSF11\nA-1,SSX1,1\nA-2,SSX2,1\n",
            (3, "SS18_fusion_partner"),
            "Patient A: “SSX2” here and “SSX1” in row 2.",
        ),
        (
            "sample,histology,TNFSF11\nA-1,GCTB,1\nA-2,LMS,1\n",
            (3, "histology"),
            "Patient A: “Leiomyosarcoma” here and “Giant cell tumour of bone” in row 2.",
        ),
        ("sample,sex,TNFSF11\nA-1,f,1\nA-2,male,1\n", (3, "sex"), "Patient A: “male” here and “female” in row 2."),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(study: Study, text: str, place: tuple[int, str], words: str) -> None:
    job = checked(study, text)
    assert [(row, column) for row, column, _text in findings(job)] == [place]
    assert words in findings(job)[0][2]
    assert job.status == JobStatus.WAITING
    assert rows_written() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sample,TNFSF11\nA-1,1,2\n", "Row 2 does not fit the headings (cells: 3, headings: 2)."),
        ("sample,TNFSF11\nA-1\n", "Row 2 does not fit the headings (cells: 1, headings: 2)."),
        ("sample,sample\nA-1,1\n", "Row 1: columns 1 and 2 have the same heading “sample”."),
        ("sample,,TNFSF11\nA-1,x,1\n", "Column 2 has a cell in row 2 and no heading in row 1."),
        ('sample,TNFSF11\nA-1,"1\nA-2,2\n', "In row 2 the quotation marks do not match."),
        ("sample,TNFSF11\n", "The file has headings and no rows below them."),
        (b"sample,TNFSF11\nA-1\x00,1\n", "Row 2 holds a NUL byte"),
        ("検体,TNFSF11\nA-1,1\n".encode("shift_jis"), "Row 1 holds a character that is not UTF-8."),
        ("sample,TNFSF11\nA-1,1\n".encode("utf-16"), "The file is in UTF-16."),
    ],
)
def test_a_file_that_is_no_table_is_refused(study: Study, text: str | bytes, words: str) -> None:
    job = brought(study, text)
    assert job.status == JobStatus.REFUSED
    assert words in job.message["text"].format(**job.message["values"])


class TestStudy:
    """What the study knows already."""

    TEXT = "sample,SS18_fusion_partner,histology,sex,TNFSF11\nA-1,SSX1,Synovial sarcoma,f,1\n"

    def test_known_patients_and_specimens_are_matched(self, study: Study) -> None:
        confirmed(checked(study, self.TEXT))
        job = confirmed(checked(study, self.TEXT.replace("TNFSF11", "TNFRSF11B"), dataset="table"))
        assert job.written == {"expression.ExpressionValue": 1}
        assert rows_written() == [1, 1, 1, 1, 2]

    def test_another_study_is_another_world(self, study: Study) -> None:
        confirmed(checked(study, self.TEXT))
        confirmed(checked(StudyFactory(), self.TEXT))
        assert rows_written() == [2, 2, 2, 2, 2]

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("SSX1", "SSX2", "Patient A: the file says “SSX2” and the study “SSX1”."),
            ("SSX1", "negative", "Patient A: the file says “negative” and the study “SSX1”."),
            ("Synovial sarcoma", "LMS", "Patient A: the file says “Leiomyosarcoma” and the study “Synovial sarcoma”."),
            (",f,", ",m,", "Patient A: the file says “male” and the study “female”."),
        ],
    )
    def test_contradictions(self, study: Study, old: str, new: str, words: str) -> None:
        confirmed(checked(study, self.TEXT))
        job = checked(study, self.TEXT.replace(old, new), dataset="other")
        assert [words in text for _row, _column, text in findings(job)] == [True]
        assert findings(job)[0][0] == 2

    def test_a_specimen_of_another_patient(self, study: Study) -> None:
        SpecimenFactory(patient=PatientFactory(study=study, code="B"), code="A-1")
        job = checked(study, self.TEXT)
        assert findings(job) == [(2, "sample", "Specimen A-1 belongs to patient B and not to A.")]

    def test_withdrawn_consent(self, study: Study) -> None:
        PatientFactory(study=study, code="A", consent_status=ConsentStatus.WITHDRAWN)
        job = checked(study, self.TEXT)
        assert findings(job) == [(2, "sample", "Patient A withdrew consent. Take the row out of the file.")]

    def test_what_the_study_does_not_know_stays_so_with_a_note(self, study: Study) -> None:
        PatientFactory(study=study, code="A")
        job = confirmed(checked(study, self.TEXT))
        assert any("Patient A has no such entry" in text for _row, _column, text in findings(job, "note"))
        assert Patient.objects.get().sex == Sex.UNKNOWN

    def test_negative_is_not_the_same_as_not_known(self, study: Study) -> None:
        job = confirmed(checked(study, "sample,SS18_fusion_partner,TNFSF11\nA-1,negative,1\nB-1,,1\nC-1,SSX4,1\n"))
        assert job.status == JobStatus.SUCCEEDED
        results = MolecularAlteration.objects.order_by("patient__code").values_list(
            "patient__code", "result", "partner"
        )
        assert list(results) == [("A", Detection.NOT_DETECTED, ""), ("C", Detection.DETECTED, "SSX4")]

    def test_a_dataset_keeps_its_unit_and_platform(self, study: Study) -> None:
        confirmed(checked(study, self.TEXT))
        job = checked(study, self.TEXT.replace("A-1", "C-1"), unit="log2_fpkm")
        assert "Dataset table holds log2(TPM+1) from “RNA-seq”." in findings(job)[0][2]

    def test_site_sex_and_kind(self, study: Study) -> None:
        site = SiteFactory(study=study)
        confirmed(checked(study, self.TEXT, site=site.code, specimen_kind="fresh_frozen"))
        patient = Patient.objects.get()
        assert (patient.site, patient.sex) == (site, Sex.FEMALE)
        assert Specimen.objects.get().kind == "fresh_frozen"

    def test_default_histology_is_for_those_without_any(self, study: Study) -> None:
        text = "sample,histology,TNFSF11\nA-1,GCTB,1\nA-2,,1\nB-1,,1\n"
        confirmed(checked(study, text, default_histology="Synovial sarcoma"))
        histologies = Diagnosis.objects.order_by("patient__code").values_list("patient__code", "histology__name")
        assert list(histologies) == [("A", "Giant cell tumour of bone"), ("B", "Synovial sarcoma")]

    def test_blank_values_are_not_measured(self, study: Study) -> None:
        job = confirmed(checked(study, "sample,TNFSF11,TNFRSF11B\nA-1,,2\nB-1,NA,3\n"))
        assert job.written["expression.ExpressionValue"] == 2
        assert (None, "TNFSF11", "Blank values: 2. They count as not measured.") in findings(job, "note")


def test_queries_do_not_depend_on_rows(study: Study) -> None:
    def queries(rows: int, prefix: str) -> int:
        lines = [f"{prefix}{number}-1,SSX1,LMS,f,{number % 7}" for number in range(rows)]
        job = brought(study, "\n".join(["sample,SS18_fusion_partner,histology,sex,TNFSF11", *lines]))
        with CaptureQueriesContext(connection) as captured:
            job = answered(job, **UNIT)
        assert findings(job) == []
        with CaptureQueriesContext(connection) as writing:
            confirmed(job)
        return len(captured) + len(writing)

    queries(1, "warm")
    assert queries(3, "A") == queries(300, "B")


def test_at_most_200_findings_are_listed_and_all_are_counted(study: Study) -> None:
    text = "sample,TNFSF11\n" + "".join(f"S{number}-1,x\n" for number in range(500))
    job = checked(study, text)
    assert job.preview["check"]["total"]["error"] == 500
    assert len(findings(job)) == 200


@pytest.mark.parametrize("text", ["", " ", "NA", "n/a", "unknown", "NaN", "不明", "[Not Available]"])
def test_no_value(text: str) -> None:
    assert read_value(text, unit=ProfileUnit.LOG2_TPM) is None


def test_every_histology_is_found_by_its_name(study: Study) -> None:
    lines = [f'S{number}-1,"{histology.name}",1' for number, histology in enumerate(Histology.objects.all())]
    job = confirmed(checked(study, "\n".join(["sample,histology,TNFSF11", *lines])))
    assert job.status == JobStatus.SUCCEEDED
    assert Diagnosis.objects.count() == Histology.objects.count()
    assert ExpressionDataset.objects.get().code == "table"


def test_cells_that_could_identify_somebody_are_named_before_anything_is_written() -> None:
    study = StudyFactory(record_number_pattern="[0-9]{7}")
    text = "sample,doctor,TNFSF11\nS-1234567,03-1234-5678,1.2345678\nS-2,taro@example.jp,2\n"
    job = checked(study, text, col_doctor="ignore", **{"column-1": "ignore"})
    notes = findings(job, "note")
    assert (2, "sample", "This looks like a record number of this study’s hospital.") in notes
    assert (2, "doctor", "This looks like a telephone number.") in notes
    assert (3, "doctor", "This looks like an e-mail address.") in notes
    assert "TNFSF11" not in {column for _row, column, _sentence in notes}
