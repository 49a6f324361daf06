"""Proportions and tables of counts: mostly every possible table, weighed by its probability."""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, multinomial

from analytics.stats import (
    ODDS_RATIO,
    PROPORTION,
    RISK_DIFFERENCE,
    SLOPE,
    NotComparable,
    TableResult,
    chi_square,
    cochran_armitage,
    fisher_exact,
    mantel_haenszel,
    mcnemar,
    odds_ratio,
    proportion,
    risk_difference,
)
from benchmarks.proof.promise import Enumeration, Outcome, Promise, Simulation, covers, rejects

Floats = NDArray[np.float64]
Outcomes = tuple[Floats, Sequence[Floats]]
WAVES = "few counts are possible, so the rate goes up and down with the true proportions; on average it is right"
SHARES = np.arange(0.05, 0.951, 0.05)


def numbers(outcomes: Iterable[Iterable[Outcome]]) -> Floats:
    """Outcomes as 1, 0 and not a number."""
    return np.array([[np.nan if one is None else float(one) for one in row] for row in outcomes])


def p_of(test: Callable[[Any], Any], data: Any) -> Outcome:
    """Whether a test rejects; nothing where it refuses."""
    try:
        return rejects(test(data).p_value)
    except NotComparable:
        return None


def coverage_of(method: Callable[[Any], Any], data: Any, name: str, truths: Floats) -> list[Outcome]:
    """Whether an effect's interval holds each of the truths; nothing where there is none."""
    try:
        effects = [effect for effect in method(data).effects if effect.name == name]
    except NotComparable:
        effects = []
    return [covers(effects[0].interval, truth) if effects else None for truth in truths]


def one_proportion(total: int) -> Outcomes:
    """Every number of events, for proportions of 5% to 95%."""

    def wilson(count: int) -> TableResult:
        return proportion(count, total)

    def clopper_pearson(count: int) -> TableResult:
        return proportion(count, total, method="clopper-pearson")

    events = range(total + 1)
    return binom.pmf(np.array(events)[:, None], total, SHARES), [
        numbers(coverage_of(method, count, PROPORTION, SHARES) for count in events)
        for method in (wilson, clopper_pearson)
    ]


def squares(n: int, m: int) -> list[list[list[int]]]:
    """Every table of two groups."""
    return [[[a, n - a], [c, m - c]] for a, c in product(range(n + 1), range(m + 1))]


def chance(n: int, m: int, first: Floats, second: Floats) -> Floats:
    """Probability of every table (rows) under every pair of proportions (columns)."""
    a, c = np.array([(table[0][0], table[1][0]) for table in squares(n, m)]).T
    return np.asarray(binom.pmf(a[:, None], n, first) * binom.pmf(c[:, None], m, second))


def uncorrected(table: Any) -> TableResult:
    return chi_square(table, continuity=False)


def score(table: Any) -> TableResult:
    return risk_difference(table, method="miettinen-nurminen")


def sample_odds(table: Any) -> TableResult:
    return odds_ratio(table, method="sample")


def asymptotic_change(table: Any) -> TableResult:
    return mcnemar(table, exact=False)


def tests_of_two(n: int, m: int) -> Outcomes:
    """Tests of two groups with the same proportion."""

    return chance(n, m, SHARES, SHARES), [
        numbers([p_of(test, square)] for square in squares(n, m))
        for test in (fisher_exact, chi_square, uncorrected, score, sample_odds)
    ]


def intervals_of_two(n: int, m: int) -> Outcomes:
    """Intervals of two groups with all pairs of proportions."""
    first, second = (grid.ravel() for grid in np.meshgrid(SHARES, SHARES))
    odds = first / (1 - first) / (second / (1 - second))
    methods: tuple[tuple[Callable[[Any], Any], str, Floats], ...] = (
        (risk_difference, RISK_DIFFERENCE, first - second),
        (score, RISK_DIFFERENCE, first - second),
        (odds_ratio, ODDS_RATIO, odds),
        (sample_odds, ODDS_RATIO, odds),
    )

    return chance(n, m, first, second), [
        numbers(coverage_of(method, square, name, truths) for square in squares(n, m))
        for method, name, truths in methods
    ]


def answers_twice(pairs: int) -> Outcomes:
    """Every table of pairs that change as often in one direction as in the other."""
    changing = np.array([0.05, 0.1, 0.2, 0.3])

    changes = [(b, c) for b in range(pairs + 1) for c in range(pairs + 1 - b)]
    tables = [[[pairs - b - c, b], [c, 0]] for b, c in changes]
    cells = np.array([(b, c, pairs - b - c) for b, c in changes])
    probability = np.stack([multinomial.pmf(cells, pairs, [p, p, 1 - 2 * p]) for p in changing], axis=1)
    return probability, [
        numbers([p_of(mcnemar, one)] for one in tables),
        numbers([p_of(asymptotic_change, one)] for one in tables),
        numbers(coverage_of(mcnemar, one, RISK_DIFFERENCE, np.zeros(1)) for one in tables),
        numbers(coverage_of(mcnemar, one, ODDS_RATIO, np.ones(1)) for one in tables),
    ]


