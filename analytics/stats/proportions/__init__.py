"""Proportions and tables of counts.

Groups stand in rows, the event in the first column. Signed effects are the first row minus the second, ratios the first
row over the second. Counts are never changed: an empty cell stays empty, and no ½ is added to it.
"""

from analytics.stats.proportions.association import CRAMERS_V, chi_square, fisher_exact
from analytics.stats.proportions.difference import RISK_DIFFERENCE, risk_difference
from analytics.stats.proportions.odds import ODDS_RATIO, odds_ratio
from analytics.stats.proportions.one import PROPORTION, proportion
from analytics.stats.proportions.paired import mcnemar
from analytics.stats.proportions.stratified import StratifiedTablesResult, mantel_haenszel
from analytics.stats.proportions.table import TableResult
from analytics.stats.proportions.trend import SLOPE, cochran_armitage

__all__ = [
    "CRAMERS_V",
    "ODDS_RATIO",
    "PROPORTION",
    "RISK_DIFFERENCE",
    "SLOPE",
    "StratifiedTablesResult",
    "TableResult",
    "chi_square",
    "cochran_armitage",
    "fisher_exact",
    "mantel_haenszel",
    "mcnemar",
    "odds_ratio",
    "proportion",
    "risk_difference",
]
