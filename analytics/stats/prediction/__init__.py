"""Prediction of an event by a marker: ROC curves, areas under them, and cuts chosen from the data."""

from analytics.stats.prediction.comparison import AREA_DIFFERENCE, AucComparisonResult, compare_auc
from analytics.stats.prediction.cutpoint import CutpointResult, maximally_selected_rank
from analytics.stats.prediction.roc import AREA_UNDER_CURVE, AucResult, RocResult, auc, roc_curve

__all__ = [
    "AREA_DIFFERENCE",
    "AREA_UNDER_CURVE",
    "AucComparisonResult",
    "AucResult",
    "CutpointResult",
    "RocResult",
    "auc",
    "compare_auc",
    "maximally_selected_rank",
    "roc_curve",
]
