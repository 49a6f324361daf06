"""Equivalence: hardly ever claimed at the margin, and found as often as planned where there is no difference."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.stats import chi2, norm, t

from analytics.stats import equivalence
from benchmarks.proof.promise import ALPHA, Outcome, Promise, Simulation, rejects


def power_of_means(n: int, margin: float, apart: float) -> float:
    """That of two one-sided Welch tests on two normal samples of ``n`` with variance 1, by integration.

    Given the variances of the samples, equivalence is found where the difference lies within margin − t·SE.
    """
    grid = (np.arange(400) + 0.5) / 400
    first, second = np.meshgrid(*[chi2.ppf(grid, n - 1) / (n - 1)] * 2)
    error = np.sqrt((first + second) / n)
    degrees = (n - 1) * (first + second) ** 2 / (first**2 + second**2)
    room = margin - t.ppf(1 - ALPHA, degrees) * error
    true_error = np.sqrt(2 / n)
    within = norm.cdf((room - apart) / true_error) - norm.cdf((-room - apart) / true_error)
    return float(np.where(room > 0, within, 0).mean())


def compared(n: int, *, margin: float, apart: float) -> Callable[[np.random.Generator], list[Outcome]]:
    """Two normal samples of ``n`` with variance 1: by shift and by means."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        x, y = generator.normal(apart, 1, n), generator.normal(0, 1, n)
        return [
            rejects(equivalence(x, y, margin=margin).p_value),
            rejects(equivalence(x, y, margin=margin, exact=False).p_value),
            rejects(equivalence(x, y, margin=margin, quantity="mean").p_value),
        ]

    return study


RANKS = "ranks need π/3 times as many patients as means where values are normal"


def without_a_difference(n: int, margin: float) -> Simulation:
    """No difference: by means as often as the formula says, by ranks nearly so."""
    target = power_of_means(n, margin, 0)
    by_ranks = Promise(
        method="Equivalence of the shift, exact", kind="power", target=target, accepted=target - 0.1, because=RANKS
    )
    return Simulation(
        situation=f"groups of {n}, normal, no difference, margin {margin} SD (expected {target:.1%})",
        promises=(
            by_ranks,
            replace(by_ranks, method="Equivalence of the shift, asymptotic"),
            Promise(method="Equivalence of the means", kind="power", target=target),
        ),
        study=compared(n, margin=margin, apart=0),
    )


AT_THE_MARGIN = (
    Promise(method="Equivalence of the shift, exact", kind="error", guaranteed=True),
    Promise(method="Equivalence of the shift, asymptotic", kind="error"),
    Promise(method="Equivalence of the means", kind="error"),
)

EXPERIMENTS = (
    *(
        Simulation(
            situation=f"groups of {n}, normal, a difference of {sign}1 SD at the margin",
            promises=AT_THE_MARGIN,
            study=compared(n, margin=1, apart=apart),
        )
        for n, sign, apart in [(12, "+", 1), (12, "−", -1), (30, "+", 1)]
    ),
    without_a_difference(20, 1.0),
    without_a_difference(30, 1.0),
)
