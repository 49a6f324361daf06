"""Spearman's and Kendall's correlation against R, and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats import KENDALL_TAU, SPEARMAN_RHO, NotComparable, kendall, spearman
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("association")
METHODS = {"spearman": spearman, "kendall": kendall}
PAIR = st.tuples(st.integers(-3, 3), st.integers(-50, 50))
# Few enough for exact tests that are quick, or too many for exact tests.
PAIRS = st.lists(PAIR, min_size=3, max_size=8) | st.lists(PAIR, min_size=13, max_size=15)


each_method = pytest.mark.parametrize("method", [spearman, kendall])


def columns(pairs):
    x, y = (np.array(values, dtype=float) for values in zip(*pairs, strict=True))
    assume(np.ptp(x) and np.ptp(y))
    return x, y


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("data", CASES)
def test_equals_r(name, data):
    """``cor.test(exact = FALSE)``, and the intervals of the published formulas."""
    case, answer = CASES[data], CASES[data][name]
    result = METHODS[name](case["x"], case["y"])
    assert result.n == len(case["x"])
    assert result.effects[0].estimate == pytest.approx(answer["estimate"], rel=1e-12)
    assert bounds(result.effects[0].interval) == pytest.approx(answer["interval"], rel=1e-9)
    assert result.statistic == pytest.approx(answer["statistic"], rel=1e-10)
    assert result.asymptotic_p == pytest.approx(answer["asymptotic_p"], rel=1e-9)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("data", CASES)
def test_exact_p_equals_r(name, data):
    """``cor.test(exact = TRUE)`` without ties, the enumeration of all pairings with ties."""
    case, answer = CASES[data], CASES[data][name]
    known = [answer[key] for key in ("exact_p_stats", "exact_p_enumerated") if answer[key] is not None]
    result = METHODS[name](case["x"], case["y"])
    for p_value in known:
        assert (result.p_kind, result.p_value) == ("exact", pytest.approx(p_value, rel=1e-12))
    if result.p_kind == "asymptotic":
        assert (known, result.p_value) == ([], result.asymptotic_p)


def test_every_kind_of_p_is_among_the_cases():
    kinds = {(name, METHODS[name](case["x"], case["y"]).p_kind) for case in CASES.values() for name in METHODS}
    assert len(kinds) == 4


@each_method
@given(PAIRS)
def test_exchange_of_the_values_changes_nothing(method, pairs):
    x, y = columns(pairs)
    one, other = method(x, y), method(y, x)
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, rel=1e-12, abs=1e-12)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert survives_json(one)


@each_method
@given(PAIRS, st.randoms(use_true_random=False))
def test_order_of_the_units_and_monotone_transformation_change_nothing(method, pairs, random):
    x, y = columns(pairs)
    shuffled = random.sample(pairs, len(pairs))
    other = method(*columns([(math.atan(a), b**3) for a, b in shuffled]))
    one = method(x, y)
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, rel=1e-12, abs=1e-12)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)


@each_method
@given(PAIRS)
def test_a_reversed_value_changes_the_sign_only(method, pairs):
    x, y = columns(pairs)
    (one,), (other,) = method(x, y).effects, method(-x, y).effects
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-12)
    if one.interval is not None:
        low, high = bounds(other.interval)
        assert bounds(one.interval) == pytest.approx((-high, -low), abs=1e-9)
        assert -1 < one.interval.low <= one.estimate <= one.interval.high < 1


@each_method
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("n", [3, 12, 13, 30])
def test_a_perfect_order_has_no_interval(method, sign, n):
    result = method(range(n), [sign * value**2 for value in range(n)])
    assert (result.effects[0].estimate, result.effects[0].interval) == (sign, None)
    assert (result.p_kind, result.p_value) == ("exact", pytest.approx(2 / math.factorial(n), rel=1e-9))
    assert codes(result) == ["perfect-association"]


def test_a_perfect_order_with_ties_counts_the_pairings_that_keep_it():
    values = [1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    result = spearman(values, values)
    assert (result.p_kind, result.p_value) == ("exact", pytest.approx(6 / math.factorial(14), rel=1e-9))
    mirrored = [1, 1, *range(2, 12), 12, 12]
    assert spearman(mirrored, mirrored).p_value == pytest.approx(8 / math.factorial(14), rel=1e-9)


def test_three_units_have_no_interval():
    result = spearman([1, 2, 3], [1, 3, 2])
    assert (result.effects[0].interval, codes(result)) == (None, ["no-interval"])


def test_units_that_contribute_alike_leave_kendall_without_an_interval():
    result = kendall([1, 2, 3, 4], [2, 1, 4, 3])
    assert result.effects[0].estimate == pytest.approx(1 / 3)
    assert (result.effects[0].interval, codes(result)) == (None, ["no-interval"])


def test_two_levels_are_named():
    result = spearman([0, 0, 1, 1, 1], [3, 1, 4, 1, 5], labels=("subtype", "H-score"))
    (note,) = result.warnings
    assert str(note).startswith("subtype has two different values only")


@pytest.mark.parametrize("levels", [2, 4])
def test_the_interval_of_tau_holds_with_ties(levels):
    """Fieller, Hartley and Pearson's constant variance covers 71% here with two levels, 86% with four."""
    generator = np.random.default_rng(11)
    inner = stats.norm.ppf(np.arange(1, levels) / levels)

    def drawn(n):
        return np.digitize(generator.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=n), inner).T

    true = stats.kendalltau(*drawn(200_000)).statistic
    intervals = [kendall(*drawn(50)).effects[0].interval for _ in range(300)]
    assert np.mean([interval.low <= true <= interval.high for interval in intervals]) > 0.92


def test_effects_are_found_by_name():
    assert spearman([1, 2, 3, 4], [1, 3, 2, 4]).effect(SPEARMAN_RHO).estimate == pytest.approx(0.8)
    assert kendall([1, 2, 3, 4], [1, 3, 2, 4]).effect(KENDALL_TAU).estimate == pytest.approx(2 / 3)


def test_reads_as_a_statistician_writes_it():
    case = CASES["motor_cars"]
    assert str(kendall(case["x"], case["y"], labels=("mpg", "weight"))).splitlines() == [
        "Kendall's rank correlation, normal approximation with tie correction, two-sided",
        "mpg and weight: n = 32",
        "Kendall's tau-b -0.7278 (95% CI -0.8231 to -0.5928)",
        "z = -5.798, p < 0.001 (asymptotic)",
    ]


@each_method
@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([1, 1, 1], [1, 2, 3], "All 3 values of x are equal"),
        ([1, 2, 3], [2, 2, 2], "All 3 values of y are equal"),
        ([1, 2], [1, 2], "There are 2 units with both values; a rank correlation needs at least 3"),
        ([1, 2, 3], [1, 2], "x has 3 values and y has 2"),
        ([1, 2, math.nan], [1, 2, 3], "Group x has values that are missing"),
        ([], [], "Group x has no values"),
    ],
)
def test_refusals(method, x, y, sentence):
    with pytest.raises(NotComparable, match=sentence):
        method(x, y)
