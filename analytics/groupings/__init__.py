"""By what patients can be grouped."""

from analytics.groupings.base import Assignment, Grouping, Labels, in_all_languages
from analytics.groupings.disease import ages_at_diagnosis
from analytics.groupings.offered import GROUPINGS
from analytics.groupings.treatment import NOT_IN_DENOMINATOR

__all__ = [
    "GROUPINGS",
    "NOT_IN_DENOMINATOR",
    "Assignment",
    "Grouping",
    "Labels",
    "ages_at_diagnosis",
    "in_all_languages",
]
