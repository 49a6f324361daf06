"""The maximum of a partial likelihood: Newton's method, and what to say where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq

from analytics.stats.checkpoint import checkpoint
from analytics.stats.result import NotComparable
from analytics.stats.result import gettext_noop as _
from analytics.stats.risk_sets import Floats

MOST_STEPS = 100

# Less information, with the spread of most values of a covariate as its unit, is rounding.
LEAST_INFORMATION = 1e-13

# Where the likelihood is flat Newton's step would leave the range of numbers; doubled where a step so long helps.
LONGEST_STEP = 10.0

# Twice the gain in log likelihood that Newton's step promises; the error after that step is of its square.
CONVERGED = 1e-12

# At a maximum Newton's error, and with it the gain that a step promises, is squared by every step. Where the
# likelihood has none it goes on to rise as −exp(−u): each step is worth 1 in u and leaves 1/e of the gain before it. So
# a last step that moves some predictor by more than ``STILL_MOVING``, and leaves more than ``STILL_RISING`` of the gain
# it promised, is on its way to infinity. The first alone would take a covariate with little information, such as one
# with an outlier that carries no weight, for one without a maximum; rounding could pass for the second, but moves
# nothing.
STILL_MOVING = 0.01
STILL_RISING = 0.05


class Evaluation(Protocol):
    """A log likelihood at one coefficient vector."""

    @property
    def log_likelihood(self) -> float: ...

    @property
    def score(self) -> Floats: ...


class Likelihood(Protocol):
    """A concave log likelihood of coefficients, one per row of ``covariates``, with the spread of most as its unit."""

    covariates: Floats

    def evaluate(self, coefficients: Floats) -> Any: ...

    def information(self, at: Any) -> Floats: ...


# A profile likelihood that has not fallen when predictors have moved so far never will: another covariate takes the
# place of the first.
FLAT = 200.0


@dataclass(frozen=True, kw_only=True)
class Maximum:
    """Coefficients at the maximum, the likelihood there, and the sign of each that goes to infinity, else 0."""

    coefficients: Floats
    evaluation: Any
    diverging: Floats


def maximise(likelihood: Likelihood, *, fixed: dict[int, float] | None = None, start: Floats | None = None) -> Maximum:
    """Newton's method from ``start`` (by default 0), halving a step that would lower the likelihood.

    ``fixed`` holds coefficients in place.

    Where some combination of covariates orders all events perfectly the likelihood rises for ever while the step
    stays the same: those coefficients are reported as diverging (monotone likelihood).
    """
    held = fixed or {}
    coefficients = np.zeros(len(likelihood.covariates)) if start is None else start.copy()
    for index, value in held.items():
        coefficients[index] = value
    free = np.array([index for index in range(coefficients.size) if index not in held], dtype=np.intp)
    here = _evaluate(likelihood, coefficients)
    if not np.isfinite(here.log_likelihood):
        raise not_converged()
    if not free.size:
        return Maximum(coefficients=coefficients, evaluation=here, diverging=np.zeros_like(coefficients))
    longest = LONGEST_STEP
    for _step in range(MOST_STEPS):
        checkpoint()
        step, promised = _newton(likelihood, here, free)
        if promised < CONVERGED:
            return _last(likelihood, here, coefficients, step, promised, free)
        before = coefficients
        here, coefficients = _climb(likelihood, here, coefficients, step, longest=longest)
        if float(np.abs(coefficients - before).max()) > 0.9 * longest:
            longest *= 2
    raise not_converged()


def not_converged() -> NotComparable:
    """What to raise where a regression finds no estimates."""
    return NotComparable(_("The regression does not converge on these data."), code="no-convergence")


def infinite_ratio(covariate: str) -> NotComparable:
    """What to raise where a ratio has no finite estimate, and the method no other answer."""
    text = _("All events are on one side of covariate {covariate}: its ratio would be infinite or zero.")
    return NotComparable(text, code="monotone-likelihood", covariate=covariate)


def _newton(likelihood: Likelihood, here: Any, free: NDArray[np.intp]) -> tuple[Floats, float]:
    """Newton's step of the free coefficients, and twice the gain that it promises."""
    step = np.zeros(len(likelihood.covariates))
    step[free] = _solve(likelihood.information(here)[np.ix_(free, free)], here.score[free])
    return step, float(step @ here.score)


