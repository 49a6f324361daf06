"""Logistic regression, plain and Firth's."""

from collections.abc import Callable

import numpy as np

from analytics.stats import logistic
from benchmarks.proof.promise import Outcome, Promise, Simulation, covers, rejects


def study_of(n: int, *, intercept: float) -> Callable[[np.random.Generator], list[Outcome]]:
    """Log odds ratios 1 of a group, ½ of a value, and 0 of another value, which is tested."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        group, value, idle = generator.integers(0, 2, n), generator.normal(size=n), generator.normal(size=n)
        chance = 1 / (1 + np.exp(-(intercept + group + value / 2)))
        event = generator.random(n) < chance
        covariates = {"group": group, "value": value, "idle": idle}
        outcomes: list[Outcome] = []
        for firth in (None, True):
            terms = logistic(event, covariates, firth=firth).terms
            outcomes += [
                covers(terms[0].odds_ratio.interval, np.e),
                covers(terms[1].odds_ratio.interval, np.exp(0.5)),
                rejects(terms[2].p_value),
            ]
        return outcomes

    return study


PROMISES = tuple(
    Promise(method=f"{name}, {subject}", kind=kind)
    for name in ("Logistic regression, Firth where separated", "Firth's logistic regression")
    for subject, kind in (
        ("odds ratio of a group, profile", "coverage"),
        ("odds ratio of a value, profile", "coverage"),
        ("likelihood ratio", "error"),
    )
)

EXPERIMENTS = tuple(
    Simulation(
        situation=f"{n} patients, about {share} with the event",
        promises=PROMISES,
        study=study_of(n, intercept=intercept),
        simulations=1500,
    )
    for n, share, intercept in [(40, "half", -0.5), (80, "half", -0.5), (60, "one in six", -2.3)]
)
