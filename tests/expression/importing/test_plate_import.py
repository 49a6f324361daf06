"""From an export to rows: the guesses, the questions, the checks, the write."""

from unittest.mock import ANY

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.importing import steps
from cases.importing.codes import as_code
from cases.importing.formats import Severity, by_code, registered
from cases.jobs import Progress
from cases.models import ConsentStatus, JobStatus, Patient, Specimen
from cases.sentences import render
from expression.importing.plate_format import QuantStudioFormat
from expression.importing.plate_outline import PatientRule, SampleAction
from expression.models import QpcrRun, QpcrSample, QpcrTarget, QpcrWell, ReferencePairing, TargetRole, WellTask
from tests.expression.plates import EXAMPLE, FORMAT, answers, export, import_run, line, plan_of, source_of, written
from tests.factories import ImportJobFactory, PatientFactory, QpcrRunFactory, SpecimenFactory, StudyFactory
from tests.import_steps import answered, brought, confirmed, counts, findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return StudyFactory()


def outline_of(path, study):
    return FORMAT.outline(source_of(path, study), progress=Progress())


def errors(plan):
    return [
        (finding.row, finding.column, render(finding.sentence))
        for finding in plan.findings
        if finding.severity == Severity.ERROR
    ]


def notes(plan):
    return [render(finding.sentence) for finding in plan.findings if finding.severity == Severity.NOTE]


SMALL = [
    line("A1", "P1-S1", "RANKL", 28.0),
    line("A2", "P1-S1", "GAPDH", 19.0),
    line("B1", "P2-S1", "RANKL", 29.0),
    line("B2", "P2-S1", "GAPDH", 19.5),
]


@pytest.fixture
def small(tmp_path):
    return written(tmp_path, export(*SMALL))


def test_the_format_is_offered():
    assert isinstance(by_code("quantstudio"), QuantStudioFormat)
    assert registered()[0].code == "quantstudio"


