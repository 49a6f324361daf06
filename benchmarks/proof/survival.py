"""Time to an event: curves, comparisons, and Cox regression."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.stats import (
    PETO_HAZARD_RATIO,
    RESTRICTED_MEAN_DIFFERENCE,
    CoxTerm,
    cox,
    kaplan_meier,
    landmark,
    log_rank,
    proportional_hazards_test,
    restricted_mean,
    time_dependent_response,
)
from benchmarks.immortal_time import naive, simulate
from benchmarks.proof.promise import Outcome, Promise, Simulation, covers, rejects

Days = NDArray[np.int64]
YEAR = 365
# Mean time to the event.
MEAN = 600


@dataclass(frozen=True)
class Followed:
    """Days to the event or to the end of observation."""

    time: Days
    event: NDArray[np.bool_]


def follow(generator: np.random.Generator, hazard_ratio: NDArray[np.float64], *, unit: int = 1) -> Followed:
    """Exponential times, observed for half a year to two years, rounded up to whole ``unit`` days."""
    failure = np.ceil(generator.exponential(MEAN / hazard_ratio) / unit).astype(np.int64) * unit
    end = np.ceil(generator.uniform(YEAR / 2, 2 * YEAR, hazard_ratio.size) / unit).astype(np.int64) * unit
    return Followed(np.minimum(failure, end), failure <= end)


def survival(day: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The share still without the event after that day."""
    return np.exp(-np.asarray(day, dtype=np.float64) / MEAN)


MEDIAN = float(np.argmax(survival(np.arange(3000)) <= 0.5))
HORIZON = 180
RESTRICTED = float(survival(np.arange(HORIZON)).sum())


def curve(n: int) -> Callable[[np.random.Generator], list[Outcome]]:
    """One group."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        data = follow(generator, np.ones(n))
        (found,) = kaplan_meier(data.time, data.event).curves
        at = int(np.searchsorted(found.day, HORIZON, side="right")) - 1
        low, high = (found.low[at], found.high[at]) if at >= 0 else (None, None)
        known = None if low is None or high is None else low <= survival(HORIZON) <= high
        (mean,) = restricted_mean(data.time, data.event, horizon=HORIZON).groups
        return [
            None if known is None else bool(known),
            covers(found.quantiles[1].interval, MEDIAN),
            covers(mean.interval, RESTRICTED),
        ]

    return study


FEW_EVENTS = "few events before the horizon: the variance is too small, and the mean skewed"
CURVE = (
    Promise(method="Kaplan–Meier at half a year, log–log", kind="coverage"),
    Promise(method="Median survival", kind="coverage"),
    Promise(method="Restricted mean to half a year", kind="coverage", accepted=0.89, because=FEW_EVENTS),
)


def alike(n: int, m: int, *, unit: int = 1) -> Callable[[np.random.Generator], list[Outcome]]:
    """Two groups with the same hazard, in rows of two strata."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        data = follow(generator, np.ones(n + m), unit=unit)
        group, stratum = np.arange(n + m) < n, np.arange(n + m) % 2
        plain = log_rank(data.time, data.event, group)
        regression = cox(data.time, data.event, {"group": group})
        mean = restricted_mean(data.time, data.event, group=group, horizon=HORIZON)
        return [
            rejects(plain.test.p_value),
            rejects(log_rank(data.time, data.event, group, rho=1).test.p_value),
            rejects(log_rank(data.time, data.event, group, gamma=1).test.p_value),
            rejects(log_rank(data.time, data.event, group, stratum=stratum).test.p_value),
            rejects(regression.score.p_value),
            rejects(regression.likelihood_ratio.p_value),
            rejects(regression.terms[0].p_value),
            rejects(mean.p_value),
            covers(plain.effect(PETO_HAZARD_RATIO).interval, 1),
            covers(mean.effect(RESTRICTED_MEAN_DIFFERENCE).interval, 0),
        ]

    return study


ALIKE = (
    Promise(method="Log-rank", kind="error"),
    Promise(method="Harrington–Fleming, early differences (ρ = 1)", kind="error"),
    Promise(method="Fleming–Harrington, late differences (γ = 1)", kind="error"),
    Promise(method="Log-rank, stratified", kind="error"),
    Promise(method="Cox, score test", kind="error"),
    Promise(method="Cox, likelihood ratio", kind="error"),
    Promise(method="Cox, Wald", kind="error"),
    Promise(method="Difference of restricted means, test", kind="error", accepted=0.1, because=FEW_EVENTS),
    Promise(method="Peto's hazard ratio", kind="coverage"),
    Promise(method="Difference of restricted means", kind="coverage", accepted=0.9, because=FEW_EVENTS),
)


