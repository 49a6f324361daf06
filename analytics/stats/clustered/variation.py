"""Intraclass correlation, design effect and effective n."""

from __future__ import annotations

from analytics.stats.agreement.intraclass import INTRACLASS_CORRELATION
from analytics.stats.clustered.result import Variation
from analytics.stats.result import Effect, Interval
from analytics.stats.samples import Values


def variation(
    between: float, within: float, *, sizes: Values, correlation: float, interval: Interval | None
) -> Variation:
    """Variances and what they mean for clusters of these sizes.

    The mean of clusters of n values, each weighted as it deserves, has the variance of Σ n/(1 + (n − 1)ρ) independent
    values (Kish 1965 for equal sizes). A negative correlation of values is chance here: it counts as 0.

    >>> import numpy as np
    >>> print(variation(1.0, 1.0, sizes=np.array([3.0, 3.0]), correlation=0.5, interval=None))
    intraclass correlation 0.5 (interval not estimable); effective n 3, design effect 2
    """
    effective = float((sizes / (1 + (sizes - 1) * max(correlation, 0.0))).sum())
    return Variation(
        between_variance=between,
        within_variance=within,
        effects=(Effect(INTRACLASS_CORRELATION, correlation, interval),),
        design_effect=float(sizes.sum()) / effective,
        effective_n=effective,
    )
