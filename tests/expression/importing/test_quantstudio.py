"""The counts are those of the instrument's own software, or counted in the files by hand."""

import re
from collections import Counter

import pytest

from cases.importing.files import FileKind, inspect
from cases.jobs import Refusal
from expression.importing.quantstudio import looks_like, read
from expression.models import WellReading, WellTask
from expression.scoring import Standard, standard_curve
from tests.expression.plates import EXAMPLE, export, line, written

GENOTYPING = [
    "appbio_quantstudio_example03",
    "appbio_quantstudio_minimal_missing_results",
    "appbio_quantstudio_minimal_test03",
]

# file, wells, measurements, undetermined, lowest Cq, highest Cq, row of the first measurement, heading of the Cq
QUANTIFICATION = [
    ("quantstudio/appbio_quantstudio_example01.txt", 16, 16, 0, 17.822, 22.058, 110, "CT"),
    ("quantstudio/appbio_quantstudio_example02.txt", 48, 96, 28, 27.943, 38.474, 863, "CT"),
    ("quantstudio/appbio_quantstudio_example04.txt", 95, 95, 4, 25.247, 29.502, 379, "CT"),
    ("quantstudio/appbio_quantstudio_example05.txt", 16, 16, 6, 27.529, 30.2, 85, "CT"),
    ("quantstudio/appbio_quantstudio_example06.txt", 9, 9, 0, 29.773, 33.074, 67, "CT"),
    ("quantstudio/appbio_quantstudio_example07.txt", 16, 16, 3, 27.506, 34.631, 87, "CT"),
    ("quantstudio/appbio_quantstudio_example08.xlsx", 18, 36, 0, 10.8090238571167, 33.94590377807617, 44, "CRT"),
    ("quantstudio/appbio_quantstudio_example09.xlsx", 18, 36, 0, 10.8090238571167, 33.94590377807617, 45, "CRT"),
    ("quantstudio/appbio_quantstudio_example10.xlsx", 8, 8, 0, 19.8, 26.5, 31, "CT"),
    ("quantstudio/appbio_quantstudio_minimal_test01.txt", 1, 2, 2, None, None, 59, "CT"),
    ("quantstudio/appbio_quantstudio_minimal_test02.txt", 1, 1, 0, 18.717, 18.717, 58, "CT"),
    ("quantstudio/appbio_quantstudio_minimal_test04.txt", 2, 2, 0, 30.155, 30.2, 52, "CT"),
    ("quantstudio/appbio_quantstudio_minimal_test07.txt", 9, 9, 0, 29.773, 33.074, 63, "CT"),
    ("quantstudio/appbio_quantstudio_multiple_cal_doc_wells.txt", 2, 4, 0, 27.102, 27.132, 34, "CT"),
    ("quantstudio/example_quantsudio_results_only.txt", 24, 24, 0, 16.442, 29.22, 20, "CT"),
    (
        "design_and_analysis/appbio_quantstudio_design_quantity_test.xlsx",
        12, 24, 16, 30.293927393391904, 33.06128461057512, 26, "Cq",
    ),
    (
        "design_and_analysis/appbio_quantstudio_designandanalysis_QS3_Relative_Quantification_example02.xlsx",
        96, 156, 4, 25.317855503373792, 37.79575861969039, 26, "Cq",
    ),
    (
        "design_and_analysis/appbio_quantstudio_designandanalysis_QS1_Standard_Curve_example01.xlsx",
        96, 96, 4, 26.335331526894315, 30.914887285556233, 26, "Cq",
    ),
    (
        "design_and_analysis/appbio_quantstudio_designandanalysis_no_RQ_values_example1.xlsx",
        36, 72, 12, 23.4440974497112, 33.07675521434247, 25, "Cq",
    ),
]  # fmt: skip


