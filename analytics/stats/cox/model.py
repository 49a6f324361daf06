"""A fitted proportional hazards model as arrays: what the regression and the test of its assumption share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.cox.maximum import Maximum, dependent_covariate, inverse, maximise
from analytics.stats.cox.partial_likelihood import Evaluation, PartialLikelihood
from analytics.stats.follow_up import FollowUp, factor
from analytics.stats.result import NotComparable
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Floats, RiskSets
from analytics.stats.samples import checked_covariate

# Where the middle half of the values is one number: shares on either side that may lie outside the spread of most, of
# which the first that leaves a spread is taken.
TAILS = (0.1, 0.05, 0.01, 0.0)


@dataclass(frozen=True, kw_only=True)
class CoxModel:
    """The fit in scaled units, those of :func:`standardised_covariates`.

    ``variance`` is the inverse information in those units; divide a scaled coefficient by ``scale`` to undo.
    """

    names: tuple[str, ...]
    follow_up: FollowUp
    strata: int
    likelihood: PartialLikelihood
    null: Evaluation
    null_information: Floats
    maximum: Maximum
    scale: Floats
    variance: Floats


def fit_cox(follow_up: FollowUp, covariates: Mapping[str, ArrayLike], *, stratum: ArrayLike | None = None) -> CoxModel:
    """Fit the model of :func:`~analytics.stats.cox`, with the refusals it documents."""
    strata = factor(stratum, size=follow_up.size)
    if not follow_up.event.any():
        raise NotComparable(_("Nobody has had the event, so no hazard can be compared."), code="no-events")
    names = tuple(covariates)
    matrix, scale = standardised_covariates(covariates, size=follow_up.size)
    sets = RiskSets(follow_up, stratum=strata.codes if strata.size > 1 else None)
    likelihood = PartialLikelihood(matrix, sets, follow_up.event)
    null = likelihood.evaluate(np.zeros(len(names)))
    null_information = likelihood.information(null)
    refuse_dependent(null_information, matrix, names)
    maximum = maximise(likelihood)
    return CoxModel(
        names=names,
        follow_up=follow_up,
        strata=strata.size,
        likelihood=likelihood,
        null=null,
        null_information=null_information,
        maximum=maximum,
        scale=scale,
        variance=inverse(likelihood.information(maximum.evaluation)),
    )


def scaled_covariates(covariates: Mapping[str, ArrayLike], *, size: int) -> tuple[Floats, Floats]:
    """Covariates × rows, each centred and divided by its range, and the ranges.

    Raises :class:`NotComparable` without covariates, on values that are not finite, and on a constant covariate.
    """
    rows = _checked_rows(covariates, size=size)
    scale = np.ptp(rows, axis=1)
    return (rows - rows.mean(axis=1, keepdims=True)) / scale[:, None], scale


def standardised_covariates(covariates: Mapping[str, ArrayLike], *, size: int) -> tuple[Floats, Floats]:
    """Covariates × rows from their medians, each in a unit of its own that is the spread of most values, and the units.

    A value far away sets neither: the others would lose their digits beside it, and a coefficient that they determine
    would be too large a number to step to. Raises as :func:`scaled_covariates` does.
    """
    rows = _checked_rows(covariates, size=size)
    low, median, high = np.quantile(rows, [0.25, 0.5, 0.75], axis=1)
    scale = high - low
    for index in np.flatnonzero(scale == 0):
        spreads = (np.diff(np.quantile(rows[index], [tail, 1 - tail]))[0] for tail in TAILS)
        scale[index] = next(spread for spread in spreads if spread > 0)
    return (rows - median[:, None]) / scale[:, None], scale


def _checked_rows(covariates: Mapping[str, ArrayLike], *, size: int) -> Floats:
    if not covariates:
        raise NotComparable(_("A regression needs at least one covariate."), code="no-covariates")
    return np.stack([checked_covariate(values, name=name, size=size) for name, values in covariates.items()])


def refuse_dependent(information: Floats, covariates: Floats, names: tuple[str, ...]) -> None:
    """Raise :class:`NotComparable` where the information at 0 cannot tell a covariate from those before it."""
    dependent = dependent_covariate(information, covariates)
    if dependent is not None:
        text = _(
            "Covariate {covariate} does not vary among those at risk when events happen, or follows from the "
            "covariates before it. Leave it out."
        )
        raise NotComparable(text, code="collinear-covariate", covariate=names[dependent])