def strata(ratio: float) -> Callable[[np.random.Generator], list[Outcome]]:
    """Three centres with different proportions and one odds ratio."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        tables = []
        for odds, n, m in [(0.3, 12, 15), (0.6, 20, 10), (1.2, 15, 15)]:
            a = generator.binomial(n, odds * ratio / (1 + odds * ratio))
            c = generator.binomial(m, odds / (1 + odds))
            tables.append([[a, n - a], [c, m - c]])
        corrected, plain = mantel_haenszel(tables), mantel_haenszel(tables, continuity=False)
        test = [rejects(corrected.p_value), rejects(plain.p_value)] if ratio == 1 else []
        homogeneity = corrected.homogeneity_p
        return [*test, rejects(homogeneity), covers(corrected.effect(ODDS_RATIO).interval, ratio)]

    return study


OVER_STRATA = (
    Promise(method="Homogeneity of odds ratios", kind="error"),
    Promise(method="Common odds ratio (Mantel–Haenszel)", kind="coverage"),
)


def trend(*shares: float) -> Callable[[np.random.Generator], list[Outcome]]:
    """Three groups of 15 in an order."""

    def study(generator: np.random.Generator) -> list[Outcome]:
        events = generator.binomial(15, shares)
        result = cochran_armitage([[count, 15 - count] for count in events])
        test = [rejects(result.p_value)] if shares[0] == shares[-1] else []
        return [*test, covers(result.effect(SLOPE).interval, (shares[-1] - shares[0]) / 2)]

    return study


def larger_table(generator: np.random.Generator) -> list[Outcome]:
    """30 units in 3 × 3 cells, rows and columns independent."""
    rows, columns = generator.choice(3, 30, p=[0.5, 0.3, 0.2]), generator.choice(3, 30, p=[0.6, 0.3, 0.1])
    table = np.zeros((3, 3), dtype=int)
    np.add.at(table, (rows, columns), 1)
    return [rejects(fisher_exact(table).p_value), rejects(chi_square(table).p_value)]


SLOPE_PROMISE = Promise(
    method="Slope of the proportions",
    kind="coverage",
    accepted=0.92,
    because="Wald's interval is too short in small groups; the test beside it is not concerned",
)
EXPERIMENTS = (
    *(
        Enumeration(
            situation=f"{total} units, proportions 5% to 95%",
            promises=(
                Promise(method="Wilson", kind="coverage", accepted=0.91, because=WAVES),
                Promise(method="Clopper–Pearson", kind="coverage", guaranteed=True),
            ),
            sizes=(total,),
            table=one_proportion,
        )
        for total in (10, 30, 100)
    ),
    *(
        Enumeration(
            situation=f"groups of {n} and {m}, the same proportion of 5% to 95%",
            promises=(
                Promise(method="Fisher's exact test", kind="error", guaranteed=True),
                Promise(method="Chi-square with Yates's correction", kind="error"),
                Promise(method="Chi-square without correction", kind="error", accepted=0.062, because=WAVES),
                Promise(method="Miettinen–Nurminen's test", kind="error", accepted=0.062, because=WAVES),
                Promise(method="Wald's test of the log odds ratio", kind="error"),
            ),
            sizes=(n, m),
            table=tests_of_two,
        )
        for n, m in [(10, 10), (12, 25), (40, 40)]
    ),
    *(
        Enumeration(
            situation=f"groups of {n} and {m}, all pairs of proportions 5% to 95%",
            promises=(
                Promise(method="Risk difference, Newcombe", kind="coverage", accepted=0.9, because=WAVES),
                Promise(method="Risk difference, Miettinen–Nurminen", kind="coverage", accepted=0.92, because=WAVES),
                Promise(method="Odds ratio, conditional exact", kind="coverage", guaranteed=True),
                Promise(method="Odds ratio, Woolf", kind="coverage", accepted=0.89, because=WAVES),
            ),
            sizes=(n, m),
            table=intervals_of_two,
        )
        for n, m in [(10, 10), (12, 25)]
    ),
    Enumeration(
        situation="20 pairs of answers, 10% to 60% change, as often in either direction",
        promises=(
            Promise(method="McNemar, exact", kind="error", guaranteed=True),
            Promise(method="McNemar, asymptotic", kind="error"),
            Promise(method="Paired difference of proportions (Bonett–Price)", kind="coverage"),
            Promise(method="Paired odds ratio, exact", kind="coverage", guaranteed=True),
        ),
        sizes=(20,),
        table=answers_twice,
    ),
    Simulation(
        situation="three strata of 27 to 30, odds ratio 1",
        promises=(
            Promise(method="Mantel–Haenszel with continuity correction", kind="error"),
            Promise(method="Mantel–Haenszel without correction", kind="error"),
            *OVER_STRATA,
        ),
        study=strata(1),
    ),
    Simulation(situation="three strata of 27 to 30, odds ratio 3", promises=OVER_STRATA, study=strata(3)),
    Simulation(
        situation="three groups of 15, 30% each",
        promises=(Promise(method="Cochran–Armitage", kind="error"), SLOPE_PROMISE),
        study=trend(0.3, 0.3, 0.3),
    ),
    Simulation(
        situation="three groups of 15, 20%, 35% and 50%", promises=(SLOPE_PROMISE,), study=trend(0.2, 0.35, 0.5)
    ),
    Simulation(
        situation="30 units in 3 × 3 independent cells",
        promises=(
            Promise(method="Fisher's exact test, larger tables", kind="error", guaranteed=True),
            Promise(method="Chi-square, larger tables", kind="error"),
        ),
        study=larger_table,
    ),
)
