"""Measurements in the administration; importing the modules registers them."""

from expression.admin import experiments, markers, qpcr, stains, western

__all__ = ["experiments", "markers", "qpcr", "stains", "western"]
