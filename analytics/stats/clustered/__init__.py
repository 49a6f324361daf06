"""Values that come in clusters (cores of a patient, wells of an experiment) and so are not independent."""

from analytics.stats.clustered.correlation import cluster_correlation
from analytics.stats.clustered.inference import COVARIATE_SLOPE
from analytics.stats.clustered.mixed import mixed_model
from analytics.stats.clustered.result import (
    ClusterCorrelationResult,
    ClusteredResult,
    CovariateSlope,
    MeanComparison,
    Variation,
)
from analytics.stats.clustered.robust import cluster_robust

__all__ = [
    "COVARIATE_SLOPE",
    "ClusterCorrelationResult",
    "ClusteredResult",
    "CovariateSlope",
    "MeanComparison",
    "Variation",
    "cluster_correlation",
    "cluster_robust",
    "mixed_model",
]
