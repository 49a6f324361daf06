"""What was measured, over the API."""

from expression.api.measurements import MarkerViewSet, MeasurementViewSet

__all__ = ["MarkerViewSet", "MeasurementViewSet"]
