"""Measurements over the API."""

from expression.api.antibodies import AntibodyViewSet, ConsolidationRuleViewSet, PositivityCutoffViewSet
from expression.api.measurements import MarkerViewSet, MeasurementViewSet

__all__ = [
    "AntibodyViewSet",
    "ConsolidationRuleViewSet",
    "MarkerViewSet",
    "MeasurementViewSet",
    "PositivityCutoffViewSet",
]
