"""Comparisons of groups: levels of the tests and coverage of the effects' intervals."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from analytics.stats import (
    DELTA,
    MEAN_DIFFERENCE,
    ORDERED_SUPERIORITY,
    SHIFT,
    SUPERIORITY,
    brunner_munzel,
    dunn,
    jonckheere_terpstra,
    kruskal_wallis,
    mann_whitney,
    permutation_test,
    van_elteren,
    welch_t,
    wilcoxon_signed_rank,
)
from benchmarks.proof.promise import Outcome, Promise, Simulation, covers, rejects

Values = NDArray[np.float64]
Draw = Callable[[np.random.Generator], tuple[Values, Values]]

FEW_RANKS = "a group below 10, which the engine points out; Mann–Whitney is exact there"
SYMMETRIC = "symmetric intervals of a probability are too short in small groups"
SKEWED = "the mean of few skewed values is not normal; take logarithms, or ranks"

TESTS = (
    Promise(method="Mann–Whitney, exact", kind="error", guaranteed=True),
    Promise(method="Mann–Whitney, asymptotic", kind="error"),
    Promise(method="Brunner–Munzel", kind="error", accepted=0.065, because=FEW_RANKS),
    Promise(method="Welch's t", kind="error"),
    Promise(method="Permutation test of means", kind="error", guaranteed=True),
)
INTERVALS = (
    Promise(method="Hodges–Lehmann shift, exact", kind="coverage", guaranteed=True),
    Promise(method="Hodges–Lehmann shift, asymptotic", kind="coverage"),
    Promise(
        method="Probability of superiority",
        kind="coverage",
        accepted=0.92,
        because=f"{SYMMETRIC}; that of Cliff's delta is not",
    ),
    Promise(method="Cliff's delta", kind="coverage"),
    Promise(method="Difference of means (Welch)", kind="coverage"),
)


def normal(n: int, m: int, *, apart: float = 0, spread: float = 1) -> Draw:
    """Two normal samples; the first lies ``apart`` higher, the second is ``spread`` times as wide."""
    return lambda generator: (generator.normal(apart, 1, n), generator.normal(0, spread, m))


def scores(n: int, m: int) -> Draw:
    """Staining scores 0 to 3, many of them equal."""
    return lambda generator: tuple(generator.choice(4, size, p=[0.4, 0.3, 0.2, 0.1]).astype(float) for size in (n, m))  # type: ignore[return-value]


def skewed(n: int, m: int) -> Draw:
    """Log-normal, as relative quantities are."""
    return lambda generator: (generator.lognormal(size=n), generator.lognormal(size=m))


def tests_of(draw: Draw) -> Callable[[np.random.Generator], list[Outcome]]:
    """All tests of two groups on one study."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        x, y = draw(generator)
        ranks = mann_whitney(x, y)
        permuted = permutation_test(x, y, resamples=999)
        return [
            rejects(ranks.p_value),
            rejects(ranks.asymptotic_p),
            rejects(brunner_munzel(x, y).p_value),
            rejects(welch_t(x, y).p_value),
            rejects(permuted.p_value),
        ]

    return study


def intervals_of(draw: Draw, *, shift: float, superiority: float) -> Callable[[np.random.Generator], list[Outcome]]:
    """All intervals of two groups on one study."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        x, y = draw(generator)
        ranks = mann_whitney(x, y)
        return [
            covers(ranks.effect(SHIFT).interval, shift),
            covers(mann_whitney(x, y, exact=False).effect(SHIFT).interval, shift),
            covers(ranks.effect(SUPERIORITY).interval, superiority),
            covers(ranks.effect(DELTA).interval, 2 * superiority - 1),
            covers(welch_t(x, y).effect(MEAN_DIFFERENCE).interval, shift),
        ]

    return study


def pairs(n: int, *, tied: bool) -> Callable[[np.random.Generator], list[Outcome]]:
    """Differences symmetric about 0: normal, or whole numbers from −3 to 3."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        difference = generator.integers(-3, 4, n).astype(float) if tied else generator.normal(size=n)
        result = wilcoxon_signed_rank(difference, np.zeros(n))
        return [
            rejects(result.p_value),
            rejects(result.asymptotic_p),
            covers(result.effects[0].interval, 0),
        ]

    return study


PAIRED = (
    Promise(method="Wilcoxon signed rank, exact", kind="error", guaranteed=True),
    Promise(method="Wilcoxon signed rank, asymptotic", kind="error"),
    Promise(method="Pseudomedian of the differences", kind="coverage", guaranteed=True),
)


