"""The statistics engine: NumPy arrays in, results with effect, interval and p-value out. No Django."""

from analytics.stats.chi_square import ChiSquare
from analytics.stats.competing import (
    CumulativeIncidenceResult,
    FineGrayResult,
    GrayResult,
    cumulative_incidence,
    fine_gray,
    gray_test,
)
from analytics.stats.cox import CoxResult, CoxTerm, cox
from analytics.stats.differences import SHIFT
from analytics.stats.dominance import DELTA, SUPERIORITY
from analytics.stats.groups import EPSILON_SQUARED, dunn, kruskal_wallis, mann_whitney
from analytics.stats.landmark import (
    RESPONSE,
    LandmarkResult,
    TimeDependentResponseResult,
    landmark,
    time_dependent_response,
)
from analytics.stats.multiplicity import adjust
from analytics.stats.recurrent import (
    CountedEvents,
    EventRateResult,
    MeanCumulativeResult,
    NegativeBinomialResult,
    andersen_gill,
    count_events,
    event_rate,
    mean_cumulative_function,
    negative_binomial,
)
from analytics.stats.recurrent.event_rate import RATE_RATIO
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
from analytics.stats.survival import (
    KaplanMeierResult,
    LogRankResult,
    ProportionalHazardsResult,
    RestrictedMeanResult,
    kaplan_meier,
    log_rank,
    proportional_hazards_test,
    restricted_mean,
)
from analytics.stats.survival.log_rank import PETO_HAZARD_RATIO
from analytics.stats.survival.restricted_mean import RESTRICTED_MEAN_DIFFERENCE

__all__ = [
    "DELTA",
    "EPSILON_SQUARED",
    "PETO_HAZARD_RATIO",
    "RATE_RATIO",
    "RESPONSE",
    "RESTRICTED_MEAN_DIFFERENCE",
    "SHIFT",
    "SUPERIORITY",
    "ChiSquare",
    "CountedEvents",
    "CoxResult",
    "CoxTerm",
    "CumulativeIncidenceResult",
    "Effect",
    "EventRateResult",
    "FineGrayResult",
    "GrayResult",
    "GroupSummary",
    "Interval",
    "KaplanMeierResult",
    "LandmarkResult",
    "LogRankResult",
    "MeanCumulativeResult",
    "NegativeBinomialResult",
    "NotComparable",
    "Note",
    "PairComparison",
    "PairwiseResult",
    "ProportionalHazardsResult",
    "RestrictedMeanResult",
    "Result",
    "SeveralGroupsResult",
    "TimeDependentResponseResult",
    "TwoGroupResult",
    "adjust",
    "andersen_gill",
    "count_events",
    "cox",
    "cumulative_incidence",
    "dunn",
    "event_rate",
    "fine_gray",
    "format_p",
    "gray_test",
    "kaplan_meier",
    "kruskal_wallis",
    "landmark",
    "log_rank",
    "mann_whitney",
    "mean_cumulative_function",
    "negative_binomial",
    "proportional_hazards_test",
    "restricted_mean",
    "time_dependent_response",
]
