"""Each rule of the database accepts one row and refuses one. ``CHECKS``: factory, accepted values, refused ones."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.db.models import CheckConstraint, UniqueConstraint
from pgtrigger import ReadOnly

from cases.models.integrity import SameParent
from expression.models import IhcReading, Scale, WellReading
from expression.models.laboratory_scale import RecordedScoreHasMeaning
from tests.database_rules import (
    assert_constraint_refuses,
    assert_trigger_refuses,
    columns_of,
    constraints,
    overwrite,
    triggers,
)
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    BlindScoringFactory,
    CellExperimentFactory,
    CellLineFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    ExperimentConditionFactory,
    ExperimentReadingFactory,
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    IhcReadingFactory,
    ImportJobFactory,
    LaboratoryScaleFactory,
    LaneFactory,
    MarkerFactory,
    MembraneFactory,
    PathologyFindingFactory,
    PhosphoSiteFactory,
    PositivityCutoffFactory,
    QpcrPrintedResultFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
    WesternBlotFactory,
)

pytestmark = pytest.mark.django_db

UNDETERMINED = {"reading": WellReading.UNDETERMINED, "cq": None}

NOTHING_READ = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}
LOST = NOTHING_READ | {"evaluability": "lost"}
SUMMARY = NOTHING_READ | {"recorded_score": 180, "recorded_scale": "h_score"}

CHECKS: dict[str, tuple[Any, dict[str, Any], list[dict[str, Any]]]] = {
    "phospho_site_shape": (PhosphoSiteFactory, {"residue": "T202/Y204"}, [{"residue": "pS473"}, {"residue": "S"}]),
    "antibody_code_shape": (AntibodyFactory, {"code": "RANKL-1"}, [{"code": "RANKL 1"}]),
    "antibody_has_clone": (AntibodyFactory, {"clone": "polyclonal"}, [{"clone": ""}]),
    "antibody_rrid_shape": (AntibodyFactory, {"rrid": "AB_2714189"}, [{"rrid": "2714189"}]),
    "ihc_reading_of_specimen_or_core": (IhcReadingFactory, {}, []),
    "ihc_reading_patient_of_specimen": (IhcReadingFactory, {}, []),
    "ihc_reading_cell_type_known": (IhcReadingFactory, {"cell_type": "osteoclast"}, [{"cell_type": "neuron"}]),
    "ihc_reading_compartment_known": (IhcReadingFactory, {"compartment": "membrane"}, [{"compartment": "golgi"}]),
    "ihc_reading_evaluability_known": (IhcReadingFactory, LOST, [{"evaluability": "gone"}]),
    "ihc_reading_percentages_sum_to_100": (
        IhcReadingFactory,
        {"percent_0": 50, "percent_1": 20, "percent_2": 20, "percent_3": "9.9"},
        [{"percent_3": 11}, {"percent_3": 9}, {"percent_3": None}, {"percent_0": -10, "percent_1": 80}],
    ),
    "laboratory_scale_code_shape": (LaboratoryScaleFactory, {"code": "ER-2"}, []),
    "laboratory_scale_has_meanings": (LaboratoryScaleFactory, {}, []),
    "ihc_reading_intensity_0_to_3": (IhcReadingFactory, {"intensity": 3}, [{"intensity": 4}]),
    "ihc_reading_score_within_scale": (
        IhcReadingFactory,
        SUMMARY,
        [{"recorded_score": 301}, {"recorded_scale": "irs"}, {"recorded_scale": ""}, {"recorded_scale": "quick"}],
    ),
    "ihc_reading_value_where_evaluable": (
        IhcReadingFactory,
        {},
        [NOTHING_READ, {"evaluability": "lost"}, {"recorded_score": 180, "recorded_scale": "h_score"}],
    ),
    "ihc_reading_has_reader": (IhcReadingFactory, {"reader": "MK"}, [{"reader": ""}]),
    "ihc_reading_date_shape": (IhcReadingFactory, {"read_on": "2020-04"}, [{"read_on": "2020-13"}]),
    "blind_scoring_cell_type_known": (BlindScoringFactory, {}, []),
    "blind_scoring_compartment_known": (BlindScoringFactory, {}, []),
    "blind_scoring_opened_by_somebody": (BlindScoringFactory, {}, [{"opened_at": "2026-01-01T00:00Z"}]),
    "pathology_finding_giant_cells_known": (
        PathologyFindingFactory,
        {"giant_cells": "absent"},
        [{"giant_cells": "many"}],
    ),
    "pathology_finding_osteoclasts_plausible": (
        PathologyFindingFactory,
        {"osteoclasts_per_field": 0},
        [{"osteoclasts_per_field": -1}, {"osteoclasts_per_field": 1001}],
    ),
    "pathology_finding_fibrosis_known": (
        PathologyFindingFactory,
        {"marrow_fibrosis": "MF-3"},
        [{"marrow_fibrosis": "MF-4"}],
    ),
    "pathology_finding_necrosis_0_to_100": (
        PathologyFindingFactory,
        {"necrosis_percent": 100},
        [{"necrosis_percent": "100.1"}],
    ),
    "pathology_finding_says_something": (
        PathologyFindingFactory,
        {"giant_cells": "not_assessed", "osteoclasts_per_field": 0},
        [{"osteoclasts_per_field": None}],
    ),
    "pathology_finding_date_shape": (PathologyFindingFactory, {"read_on": "2020"}, [{"read_on": "20"}]),
    "cell_line_has_name": (CellLineFactory, {"name": "U-2 OS"}, [{"name": ""}]),
    "cell_line_accession_shape": (CellLineFactory, {"accession": "CVCL_0042"}, [{"accession": "0042"}]),
    "cell_experiment_code_shape": (CellExperimentFactory, {"code": "E1"}, [{"code": "E 1"}]),
    "cell_experiment_readout_known": (CellExperimentFactory, {"readout": "qpcr"}, []),
    "cell_experiment_names_marker": (CellExperimentFactory, {"readout": "trap_cells", "marker": None}, []),
    "cell_experiment_replicates_in_range": (
        CellExperimentFactory,
        {"biological_replicates": 12},
        [{"biological_replicates": 0}, {"technical_replicates": 13}],
    ),
    "cell_experiment_date_shape": (CellExperimentFactory, {"performed_on": "2020"}, [{"performed_on": "20"}]),
    "condition_culture_known": (ExperimentConditionFactory, {"culture": "marrow"}, [{"culture": "liver"}]),
    "condition_concentration_of_stimulus": (
        ExperimentConditionFactory,
        {"concentration_ng_ml": 0},
        [{"concentration_ng_ml": -1}, {"stimulus": ""}],
    ),
    "condition_time_not_negative": (ExperimentConditionFactory, {"hours": 0}, [{"hours": -1}]),
    "experiment_reading_replicates_from_one": (
        ExperimentReadingFactory,
        {"technical_replicate": 1},
        [{"technical_replicate": 0}, {"biological_replicate": 0}],
    ),
    "experiment_reading_value_where_measured": (
        ExperimentReadingFactory,
        {"status": "lost", "value": None},
        [{"status": "measured"}, {"value": 1.0}, {"status": "measured", "value": float("nan")}],
    ),
    "western_blot_code_shape": (WesternBlotFactory, {"code": "B1"}, [{"code": "B 1"}]),
    "western_blot_date_shape": (WesternBlotFactory, {"performed_on": "2020"}, [{"performed_on": "20"}]),
    "membrane_has_control": (MembraneFactory, {"name": "1"}, [{"loading_control": ""}, {"name": ""}]),
    "lane_number_from_one": (LaneFactory, {"number": 1}, [{"number": 0}]),
    "lane_of_specimen_or_cells": (
        LaneFactory,
        {"specimen": None, "treatment": "RANKL 50 ng/mL"},
        [],
    ),
    "band_names_what_it_shows": (
        BandFactory,
        {"form": "loading_control", "marker": None},
        [{"form": "total"}, {"form": "phospho"}, {"form": "ladder"}],
    ),
    "band_volume_in_range": (
        BandFactory,
        {"volume": 0.0},
        [{"volume": -1.0}, {"volume": float("inf")}, {"volume": 1e-9}, {"volume": 1e16}],
    ),
    "marker_symbol_shape": (MarkerFactory, {"symbol": "NKX2-1"}, [{"symbol": "rank"}]),
    "marker_role_known": (MarkerFactory, {"symbol": "X", "role": "ligand"}, [{"role": "hormone"}]),
    "dataset_code_shape": (ExpressionDatasetFactory, {"code": "GSE1"}, [{"code": "GSE 1"}]),
    "dataset_unit_known": (ExpressionDatasetFactory, {"unit": "rsem"}, []),
    "expression_value_finite": (
        ExpressionValueFactory,
        {"value": -1.7e308},
        [{"value": float(text)} for text in ("inf", "-inf", "nan")],
    ),
    "qpcr_run_code_shape": (QpcrRunFactory, {"code": "R_1"}, [{"code": "-R"}]),
    "qpcr_run_cycles_10_to_60": (QpcrRunFactory, {"cycles": 60}, [{"cycles": 9}, {"cycles": 61}]),
    "qpcr_run_pairing_known": (QpcrRunFactory, {"reference_pairing": "same_well"}, [{"reference_pairing": "none"}]),
    "qpcr_target_role_known": (QpcrTargetFactory, {"role": "reference"}, [{"role": "control"}]),
    "qpcr_run_rna_input_plausible": (QpcrRunFactory, {"rna_input_ng": 500}, [{"rna_input_ng": 0}]),
    "qpcr_run_volume_plausible": (QpcrRunFactory, {"reaction_volume_ul": 10}, [{"reaction_volume_ul": 0}]),
    "qpcr_target_assumed_efficiency_is_2": (
        QpcrTargetFactory,
        {"efficiency": 1.9, "efficiency_source": "curve"},
        [{"efficiency_source": "assumed"}, {"efficiency_source": "guessed"}],
    ),
    "qpcr_well_quantity_of_standards": (
        QpcrWellFactory,
        {"task": "standard", "quantity": 100},
        [{"quantity": 0}, {"task": "unknown"}],
    ),
    "qpcr_target_efficiency_range": (
        QpcrTargetFactory,
        {"efficiency": 2.5, "efficiency_source": "entered"},
        [{"efficiency": 1.0}, {"efficiency": 2.6}],
    ),
    "qpcr_well_position": (
        QpcrWellFactory,
        {"position": "P24"},
        [{"position": text} for text in ("P25", "Q1", "A0", "A01")],
    ),
    "qpcr_well_task_known": (QpcrWellFactory, {"task": "no_rt"}, [{"task": "empty"}]),
    "qpcr_well_cq_only_when_detected": (
        QpcrWellFactory,
        UNDETERMINED,
        [{"cq": 35.0}, {"reading": "detected"}, {"reading": "detected", "cq": 0.0}, {"reading": "seen"}],
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_accepts_one_and_refuses_others(name: str) -> None:
    factory, accepted, refusals = CHECKS[name]
    row = factory(**accepted)
    for refused in refusals:
        assert_constraint_refuses(name, row, **refused)


def test_unit_of_a_dataset_is_known() -> None:
    """The unit never changes, so a new row shows what the constraint refuses."""
    with pytest.raises(Exception, match="dataset_unit_known"):
        ExpressionDatasetFactory(unit="counts")


def test_a_lane_holds_a_specimen_or_cells() -> None:
    assert_constraint_refuses("lane_of_specimen_or_cells", LaneFactory(), treatment="RANKL 50 ng/mL")


NEVER_CHANGING: dict[str, tuple[Any, dict[str, Any]]] = {
    "cutoff_has_name": (PositivityCutoffFactory, {"name": ""}),
    "cutoff_version_from_one": (PositivityCutoffFactory, {"version": 0}),
    "cutoff_cell_type_known": (PositivityCutoffFactory, {"cell_type": "neuron"}),
    "cutoff_compartment_known": (PositivityCutoffFactory, {"compartment": "golgi"}),
    "cutoff_within_scale": (PositivityCutoffFactory, {"scale": "allred", "at_least": 9}),
    "laboratory_scale_code_shape": (LaboratoryScaleFactory, {"code": "ER 2"}),
    "laboratory_scale_has_meanings": (LaboratoryScaleFactory, {"meanings": {}}),
    "consolidation_has_name": (ConsolidationRuleFactory, {"name": ""}),
    "consolidation_version_from_one": (ConsolidationRuleFactory, {"version": 0}),
    "consolidation_summaries_known": (ConsolidationRuleFactory, {"cores_to_specimen": "mode"}),
    "consolidation_needs_a_core": (ConsolidationRuleFactory, {"minimum_evaluable_cores": 0}),
    "consolidation_positive_by_cutoff": (ConsolidationRuleFactory, {"specimens_to_patient": "any_positive"}),
    "cell_experiment_readout_known": (CellExperimentFactory, {"readout": "flow"}),
    "cell_experiment_names_marker": (CellExperimentFactory, {"marker": None}),
    "ihc_reading_of_specimen_or_core": (
        IhcReadingFactory,
        {"specimen": None, "patient": None, "study": StudyFactory, "antibody__study": None},
    ),
    "ihc_reading_patient_of_specimen": (IhcReadingFactory, {"patient": None}),
    "blind_scoring_cell_type_known": (BlindScoringFactory, {"cell_type": "neuron"}),
    "blind_scoring_compartment_known": (BlindScoringFactory, {"compartment": "golgi"}),
}
"""What cannot be changed afterwards is refused of a new row."""


@pytest.mark.parametrize("name", NEVER_CHANGING)
def test_a_new_row_is_refused(name: str) -> None:
    factory, refused = NEVER_CHANGING[name]
    factory()
    values = {key: value() if callable(value) else value for key, value in refused.items()}
    if "antibody__study" in values:
        values["antibody__study"] = values["study"]
    with pytest.raises(DatabaseError, match=f"{name}|belongs to another patient"):
        factory(**values)


def test_every_check_is_tested() -> None:
    assert set(constraints("expression", CheckConstraint)) == CHECKS.keys() | NEVER_CHANGING.keys()


class TestLaboratoryScales:
    def test_a_score_has_a_meaning(self) -> None:
        reading = _read_on_a_laboratory_scale()
        overwrite(reading, recorded_score=2)
        assert reading.recorded_in_words == f"{reading.laboratory_scale.code} 1 (focal)"
        for unknown in (3, "1.5"):
            assert_trigger_refuses("has no such score", reading, recorded_score=unknown)

    @pytest.mark.parametrize("score", [3, Decimal("1.5")])
    def test_the_form_says_which_scores_there_are(self, score: Any) -> None:
        reading = _read_on_a_laboratory_scale()
        reading.recorded_score = score
        with pytest.raises(ValidationError, match="0 negative, 1 focal, 2 diffuse"):
            RecordedScoreHasMeaning().check(reading)

    def test_a_score_lies_on_one_scale(self) -> None:
        name = "ihc_reading_score_within_scale"
        assert_constraint_refuses(name, _read_on_a_laboratory_scale(), recorded_scale="irs")
        assert_constraint_refuses(name, IhcReadingFactory(**SUMMARY), recorded_scale="", recorded_score=1)

    def test_no_other_score_is_made_of_it(self) -> None:
        reading = _read_on_a_laboratory_scale()
        assert {reading.score(scale) for scale in Scale} == {None}

    @pytest.mark.parametrize(
        "meanings", [{}, [], {"-1": "a"}, {"1.5": "a"}, {"01": "a"}, {"100": "a"}, {"1": ""}, {"1": "a" * 61}, {"1": 2}]
    )
    def test_meanings_are_of_whole_numbers(self, meanings: Any) -> None:
        with pytest.raises(ValidationError, match=r"from 0 to 99|blank"):
            LaboratoryScaleFactory.build(meanings=meanings).clean_fields(exclude=["study"])


class TestScoredCores:
    def test_a_lost_core_has_no_score(self) -> None:
        core = CoreFactory(status="lost")
        of_core = {"specimen": core.specimen, "core": core}
        IhcReadingFactory(**of_core, **LOST)
        with pytest.raises(DatabaseError, match="the core is lost"):
            IhcReadingFactory(**of_core)

    def test_a_core_of_a_control_tissue_has_no_patient(self) -> None:
        core = CoreFactory(specimen=None, control_tissue="tonsil")
        antibody = AntibodyFactory(study=core.study)
        reading = IhcReadingFactory(specimen=None, patient=None, core=core, study=core.study, antibody=antibody)
        assert str(reading).startswith(str(core))

    def test_a_scored_core_keeps_its_specimen(self) -> None:
        core = CoreFactory()
        other = SpecimenFactory(patient__study=core.study)
        overwrite(core, specimen=other.pk)
        core.refresh_from_db()
        IhcReadingFactory(specimen=other, core=core)
        assert_trigger_refuses("something was measured on this core", core, specimen=SpecimenFactory().pk)


UNIQUE: dict[str, tuple[Any, dict[str, Any]]] = {
    "phospho_site_once_per_marker": (PhosphoSiteFactory, {"residue": "S1"}),
    "antibody_code_once_per_study": (AntibodyFactory, {"code": "OTHER"}),
    "ihc_reading_once_per_reader": (IhcReadingFactory, {"reader": "OTHER"}),
    "pathology_finding_once_per_reading": (PathologyFindingFactory, {"reader": "OTHER"}),
    "cell_line_once_per_study": (CellLineFactory, {"name": "OTHER"}),
    "cell_experiment_code_once_per_study": (CellExperimentFactory, {"code": "OTHER"}),
    "condition_once_per_experiment": (ExperimentConditionFactory, {"stimulus": "OTHER"}),
    "western_blot_code_once_per_study": (WesternBlotFactory, {"code": "OTHER"}),
    "membrane_once_per_blot": (MembraneFactory, {"name": "OTHER"}),
    "lane_once_per_blot": (LaneFactory, {"number": 999}),
    "dataset_code_once_per_study": (ExpressionDatasetFactory, {"code": "OTHER"}),
    "expression_value_once": (ExpressionValueFactory, {"marker": lambda: MarkerFactory(symbol="SOX9")}),
    "qpcr_run_code_once_per_study": (QpcrRunFactory, {"code": "OTHER"}),
    "qpcr_target_once_per_run": (QpcrTargetFactory, {"name": "OTHER"}),
    "qpcr_sample_once_per_run": (QpcrSampleFactory, {"name": "OTHER"}),
    "qpcr_well_target_once": (QpcrWellFactory, {"position": "H12"}),
}


@pytest.mark.parametrize("name", UNIQUE)
def test_unique_accepts_another_and_refuses_the_same(name: str) -> None:
    factory, difference = UNIQUE[name]
    first = factory()
    same = {column: getattr(first, column) for column in columns_of(type(first), name)}
    different = {column: value() if callable(value) else value for column, value in difference.items()}
    second = factory(**same | different)
    equal = {column: getattr(first, type(first)._meta.get_field(column).attname) for column in same}
    changed = {column: equal[column] for column in difference}
    assert_constraint_refuses(name, second, **changed)


def test_a_result_is_printed_once() -> None:
    first = QpcrPrintedResultFactory()
    target = QpcrTargetFactory(run=first.run)
    second = QpcrPrintedResultFactory(run=first.run, sample=first.sample, target=target)
    assert_constraint_refuses("qpcr_printed_result_once", second, target=first.target_id)


def test_a_run_may_have_several_calibrators() -> None:
    calibrator = QpcrSampleFactory(is_calibrator=True)
    QpcrSampleFactory(run=calibrator.run, is_calibrator=True)
    assert calibrator.run.samples.filter(is_calibrator=True).count() == 2


def test_a_cq_is_within_the_cycles_of_its_run() -> None:
    well = QpcrWellFactory(run=QpcrRunFactory(cycles=40), cq=40.0)
    assert_trigger_refuses("above the cycles", well, cq=40.1)
    assert_trigger_refuses("above the cycles", well.run, cycles=39)
    overwrite(well.run, cycles=45)
    overwrite(well, cq=44.0)


def test_a_blot_has_one_calibrator_lane() -> None:
    calibrator = LaneFactory(is_calibrator=True)
    other = LaneFactory(blot=calibrator.blot)
    assert_constraint_refuses("one_calibrator_lane_per_blot", other, is_calibrator=True)
    LaneFactory(is_calibrator=True)


def test_a_core_has_one_consensus() -> None:
    first = IhcReadingFactory(is_consensus=True)
    same = {"specimen": first.specimen, "antibody": first.antibody}
    other = IhcReadingFactory(**same, reader="TS")
    assert_constraint_refuses("ihc_reading_one_consensus", other, is_consensus=True)
    IhcReadingFactory(is_consensus=True)


def test_a_stain_of_a_block_is_scored_blind_once() -> None:
    first = BlindScoringFactory()
    same = {"microarray": first.microarray, "antibody": first.antibody}
    BlindScoringFactory(**same, cell_type="stromal")
    with pytest.raises(DatabaseError, match="blind_scoring_once_per_stain"):
        BlindScoringFactory(**same)


VERSIONS = {
    "cutoff_version_once_per_study": PositivityCutoffFactory,
    "consolidation_version_once_per_study": ConsolidationRuleFactory,
}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_version_is_there_once(name: str) -> None:
    first = VERSIONS[name]()
    same = {"study": first.study, "name": first.name}
    VERSIONS[name](**same, version=2)
    with pytest.raises(DatabaseError, match=name):
        VERSIONS[name](**same, version=1)


def test_a_laboratory_scale_is_there_once() -> None:
    first = LaboratoryScaleFactory()
    LaboratoryScaleFactory(code=first.code)
    with pytest.raises(DatabaseError, match="laboratory_scale_code_once_per_study"):
        LaboratoryScaleFactory(code=first.code, study=first.study)


def test_a_replicate_is_read_once() -> None:
    first = ExperimentReadingFactory()
    same = {"experiment": first.experiment, "condition": first.condition}
    second = ExperimentReadingFactory(**same, technical_replicate=2)
    assert_constraint_refuses("experiment_reading_once", second, technical_replicate=1)


def test_a_band_is_there_once_in_a_lane() -> None:
    first = BandFactory()
    same = {"blot": first.blot, "membrane": first.membrane, "lane": first.lane}
    control = BandFactory(**same, form="loading_control", marker=None)
    assert_constraint_refuses("band_once_per_lane", control, form="total", marker=first.marker_id)


def test_every_uniqueness_is_tested() -> None:
    others = {
        "one_calibrator_lane_per_blot",
        "ihc_reading_one_consensus",
        "laboratory_scale_code_once_per_study",
        "blind_scoring_once_per_stain",
        "experiment_reading_once",
        "qpcr_printed_result_once",
        "band_once_per_lane",
        *VERSIONS,
    }
    assert set(constraints("expression", UniqueConstraint)) == UNIQUE.keys() | others


def test_symbols_are_unique() -> None:
    with pytest.raises(Exception, match="symbol"):
        overwrite(MarkerFactory(symbol="SOX9"), symbol=MarkerFactory().symbol)


_readers = count(1)


def _read_on_a_laboratory_scale(**given: Any) -> IhcReading:
    specimen = given.pop("specimen", None) or SpecimenFactory()
    scale = given.pop("laboratory_scale", None) or LaboratoryScaleFactory(study=specimen.study)
    # A second reading of the same specimen is another reader's.
    values = NOTHING_READ | {"recorded_score": 1, "laboratory_scale": scale, "reader": f"R{next(_readers)}"}
    return IhcReadingFactory(specimen=specimen, **values, **given)


REFERENCES: dict[tuple[str, str], tuple[Any, Any, str]] = {
    ("Antibody", "phospho_site"): (AntibodyFactory, PhosphoSiteFactory, "study marker"),
    ("IhcReading", "antibody"): (IhcReadingFactory, AntibodyFactory, "specimen"),
    ("IhcReading", "laboratory_scale"): (_read_on_a_laboratory_scale, LaboratoryScaleFactory, "specimen antibody"),
    ("IhcReading", "specimen"): (IhcReadingFactory, SpecimenFactory, "antibody study patient"),
    ("IhcReading", "core"): (IhcReadingFactory, CoreFactory, "specimen antibody"),
    ("BlindScoring", "microarray"): (BlindScoringFactory, TissueMicroarrayFactory, "study antibody"),
    ("BlindScoring", "antibody"): (BlindScoringFactory, AntibodyFactory, "study microarray"),
    ("PathologyFinding", "specimen"): (PathologyFindingFactory, SpecimenFactory, "study patient"),
    ("PositivityCutoff", "antibody"): (PositivityCutoffFactory, AntibodyFactory, "study"),
    ("ConsolidationRule", "cutoff"): (ConsolidationRuleFactory, PositivityCutoffFactory, "study"),
    ("CellExperiment", "line"): (CellExperimentFactory, CellLineFactory, "study"),
    ("ExperimentReading", "condition"): (ExperimentReadingFactory, ExperimentConditionFactory, "experiment"),
    ("Lane", "blot"): (LaneFactory, WesternBlotFactory, "study specimen"),
    ("Lane", "specimen"): (LaneFactory, SpecimenFactory, "blot"),
    ("Lane", "line"): (LaneFactory, CellLineFactory, "blot"),
    ("Band", "membrane"): (BandFactory, MembraneFactory, "blot lane"),
    ("Band", "lane"): (BandFactory, LaneFactory, "blot membrane"),
    ("Band", "phospho_site"): (BandFactory, lambda: PhosphoSiteFactory(marker=MarkerFactory()), "blot"),
    ("ExpressionValue", "dataset"): (ExpressionValueFactory, ExpressionDatasetFactory, "specimen"),
    ("ExpressionValue", "specimen"): (ExpressionValueFactory, SpecimenFactory, "dataset study"),
    ("QpcrRun", "import_job"): (QpcrRunFactory, ImportJobFactory, "study"),
    ("QpcrSample", "run"): (QpcrSampleFactory, QpcrRunFactory, "study specimen"),
    ("QpcrSample", "specimen"): (QpcrSampleFactory, SpecimenFactory, "run"),
    ("QpcrWell", "target"): (QpcrWellFactory, QpcrTargetFactory, "run"),
    ("QpcrWell", "sample"): (QpcrWellFactory, QpcrSampleFactory, "run"),
    ("QpcrPrintedResult", "sample"): (QpcrPrintedResultFactory, QpcrSampleFactory, "run"),
    ("QpcrPrintedResult", "target"): (QpcrPrintedResultFactory, QpcrTargetFactory, "run"),
}


@pytest.mark.parametrize("key", REFERENCES, ids=".".join)
def test_reference_stays_within_the_study_or_run(key: tuple[str, str]) -> None:
    """What the factory makes is accepted, a row with the same owners that refers elsewhere is not."""
    factory, referenced, owners = REFERENCES[key]
    own = factory()
    same = {name: getattr(own, name) for name in owners.split()}
    with pytest.raises(DatabaseError, match=f"{key[1]} belongs to another"):
        factory(**same | {key[1]: referenced()})


def test_an_import_of_the_same_study_is_accepted() -> None:
    job = ImportJobFactory()
    assert QpcrRunFactory(study=job.study, import_job=job).import_job == job


def test_every_trigger_between_tables_is_tested() -> None:
    found = {(model.__name__, trigger.reference) for model, trigger in triggers("expression", SameParent)}
    assert found == REFERENCES.keys()


CHANGED = {
    "unit": "rsem",
    "version": 9,
    "cell_type": "stromal",
    "compartment": "nucleus",
    "scale": "allred",
    "at_least": 2,
    "cores_to_specimen": "max",
    "specimens_to_patient": "max",
    "minimum_evaluable_cores": 2,
    "readout": "qpcr",
    "meanings": '{"0": "absent"}',
    "not_assessable": ["y"],
}
"""What a row is tried to be changed to, where rows of the factory do not differ."""

OWNED = {
    "Antibody": (AntibodyFactory, {"clone": "N1H8"}),
    "PositivityCutoff": (PositivityCutoffFactory, {"source": "Own series"}),
    "ConsolidationRule": (ConsolidationRuleFactory, {}),
    "IhcReading": (IhcReadingFactory, {"intensity": 2}),
    "LaboratoryScale": (LaboratoryScaleFactory, {}),
    "BlindScoring": (BlindScoringFactory, {}),
    "PathologyFinding": (PathologyFindingFactory, {"giant_cells": "absent"}),
    "CellLine": (CellLineFactory, {"accession": "CVCL_0042"}),
    "CellExperiment": (CellExperimentFactory, {"performed_on": "2020"}),
    "ExperimentCondition": (ExperimentConditionFactory, {"hours": 24}),
    "ExperimentReading": (ExperimentReadingFactory, {"value": 1.0}),
    "WesternBlot": (WesternBlotFactory, {"detection": "Imager"}),
    "Membrane": (MembraneFactory, {"loading_control": "β-actin"}),
    "Lane": (LaneFactory, {"is_calibrator": True}),
    "Band": (BandFactory, {"saturated": True}),
    "ExpressionDataset": (ExpressionDatasetFactory, {"platform": "array"}),
    "ExpressionValue": (ExpressionValueFactory, {"value": 1.0}),
    "QpcrRun": (QpcrRunFactory, {"cycles": 45}),
    "QpcrTarget": (QpcrTargetFactory, {"assay_id": "Hs00243522_m1"}),
    "QpcrSample": (QpcrSampleFactory, {"is_calibrator": True}),
    "QpcrWell": (QpcrWellFactory, {"omitted": True}),
    "QpcrPrintedResult": (QpcrPrintedResultFactory, {"relative_quantity": 1.5}),
}


REFERENCED = {
    "marker": lambda: MarkerFactory(symbol="SOX9"),
    "antibody": AntibodyFactory,
    "cutoff": PositivityCutoffFactory,
    "core": CoreFactory,
    "study": StudyFactory,
}
"""Makes what a row is tried to be moved to."""


@pytest.mark.parametrize(("model", "trigger"), triggers("expression", ReadOnly), ids=str)
def test_owner_never_changes(model: Any, trigger: ReadOnly) -> None:
    factory, changeable = OWNED[model.__name__]
    row, other = factory(), factory()
    if changeable:
        overwrite(row, **changeable)
    for field in trigger.fields:
        changed = CHANGED.get(field, getattr(other, model._meta.get_field(field).attname))
        if field in REFERENCED:
            changed = REFERENCED[field]().pk
        assert_trigger_refuses("Cannot update rows|belongs to another", row, **{field: changed})
