"""Comparison of groups by ranks.

Signed effects are always the first group minus the second. Values are compared as given: round them beforehand where
the measurement does.
"""

from analytics.stats.groups.pairs import dunn
from analytics.stats.groups.several import EPSILON_SQUARED, epsilon_squared_interval, kruskal_wallis
from analytics.stats.groups.two import mann_whitney

__all__ = ["EPSILON_SQUARED", "dunn", "epsilon_squared_interval", "kruskal_wallis", "mann_whitney"]
