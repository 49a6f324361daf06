"""Proportional hazards regression."""

from analytics.stats.cox.model import CoxModel, fit_cox
from analytics.stats.cox.regression import cox
from analytics.stats.cox.result import CoxResult, CoxTerm

__all__ = ["CoxModel", "CoxResult", "CoxTerm", "cox", "fit_cox"]
