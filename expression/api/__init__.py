"""What was measured, over the API."""

from expression.api.measurements import MarkerViewSet, MeasurementViewSet
from expression.api.qpcr import QpcrRunViewSet

__all__ = ["MarkerViewSet", "MeasurementViewSet", "QpcrRunViewSet"]
