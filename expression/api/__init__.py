"""Markers, datasets and measurements over the API."""

from expression.api.markers import DatasetViewSet, MarkerViewSet
from expression.api.measurements import MeasurementViewSet

__all__ = ["DatasetViewSet", "MarkerViewSet", "MeasurementViewSet"]
