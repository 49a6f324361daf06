"""Doses, or times, within blocks: experiments that were repeated, each time with every dose."""

from analytics.stats.dose_response.against_control import FOLD, compare_with_control
from analytics.stats.dose_response.by_ranks import CONCORDANCE, RANK_CORRELATION, friedman, page_trend
from analytics.stats.dose_response.curve import HALF_MAXIMAL_DOSE, half_maximal_dose
from analytics.stats.dose_response.response import dose_response
from analytics.stats.dose_response.result import (
    BlockedRankResult,
    ControlComparisonResult,
    DoseCurve,
    DoseCurveResult,
    DoseResponseResult,
)

__all__ = [
    "CONCORDANCE",
    "FOLD",
    "HALF_MAXIMAL_DOSE",
    "RANK_CORRELATION",
    "BlockedRankResult",
    "ControlComparisonResult",
    "DoseCurve",
    "DoseCurveResult",
    "DoseResponseResult",
    "compare_with_control",
    "dose_response",
    "friedman",
    "half_maximal_dose",
    "page_trend",
]
