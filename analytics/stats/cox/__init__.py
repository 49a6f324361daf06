"""Proportional hazards regression."""

from analytics.stats.cox.regression import cox
from analytics.stats.cox.result import CoxResult, CoxTerm

__all__ = ["CoxResult", "CoxTerm", "cox"]
