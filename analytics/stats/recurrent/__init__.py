"""Events that can come to one patient several times."""

from analytics.stats.recurrent.andersen_gill import andersen_gill
from analytics.stats.recurrent.counting import CountedEvents, count_events
from analytics.stats.recurrent.event_rate import EventRate, EventRateResult, event_rate
from analytics.stats.recurrent.mean_function import (
    MeanCumulativeCurve,
    MeanCumulativeResult,
    mean_cumulative_function,
)
from analytics.stats.recurrent.negative_binomial import CountTerm, NegativeBinomialResult, negative_binomial

__all__ = [
    "CountTerm",
    "CountedEvents",
    "EventRate",
    "EventRateResult",
    "MeanCumulativeCurve",
    "MeanCumulativeResult",
    "NegativeBinomialResult",
    "andersen_gill",
    "count_events",
    "event_rate",
    "mean_cumulative_function",
    "negative_binomial",
]