class TestGuesses:
    def test_example(self, study):
        SpecimenFactory(patient=PatientFactory(study=study, code="EX01-0001"), code="EX01-0001-S1")
        outline = outline_of(EXAMPLE, study)
        assert outline["code"] == "SYNTHETIC-PLATE-1"
        assert outline["cycles"] == 40
        assert outline["calibrator"] == "EX01-0001-S1"
        assert outline["reference_pairing"] == ReferencePairing.SAME_SAMPLE
        assert outline["patient_rule"] == PatientRule.BEFORE_SEPARATOR
        assert [(target["name"], target["marker"], target["role"]) for target in outline["targets"]] == [
            ("RANKL", "TNFSF11", TargetRole.TARGET),
            ("RANK", "TNFRSF11A", TargetRole.TARGET),
            ("OPG", "TNFRSF11B", TargetRole.TARGET),
            ("GAPDH", "", TargetRole.REFERENCE),
            ("ACTB", "", TargetRole.REFERENCE),
        ]
        assert [sample["action"] for sample in outline["samples"]] == [SampleAction.MATCH] + [""] * 11
        assert outline["counts"] == {
            "wells": 130, "readings": 130, "detected": 117, "undetermined": 13, "not_read": 0, "omitted": 1, "empty": 0,
        }  # fmt: skip
        assert outline["header"] == ["Well Position", "Sample Name", "Target Name", "CT"]
        assert outline["rows"][0] == ["A1", "EX01-0001-S1", "RANKL", "31.292"]

    @pytest.mark.parametrize(
        ("name", "marker"),
        [
            ("TNFSF11", "TNFSF11"),
            ("tnfsf11", "TNFSF11"),
            ("RANKL-Human", "TNFSF11"),
            ("TRANCE (Hs00243522_m1)", "TNFSF11"),
            ("IL-6", "IL6"),
            ("IL6_Hs00174131_m1", "IL6"),
            ("Osteoprotegerin", "TNFRSF11B"),
            ("RANK ligand", ""),
            ("TGF-B", ""),
        ],
    )
    def test_marker(self, study, tmp_path, name, marker):
        path = written(tmp_path, export(line("A1", "S", name, 25)))
        assert outline_of(path, study)["targets"][0]["marker"] == marker

    def test_reference_gene_by_name_unless_the_file_names_one(self, study, tmp_path):
        lines = [line("A1", "S", "18S", 12), line("A2", "S", "B2M", 22), line("A3", "S", "RANKL", 25)]

        def references(**more):
            targets = outline_of(written(tmp_path, export(*lines, **more)), study)["targets"]
            return [target["name"] for target in targets if target["role"] == TargetRole.REFERENCE]

        assert references() == ["18S", "B2M"]
        assert references(footer="Endogenous Control = B2M") == ["B2M"]

    def test_same_well_when_every_target_well_holds_the_reference(self, study, shared_data, tmp_path):
        path = shared_data / "qpcr/quantstudio/appbio_quantstudio_example08.xlsx"
        assert outline_of(path, study)["reference_pairing"] == ReferencePairing.SAME_WELL
        lines = [line("A1", "S", "RANKL", 25), line("A1", "S", "GAPDH", 19), line("A2", "S", "RANKL", 25)]
        path = written(tmp_path, export(*lines))
        assert outline_of(path, study)["reference_pairing"] == ReferencePairing.SAME_SAMPLE

    @pytest.mark.parametrize(
        ("file", "cycles"),
        [("example02.txt", 40), ("example08.xlsx", 50), ("example06.txt", 40), ("example05.txt", 40)],
    )
    def test_cycles_from_the_amplification_data_unless_they_were_cut(self, study, shared_data, file, cycles):
        path = shared_data / "qpcr" / "quantstudio" / f"appbio_quantstudio_{file}"
        assert outline_of(path, study)["cycles"] == cycles

    def test_cycles_that_the_highest_cq_needs(self, study, tmp_path):
        assert outline_of(written(tmp_path, export(line("A1", "S", "RANKL", 43.2))), study)["cycles"] == 45

    def test_efficiency_from_the_standard_curve(self, study, shared_data):
        path = shared_data / "qpcr/quantstudio/appbio_quantstudio_example07.txt"
        efficiencies = {target["name"]: target["efficiency"] for target in outline_of(path, study)["targets"]}
        assert efficiencies == {"RNaseP": 2.036257, "IPC": 1.770424}

    def test_standards_and_controls_are_not_asked_about(self, study, tmp_path):
        lines = [line("A1", "5K", "RANKL", 25, task="STANDARD"), line("A2", "S1", "RANKL", 25)]
        assert [s["name"] for s in outline_of(written(tmp_path, export(*lines)), study)["samples"]] == ["S1"]

    def test_rule_that_finds_the_patients_of_the_study(self, study, small):
        PatientFactory(study=study, code="P1-S1")
        assert outline_of(small, study)["patient_rule"] == PatientRule.SAMPLE_NAME

    @pytest.mark.parametrize(
        ("rule", "sample", "patient"),
        [
            (PatientRule.BEFORE_SEPARATOR, "EX01-0001-S1", "EX01-0001"),
            (PatientRule.BEFORE_SEPARATOR, "TH03_0112_S01", "TH03_0112"),
            (PatientRule.BEFORE_SEPARATOR, "Liver", "Liver"),
            (PatientRule.SAMPLE_NAME, "EX01 0001/S1", "EX01-0001-S1"),
            (PatientRule.TYPED, "EX01-0001-S1", ""),
        ],
    )
    def test_patient_rule(self, rule, sample, patient):
        assert rule.patient_of(sample) == patient

    def test_codes(self):
        assert as_code("5K RNA (1:10)") == "5K-RNA-1-10"
        assert as_code("腫瘍 3") == "3"


class TestForm:
    def test_answers_are_kept_by_name(self, study, small):
        options = answers(source_of(small, study), samples={"P2-S1": {"action": "create", "patient": "PX"}})
        assert options["targets"]["RANKL"] == {"marker": "TNFSF11", "role": "target", "efficiency": 2.0}
        assert options["samples"]["P2-S1"] == {"action": "create", "specimen": "P2-S1", "patient": "PX"}
        assert (options["code"], options["unmatched"], options["calibrator"]) == ("Plate-7", "skip", "")

    def test_earlier_answers_come_back(self, study, small):
        source = source_of(small, study)
        options = answers(source, code="OTHER", targets={"RANKL": {"efficiency": 1.9}})
        form = FORMAT.options_form(study=study, outline=outline_of(small, study), options=options)
        assert form["code"].value() == "OTHER"
        assert form["target-0-efficiency"].value() == 1.9

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("code", "two words"),
            ("cycles", "9"),
            ("target-0-efficiency", "1"),
            ("target-0-efficiency", "nan"),
            ("target-0-marker", "NOTAGENE"),
            ("calibrator", "nobody"),
            ("sample-0-patient", "Taro Yamada"),
            ("sample-0-action", "erase"),
        ],
    )
    def test_impossible_answers(self, study, small, field, value):
        outline = outline_of(small, study)
        data = FORMAT.options_form(study=study, outline=outline).initial | {field: value}
        form = FORMAT.options_form(study=study, outline=outline, data=data)
        assert list(form.errors) == [field]

    def test_every_field_in_a_row_says_what_it_is_about(self, study, small):
        form = FORMAT.options_form(study=study, outline=outline_of(small, study))
        [first, _second] = form.target_rows
        assert [str(field.field.widget.attrs["aria-label"]) for field in first.fields] == [
            "RANKL: marker", "RANKL: role", "RANKL: efficiency",
        ]  # fmt: skip


