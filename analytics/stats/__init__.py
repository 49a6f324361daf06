"""The statistics engine: NumPy arrays in, results with effect, interval and p-value out. No Django."""

from analytics.stats.differences import SHIFT
from analytics.stats.dominance import DELTA, SUPERIORITY
from analytics.stats.groups import EPSILON_SQUARED, dunn, kruskal_wallis, mann_whitney
from analytics.stats.multiplicity import adjust
from analytics.stats.result import (
    Effect,
    GroupSummary,
    Interval,
    NotComparable,
    Note,
    PairComparison,
    PairwiseResult,
    Result,
    SeveralGroupsResult,
    TwoGroupResult,
    format_p,
)

__all__ = [
    "DELTA",
    "EPSILON_SQUARED",
    "SHIFT",
    "SUPERIORITY",
    "Effect",
    "GroupSummary",
    "Interval",
    "NotComparable",
    "Note",
    "PairComparison",
    "PairwiseResult",
    "Result",
    "SeveralGroupsResult",
    "TwoGroupResult",
    "adjust",
    "dunn",
    "format_p",
    "kruskal_wallis",
    "mann_whitney",
]
