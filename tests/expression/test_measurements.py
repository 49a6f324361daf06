"""ΔCq through the database against the vendor's printed values and the answers of R (tests/reference/qpcr.json)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import ConsentStatus, Patient, Specimen
from expression.measurements import delta_cq_values, sample_delta_cqs
from expression.models import Marker, QpcrRun, QpcrTarget, QpcrWell, ReferencePairing, TargetRole
from expression.scoring import Flag, Reason, Status, UndeterminedPolicy, relative_quantity
from tests.expression.plates import EXAMPLE, import_run
from tests.factories import (
    MarkerFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SpecimenFactory,
    StudyFactory,
)
from tests.reference.answers import reference

pytestmark = pytest.mark.django_db

# What QuantStudio printed in the column RQ of example08, rounded to six digits.
VENDOR = {
    ("13Jul2022-Hs-2", "TJP-1 Human"): 0.665483,
    ("13Jul2022-Hs-3", "TJP-1 Human"): 0.557048,
    ("13Jul2022-Hs-2", "AQP4-Human"): 0.745339,
    ("13Jul2022-Hs-3", "AQP4-Human"): 1.101436,
    ("13Jul2022-Hs-2", "ANPEP-Human"): 0.760214,
    ("13Jul2022-Hs-3", "ANPEP-Human"): 1.113050,
}


def table(run: QpcrRun) -> dict:
    """ΔCq by sample and target."""
    wells = run.wells.select_related("target", "sample")
    references = run.targets.filter(role=TargetRole.REFERENCE)
    return {
        (row.sample.name, row.target.name): row.result
        for row in sample_delta_cqs(run=run, wells=wells, references=references)
    }


@pytest.fixture
def study():
    return StudyFactory()


@pytest.fixture
def synthetic_run(study):
    return import_run(EXAMPLE, study, unmatched="create")


class TestVendor:
    @pytest.fixture
    def run(self, shared_data, study):
        return import_run(shared_data / "qpcr/quantstudio/appbio_quantstudio_example08.xlsx", study)

    def test_relative_quantities(self, run):
        assert run.reference_pairing == ReferencePairing.SAME_WELL
        calibrator = run.samples.get(is_calibrator=True).name
        assert calibrator == "13Jul2022-Hs-1"
        results = table(run)
        for (sample, target), printed in VENDOR.items():
            quantity = relative_quantity(sample=results[sample, target], calibrator=results[calibrator, target])
            assert round(quantity.value, 6) == printed

    def test_printed_delta_cq(self, run):
        """The vendor calculates in single precision."""
        results = table(run)
        assert results["13Jul2022-Hs-1", "TJP-1 Human"].value == pytest.approx(11.927726, abs=2e-6)
        assert results["13May2022-Rh-2", "AqP4- Rhesus"].value == pytest.approx(17.386219, abs=2e-6)

    def test_all_wells_of_the_sample_would_answer_something_else(self, run):
        """Which is why the pairing is asked, and guessed from the plate."""
        run.reference_pairing = ReferencePairing.SAME_SAMPLE
        assert abs(table(run)["13Jul2022-Hs-1", "TJP-1 Human"].value - 11.927726) > 0.03


class TestAgainstR:
    @pytest.mark.parametrize(
        ("answers", "efficiencies"),
        [("perfect", {}), ("corrected", {"RANKL": 1.9, "RANK": 1.95, "OPG": 2.05, "GAPDH": 1.98, "ACTB": 1.88})],
    )
    def test_whole_plate(self, study, answers, efficiencies):
        run = import_run(EXAMPLE, study, targets={name: {"efficiency": e} for name, e in efficiencies.items()})
        results = table(run)
        expected = reference("qpcr")[answers]
        assert len(expected) == 33
        for row in expected:
            ours = results.pop((row["sample"], row["target"]))
            assert ours.status == (Status.UNDETERMINED if row["limit"] else Status.EVALUABLE)
            assert (ours.limit if row["limit"] else ours.value) == pytest.approx(row["delta_cq"], abs=1e-9)
            assert ours.wells == row["wells"]
            if not row["limit"]:
                assert ours.target_sd == (None if row["sd"] is None else pytest.approx(row["sd"], abs=1e-9))
            calibrator = table(run)["EX01-0001-S1", row["target"]]
            quantity = relative_quantity(sample=ours, calibrator=calibrator)
            assert (quantity.limit if row["limit"] else quantity.value) == pytest.approx(row["fold"], rel=1e-9)
        assert {(sample, result.reason) for (sample, _target), result in results.items()} == {
            ("EX01-0008-S1", Reason.REFERENCE_UNDETERMINED)
        }

    def test_differing_replicates_are_flagged(self, synthetic_run):
        flagged = {key: result.flags for key, result in table(synthetic_run).items() if result.flags}
        assert flagged == {("EX01-0010-S1", "OPG"): [Flag.TARGET_REPLICATES]}


class TestAcrossRuns:
    @pytest.fixture
    def rankl(self):
        return Marker.objects.get(symbol="TNFSF11")

    def test_one_row_a_specimen(self, study, synthetic_run, rankl):
        rows = delta_cq_values(runs=study.qpcr_runs.all(), marker=rankl)
        assert [row.specimen.code for row in rows] == [f"EX01-{number:04d}-S1" for number in range(1, 13)]
        first = rows[0]
        assert (first.specimen.patient.code, first.run, first.target) == ("EX01-0001", synthetic_run, "RANKL")
        assert first.result.value == pytest.approx(10.5735, abs=1e-9)
        assert {row.specimen.code: row.result.status for row in rows if row.result.value is None} == {
            "EX01-0004-S1": Status.UNDETERMINED,
            "EX01-0008-S1": Status.NOT_EVALUABLE,
        }

    def test_policy(self, synthetic_run, rankl):
        for policy, status in [
            (UndeterminedPolicy.LIMIT, Status.EVALUABLE),
            (UndeterminedPolicy.EXCLUDED, Status.NOT_EVALUABLE),
        ]:
            rows = delta_cq_values(runs=[synthetic_run], marker=rankl, undetermined=policy)
            assert [row.result.status for row in rows if row.specimen.code == "EX01-0004-S1"] == [status]

    def test_only_this_marker(self, synthetic_run):
        [opg] = {row.target for row in delta_cq_values(runs=[synthetic_run], marker=Marker.objects.get(name="OPG"))}
        assert opg == "OPG"
        assert delta_cq_values(runs=[synthetic_run], marker=Marker.objects.get(name="SOX9")) == []

    def test_samples_without_specimen_are_nobodys(self, study, rankl):
        run = import_run(EXAMPLE, study)
        assert delta_cq_values(runs=[run], marker=rankl) == []

    def test_withdrawn_consent(self, synthetic_run, rankl):
        Patient.objects.filter(code="EX01-0002").update(consent_status=ConsentStatus.WITHDRAWN)
        codes = {row.specimen.code for row in delta_cq_values(runs=[synthetic_run], marker=rankl)}
        assert len(codes) == 11
        assert "EX01-0002-S1" not in codes

    def test_a_specimen_without_one_of_the_reference_genes(self, synthetic_run, rankl):
        QpcrWell.objects.filter(sample__name="EX01-0001-S1", target__name="ACTB").delete()
        [row] = [row for row in delta_cq_values(runs=[synthetic_run], marker=rankl) if row.sample == "EX01-0001-S1"]
        assert row.result.reason == Reason.REFERENCE_NOT_READ

    def test_a_marker_used_as_reference_is_not_measured(self, synthetic_run, rankl):
        QpcrTarget.objects.filter(name="RANKL").update(role=TargetRole.REFERENCE)
        assert delta_cq_values(runs=[synthetic_run], marker=rankl) == []

    def test_number_of_queries(self, study, synthetic_run, rankl):
        def queries():
            with CaptureQueriesContext(
                connection,
            ) as captured:
                rows = delta_cq_values(runs=QpcrRun.objects.filter(study=study), marker=rankl)
                assert rows[-1].specimen.patient.code
            return len(captured)

        before = queries()
        specimen = SpecimenFactory(patient=PatientFactory(study=study))
        for _ in range(3):
            run = QpcrRunFactory(study=study)
            sample = QpcrSampleFactory(run=run, specimen=specimen)
            QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run, marker=MarkerFactory()))
        assert queries() == before == 2

    def test_specimens_are_those_of_the_import(self, study, synthetic_run):
        assert Specimen.objects.filter(study=study).count() == 12
