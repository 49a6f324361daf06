"""Logistic regression: odds ratios of several covariates together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq

from analytics.stats.logistic.likelihood import Fit, Likelihood, separated
from analytics.stats.proportions import ODDS_RATIO
from analytics.stats.result import Effect, Interval, NotComparable, Note, Record, Result, counted, format_p
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence, checked_values

_MAXIMUM_LIKELIHOOD = _("Logistic regression by maximum likelihood, profile-likelihood intervals")
_FIRTH = _("Logistic regression by Firth's penalised likelihood, profile-likelihood intervals")

# Fewer events, or non-events, per covariate make estimates unsteady (Peduzzi et al. 1996).
EVENTS_PER_COVARIATE = 10


@dataclass(frozen=True)
class LogisticTerm(Record):
    """One covariate: ``coefficient`` is the logarithm of its odds ratio per unit, p is of the likelihood-ratio test."""

    name: str
    coefficient: float
    standard_error: float
    odds_ratio: Effect
    p_value: float

    def __str__(self) -> str:
        return f"{self.name}: {self.odds_ratio}, p {format_p(self.p_value)}"


@dataclass(frozen=True)
class LogisticResult(Result):
    """Covariates of an event that ``events`` of ``total`` units had.

    ``statistic`` is the likelihood-ratio chi-square of all covariates together.
    """

    method: str
    total: int
    events: int
    intercept: float
    terms: tuple[LogisticTerm, ...]
    log_likelihood: float
    statistic_name: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    warnings: tuple[Note, ...] = ()
    references: tuple[str, ...] = ()

    def term(self, name: str) -> LogisticTerm:
        return next(term for term in self.terms if term.name == name)

    def __str__(self) -> str:
        return "\n".join(
            (
                self.method,
                f"{self.events} events in {self.total} units",
                *map(str, self.terms),
                f"{self.statistic_name} = {self.statistic:.4g}, {self.degrees_of_freedom} df, "
                f"p {format_p(self.p_value)}",
                *map(str, self.warnings),
            )
        )


def logistic(
    event: ArrayLike, covariates: Mapping[str, ArrayLike], *, confidence: float = 0.95, firth: bool | None = None
) -> LogisticResult:
    """How the odds of an event change with each covariate, the others held fixed.

    ``event`` is a flat array of 0 and 1 (or booleans), one per independent unit; ``covariates`` maps names to flat
    arrays of the same length, a category as one array of 0 and 1 for each level but the reference. The model is
    ln(p/(1 − p)) = β₀ + Σ βⱼxⱼ. Coefficients maximise the likelihood; intervals and p-values are those of the
    likelihood ratio, which holds in small samples where Wald's does not, and interval and p agree.

    Where a combination of covariates divides events from the rest no finite estimate exists. That is detected, and
    Firth's penalised likelihood, which always has a maximum, is taken instead with a note; ``firth`` demands the one
    or the other.

    Raises :class:`NotComparable` on values that are missing or not finite, without events or with events only, on a
    covariate that is constant or follows from the others, and where ``firth=False`` has no finite estimate.

    Firth D. Biometrika 1993;80:27–38. Heinze G, Schemper M. Stat Med 2002;21:2409–2419. Low birth weight by smoking
    (R: ``glm(low ~ smoke, binomial, MASS::birthwt)``) is a table of 30 of 74 and 29 of 115:

    >>> smokes, low = [1] * 74 + [0] * 115, [1] * 30 + [0] * 44 + [1] * 29 + [0] * 86
    >>> print(logistic(low, {"smokes": smokes}).term("smokes"))
    smokes: odds ratio 2.022 (95% CI 1.082 to 3.801), p = 0.027
    """
    checked_confidence(confidence)
    outcome = _checked_event(event)
    design, centre, scale = _checked_design(covariates, units=outcome.size)
    likelihood, fit = _fitted(design, outcome, firth=firth)
    coefficients = fit.coefficients[1:] / scale
    errors = np.sqrt(np.diag(np.linalg.inv(likelihood.information(fit.coefficients))))[1:] / scale
    nothing = likelihood.maximum(
        start=np.zeros(design.shape[1]), fixed=np.append(False, np.ones(scale.size, dtype=bool))
    )
    statistic = max(0.0, 2 * (fit.log_likelihood - nothing.log_likelihood))
    return LogisticResult(
        method=_FIRTH if likelihood.penalised else _MAXIMUM_LIKELIHOOD,
        total=outcome.size,
        events=int(outcome.sum()),
        intercept=float(fit.coefficients[0] - coefficients @ centre),
        terms=tuple(
            LogisticTerm(
                name=name,
                coefficient=float(coefficients[position]),
                standard_error=float(errors[position]),
                odds_ratio=_odds_ratio(
                    likelihood, fit, position + 1, scale=float(scale[position]), confidence=confidence
                ),
                p_value=float(stats.chi2.sf(_deviance(likelihood, fit, position + 1, 0.0), 1)),
            )
            for position, name in enumerate(covariates)
        ),
        log_likelihood=fit.log_likelihood,
        statistic_name="χ²",
        statistic=statistic,
        degrees_of_freedom=scale.size,
        p_value=float(stats.chi2.sf(statistic, scale.size)),
        warnings=(*_separation_note(likelihood, firth=firth), *_few_events_note(outcome, scale.size)),
        references=(
            "Venzon DJ, Moolgavkar SH. J R Stat Soc C 1988;37:87–94",
            *(
                ["Firth D. Biometrika 1993;80:27–38", "Heinze G, Schemper M. Stat Med 2002;21:2409–2419"]
                if likelihood.penalised
                else []
            ),
        ),
    )


def _checked_event(event: ArrayLike) -> Values:
    outcome = checked_values(event, label="event")
    if not np.isin(outcome, (0, 1)).all():
        raise ValueError("An event is 0 or 1.")
    if not outcome.any():
        raise NotComparable(_("There is no event, so nothing can explain it."), code="no-events")
    if outcome.all():
        raise NotComparable(_("Every unit has the event, so nothing can explain it."), code="only-events")
    return outcome


def _checked_design(covariates: Mapping[str, ArrayLike], *, units: int) -> tuple[Values, Values, Values]:
    """Ones and the standardised covariates side by side, with the centre and the scale that were taken off."""
    if not covariates:
        raise NotComparable(_("There is no covariate."), code="no-covariates")
    arrays = {name: checked_values(values, label=name) for name, values in covariates.items()}
    for name, values in arrays.items():
        if values.size != units:
            raise ValueError(f"{name} has {values.size} values, the event {units}.")
        if np.ptp(values) == 0 or values.std() == 0:
            raise NotComparable(_("{name} has the same value in all units."), code="constant-covariate", name=name)
    columns = np.column_stack(list(arrays.values()))
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    design = np.column_stack([np.ones(units), (columns - centre) / scale])
    for count, name in enumerate(arrays, start=2):
        if np.linalg.matrix_rank(design[:, :count]) < count:
            raise NotComparable(
                _("{name} follows from the other covariates, so its part cannot be told from theirs. Leave one out."),
                code="collinear",
                name=name,
            )
    return design, centre, scale


def _fitted(design: Values, event: Values, *, firth: bool | None) -> tuple[Likelihood, Fit]:
    start, fixed = np.zeros(design.shape[1]), np.zeros(design.shape[1], dtype=bool)
    if not firth:
        likelihood = Likelihood(design, event, penalised=False)
        fit = likelihood.maximum(start=start, fixed=fixed)
        doubtful = not fit.converged or likelihood.near_certain(fit.coefficients)
        if not (doubtful and separated(design, event)):
            return likelihood, _found(fit)
        if firth is False:
            raise NotComparable(
                _("The covariates divide units with the event from the others: an odds ratio would be infinite."),
                code="separated",
            )
    likelihood = Likelihood(design, event, penalised=True)
    return likelihood, _found(likelihood.maximum(start=start, fixed=fixed))


def _found(fit: Fit) -> Fit:
    if not fit.converged:
        raise NotComparable(
            _("No estimate could be found: the covariates are too many or too alike for these units."),
            code="not-converged",
        )
    return fit


def _deviance(likelihood: Likelihood, fit: Fit, position: int, coefficient: float) -> float:
    """Twice by how much the log-likelihood falls when that coefficient is held at a value."""
    fixed = np.arange(fit.coefficients.size) == position
    alone = np.where(fixed, coefficient, fit.coefficients)
    start = max(alone, likelihood.beside(fit, position, coefficient), key=likelihood.value)
    held = likelihood.maximum(start=start, fixed=fixed)
    return max(0.0, 2 * (fit.log_likelihood - held.log_likelihood))


def _odds_ratio(likelihood: Likelihood, fit: Fit, position: int, *, scale: float, confidence: float) -> Effect:
    """exp(β) per unit of the covariate with its profile-likelihood interval; a bound that is never reached is open."""
    largest = float(stats.chi2.isf(1 - confidence, 1))
    estimate = float(fit.coefficients[position])
    error = math.sqrt(float(np.linalg.inv(likelihood.information(fit.coefficients))[position, position]))

    def excess(coefficient: float) -> float:
        return _deviance(likelihood, fit, position, coefficient) - largest

    bounds: list[float | None] = []
    for side in (-1, 1):
        near = estimate + side * math.sqrt(largest) * error
        bound = likelihood.profile_bound(fit, position, largest=largest, start=near)
        if bound is not None:
            bounds.append(bound)
            continue
        distance = error
        while excess(estimate + side * distance) < 0 and distance < 100 * error:
            distance *= 2
        if excess(estimate + side * distance) < 0:
            bounds.append(None)
        else:
            bounds.append(float(brentq(excess, estimate, estimate + side * distance, xtol=1e-13, rtol=1e-13)))
    low, high = (None if bound is None else _exponential(bound / scale) for bound in bounds)
    return Effect(ODDS_RATIO, _exponential(estimate / scale), Interval(low or 0.0, high, confidence))


def _exponential(value: float) -> float | None:
    """exp(value), or ``None`` beyond the range of double precision."""
    return math.exp(value) if value < 700 else None


def _separation_note(likelihood: Likelihood, *, firth: bool | None) -> tuple[Note, ...]:
    if firth or not likelihood.penalised:
        return ()
    text = _(
        "The covariates divide units with the event from the others, so the likelihood has no maximum: the estimates "
        "are those of Firth's penalised likelihood."
    )
    return (Note("separated", text),)


def _few_events_note(event: Values, covariates: int) -> tuple[Note, ...]:
    fewer = int(min(event.sum(), event.size - event.sum()))
    if fewer >= EVENTS_PER_COVARIATE * covariates:
        return ()
    text = counted(
        fewer,
        one=_("{count} event or non-event for {covariates} covariates: fewer than {minimum} for each."),
        several=_("{count} events or non-events for {covariates} covariates: fewer than {minimum} for each."),
    )
    return (Note("few-events", text, {"count": fewer, "covariates": covariates, "minimum": EVENTS_PER_COVARIATE}),)
