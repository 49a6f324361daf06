"""Agreement of observers and of methods of measurement on the same units."""

from analytics.stats.agreement.intraclass import INTRACLASS_CORRELATION, IntraclassResult, icc
from analytics.stats.agreement.kappa import KAPPA, OBSERVED_AGREEMENT, WEIGHTED_KAPPA, KappaResult, cohens_kappa
from analytics.stats.agreement.limits import BIAS, LOWER_LIMIT, UPPER_LIMIT, BlandAltmanResult, bland_altman

__all__ = [
    "BIAS",
    "INTRACLASS_CORRELATION",
    "KAPPA",
    "LOWER_LIMIT",
    "OBSERVED_AGREEMENT",
    "UPPER_LIMIT",
    "WEIGHTED_KAPPA",
    "BlandAltmanResult",
    "IntraclassResult",
    "KappaResult",
    "bland_altman",
    "cohens_kappa",
    "icc",
]
