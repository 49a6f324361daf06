"""Competing risks: cumulative incidence, Gray's test and Fine–Gray regression."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.stats import cumulative_incidence, fine_gray, gray_test
from benchmarks.proof.promise import Outcome, Promise, Simulation, covers, rejects

# Hazards a day of the event of interest and of the competing one, and the day that is looked at.
HAZARD, COMPETING_HAZARD = 1 / 600, 1 / 900
DAY = 365
# Share of those who ever have the event of interest, its daily hazard, and the subdistribution hazard ratio.
SHARE, RATE, RATIO = 0.5, 1 / 200, 2.0

Days = NDArray[np.int64]


def observe(generator: np.random.Generator, failure: NDArray[np.float64], cause: Days) -> tuple[Days, Days]:
    """Whole days and causes, observed for half a year to two years; cause 0 is the end of observation."""
    days = np.ceil(failure).astype(np.int64)
    end = generator.integers(180, 730, failure.size)
    return np.minimum(days, end), np.where(days <= end, cause, 0)


def two_causes(generator: np.random.Generator, n: int) -> tuple[Days, Days]:
    """Constant hazards, the same for everybody."""
    total = HAZARD + COMPETING_HAZARD
    cause = np.where(generator.random(n) < HAZARD / total, 1, 2)
    return observe(generator, generator.exponential(1 / total, n), cause)


def incidence(n: int) -> Callable[[np.random.Generator], list[Outcome]]:
    """One group."""
    total = HAZARD + COMPETING_HAZARD
    truth = HAZARD / total * (1 - np.exp(-total * DAY))

    def study(generator: np.random.Generator) -> list[Outcome]:
        curve = cumulative_incidence(*two_causes(generator, n)).curve(cause="1")
        _estimate, interval = curve.at(DAY)
        return [covers(interval, truth)]

    return study


def alike(n: int, m: int) -> Callable[[np.random.Generator], list[Outcome]]:
    """Two groups without a difference, in two strata."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        time, cause = two_causes(generator, n + m)
        group, stratum = np.arange(n + m) < n, np.arange(n + m) % 2
        plain = gray_test(time, cause, group).test("1")
        within = gray_test(time, cause, group, stratum=stratum).test("1")
        return [
            None if plain is None else rejects(plain.p_value),
            None if within is None else rejects(within.p_value),
            rejects(fine_gray(time, cause, {"group": group}).terms[0].p_value),
        ]

    return study


ALIKE = (
    Promise(method="Gray's test", kind="error"),
    Promise(method="Gray's test, stratified", kind="error"),
    Promise(method="Fine–Gray, Wald", kind="error"),
)


def subdistribution(n: int) -> Callable[[np.random.Generator], list[Outcome]]:
    """Incidence 1 − (1 − p·(1 − exp(−rate·t)))^ratio, as Fine & Gray simulated it (JASA 1999;94:496–509)."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        group = generator.integers(0, 2, n)
        ratio = RATIO**group
        ever = 1 - (1 - SHARE) ** ratio
        of_interest = generator.random(n) < ever
        reached = 1 - (1 - generator.random(n) * ever) ** (1 / ratio)
        first = -np.log1p(-reached / SHARE) / RATE
        failure = np.where(of_interest, first, generator.exponential(300, n))
        time, cause = observe(generator, failure, np.where(of_interest, 1, 2))
        return [covers(fine_gray(time, cause, {"group": group}).terms[0].interval, RATIO)]

    return study


EXPERIMENTS = (
    *(
        Simulation(
            situation=f"{n} patients, two causes",
            promises=(Promise(method="Cumulative incidence at a year", kind="coverage"),),
            study=incidence(n),
        )
        for n in (30, 80)
    ),
    *(
        Simulation(situation=f"groups of {n} and {m} alike, two causes", promises=ALIKE, study=alike(n, m))
        for n, m in [(20, 20), (20, 60)]
    ),
    Simulation(
        situation="100 patients, subdistribution hazard ratio 2",
        promises=(Promise(method="Fine–Gray, subdistribution hazard ratio", kind="coverage"),),
        study=subdistribution(100),
    ),
)
