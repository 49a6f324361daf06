"""Estimates of a linear model with approximate degrees of freedom, as a clustered result tells them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats

from analytics.stats.clustered.design import Model
from analytics.stats.clustered.result import ClusteredResult, CovariateSlope, MeanComparison, Variation
from analytics.stats.groups.means import MEAN_DIFFERENCE
from analytics.stats.multiplicity import adjust, adjusted_notes
from analytics.stats.result import Effect, Interval, NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, sample_warnings

COVARIATE_SLOPE = _("change per unit")


@dataclass(frozen=True)
class Fitted:
    """Coefficients of a :class:`Model` with their variance.

    ``degrees`` gives those of a combination of coefficients, ``overall`` F and its denominator degrees of several.
    """

    coefficients: Values
    variance: Values
    degrees: Callable[[Values], float]
    overall: Callable[[Values], tuple[float, float]]


@dataclass(frozen=True)
class _Answer:
    effect: Effect
    standard_error: float
    statistic: float
    degrees: float | None
    p_value: float


def clustered_result(
    model: Model,
    fitted: Fitted | None,
    *,
    method: str,
    reference: str | None,
    confidence: float,
    unit: str,
    variation: Variation | None,
    warnings: tuple[Note, ...],
    references: tuple[str, ...],
) -> ClusteredResult:
    """The result of a fit, or that of values that do not vary (``fitted`` is ``None``)."""
    pairs = model.pairs(reference)
    answers = [
        _answer(model, fitted, model.difference(*pair), name=MEAN_DIFFERENCE, unit=unit, confidence=confidence)
        for pair in pairs
    ]
    slopes = [
        _answer(model, fitted, model.slope(name), name=COVARIATE_SLOPE, unit=unit, confidence=confidence)
        for name in model.covariates
    ]
    degrees = len(model.labels) - 1
    statistic, denominator, p_value = 0.0, None, 1.0
    if fitted is not None:
        statistic, denominator = fitted.overall(model.all_differences())
        p_value = float(stats.f.sf(statistic, degrees, denominator))
    adjusted = adjust([answer.p_value for answer in answers])
    by_group = {label: model.values[model.group == code] for code, label in enumerate(model.labels)}
    return ClusteredResult(
        method=method,
        groups=model.summaries(),
        total=model.values.size,
        clusters=model.clusters,
        smallest_cluster=int(model.sizes.min()),
        largest_cluster=int(model.sizes.max()),
        comparisons=tuple(
            MeanComparison(
                first=first,
                second=second,
                effects=(answer.effect,),
                standard_error=answer.standard_error,
                statistic=answer.statistic,
                degrees_of_freedom=answer.degrees,
                p_value=answer.p_value,
                adjusted_p=adjusted_p,
            )
            for (first, second), answer, adjusted_p in zip(pairs, answers, adjusted, strict=True)
        ),
        slopes=tuple(
            CovariateSlope(
                covariate=name,
                effects=(answer.effect,),
                standard_error=answer.standard_error,
                statistic=answer.statistic,
                degrees_of_freedom=answer.degrees,
                p_value=answer.p_value,
            )
            for name, answer in zip(model.covariates, slopes, strict=True)
        ),
        statistic_name="F",
        statistic=statistic,
        degrees_of_freedom=degrees,
        denominator_degrees=denominator,
        p_value=p_value,
        variation=variation,
        warnings=(
            *sample_warnings(by_group, ranks=False),
            *adjusted_notes(len(pairs)),
            *warnings,
        ),
        references=references,
    )


def _answer(
    model: Model, fitted: Fitted | None, combination: Values, *, name: str, unit: str, confidence: float
) -> _Answer:
    if fitted is None:
        return _Answer(Effect(name, 0.0, None, unit), 0.0, 0.0, None, 1.0)
    estimate = float(combination @ fitted.coefficients)
    error = math.sqrt(max(float(combination @ fitted.variance @ combination), 0.0))
    degrees = fitted.degrees(combination)
    if not error > 0 or not degrees > 0:
        raise NotComparable(
            _("These values leave nothing to estimate the error of a difference from."), code="no-spread"
        )
    statistic = estimate / error
    half = float(stats.t.isf((1 - confidence) / 2, degrees)) * error
    return _Answer(
        effect=Effect(
            name,
            model.spread * estimate,
            Interval(model.spread * (estimate - half), model.spread * (estimate + half), confidence),
            unit,
        ),
        standard_error=model.spread * error,
        statistic=statistic,
        degrees=degrees,
        p_value=min(1.0, 2 * float(stats.t.sf(abs(statistic), degrees))),
    )
