"""Survival by group: curves, quantiles, restricted means, and tests between groups."""

from analytics.stats.survival.kaplan_meier import KaplanMeierResult, SurvivalCurve, SurvivalQuantile, kaplan_meier
from analytics.stats.survival.log_rank import LogRankGroup, LogRankResult, log_rank
from analytics.stats.survival.proportional_hazards import (
    ProportionalHazardsResult,
    ProportionalHazardsTerm,
    proportional_hazards_test,
)
from analytics.stats.survival.restricted_mean import RestrictedMean, RestrictedMeanResult, restricted_mean

__all__ = [
    "KaplanMeierResult",
    "LogRankGroup",
    "LogRankResult",
    "ProportionalHazardsResult",
    "ProportionalHazardsTerm",
    "RestrictedMean",
    "RestrictedMeanResult",
    "SurvivalCurve",
    "SurvivalQuantile",
    "kaplan_meier",
    "log_rank",
    "proportional_hazards_test",
    "restricted_mean",
]
