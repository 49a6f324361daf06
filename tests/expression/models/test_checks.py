"""Each check accepts one row and refuses others. ``CHECKS``: factory, accepted values, refused ones."""

from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.db.models import CheckConstraint

from expression.models import WellReading
from tests.database_rules import (
    assert_constraint_refuses,
    constraints,
)
from tests.expression.models.readings import LOST, NOTHING_READ, SUMMARY
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    BlindScoringFactory,
    CellExperimentFactory,
    CellLineFactory,
    ConsolidationRuleFactory,
    ExperimentConditionFactory,
    ExperimentReadingFactory,
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    IhcReadingFactory,
    LaboratoryScaleFactory,
    LaneFactory,
    MarkerFactory,
    MembraneFactory,
    PathologyFindingFactory,
    PhosphoSiteFactory,
    PositivityCutoffFactory,
    QpcrRunFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    StudyFactory,
    WesternBlotFactory,
)

pytestmark = pytest.mark.django_db

UNDETERMINED = {"reading": WellReading.UNDETERMINED, "cq": None}

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
