"""What was measured, over the API."""

from expression.api.antibodies import (
    AntibodyViewSet,
    ConsolidationRuleViewSet,
    LaboratoryScaleViewSet,
    PositivityCutoffViewSet,
)
from expression.api.experiments import CellExperimentViewSet, CellLineViewSet
from expression.api.markers import DatasetViewSet, MarkerViewSet
from expression.api.measurements import MeasurementViewSet
from expression.api.qpcr import QpcrRunViewSet
from expression.api.western import WesternBlotViewSet

__all__ = [
    "AntibodyViewSet",
    "CellExperimentViewSet",
    "CellLineViewSet",
    "ConsolidationRuleViewSet",
    "DatasetViewSet",
    "LaboratoryScaleViewSet",
    "MarkerViewSet",
    "MeasurementViewSet",
    "PositivityCutoffViewSet",
    "QpcrRunViewSet",
    "WesternBlotViewSet",
]