def covers_ratio(term: CoxTerm | None, truth: float) -> Outcome:
    return None if term is None else covers(term.interval, truth)


def regression(n: int, *, unit: int) -> Callable[[np.random.Generator], list[Outcome]]:
    """Hazard ratios 2 of a group and 1.5 a standard deviation of a value."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        group, value = generator.integers(0, 2, n), generator.normal(size=n)
        data = follow(generator, 2.0**group * 1.5**value, unit=unit)
        covariates = {"group": group, "value": value}
        result = cox(data.time, data.event, covariates)
        tests = proportional_hazards_test(data.time, data.event, covariates)
        return [
            covers_ratio(result.terms[0], 2),
            covers_ratio(result.terms[1], 1.5),
            rejects(tests.overall.p_value),
        ]

    return study


REGRESSION = (
    Promise(method="Cox, hazard ratio of a group", kind="coverage"),
    Promise(method="Cox, hazard ratio of a value", kind="coverage"),
    Promise(method="Test of proportional hazards", kind="error"),
)


def late_entry(generator: np.random.Generator) -> list[Outcome]:
    """60 of those who come under observation while free of the event, up to a year after time zero."""
    group = generator.integers(0, 2, 400)
    data = follow(generator, np.ones(400))
    entry = np.where(generator.random(400) < 0.5, 0, generator.integers(0, YEAR, 400))
    seen = np.flatnonzero(entry < data.time)[:60]
    arguments = data.time[seen], data.event[seen]
    return [
        rejects(log_rank(*arguments, group[seen], entry=entry[seen]).test.p_value),
        covers_ratio(cox(*arguments, {"group": group[seen]}, entry=entry[seen]).terms[0], 1),
    ]


def clusters(generator: np.random.Generator) -> list[Outcome]:
    """40 patients with three lesions each that share a frailty; the covariate is the patient's."""
    patient = np.repeat(np.arange(40), 3)
    frailty, group = generator.gamma(1, 1, 40)[patient], (np.arange(40) % 2)[patient]
    data = follow(generator, frailty)
    robust = cox(data.time, data.event, {"group": group}, cluster=patient).terms[0]
    return [covers_ratio(robust, 1), covers_ratio(cox(data.time, data.event, {"group": group}).terms[0], 1)]


def responders(generator: np.random.Generator) -> list[Outcome]:
    """150 patients whose response has no effect on their events."""
    cohort = simulate(150, seed=int(generator.integers(2**31)))
    (at,) = landmark(cohort.time, cohort.event, cohort.response, landmarks=[180]).landmarks
    over_time = time_dependent_response(cohort.time, cohort.event, cohort.response).regression
    return [
        covers_ratio(at.hazard_ratio, 1),
        None if at.log_rank is None else rejects(at.log_rank.p_value),
        covers_ratio(over_time.terms[0], 1),
        covers_ratio(naive(cohort).terms[0], 1),
    ]


EXPERIMENTS = (
    *(Simulation(situation=f"{n} patients", promises=CURVE, study=curve(n)) for n in (20, 50)),
    *(
        Simulation(situation=f"groups of {n} and {m} alike", promises=ALIKE, study=alike(n, m))
        for n, m in [(12, 12), (15, 60)]
    ),
    Simulation(situation="groups of 30 and 30 alike, whole months", promises=ALIKE, study=alike(30, 30, unit=30)),
    Simulation(situation="80 patients, two covariates, days", promises=REGRESSION, study=regression(80, unit=1)),
    Simulation(situation="80 patients, two covariates, months", promises=REGRESSION, study=regression(80, unit=30)),
    Simulation(
        situation="60 patients, half of them entering late",
        promises=(
            Promise(method="Log-rank with delayed entry", kind="error"),
            Promise(method="Cox with delayed entry", kind="coverage"),
        ),
        study=late_entry,
    ),
    Simulation(
        situation="40 patients with three lesions each",
        promises=(
            Promise(method="Cox, robust by patient", kind="coverage"),
            Promise(
                method="Cox as if lesions were independent (wrong)",
                kind="coverage",
                accepted=0.7,
                because="lesions of a patient are no independent units: this is why the robust variance exists",
            ),
        ),
        study=clusters,
    ),
    Simulation(
        situation="150 patients, response without effect",
        promises=(
            Promise(method="Landmark at day 180, hazard ratio", kind="coverage"),
            Promise(method="Landmark at day 180, log-rank", kind="error"),
            Promise(method="Response as a time-dependent covariate", kind="coverage"),
            Promise(
                method="Ever responded, from day 0 (wrong)",
                kind="coverage",
                accepted=0,
                because="immortal time, see [immortal-time.md](immortal-time.md)",
            ),
        ),
        study=responders,
        simulations=3000,
    ),
)
