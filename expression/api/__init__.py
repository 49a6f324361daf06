"""What was measured, over the API."""

from expression.api.experiments import CellExperimentViewSet, CellLineViewSet
from expression.api.measurements import MarkerViewSet, MeasurementViewSet
from expression.api.qpcr import QpcrRunViewSet
from expression.api.western import WesternBlotViewSet

__all__ = [
    "CellExperimentViewSet",
    "CellLineViewSet",
    "MarkerViewSet",
    "MeasurementViewSet",
    "QpcrRunViewSet",
    "WesternBlotViewSet",
]