def several(sizes: tuple[int, ...], *, tied: bool) -> Callable[[np.random.Generator], list[Outcome]]:
    """Groups without a difference."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        draw = (lambda n: generator.integers(0, 4, n)) if tied else (lambda n: generator.normal(size=n))
        groups = {str(number): draw(n) for number, n in enumerate(sizes)}
        smallest = min(pair.adjusted_p for pair in dunn(groups).pairs)
        trend = jonckheere_terpstra(groups)
        return [
            rejects(kruskal_wallis(groups).p_value),
            rejects(smallest),
            rejects(trend.p_value),
            rejects(trend.asymptotic_p),
        ]

    return study


SEVERAL = (
    Promise(method="Kruskal–Wallis", kind="error"),
    Promise(method="Dunn with Holm, any pair", kind="error"),
    Promise(method="Jonckheere–Terpstra", kind="error"),
    Promise(method="Jonckheere–Terpstra, asymptotic", kind="error"),
)


def rising(generator: np.random.Generator) -> list[Outcome]:
    """Three groups of 12 whose means rise by half a standard deviation."""
    groups = {str(place): generator.normal(place / 2, 1, 12) for place in range(3)}
    truth = np.mean([norm.cdf(step / 2 / np.sqrt(2)) for step in (1, 1, 2)])
    return [covers(jonckheere_terpstra(groups).effect(ORDERED_SUPERIORITY).interval, float(truth))]


def strata(generator: np.random.Generator) -> list[Outcome]:
    """Three centres of different levels, sizes and measuring scales."""
    drawn = {
        str(place): (generator.normal(place, 1 + place, n), generator.normal(place, 1 + place, m))
        for place, (n, m) in enumerate([(6, 9), (12, 5), (10, 10)])
    }
    result = van_elteren(drawn)
    return [rejects(result.p_value), covers(result.effect(SUPERIORITY).interval, 0.5)]


ACCEPTED = {"Mann–Whitney, exact": 0.13, "Mann–Whitney, asymptotic": 0.13, "Permutation test of means": 0.2}
UNEQUAL = "it asks whether the distributions are the same, and they are not; Welch and Brunner–Munzel are made for this"
UNEQUAL_SPREAD = tuple(
    replace(promise, guaranteed=False, accepted=ACCEPTED[promise.method], because=UNEQUAL)
    if promise.method in ACCEPTED
    else promise
    for promise in TESTS
)
ONE_APART = float(norm.cdf(1 / np.sqrt(2)))

EXPERIMENTS = (
    *(
        Simulation(situation=f"two groups of {n} and {m}, normal", promises=TESTS, study=tests_of(normal(n, m)))
        for n, m in [(5, 7), (10, 10), (8, 30)]
    ),
    *(
        Simulation(situation=f"two groups of {n} and {m}, scores 0 to 3", promises=TESTS, study=tests_of(scores(n, m)))
        for n, m in [(6, 6), (10, 25)]
    ),
    Simulation(
        situation="two groups of 8 and 30, log-normal",
        promises=tuple(
            replace(promise, accepted=0.08, because=SKEWED) if promise.method == "Welch's t" else promise
            for promise in TESTS
        ),
        study=tests_of(skewed(8, 30)),
    ),
    Simulation(
        situation="two groups of 30 and 10 with the same mean, the small one three times as wide",
        promises=UNEQUAL_SPREAD,
        study=tests_of(normal(30, 10, spread=3)),
    ),
    *(
        Simulation(
            situation=f"two groups of {n} and {m}, normal, one standard deviation apart",
            promises=INTERVALS,
            study=intervals_of(normal(n, m, apart=1), shift=1, superiority=ONE_APART),
        )
        for n, m in [(6, 8), (15, 15), (10, 30)]
    ),
    Simulation(
        situation="two groups of 10 and 25 alike, scores 0 to 3",
        promises=INTERVALS,
        study=intervals_of(scores(10, 25), shift=0, superiority=0.5),
    ),
    Simulation(situation="8 pairs, normal differences", promises=PAIRED, study=pairs(8, tied=False)),
    Simulation(situation="20 pairs, normal differences", promises=PAIRED, study=pairs(20, tied=False)),
    Simulation(situation="15 pairs, differences −3 to 3", promises=PAIRED, study=pairs(15, tied=True)),
    Simulation(situation="three groups of 4, 5 and 6, normal", promises=SEVERAL, study=several((4, 5, 6), tied=False)),
    Simulation(
        situation="four groups of 10, 10, 15 and 20, scores 0 to 3",
        promises=SEVERAL,
        study=several((10, 10, 15, 20), tied=True),
    ),
    Simulation(
        situation="three groups of 12, means rising by half a standard deviation",
        promises=(Promise(method="Ordered superiority", kind="coverage", accepted=0.93, because=SYMMETRIC),),
        study=rising,
    ),
    Simulation(
        situation="three strata of 6 and 9, 12 and 5, 10 and 10, normal",
        promises=(
            Promise(method="van Elteren", kind="error"),
            Promise(method="Superiority over strata", kind="coverage", accepted=0.93, because=SYMMETRIC),
        ),
        study=strata,
    ),
)
