from expression.models.antibody import Antibody, PositivityCutoff
from expression.models.blind_scoring import BlindScoring
from expression.models.cell_experiment import (
    CellExperiment,
    CellLine,
    Culture,
    ExperimentCondition,
    ExperimentReading,
    ReadingStatus,
    Readout,
)
from expression.models.consolidation import ConsolidationRule, Summary
from expression.models.evaluability import Evaluability
from expression.models.ihc import IhcReading
from expression.models.laboratory_scale import LaboratoryScale
from expression.models.marker import Marker, MarkerRole
from expression.models.pathology import MarrowFibrosis, PathologyFinding
from expression.models.percentages import Intensity
from expression.models.phospho_site import PhosphoSite
from expression.models.profile import ExpressionDataset, ExpressionValue, ProfileUnit
from expression.models.qpcr import (
    EfficiencySource,
    QpcrPrintedResult,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    ReferencePairing,
    TargetRole,
    WellReading,
    WellTask,
)
from expression.models.scale import Compartment, Scale, StainedCell
from expression.models.western import Band, BandForm, Lane, Membrane, WesternBlot

__all__ = [
    "Antibody",
    "Band",
    "BandForm",
    "BlindScoring",
    "CellExperiment",
    "CellLine",
    "Compartment",
    "ConsolidationRule",
    "Culture",
    "EfficiencySource",
    "Evaluability",
    "ExperimentCondition",
    "ExperimentReading",
    "ExpressionDataset",
    "ExpressionValue",
    "IhcReading",
    "Intensity",
    "LaboratoryScale",
    "Lane",
    "Marker",
    "MarkerRole",
    "MarrowFibrosis",
    "Membrane",
    "PathologyFinding",
    "PhosphoSite",
    "PositivityCutoff",
    "ProfileUnit",
    "QpcrPrintedResult",
    "QpcrRun",
    "QpcrSample",
    "QpcrTarget",
    "QpcrWell",
    "ReadingStatus",
    "Readout",
    "ReferencePairing",
    "Scale",
    "StainedCell",
    "Summary",
    "TargetRole",
    "WellReading",
    "WellTask",
    "WesternBlot",
]