class TestFilesOfOthers:
    @pytest.mark.parametrize(
        ("file", "wells", "measurements", "undetermined", "lowest", "highest", "first_row", "heading"), QUANTIFICATION
    )
    def test_quantification(
        self, shared_data, file, wells, measurements, undetermined, lowest, highest, first_row, heading
    ):
        path = shared_data / "qpcr" / file
        kind = inspect(path)
        assert looks_like(path, kind)
        plate = read(path, kind)
        assert plate.problems == ()
        assert len({well.position for well in plate.wells}) == wells
        assert len(plate.wells) == measurements
        assert sum(well.reading == WellReading.UNDETERMINED for well in plate.wells) == undetermined
        assert len(plate.cqs) == measurements - undetermined
        assert (min(plate.cqs, default=None), max(plate.cqs, default=None)) == (lowest, highest)
        assert (plate.wells[0].row, plate.headings.cq) == (first_row, heading)

    @pytest.mark.parametrize("file", GENOTYPING)
    def test_genotyping_is_refused(self, shared_data, file):
        with pytest.raises(Refusal, match=re.escape("(Genotyping), so there is nothing to quantify")):
            read(shared_data / "qpcr" / "quantstudio" / f"{file}.txt", FileKind.TEXT)

    def test_every_file_is_accounted_for(self, shared_data):
        named = {f"quantstudio/{name}.txt" for name in GENOTYPING} | {row[0] for row in QUANTIFICATION}
        folder = shared_data / "qpcr"
        folders = ("quantstudio", "design_and_analysis")
        assert {f"{name}/{path.name}" for name in folders for path in (folder / name).iterdir()} == named

    def test_tasks(self, shared_data):
        plate = read(shared_data / "qpcr/quantstudio/appbio_quantstudio_example02.txt", FileKind.TEXT)
        tasks = Counter(well.task for well in plate.wells)
        assert tasks == {WellTask.OTHER: 48, WellTask.UNKNOWN: 44, WellTask.NO_TEMPLATE: 4}

    def test_header_and_footer(self, shared_data):
        plate = read(shared_data / "qpcr/quantstudio/appbio_quantstudio_example08.xlsx", FileKind.WORKBOOK)
        assert plate.experiment_type == "Comparative Ct (ΔΔCt)"
        assert plate.items["Experiment Type"] == "Comparative Cт (ΔΔCт)"
        assert plate.instrument == "QuantStudio(TM) 7 Flex System"
        assert plate.chemistry == "TAQMAN"
        assert plate.run_at == "2022-08-12 16:28:28 PM EDT"
        assert plate.cycles == 50
        assert (plate.reference_targets, plate.calibrator) == (("18S",), "13Jul2022-Hs-1")

    def test_slopes(self, shared_data):
        plate = read(shared_data / "qpcr/quantstudio/appbio_quantstudio_example07.txt", FileKind.TEXT)
        assert plate.slopes == {"RNaseP": -3.238, "IPC": -4.031}

    @pytest.mark.parametrize(
        ("file", "target", "slope", "intercept", "r_squared", "efficiency"),
        [
            ("quantstudio/appbio_quantstudio_example04.txt", "RNase P", -3.383, 39.814, 0.997, 97.505),
            (
                "design_and_analysis/appbio_quantstudio_designandanalysis_QS1_Standard_Curve_example01.xlsx",
                "RNaseP", -3.3419, 40.77, 0.9880202381085528, 99.174722240042,
            ),
        ],
    )  # fmt: skip
    def test_curve_of_the_standards_is_the_printed_one(
        self, shared_data, file, target, slope, intercept, r_squared, efficiency
    ):
        """Quantities with signs of thousands, of the results and of a sheet of their own."""
        path = shared_data / "qpcr" / file
        curve = self.curve(read(path, inspect(path)), target)
        assert (curve.points, curve.dilutions) == (20, 5)
        assert curve.slope == pytest.approx(slope, abs=0.0005)
        assert curve.intercept == pytest.approx(intercept, abs=0.0005)
        assert curve.r_squared == pytest.approx(r_squared, abs=0.0005)
        assert (curve.efficiency - 1) * 100 == pytest.approx(efficiency, abs=0.03)

    def test_corrected_cq_show_the_efficiencies_of_the_standards(self, shared_data):
        """The software's EqCq is Cq · log2 E, with the E of its standards."""
        path = (
            shared_data
            / "qpcr/design_and_analysis"
            / "appbio_quantstudio_designandanalysis_QS3_Relative_Quantification_example02.xlsx"
        )
        plate = read(path, inspect(path))
        assert plate.efficiencies == pytest.approx({"IPC": 1.8272421, "RNaseP": 1.9642743}, abs=1e-7)
        for target, efficiency in plate.efficiencies.items():
            assert self.curve(plate, target).efficiency == pytest.approx(efficiency, rel=1e-12)
        assert (plate.reference_targets, plate.calibrator) == (("IPC",), "Unk_400")
        printed = {(one.sample, one.target): one for one in plate.printed}
        assert len(printed) == 8
        assert printed["Unk_800", "RNaseP"].relative_quantity == 1.9492019054602212
        assert printed["Unk_800", "IPC"].relative_quantity is None

    def curve(self, plate, target):
        return standard_curve(
            Standard(quantity=well.quantity, cq=well.cq)
            for well in plate.wells
            if well.target == target and well.quantity is not None and well.reading != WellReading.NOT_READ
        )

    def test_other_tables_are_not_recognised(self, shared_data):
        assert not looks_like(shared_data / "rank_axis" / "synovial_sarcoma_log2tpm.csv", FileKind.TEXT)


