"""Comparison of groups: by ranks, by means, in an order, within strata, and of two values of the same unit.

Signed effects are always the first group minus the second. Values are compared as given: round them beforehand where
the measurement does.
"""

from analytics.stats.groups.margin import EquivalenceResult, equivalence
from analytics.stats.groups.means import MEAN_DIFFERENCE, permutation_test, welch_t
from analytics.stats.groups.paired import PairedResult, wilcoxon_signed_rank
from analytics.stats.groups.pairs import dunn
from analytics.stats.groups.several import EPSILON_SQUARED, epsilon_squared_interval, kruskal_wallis
from analytics.stats.groups.stratified import van_elteren
from analytics.stats.groups.superiority import brunner_munzel
from analytics.stats.groups.trend import ORDERED_SUPERIORITY, TrendResult, jonckheere_terpstra
from analytics.stats.groups.two import mann_whitney

__all__ = [
    "EPSILON_SQUARED",
    "MEAN_DIFFERENCE",
    "ORDERED_SUPERIORITY",
    "EquivalenceResult",
    "PairedResult",
    "TrendResult",
    "brunner_munzel",
    "dunn",
    "epsilon_squared_interval",
    "equivalence",
    "jonckheere_terpstra",
    "kruskal_wallis",
    "mann_whitney",
    "permutation_test",
    "van_elteren",
    "welch_t",
    "wilcoxon_signed_rank",
]
