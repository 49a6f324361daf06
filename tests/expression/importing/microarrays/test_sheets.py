"""Maps and score sheets of blocks as laboratories keep them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cases.importing.files import FileKind
from cases.importing.formats import Source, by_code
from cases.jobs import Progress, Refusal
from cases.models import Core, Patient, Specimen, TissueMicroarray
from expression.importing.microarrays.grids import read_block
from expression.models import IhcReading, LaboratoryScale
from tests.expression.importing.microarrays.blocks import EXAMPLE, SHARED, antibody, owners, shared_files, workbook
from tests.factories import CoreFactory, IhcReadingFactory, PatientFactory, SpecimenFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed, counts, findings

pytestmark = pytest.mark.django_db

ER = {"0": "negative", "1": "focal (1-50%)", "2": "diffuse (>50%)"}
MEANINGS = "0 = negative\n1 = focal (1-50%)\n2 = diffuse (>50%)"
TINY_MAP = {"B2": 1, "C2": 1, "D2": 2, "E2": "tonsil"}


@pytest.fixture
def study() -> Any:
    return StudyFactory(code="TMA")


def scored(study: Any, content: bytes, *, name: str = "tma1.xlsx", **answers: Any) -> Any:
    """The import of a workbook, its first score sheet as ER."""
    ours = {
        "microarray": "TMA1",
        "patients": owners(17, "tma1"),
        "sheet-0-antibody": "ER-SP1",
        "sheet-0-scale": "new",
        "sheet-0-scale_code": "ER",
        "sheet-0-meanings": MEANINGS,
        "sheet-0-not_assessable": "9, x",
        "reader": "MK",
        "read_on": "2020-05",
    }
    return answered(brought(study, content, name=name), **ours | answers)


@shared_files
class TestSharedFiles:
    def test_a_score_sheet(self, study: Any) -> None:
        antibody(study, "ER-SP1", "ESR1")
        job = brought(study, (SHARED / "tma1" / "example_er.xlsx").read_bytes(), name="example_er.xlsx")
        assert job.format == "tma_sheets"
        sheet = job.preview["outline"]["sheets"][0]
        assert sheet["entries"] == [["0", 7], ["1", 12], ["2", 14], ["9", 7], ["x", 10]]
        assert sheet["not_assessable"] == "9, x"
        job = confirmed(scored(study, (SHARED / "tma1" / "example_er.xlsx").read_bytes()))
        block = TissueMicroarray.objects.get()
        assert (block.rows, block.columns, block.cores.count()) == (6, 10, 50)
        assert (Patient.objects.count(), Specimen.objects.count()) == (17, 17)
        readings = IhcReading.objects.all()
        assert (readings.count(), readings.filter(evaluability="not_assessable").count()) == (50, 17)
        assert sorted(readings.filter(evaluability="evaluable").values_list("recorded_score", flat=True)) == sorted(
            [Decimal(0)] * 7 + [Decimal(1)] * 12 + [Decimal(2)] * 14
        )
        # F2 of the sheet is the fourth core of the first row; it is of case 2.
        reading = readings.get(core__row=1, core__column=4)
        assert reading.recorded_in_words == "ER 1 (focal (1-50%))"
        assert reading.specimen.code == "TMA1-2"
        assert reading.patient.code == "pt2.tma1"
        assert (reading.reader, reading.read_on, reading.percentages) == ("MK", "2020-05", None)

    def test_the_next_biomarker_of_the_block_and_the_same_file_once_more(self, study: Any) -> None:
        antibody(study, "ER-SP1", "ESR1")
        antibody(study, "P53", "TP53")
        confirmed(scored(study, (SHARED / "tma1" / "example_er.xlsx").read_bytes()))
        again = scored(study, (SHARED / "tma1" / "example_er.xlsx").read_bytes())
        assert findings(again) == []
        assert counts(again)["expression.IhcReading"] == (0, 50)
        assert again.preview["check"]["new"] == 0
        steps = ("complete absence", "wild type", "overexpression", "cytoplasmic", "abnormal", "subclonal")
        p53 = {
            "sheet-0-antibody": "P53",
            "sheet-0-scale_code": "p53",
            "sheet-0-meanings": "\n".join(f"{step} = {meaning}" for step, meaning in enumerate(steps)),
        }
        content = (SHARED / "tma1" / "example_p53.xlsx").read_bytes()
        job = scored(study, content, **p53)
        # 8 is not assessable too, which nobody can guess.
        assert {column for _row, column, _text in findings(job)} == {"F2", "C3", "F7", "L7", "K8"}
        assert "“8” has no meaning on the scale p53" in findings(job)[0][2]
        confirmed(scored(study, content, **p53, **{"sheet-0-not_assessable": "8, 9, x"}))
        assert (IhcReading.objects.count(), Core.objects.count(), Patient.objects.count()) == (100, 50, 17)

    def test_a_map_alone_makes_the_block(self, study: Any) -> None:
        content = (SHARED / "tma2" / "tma2_clean_map.xlsx").read_bytes()
        job = brought(study, content, name="tma2_clean_map.xlsx")
        job = confirmed(answered(job, microarray="TMA2", patients=owners(19, "tma2")))
        assert counts(job)["cases.Core"] == (38, 0)
        assert (TissueMicroarray.objects.get().rows, TissueMicroarray.objects.get().columns) == (5, 8)

    def test_a_case_nobody_owns(self, study: Any) -> None:
        content = (SHARED / "tma2" / "tma2_clean_map.xlsx").read_bytes()
        job = answered(brought(study, content, name="m.xlsx"), patients=owners(18, "tma2"))
        assert findings(job) == [
            (None, "I8", "Whose is case 19? Write its patient, or that it is a control tissue."),
        ]
        assert Patient.objects.count() == 0


class TestPlaces:
    def test_gaps_are_no_places_unless_the_person_says_so(self, study: Any) -> None:
        content = workbook(map={"C2": 1, "D2": 1, "G2": 2, "C6": 2})
        job = answered(brought(study, content, name="a.xlsx"), microarray="A", patients="1, P1\n2, P2")
        confirmed(job)
        assert set(Core.objects.values_list("row", "column")) == {(1, 1), (1, 2), (1, 3), (2, 1)}
        job = answered(brought(study, content, name="b.xlsx"), microarray="B", patients="1, P1\n2, P2", gaps="count")
        confirmed(job)
        places = Core.objects.filter(microarray__code="B").values_list("row", "column")
        assert set(places) == {(1, 1), (1, 2), (1, 5), (5, 1)}

    def test_lettered_rows_and_numbered_columns_are_no_cores(self, study: Any) -> None:
        labels = {"C1": 1, "D1": 2, "F1": 4, "B2": "A", "B4": "C"}
        content = workbook(map={**labels, "C2": 7, "D2": 8, "F2": 8, "C4": 7}, ER={**labels, "C2": 1, "F2": 2})
        antibody(study, "ER-SP1", "ESR1")
        confirmed(scored(study, content, patients="7, P7\n8, P8"))
        assert set(Core.objects.values_list("row", "column")) == {(1, 1), (1, 2), (1, 4), (3, 1)}
        assert IhcReading.objects.get(recorded_score=2).core.position == "A-4"

    def test_too_large_a_map(self, study: Any) -> None:
        content = workbook(map={f"B{row}": row for row in range(1, 31)})
        job = answered(brought(study, content, name="a.xlsx"), patients=owners(30, "t"))
        assert "up to 26" in findings(job)[0][2]


class TestEntries:
    def test_no_score_is_never_zero(self, study: Any) -> None:
        antibody(study, "ER-SP1", "ESR1")
        content = workbook(map=TINY_MAP, ER={"B2": 0, "C2": "ｘ", "D2": "Lost", "E2": "no tu"})
        answers = {"lost": "lost", "no_tumour": "no, tu", "sheet-0-not_assessable": "X"}
        job = scored(study, content, **answers)
        assert findings(job)[0][:2] == (None, "E2")
        content = workbook(map=TINY_MAP, ER={"B2": 0, "C2": "ｘ", "D2": "Lost", "E2": "nt"})
        confirmed(scored(study, content, **answers | {"no_tumour": "nt"}))
        told = IhcReading.objects.order_by("core__column").values_list("evaluability", "recorded_score")
        assert list(told) == [("evaluable", 0), ("not_assessable", None), ("lost", None), ("no_tumour", None)]
        control = IhcReading.objects.get(core__column=4)
        assert (control.patient, control.specimen, control.core.control_tissue) == (None, None, "tonsil")

    @pytest.mark.parametrize(
        ("scale", "entry", "said"),
        [
            ("h_score", 301, "ends at 300"),
            ("allred", 9, "ends at 8"),
            ("percent_positive", "12.25", "at most one decimal"),
            ("irs", "strong", "neither a score"),
            ("irs", -1, "neither a score"),
            ("new", 3, "“3” has no meaning on the scale ER (0 negative, 1 focal (1-50%), 2 diffuse (>50%))"),
        ],
    )
    def test_what_lies_on_no_scale(self, study: Any, scale: str, entry: Any, said: str) -> None:
        antibody(study, "ER-SP1", "ESR1")
        answers = {"sheet-0-scale": scale, "sheet-0-not_assessable": "x"}
        job = scored(study, workbook(map=TINY_MAP, ER={"B2": 1, "D2": entry}), **answers)
        ((row, cell, text),) = findings(job)
        assert (row, cell) == (None, "D2")
        assert said in text

    def test_a_known_scale_keeps_its_name(self, study: Any) -> None:
        antibody(study, "ER-SP1", "ESR1")
        content = workbook(map=TINY_MAP, ER={"B2": "180,5"})
        job = confirmed(scored(study, content, **{"sheet-0-scale": "h_score", "sheet-0-not_assessable": ""}))
        reading = IhcReading.objects.get()
        assert (reading.recorded_score, reading.recorded_scale) == (Decimal("180.5"), "h_score")
        assert findings(job, "note") == [
            (None, "", "Cores without an entry: 3, the first in C2. They get no reading."),
            (None, "", "Not on the map, and not imported: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17."),
        ]

    def test_an_entry_beside_the_cores(self, study: Any) -> None:
        antibody(study, "ER-SP1", "ESR1")
        cells = {"B2": 1, "C2": 1, "D2": 1, "E2": 1}
        job = scored(study, workbook(map=TINY_MAP, ER={**cells, "B7": 2}))
        assert findings(job) == [
            (None, "B7", "“2” stands where the map has no core. Correct the map or this sheet."),
        ]
        assert not IhcReading.objects.exists()


class TestStudy:
    @pytest.fixture
    def core(self, study: Any) -> Any:
        """The first core of a block that is there already."""
        antibody(study, "ER-SP1", "ESR1")
        patient = PatientFactory(study=study, code="P1")
        specimen = SpecimenFactory(patient=patient, code="S1")
        return CoreFactory(specimen=specimen, row=1, column=1, microarray__code="TMA1", microarray__study=study)

    def bring(self, study: Any, **answers: Any) -> Any:
        content = workbook(map={"B2": 1, "C2": 2}, ER={"B2": 1, "C2": 2})
        return scored(study, content, **{"patients": "1, P1, S1\n2, P2"} | answers)

    def test_whose_a_case_is_the_study_knows(self, study: Any, core: Any) -> None:
        content = workbook(map={"B2": 1, "C2": 2})
        job = brought(study, content, name="TMA1.xlsx")
        assert job.preview["outline"]["patients"] == "1, P1, S1\n2, "
        confirmed(self.bring(study))
        assert core.microarray.cores.count() == 2

    def test_a_core_of_another_specimen(self, study: Any, core: Any) -> None:
        job = self.bring(study, patients="1, P2\n2, P2")
        ((_row, cell, text),) = findings(job)
        assert cell == "B2"
        assert text.startswith("Core A-1 of block TMA1 is of S1 in the study, and of TMA1-1 on the map.")

    def test_a_map_larger_than_the_block(self, study: Any, core: Any) -> None:
        content = workbook(map={f"{column}2": 1 for column in "BCDEFGHIJKLMNOPQRSTUVWXYZ"})
        job = answered(brought(study, content, name="TMA1.xlsx"), patients="1, P1, S1")
        assert "Correct the block, its code" in findings(job)[0][2]

    def test_another_score_by_the_same_reader(self, study: Any, core: Any) -> None:
        confirmed(self.bring(study))
        content = workbook(map={"B2": 1, "C2": 2}, ER={"B2": 0, "C2": 2})
        job = scored(study, content, patients="1, P1, S1\n2, P2")
        ((_row, cell, text),) = findings(job)
        assert cell == "B2"
        assert text == (
            "MK has read core A-1 already as “ER 1, 2020-05”, and the file says “ER 0, 2020-05”. Correct the one that "
            "is wrong."
        )
        assert counts(self.bring(study, reader="AB"))["expression.IhcReading"] == (2, 0)

    def test_percentages_are_not_replaced_by_a_summary(self, study: Any, core: Any) -> None:
        stain = study.antibodies.get()
        IhcReadingFactory(specimen=core.specimen, core=core, antibody=stain, reader="MK")
        job = self.bring(study, **{"sheet-0-scale": "h_score"})
        assert "already as “50 / 20 / 20 / 10”" in findings(job)[0][2]

    def test_a_lost_core_has_no_score(self, study: Any, core: Any) -> None:
        core.status = "lost"
        core.save()
        assert findings(self.bring(study))[0][1] == "B2"

    def test_a_verified_patient_wants_a_reason(self, study: Any, core: Any) -> None:
        Patient.objects.filter(code="P1").update(verified_at="2024-01-01T00:00Z")
        job = self.bring(study)
        assert "Patient P1 is verified." in findings(job)[0][2]
        confirmed(self.bring(study, reason="Scored last week"))
        assert IhcReading.objects.count() == 2

    def test_a_withdrawn_patient(self, study: Any, core: Any) -> None:
        Patient.objects.filter(code="P1").update(consent_status="withdrawn", consent_date="2024")
        assert "withdrew consent" in findings(self.bring(study))[0][2]

    def test_a_scale_that_says_something_else(self, study: Any, core: Any) -> None:
        LaboratoryScale.objects.create(study=study, code="ER", meanings={"0": "no", "1": "yes"})
        job = self.bring(study)
        assert "with other meanings: 0 no, 1 yes" in findings(job)[0][2]


class TestQuestions:
    def form(self, study: Any, **answers: Any) -> Any:
        antibody(study, "ER-SP1", "ESR1")
        job = brought(study, workbook(map=TINY_MAP, ER={"B2": 1}), name="a.xlsx")
        outline = job.preview["outline"]
        shown = by_code("tma_sheets").options_form(study=study, outline=outline)
        guessed = {name: value for name in shown.fields if (value := shown[name].value()) is not None}
        return by_code("tma_sheets").options_form(study=study, outline=outline, data=guessed | answers)

    @pytest.mark.parametrize(
        ("answers", "field", "said"),
        [
            ({}, "sheet-0-scale", "What do the numbers mean?"),
            ({}, "reader", "Who read the scores?"),
            ({"sheet-0-scale": "new"}, "sheet-0-meanings", "Write what each score means"),
            ({"sheet-0-scale": "new", "sheet-0-meanings": "0\n1 = a"}, "sheet-0-meanings", "“0” is no score"),
            ({"sheet-0-scale": "new", "sheet-0-meanings": "1 = a\n1 = b"}, "sheet-0-meanings", "“1 = b” is no score"),
            ({"sheet-0-scale": "new", "sheet-0-scale_code": ""}, "sheet-0-scale_code", "Give the new scale a code."),
            ({"patients": "1, P1\n1, P2"}, "patients", "“1, P2”: this case has another line already."),
            ({"controls": "tonsil, " + "a" * 61}, "controls", "at most 60"),
            ({"read_on": "yesterday"}, "read_on", "is no date"),
            ({"read_on": "2099"}, "read_on", "lies in the future"),
            ({"reader": "taro@example.org"}, "reader", "could identify a person"),
        ],
    )
    def test_what_must_be_answered(self, study: Any, answers: dict[str, str], field: str, said: str) -> None:
        form = self.form(study, **{"sheet-0-antibody": "ER-SP1"} | answers)
        assert not form.is_valid()
        assert said in " ".join(form.errors[field])

    def test_controls_are_guessed_from_words(self, study: Any) -> None:
        form = self.form(study)
        assert form["controls"].value() == "tonsil"
        assert form["patients"].value() == "1, \n2, "


def test_the_example_says_what_its_numbers_mean(study: Any) -> None:
    antibody(study, "RANKL", "TNFSF11")
    job = brought(study, EXAMPLE.read_bytes(), name="synthetic_tma.xlsx")
    rankl, opg = job.preview["outline"]["sheets"]
    assert (rankl["antibody"], opg["antibody"]) == ("RANKL", "")
    assert rankl["meanings"].splitlines()[3] == "3 = strong"
    assert rankl["not_assessable"] == "9, x"


def test_the_number_of_queries_does_not_depend_on_the_number_of_cores(
    study: Any, django_assert_max_num_queries: Any
) -> None:
    antibody(study, "ER-SP1", "ESR1")
    numbers = []
    for last in (3, 24):
        cells = {f"{chr(65 + column)}{row}": row for row in range(2, last) for column in range(1, 20)}
        content = workbook(map=cells, ER=dict.fromkeys(cells, 1))
        job = scored(study, content, patients=owners(30, f"t{last}"), microarray=f"T{last}")
        path = Path(job.file.path)
        source = Source(study=study, path=path, file_name="a.xlsx", kind=FileKind.WORKBOOK)
        with django_assert_max_num_queries(20) as captured:
            by_code("tma_sheets").plan(source, options=job.options, progress=Progress())
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("sheets", [{"notes": {"A1": "hello"}}, {"map": {"A1": "code", "B1": "name", "A2": "x"}}])
def test_a_workbook_without_a_map(tmp_path: Any, sheets: Any) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(**sheets))
    with pytest.raises(Refusal, match="No sheet is a map"):
        read_block(path)