class TestPlan:
    def test_example_becomes_a_run(self, study):
        job = ImportJobFactory(study=study)
        source = source_of(EXAMPLE, study, job=job)
        plan = FORMAT.plan(source, options=answers(source, unmatched="create"), progress=Progress())
        assert errors(plan) == []
        assert notes(plan) == ["Readings omitted by the operator: 1. They are kept and do not count."]
        counts = {model: len(rows) for model, rows in plan.new.items()}
        assert counts == {Patient: 12, Specimen: 12, QpcrRun: 1, QpcrTarget: 5, QpcrSample: 13, QpcrWell: 130}
        plan.write(Progress())
        run = QpcrRun.objects.get(study=study)
        assert (run.code, run.cycles, run.cq_method, run.import_job) == ("SYNTHETIC-PLATE-1", 40, "CT", job)
        assert (run.file_name, run.chemistry) == ("synthetic_quantstudio.txt", "TAQMAN")
        assert run.experiment_type == "Comparative Ct (ΔΔCt)"
        assert run.miqe["Passive Reference"] == "ROX"
        assert run.samples.get(is_calibrator=True).specimen.patient.code == "EX01-0001"
        assert run.samples.get(name="NTC").specimen is None
        assert run.wells.filter(task=WellTask.NO_TEMPLATE).count() == 10
        well = run.wells.get(position="C4")
        assert (well.cq, well.omitted, well.target.marker.name, well.sample.name) == (
            30.455,
            True,
            "RANK",
            "EX01-0003-S1",
        )

    def test_rows_keep_the_rules_of_their_models(self, study):
        run = import_run(EXAMPLE, study, unmatched="create")
        for row in [run, *run.targets.all(), *run.samples.all(), *run.wells.all()[:20]]:
            try:
                row.full_clean()
            except ValidationError as error:
                pytest.fail(f"{row}: {error}")

    def test_existing_specimens_are_matched(self, study, small):
        mine = SpecimenFactory(patient=PatientFactory(study=study, code="P1"), code="P1-S1")
        run = import_run(small, study)
        assert run.samples.get(name="P1-S1").specimen == mine
        assert run.samples.get(name="P2-S1").specimen is None
        assert Specimen.objects.filter(study=study).count() == 1

    def test_a_specimen_under_another_code(self, study, small):
        mine = SpecimenFactory(patient=PatientFactory(study=study), code="RNA-17")
        run = import_run(small, study, samples={"P2-S1": {"action": "match", "specimen": "RNA-17"}})
        assert run.samples.get(name="P2-S1").specimen == mine

    def test_specimens_of_other_studies_do_not_exist(self, study, small):
        SpecimenFactory(code="P1-S1")
        assert import_run(small, study).samples.get(name="P1-S1").specimen is None

    def test_new_specimen_of_a_known_patient(self, study, small):
        patient = PatientFactory(study=study, code="P2")
        plan = plan_of(small, study, samples={"P2-S1": {"action": "create"}})
        assert plan.new[Patient] == []
        assert [specimen.patient for specimen in plan.new[Specimen]] == [patient]
        assert plan.matched[Patient] == 1

    def test_two_samples_of_one_new_specimen(self, study, small):
        choice = {"action": "create", "specimen": "BLOCK-1", "patient": "P1"}
        run = import_run(small, study, samples={"P1-S1": choice, "P2-S1": choice})
        assert {sample.specimen.code for sample in run.samples.all()} == {"BLOCK-1"}

    def test_skipping_a_specimen_that_exists(self, study, small):
        SpecimenFactory(patient=PatientFactory(study=study), code="P1-S1")
        run = import_run(small, study, samples={"P1-S1": {"action": "skip"}})
        assert run.samples.get(name="P1-S1").specimen is None

    def test_number_of_queries(self, study, small):
        def queries(path):
            source = source_of(path, study)
            options = answers(source, unmatched="create")
            with CaptureQueriesContext(
                connection,
            ) as captured:
                FORMAT.plan(source, options=options, progress=Progress())
            return len(captured)

        assert queries(small) == queries(EXAMPLE) == 4


