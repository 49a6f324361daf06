"""Recurrent events: mean functions, rates and their ratios, with and without patients who differ in rate."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.stats import (
    RATE_RATIO,
    MeanCumulativeResult,
    andersen_gill,
    event_rate,
    mean_cumulative_function,
    negative_binomial,
)
from benchmarks.proof.promise import Outcome, Promise, Simulation, covers, rejects

Days = NDArray[np.int64]
# Time in hundredths of a day, so that hardly two events of a patient fall on the same one.
YEAR = 36_525
FEW_PATIENTS = "a robust variance from few patients is too small"
WALD = "Wald's interval takes the spread of the patients as known"
RATE = 1.5
DEATHS = 0.4


@dataclass(frozen=True)
class Histories:
    """End of observation of every patient, and patient and time of every event."""

    end: Days
    patient: Days
    day: Days


def histories(generator: np.random.Generator, end: Days, rate: NDArray[np.float64]) -> Histories:
    """Events of a Poisson process with each patient's rate a year; two at one time count once."""
    count = generator.poisson(rate * end / YEAR)
    patient = np.repeat(np.arange(end.size), count)
    day = np.ceil(generator.random(patient.size) * end[patient]).astype(np.int64)
    patient, day = np.unique(np.stack([patient, day]), axis=1)
    return Histories(end, patient, day)


def observation(generator: np.random.Generator, n: int) -> Days:
    """One to three years."""
    return generator.integers(YEAR, 3 * YEAR, n)


def frailty(generator: np.random.Generator, n: int, variance: float) -> NDArray[np.float64]:
    """Factors around 1 by which patients differ."""
    return generator.gamma(1 / variance, variance, n) if variance else np.ones(n)


def covers_mean(result: MeanCumulativeResult, day: int, truth: float) -> Outcome:
    (curve,) = result.curves
    at = int(np.searchsorted(curve.day, day, side="right")) - 1
    low, high = (curve.low[at], curve.high[at]) if at >= 0 else (None, None)
    return None if low is None or high is None else low <= truth <= high


def mean_function(n: int) -> Callable[[np.random.Generator], list[Outcome]]:
    """One group whose patients differ, with and without deaths that end their events."""
    with_death = RATE / DEATHS * (1 - np.exp(-DEATHS))

    def study(generator: np.random.Generator) -> list[Outcome]:
        end, factor = observation(generator, n), frailty(generator, n, 0.5)
        alive = histories(generator, end, RATE * factor)
        death = np.ceil(generator.exponential(YEAR / DEATHS, n)).astype(np.int64)
        died = death <= end
        mortal = histories(generator, np.minimum(end, death), RATE * factor)
        return [
            covers_mean(mean_cumulative_function(alive.end, alive.patient, alive.day), YEAR, RATE),
            covers_mean(mean_cumulative_function(mortal.end, mortal.patient, mortal.day, died=died), YEAR, with_death),
        ]

    return study


def ratio(n: int, truth: float, variance: float) -> Callable[[np.random.Generator], list[Outcome]]:
    """Two groups of ``n``."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        group = np.arange(2 * n) // n
        rate = RATE * truth**group * frailty(generator, 2 * n, variance)
        data = histories(generator, observation(generator, 2 * n), rate)
        arguments = data.end, data.patient, data.day
        rates = event_rate(*arguments, group=group, order=["1", "0"])
        count = np.bincount(data.patient, minlength=2 * n)
        by_model = negative_binomial(count, data.end, {"group": group}).terms[0]
        by_intensity = andersen_gill(*arguments, {"group": group}).terms[0]
        return [
            rejects(rates.p_value) if truth == 1 else None,
            rejects(by_model.p_value) if truth == 1 else None,
            rejects(by_intensity.p_value) if truth == 1 else None,
            covers(rates.effect(RATE_RATIO).interval, truth),
            covers(by_model.interval, truth),
            covers(by_intensity.interval, truth),
        ][0 if truth == 1 else 3 :]

    return study


RATIOS = (
    Promise(method="Rate ratio, robust", kind="coverage", accepted=0.915, because=FEW_PATIENTS),
    Promise(method="Rate ratio, negative binomial", kind="coverage", accepted=0.925, because=WALD),
    Promise(method="Andersen–Gill, robust", kind="coverage", accepted=0.915, because=FEW_PATIENTS),
)
ALIKE = (
    Promise(method="Rate ratio, robust, test", kind="error", accepted=0.085, because=FEW_PATIENTS),
    Promise(method="Rate ratio, negative binomial, test", kind="error", accepted=0.075, because=WALD),
    Promise(method="Andersen–Gill, robust, test", kind="error", accepted=0.085, because=FEW_PATIENTS),
    *RATIOS,
)


def single_rate(generator: np.random.Generator) -> list[Outcome]:
    """15 patients of the same rate."""
    data = histories(generator, observation(generator, 15), np.full(15, RATE))
    (rate,) = event_rate(data.end, data.patient, data.day).rates
    # The engine counts a year of 365.25 days; here it has 36525 units.
    return [covers(rate.interval, RATE / 100)]


EXPERIMENTS = (
    *(
        Simulation(
            situation=f"{n} patients who differ (variance ½)",
            promises=(
                Promise(
                    method="Mean cumulative function at a year", kind="coverage", accepted=0.92, because=FEW_PATIENTS
                ),
                Promise(
                    method="Mean cumulative function at a year, with death",
                    kind="coverage",
                    accepted=0.92,
                    because=FEW_PATIENTS,
                ),
            ),
            study=mean_function(n),
        )
        for n in (20, 60)
    ),
    Simulation(
        situation="15 patients of the same rate",
        promises=(Promise(method="Event rate, robust", kind="coverage", accepted=0.92, because=FEW_PATIENTS),),
        study=single_rate,
    ),
    Simulation(situation="groups of 40, the same rate, Poisson", promises=ALIKE, study=ratio(40, 1, 0)),
    Simulation(situation="groups of 15, patients differ (variance ½)", promises=ALIKE, study=ratio(15, 1, 0.5)),
    Simulation(situation="groups of 40, patients differ (variance ½)", promises=ALIKE, study=ratio(40, 1, 0.5)),
    Simulation(
        situation="groups of 40, patients differ (variance ½), rate ratio 2", promises=RATIOS, study=ratio(40, 2, 0.5)
    ),
)
