"""Logistic regression of an event on covariates."""

from analytics.stats.logistic.model import LogisticResult, LogisticTerm, logistic

__all__ = ["LogisticResult", "LogisticTerm", "logistic"]
