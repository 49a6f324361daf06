"""What is there once is refused a second time. ``UNIQUE``: factory, what makes another row of it."""

from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.db.models import UniqueConstraint

from tests.database_rules import (
    assert_constraint_refuses,
    assert_trigger_refuses,
    columns_of,
    constraints,
    overwrite,
)
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
    QpcrPrintedResultFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    WesternBlotFactory,
)

pytestmark = pytest.mark.django_db

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