class TestErrors:
    """Each names row and column, says what to do, and prevents the import."""

    def plan(self, tmp_path, study, *lines, **changes):
        return plan_of(written(tmp_path, export(*lines)), study, **changes)

    def test_unreadable_rows(self, study, tmp_path):
        plan = self.plan(tmp_path, study, *SMALL, line("C1", "P3-S1", "RANKL", -1), line("Z1", "P3-S1", "RANKL", 20))
        assert errors(plan) == [
            (9, "CT", "A Cq is a number of cycles above 0, not -1. Omit the well in the instrument's software."),
            (10, "Well Position", "“Z1” is no well of a plate; wells are A1 to P24."),
        ]

    def test_cq_above_the_cycles(self, study, small):
        [error] = errors(plan_of(small, study, cycles=28))
        assert error == (7, "CT", "A Cq of 29.0 is above the 28 cycles of the run. Correct the number of cycles.")

    def test_the_same_target_twice_in_a_well(self, study, tmp_path):
        [error] = errors(self.plan(tmp_path, study, *SMALL, line("A1", "P1-S1", "RANKL", 28.4)))
        assert error == (9, "Well Position", "Well A1 has target RANKL in row 5 already.")

    def test_two_samples_in_a_well(self, study, tmp_path):
        [error] = errors(self.plan(tmp_path, study, *SMALL, line("A1", "P2-S1", "OPG", 28.4)))
        assert error == (9, "Sample Name", "Well A1 holds two samples, “P1-S1” and “P2-S1”.")

    def test_run_code_exists(self, study, small):
        QpcrRunFactory(study=study, code="Plate-7")
        [error] = errors(plan_of(small, study))
        assert error == (
            None,
            "",
            "The study has a run Plate-7 already. Choose another code, or cancel if it is the same run.",
        )

    def test_run_code_of_another_study_is_free(self, study, small):
        QpcrRunFactory(code="Plate-7")
        assert errors(plan_of(small, study)) == []

    def test_long_names(self, study, tmp_path):
        [error] = errors(self.plan(tmp_path, study, line("A1", "S", "T" * 101, 20)))
        assert error == (5, "Target Name", f"“{'T' * 101}” is longer than 100 characters.")

    @pytest.mark.parametrize(
        ("choice", "sentence"),
        [
            ({"action": "match"}, "Sample P2-S1: the study has no specimen P2-S1. Correct the code, or make it new."),
            (
                {"action": "create", "specimen": "TAKEN"},
                "Sample P2-S1: the study has a specimen TAKEN already. Choose “Existing specimen”, or another code.",
            ),
            (
                {"action": "create", "patient_rule": "typed"},
                "Sample P2-S1: say whose the new specimen P2-S1 is, or that it is not a study sample.",
            ),
            (
                {"action": "match", "specimen": "TAKEN", "patient": "P9"},
                "Specimen TAKEN belongs to patient P1 and not to P9.",
            ),
        ],
    )
    def test_sample(self, study, small, choice, sentence):
        SpecimenFactory(patient=PatientFactory(study=study, code="P1"), code="TAKEN")
        rule = choice.pop("patient_rule", "before_separator")
        [error] = errors(plan_of(small, study, patient_rule=rule, samples={"P2-S1": choice}))
        assert error == (7, "Sample Name", sentence)

    def test_withdrawn_consent(self, study, small):
        patient = PatientFactory(study=study, code="P1", consent_status=ConsentStatus.WITHDRAWN)
        SpecimenFactory(patient=patient, code="P1-S1")
        [error] = errors(plan_of(small, study))
        assert error == (5, "Sample Name", ANY)
        assert "Patient P1 withdrew consent." in error[2]


