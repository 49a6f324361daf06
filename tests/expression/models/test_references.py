"""No row refers to another study, run or blot. ``REFERENCES``: factory, what is referred to, who are the owners."""

from typing import Any

import pytest
from django.db import Error as DatabaseError
from pgtrigger import ReadOnly

from cases.models.integrity import SameParent
from tests.database_rules import (
    assert_trigger_refuses,
    overwrite,
    triggers,
)
from tests.expression.models.readings import read_on_a_laboratory_scale
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

REFERENCES: dict[tuple[str, str], tuple[Any, Any, str]] = {
    ("Antibody", "phospho_site"): (AntibodyFactory, PhosphoSiteFactory, "study marker"),
    ("IhcReading", "antibody"): (IhcReadingFactory, AntibodyFactory, "specimen"),
    ("IhcReading", "laboratory_scale"): (read_on_a_laboratory_scale, LaboratoryScaleFactory, "specimen antibody"),
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
