"""The parts that forms of questions are made of."""

from analytics.forms.base import QuestionForm
from analytics.forms.counts import counted
from analytics.forms.grouping import (
    GROUPING_FIELDS,
    choose_grouping,
    grouping_fields,
    offered_groupings,
    without_details,
)
from analytics.forms.measure import MeasureChoice

__all__ = [
    "GROUPING_FIELDS",
    "MeasureChoice",
    "QuestionForm",
    "choose_grouping",
    "counted",
    "grouping_fields",
    "offered_groupings",
    "without_details",
]