class TestNotes:
    def test_what_the_run_cannot_be_used_for(self, study, tmp_path):
        path = written(tmp_path, export(line("A1", "S", "TGF-B", 25)))
        assert notes(plan_of(path, study)) == [
            "No target is a reference gene, so the run will have no ΔCq.",
            "No target is a study marker, so analyses will not find this run.",
            "No sample is a study sample, so analyses will not find this run.",
        ]

    def test_wells_that_do_not_count(self, study, tmp_path):
        lines = [*SMALL, line("C1", "", "RANKL", 25), line("C2", "IPC", "RANKL", 30, task="IPC")]
        found = notes(plan_of(written(tmp_path, export(*lines)), study, unmatched="create"))
        assert found == [
            "Readings without a sample name: 1. They are kept and do not count.",
            "Readings of positive or internal controls: 1. They are kept and do not count.",
        ]

    @pytest.mark.parametrize("name", ["NTC", "ntc 2", "No template control", "H2O", "NRT-1"])
    def test_a_sample_called_like_a_control(self, study, tmp_path, name):
        path = written(tmp_path, export(*SMALL, line("C1", name, "RANKL", 39)))
        assert any(f"“{name}” is called like a control" in note for note in notes(plan_of(path, study)))


class TestSteps:
    """The import as a person takes it: bring, answer, confirm."""

    def test_example(self, study):
        job = brought(study, EXAMPLE.read_bytes(), name="synthetic_quantstudio.txt")
        assert (job.format, job.status) == ("quantstudio", JobStatus.WAITING)
        job = answered(job, unmatched="create")
        assert findings(job) == []
        assert counts(job)["expression.QpcrWell"] == (130, 0)
        job = confirmed(job)
        assert job.status == JobStatus.SUCCEEDED
        run = job.qpcr_runs.get()
        assert (run.wells.count(), run.samples.count()) == (130, 13)
        assert [url for _words, url in by_code(job.format).links(job)] == [run.get_absolute_url()]

    def test_vendors_workbook(self, study, shared_data):
        content = (shared_data / "qpcr/quantstudio/appbio_quantstudio_example08.xlsx").read_bytes()
        job = brought(study, content, name="plate.xlsx")
        assert job.format == "quantstudio"
        job = confirmed(answered(job))
        assert job.qpcr_runs.get().wells.count() == 36

    def test_answers_are_changed_after_the_check(self, study, tmp_path):
        job = answered(brought(study, export(*SMALL), name="plate.txt"), cycles=28)
        assert len(findings(job)) == 1
        job = confirmed(answered(job, cycles=40))
        assert job.qpcr_runs.get().cycles == 40

    def test_nothing_is_written_with_an_error(self, study):
        job = answered(brought(study, export(*SMALL, line("C1", "P3-S1", "RANKL", -1)), name="plate.txt"))
        assert not steps.confirm(job=job, attempt=job.attempt, by=job.requested_by)
        assert not QpcrRun.objects.exists()
        assert not Patient.objects.exists()

    def test_the_same_run_twice(self, study):
        confirmed(answered(brought(study, export(*SMALL), name="plate.txt")))
        job = answered(brought(study, export(*SMALL), name="plate.txt"))
        assert findings(job)[0][2].startswith("The study has a run Plate-7 already.")
        assert any("The same file was imported" in text for _row, _column, text in findings(job, "note"))

    def test_genotyping(self, study):
        text = export(line("A1", "S", "SNP", 1), items=("Experiment Type = Genotyping",)).replace("\tCT", "\tCall")
        job = brought(study, text, name="plate.txt")
        assert job.status == JobStatus.REFUSED
        assert "(Genotyping), so there is nothing to quantify" in render(job.message)

    def test_page_of_the_questions(self, client, study):
        job = brought(study, EXAMPLE.read_bytes(), name="synthetic_quantstudio.txt")
        client.force_login(job.requested_by)
        text = " ".join(client.get(job.get_absolute_url()).content.decode().split())
        assert "130 wells with 130 readings: 117 with a Cq, 13 undetermined, 0 not read, 1 omitted." in text
        assert 'aria-label="RANKL: marker"' in text
        assert 'aria-label="EX01-0012-S1: specimen"' in text
        answer = client.post(job.get_absolute_url(), {"code": "not a code"})
        assert answer.status_code == 200
        assert "This field is required." in answer.content.decode()

    def test_a_full_plate_of_different_samples(self, client, study):
        """384 samples: more fields than Django takes from a form by itself."""
        lines = [
            line(f"{row}{column}", f"S{row}{column}", "RANKL", 25)
            for row in "ABCDEFGHIJKLMNOP"
            for column in range(1, 25)
        ]
        job = brought(study, export(*lines), name="plate.txt")
        client.force_login(job.requested_by)
        form = FORMAT.options_form(study=study, outline=job.preview["outline"])
        data = {name: form[name].value() or "" for name in form.fields}
        assert len(data) > 1000
        assert client.post(job.get_absolute_url(), data).status_code == 302