class TestSyntheticPlate:
    def test_counts(self):
        plate = read(EXAMPLE, inspect(EXAMPLE))
        assert len(plate.wells) == 130
        assert Counter(well.reading for well in plate.wells) == {
            WellReading.DETECTED: 117,
            WellReading.UNDETERMINED: 13,
        }
        assert sum(well.omitted for well in plate.wells) == 1
        assert len(plate.unknown_samples) == 12
        assert plate.targets == ["RANKL", "RANK", "OPG", "GAPDH", "ACTB"]
        assert (plate.reference_targets, plate.calibrator) == (("GAPDH", "ACTB"), "EX01-0001-S1")


class TestCells:
    def plate(self, tmp_path, *lines, **more):
        return read(written(tmp_path, export(*lines, **more)), FileKind.TEXT)

    @pytest.mark.parametrize(
        ("text", "reading", "cq"),
        [
            ("27.5", WellReading.DETECTED, 27.5),
            ("27,5", WellReading.DETECTED, 27.5),
            ("Undetermined", WellReading.UNDETERMINED, None),
            ("UNDETERMINED", WellReading.UNDETERMINED, None),
            ("No Cт", WellReading.UNDETERMINED, None),
            ("", WellReading.NOT_READ, None),
            ("N/A", WellReading.NOT_READ, None),
        ],
    )
    def test_reading(self, tmp_path, text, reading, cq):
        [well] = self.plate(tmp_path, line("A1", "S", "RANKL", text)).wells
        assert (well.reading, well.cq) == (reading, cq)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("-3.2", "A Cq is a number of cycles above 0, not {value}."),
            ("0.000", "A Cq is a number of cycles above 0, not {value}."),
            ("late", "“{value}” is neither a number of cycles nor “Undetermined”."),
            ("nan", "“{value}” is neither a number of cycles nor “Undetermined”."),
            ("1.234.567", "“{value}” is neither a number of cycles nor “Undetermined”."),
        ],
    )
    def test_impossible_reading(self, tmp_path, text, sentence):
        plate = self.plate(tmp_path, line("A1", "S", "GAPDH", 19), line("A2", "S", "RANKL", text))
        [problem] = plate.problems
        assert problem.sentence["text"].startswith(sentence)
        assert problem.sentence["values"] == {"value": text}
        assert (problem.sheet, problem.row, problem.column) == ("Results", 6, "CT")
        assert len(plate.wells) == 1

    @pytest.mark.parametrize("position", ["A25", "Q1", "A0", "1A"])
    def test_impossible_well(self, tmp_path, position):
        [problem] = self.plate(tmp_path, line(position, "S", "RANKL", 25)).problems
        assert problem.sentence["values"] == {"value": position}
        assert (problem.row, problem.column) == (5, "Well Position")

    def test_position_with_a_leading_zero(self, tmp_path):
        [well] = self.plate(tmp_path, line("b07", "S", "RANKL", 25)).wells
        assert well.position == "B7"

    def test_wells_without_target_are_counted_and_left_out(self, tmp_path):
        plate = self.plate(
            tmp_path, line("A1", "S", "RANKL", 25), line("A2", "", "", ""), line("A3", "", "", "", task="")
        )
        assert (len(plate.wells), plate.empty_wells) == (1, 2)

    @pytest.mark.parametrize(
        ("word", "task"),
        [
            ("NTC", WellTask.NO_TEMPLATE),
            ("NRT", WellTask.NO_RT),
            ("Standard", WellTask.STANDARD),
            ("", WellTask.UNKNOWN),
            ("BlockedIPC", WellTask.OTHER),
            ("PC_ALLELE_1", WellTask.OTHER),
        ],
    )
    def test_task(self, tmp_path, word, task):
        [well] = self.plate(tmp_path, line("A1", "S", "RANKL", 25, task=word)).wells
        assert well.task == task

    def test_omitted(self, tmp_path):
        plate = self.plate(tmp_path, line("A1", "S", "T", 25, omit="true"), line("A2", "S", "T", 25, omit="FALSE"))
        assert [well.omitted for well in plate.wells] == [True, False]

    @pytest.mark.parametrize("heading", ["CT", "Ct", "CRT", "Cт", "Cq"])
    def test_heading_of_the_cq(self, tmp_path, heading):
        text = export(line("A1", "S", "RANKL", 25)).replace("\tCT", f"\t{heading}")
        plate = read(written(tmp_path, text), FileKind.TEXT)
        assert (plate.cqs, plate.headings.cq) == ([25.0], heading)

    def test_a_heading_that_comes_twice_counts_once(self, tmp_path):
        text = export(line("A1", "S", "RANKL", 25) + "\tother").replace("\tCT\n", "\tCT\tTarget Name\n")
        assert read(written(tmp_path, text), FileKind.TEXT).targets == ["RANKL"]

    def test_who_worked_is_not_kept(self, tmp_path):
        items = (
            "User Name = Taro Yamada",
            "Experiment File Name = C:\\Users\\taro\\plate.eds",
            "Experiment Comment = x",
        )
        plate = self.plate(tmp_path, line("A1", "S", "RANKL", 25), items=items)
        assert plate.items == {"Experiment File Name": "plate.eds"}