def _last(
    likelihood: Likelihood, here: Any, coefficients: Floats, step: Floats, promised: float, free: NDArray[np.intp]
) -> Maximum:
    """Take the last step, and tell a maximum from a likelihood that rises for ever."""
    there, at = _climb(likelihood, here, coefficients, step, longest=LONGEST_STEP)
    moving = np.abs(at - coefficients) * reach(likelihood.covariates) > STILL_MOVING
    # A step that had to be shortened is one where nothing is left to tell how far the maximum is.
    if moving.any() and np.array_equal(at, coefficients + step):
        moving &= _newton(likelihood, there, free)[1] > STILL_RISING * promised
    return Maximum(coefficients=at, evaluation=there, diverging=np.where(moving, np.sign(step), 0))


def profile_interval(
    likelihood: Likelihood, maximum: Maximum, index: int, confidence: float
) -> tuple[float | None, float | None]:
    """Interval of a diverging coefficient from the profile likelihood; open on the side it goes to."""
    sign = float(maximum.diverging[index])
    threshold = float(stats.chi2.isf(1 - confidence, 1))
    nearby = maximum.coefficients

    def excess(value: float) -> float:
        nonlocal nearby
        profile = maximise(likelihood, fixed={index: value}, start=nearby)
        nearby = profile.coefficients
        return 2 * (maximum.evaluation.log_likelihood - profile.evaluation.log_likelihood) - threshold

    inner, outer = float(maximum.coefficients[index]), 0.0
    # A predictor moves by 1 when the coefficient moves by this.
    unit = 1 / float(reach(likelihood.covariates)[index])
    farthest = max(FLAT * unit, LONGEST_STEP)
    try:
        while excess(outer) < 0:
            outer -= sign * max(unit, abs(outer))
            if abs(outer) > farthest:
                return None, None
        if excess(inner) >= 0:
            return None, None
        bound = float(brentq(excess, outer, inner, xtol=1e-10 * unit))
    except NotComparable:
        # The others have no maximum beside it either, so no interval can be estimated.
        return None, None
    return (bound, None) if sign > 0 else (None, bound)


def reach(covariates: Floats) -> Floats:
    """The range of each covariate."""
    return np.asarray(np.ptp(covariates, axis=1))


def dependent_covariate(information: Floats, covariates: Floats) -> int | None:
    """The first covariate that the ones before it determine within the risk sets, by the information at 0."""
    scale = np.sqrt(np.maximum(np.diag(information), 0)) / reach(covariates)
    information = information / np.outer(reach(covariates), reach(covariates))
    if scale.min() < 1e-7 * max(scale.max(), 1.0):
        return int(scale.argmin())
    correlation = information / np.outer(scale, scale)
    for size in range(2, len(correlation) + 1):
        if np.linalg.eigvalsh(correlation[:size, :size])[0] < 1e-10:
            return size - 1
    return None


def inverse(information: Floats) -> Floats:
    """The inverse, with rows and columns of very different size put on one scale first."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    return np.asarray(np.linalg.pinv(information / np.outer(scale, scale), hermitian=True) / np.outer(scale, scale))


def _solve(information: Floats, score: Floats) -> Floats:
    """Newton's step; where the likelihood is flat the information is rounding, and the step goes up the slope.

    Information of very different size, as an outlier gives, is put on one scale first.
    """
    scale = np.sqrt(np.maximum(np.diag(information), LEAST_INFORMATION))
    eigenvalues, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    floor = max(LEAST_INFORMATION, LEAST_INFORMATION / float(scale.max()) ** 2)
    return np.asarray(vectors @ ((vectors.T @ (score / scale)) / np.maximum(eigenvalues, floor)) / scale)


def _bounded(step: Floats, longest: float) -> Floats:
    return np.asarray(step / max(1.0, float(np.abs(step).max()) / longest))


def _evaluate(likelihood: Likelihood, coefficients: Floats) -> Any:
    """The likelihood there, minus infinity where it leaves the range of numbers."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return likelihood.evaluate(coefficients)


def _climb(
    likelihood: Likelihood, here: Evaluation, coefficients: Floats, step: Floats, *, longest: float
) -> tuple[Evaluation, Floats]:
    """Take the step, or the largest of its half, its quarter … that does not lower the likelihood."""
    slack = 1e-12 * abs(here.log_likelihood)
    for halving in range(30):
        tried = coefficients + _bounded(step, longest) / 2**halving
        there = _evaluate(likelihood, tried)
        if np.isfinite(there.log_likelihood) and there.log_likelihood >= here.log_likelihood - slack:
            return there, tried
    raise not_converged()
