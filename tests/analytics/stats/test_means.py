"""Welch's t and the permutation test against R, SciPy, and by their properties."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats import MEAN_DIFFERENCE, NotComparable, permutation_test, welch_t
from analytics.stats.permutation import sum_distribution
from tests.analytics.stats.samples import GROUP, GROUP_OF_TWO, bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("groups")["pairs"]
SPREAD = GROUP_OF_TWO.filter(lambda values: len(set(values)) > 1)


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def test_welch_equals_r(case):
    answer = case["welch"]
    result = welch_t(case["x"], case["y"], unit="ppb")
    effect = result.effect(MEAN_DIFFERENCE)
    assert result.statistic == pytest.approx(answer["statistic"], rel=1e-11)
    assert result.degrees_of_freedom == pytest.approx(answer["degrees_of_freedom"], rel=1e-11)
    assert result.p_value == pytest.approx(answer["p"], rel=1e-9)
    assert effect.estimate == pytest.approx(answer["difference"], rel=1e-11)
    assert bounds(effect.interval) == pytest.approx(answer["interval"], rel=1e-9)
    assert effect.unit == "ppb"


def test_exact_permutation_equals_r(case):
    """coin counts far arrangements by comparing rounded sums, exactRankTests by integers."""
    result = permutation_test(case["x"], case["y"])
    assert result.p_kind == "exact"
    assert result.simulation is None
    assert result.p_value == pytest.approx(case["permutation"]["exact_p"], rel=1e-9)
    assert result.p_value == pytest.approx(case["permutation"]["exact_p_exactRankTests"], rel=1e-9)
    assert result.asymptotic_p == pytest.approx(case["permutation"]["asymptotic_p"], rel=1e-9)
    assert bounds(result.effect(MEAN_DIFFERENCE).interval) == pytest.approx(case["welch"]["interval"], rel=1e-9)


@given(GROUP, GROUP)
def test_permutation_equals_the_enumeration(x, y):
    pooled = np.array([*x, *y])
    mean = pooled.mean() * len(x)
    if comb(pooled.size, len(x)) > 5000:
        x, y = x[:5], y[:5]
        pooled = np.array([*x, *y])
        mean = pooled.mean() * len(x)
    sums = np.array([pooled[list(chosen)].sum() for chosen in combinations(range(pooled.size), len(x))])
    expected = np.mean(np.abs(sums - mean) >= abs(sum(x) - mean) - 1e-6)
    assert permutation_test(x, y).p_value == pytest.approx(expected, rel=1e-9)


def test_values_with_many_decimals_are_written_out():
    generator = np.random.default_rng(3)
    x, y = generator.normal(size=7), generator.normal(1, size=8)
    enumerated = stats.permutation_test(
        (x, y), lambda x, y: abs(x.mean() - y.mean()), alternative="greater", n_resamples=np.inf
    )
    result = permutation_test(x, y)
    assert result.p_kind == "exact"
    assert result.p_value == pytest.approx(enumerated.pvalue, rel=1e-12)


def test_hundreds_of_rounded_values_are_exact():
    generator = np.random.default_rng(5)
    pooled = generator.integers(0, 60, 300).astype(float)
    distribution = sum_distribution(pooled, size=120)
    mean = distribution.probability @ distribution.sums
    assert distribution.probability.sum() == pytest.approx(1, rel=1e-9)
    assert mean == pytest.approx(120 * pooled.mean(), rel=1e-9)
    assert distribution.probability @ (distribution.sums - mean) ** 2 == pytest.approx(
        120 * 180 / 300 * pooled.var(ddof=1), rel=1e-9
    )


def test_simulation_is_repeatable_and_near_the_exact_p():
    generator = np.random.default_rng(6)
    x, y = generator.normal(size=60), generator.normal(0.4, size=70)
    result = permutation_test(x, y, resamples=19_999)
    assert result.p_kind == "simulated"
    assert result == permutation_test(x[::-1], y, resamples=19_999)
    assert result != permutation_test(x, y, resamples=19_999, seed=4)
    assert result.simulation.resamples == 19_999
    assert result.simulation.standard_error == pytest.approx(
        np.sqrt(result.p_value * (1 - result.p_value) / 19_999), rel=1e-12
    )
    assert abs(result.p_value - result.asymptotic_p) < 5 * result.simulation.standard_error
    assert "19999 random arrangements, seed" in str(result)
    assert survives_json(result)


@given(GROUP, GROUP)
def test_swapping_the_groups_changes_the_sign_of_the_permutation_test_only(x, y):
    one, other = permutation_test(x, y), permutation_test(y, x)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert one.statistic == -other.statistic
    assert survives_json(one)


def test_simulated_swap_keeps_p():
    generator = np.random.default_rng(8)
    x, y = generator.normal(size=(2, 40))
    assert permutation_test(x, y, resamples=999).p_value == permutation_test(y, x, resamples=999).p_value


@given(SPREAD, SPREAD)
def test_swapping_the_groups_changes_the_sign_of_welch_only(x, y):
    one, other = welch_t(x, y), welch_t(y, x)
    assert one.statistic == pytest.approx(-other.statistic, rel=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    low, high = bounds(other.effects[0].interval)
    assert bounds(one.effects[0].interval) == pytest.approx((-high, -low), rel=1e-9)
    assert survives_json(one)


@given(SPREAD, SPREAD, st.randoms(use_true_random=False))
def test_order_changes_nothing(x, y, random):
    before = welch_t(x, y)
    random.shuffle(x)
    assert welch_t(x, y).statistic == pytest.approx(before.statistic, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("test", [welch_t, permutation_test])
def test_no_variation(test):
    result = test([0.1, 0.1, 0.1], [0.1, 0.1])
    assert (result.statistic, result.p_value, result.effects[0].interval) == (0, 1, None)
    assert codes(result) == ["no-variation"]


def test_a_single_value():
    result = permutation_test([9], [1, 2, 3])
    assert (result.p_value, result.effects[0].estimate, result.effects[0].interval) == (0.25, 7, None)
    assert codes(result) == ["single-value"]
    with pytest.raises(NotComparable, match="Group x has a single value; Welch's t test needs at least two"):
        welch_t([9], [1, 2, 3])


def test_no_spread_within_the_groups():
    with pytest.raises(NotComparable, match="Neither group varies in itself"):
        welch_t([1, 1], [2, 2])
    assert permutation_test([1, 1], [2, 2]).effects[0].interval is None


def test_one_constant_group_is_fine():
    result = welch_t([0.1, 0.1, 0.1], [1, 2, 3])
    assert (result.degrees_of_freedom, result.statistic) == pytest.approx((2, -1.9 * np.sqrt(3)))


@pytest.mark.parametrize("test", [welch_t, permutation_test])
@pytest.mark.parametrize(
    ("x", "sentence"), [([], "Group x has no values."), ([1, np.inf], "Group x has values that are missing")]
)
def test_refusals(test, x, sentence):
    with pytest.raises(NotComparable, match=sentence):
        test(x, [1, 2, 3])
