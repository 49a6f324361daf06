"""Bland and Altman's limits against R, and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import BIAS, LOWER_LIMIT, UPPER_LIMIT, NotComparable, bland_altman
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("agreement")["limits"]
PAIRS = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=2, max_size=12)


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def test_equals_r(case):
    result = bland_altman(case["first"], case["second"])
    for name, place in ((BIAS, "bias"), (LOWER_LIMIT, "lower"), (UPPER_LIMIT, "upper")):
        effect = result.effect(name)
        assert effect.estimate == pytest.approx(case[place], rel=1e-12)
        assert bounds(effect.interval) == pytest.approx(case[f"{place}_interval"], rel=1e-9)
    assert result.standard_deviation == pytest.approx(case["standard_deviation"], rel=1e-12)
    assert result.statistic == pytest.approx(case["statistic"], rel=1e-9)
    assert result.p_value == pytest.approx(case["p"], rel=1e-9)


def test_a_difference_that_goes_with_the_size_is_named(case):
    notes = bland_altman(case["first"], case["second"]).warnings
    if case["p_of_correlation"] >= 0.05:
        assert notes == ()
    else:
        (note,) = notes
        assert note.code == "proportional-bias"
        assert note.values["correlation"] == pytest.approx(case["correlation_with_mean"], rel=1e-9)


def test_both_notes_of_the_size_occur():
    assert {case["p_of_correlation"] < 0.05 for case in CASES.values()} == {True, False}


@given(PAIRS, st.sampled_from([0.8, 0.95]))
def test_exchange_of_the_methods_mirrors_the_limits(pairs, coverage):
    first, second = zip(*pairs, strict=True)
    one, other = (bland_altman(*both, coverage=coverage) for both in ((first, second), (second, first)))
    assert one.effect(BIAS).estimate == pytest.approx(-other.effect(BIAS).estimate, abs=1e-9)
    assert one.effect(LOWER_LIMIT).estimate == pytest.approx(-other.effect(UPPER_LIMIT).estimate, abs=1e-9)
    assert one.p_value == (None if other.p_value is None else pytest.approx(other.p_value, rel=1e-9))
    assert survives_json(one)


@given(PAIRS, st.integers(-50, 50), st.randoms(use_true_random=False))
def test_order_of_the_units_and_a_common_shift_change_nothing(pairs, shift, random):
    one = bland_altman(*zip(*pairs, strict=True))
    moved = [(a + shift, b + shift) for a, b in random.sample(pairs, len(pairs))]
    other = bland_altman(*zip(*moved, strict=True))
    for effect, same in zip(one.effects, other.effects, strict=True):
        assert effect.estimate == pytest.approx(same.estimate, abs=1e-9)
        assert (effect.interval is None) == (same.interval is None)


def test_averages_that_vary_by_rounding_only_have_no_relation_to_the_differences():
    first, second = np.arange(1, 12) / 10, np.arange(11, 0, -1) / 10
    assert 0 < np.ptp(first / 2 + second / 2) < 1e-15
    assert codes(bland_altman(first, second)) == []


def test_limits_hold_the_share_they_say():
    differences = np.random.default_rng(3).normal(2, 5, size=20_000)
    result = bland_altman(differences, np.zeros_like(differences), coverage=0.8)
    inside = (differences > result.effect(LOWER_LIMIT).estimate) & (differences < result.effect(UPPER_LIMIT).estimate)
    assert inside.mean() == pytest.approx(0.8, abs=0.01)


def test_equal_differences_have_no_interval():
    result = bland_altman([1.1, 2.1, 3.1], [1.0, 2.0, 3.0])
    assert result.effect(BIAS).estimate == pytest.approx(0.1)
    assert [effect.interval for effect in result.effects] == [None] * 3
    identical = bland_altman([1, 2, 3], [1, 2, 3])
    assert (identical.effect(UPPER_LIMIT).estimate, identical.statistic, identical.p_value) == (0, None, None)
    assert codes(identical) == ["no-variation"]


def test_reads_as_a_statistician_writes_it():
    case = CASES["peak_flow"]
    assert str(bland_altman(case["first"], case["second"], labels=("Wright", "mini"), unit="l/min")).splitlines() == [
        "Bland–Altman limits of agreement",
        "Wright minus mini: n = 17",
        "bias (mean difference) -2.118 l/min (95% CI -22.05 to 17.81)",
        "lower limit of agreement -78.1 l/min (95% CI -112.9 to -43.34)",
        "upper limit of agreement 73.86 l/min (95% CI 39.1 to 108.6)",
        "t = -0.2252, 16 df, p = 0.825 (asymptotic)",
    ]


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ([1], [1], "at least two units"),
        ([1, 2], [1], "first has 2 values and second has 1"),
        ([1, math.inf], [1, 2], "Group first has values that are missing or not finite"),
    ],
)
def test_refusals(first, second, sentence):
    with pytest.raises(NotComparable, match=sentence):
        bland_altman(first, second)


def test_coverage_is_a_fraction():
    with pytest.raises(ValueError, match="coverage"):
        bland_altman([1, 2], [2, 3], coverage=95)
