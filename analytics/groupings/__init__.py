"""By what patients can be grouped."""

from analytics.groupings.base import Assignment, Grouping, Labels, in_all_languages
from analytics.groupings.offered import GROUPINGS

__all__ = ["GROUPINGS", "Assignment", "Grouping", "Labels", "in_all_languages"]