class TestQuantities:
    def plate(self, tmp_path, *quantities, cq="25.5", task="STANDARD"):
        lines = [
            f"{line(f'A{number}', 'S', 'RANKL', cq, task=task)}\t{quantity}"
            for number, quantity in enumerate(quantities, start=1)
        ]
        return read(written(tmp_path, export(*lines).replace("\tCT\n", "\tCT\tQuantity\n")), FileKind.TEXT)

    def test_of_standards(self, tmp_path):
        plate = self.plate(tmp_path, "1,250.000", "100,000,000.000", "", "12")
        assert [well.quantity for well in plate.wells] == [1250, 100_000_000, None, 12]

    def test_with_decimal_commas(self, tmp_path):
        plate = self.plate(tmp_path, "1.250,000", "0,5", cq="25,5")
        assert [well.quantity for well in plate.wells] == [1250, 0.5]

    def test_of_samples_is_computed_and_not_kept(self, tmp_path):
        [well] = self.plate(tmp_path, "5720.562", task="UNKNOWN").wells
        assert well.quantity is None

    @pytest.mark.parametrize("text", ["0", "-5"])
    def test_not_above_zero(self, tmp_path, text):
        plate = self.plate(tmp_path, "10", text)
        [problem] = plate.problems
        assert problem.sentence["text"].startswith("The quantity of a standard is a number above 0")
        assert (problem.row, problem.column, len(plate.wells)) == (6, "Quantity", 1)


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("* Experiment Type = Comparative Ct\n\n[Sample Setup]\nWell\tWell Position\n1\tA1\n", "no results"),
            ("* Experiment Type = Comparative Ct\n\n[Results]\nWell\tSample\n1\tA1\n", "“Well Position”"),
            (export(line("A1", "", "", "")), "no well with a target"),
            (export(), "no well with a target"),
            (export(line("A1", "S", "RANKL", 25)).replace("\tCT", "\tTm"), "nothing to quantify"),
        ],
    )
    def test_sentence(self, tmp_path, text, sentence):
        with pytest.raises(Refusal, match=sentence):
            read(written(tmp_path, text), FileKind.TEXT)
