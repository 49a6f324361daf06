"""Kruskal–Wallis with epsilon-squared against R, and by its properties."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import EPSILON_SQUARED, NotComparable, Result, kruskal_wallis, mann_whitney
from analytics.stats.groups import epsilon_squared_interval
from tests.reference.answers import reference

CASES = reference("kruskal_wallis")
GROUPS = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=8), min_size=2
)


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def test_equals_r(case):
    result = kruskal_wallis(case["groups"])
    effect = result.effect(EPSILON_SQUARED)
    assert result.statistic == pytest.approx(case["statistic"], rel=1e-12)
    assert result.degrees_of_freedom == case["degrees_of_freedom"]
    assert result.p_value == pytest.approx(case["p"], rel=1e-9)
    assert {group.label: group.n for group in result.groups} == {
        label: len(values) for label, values in case["groups"].items()
    }
    assert effect.estimate == pytest.approx(case["epsilon_squared"], rel=1e-12)
    assert effect.interval.low == pytest.approx(case["interval"][0], abs=1e-9)
    assert effect.interval.high == pytest.approx(max(case["interval"][1], case["epsilon_squared"]), abs=1e-9)


def test_reference_has_cases_with_and_without_ties():
    assert sum(case["ties"] for case in CASES.values()) >= 2
    assert sum(not case["ties"] for case in CASES.values()) >= 2


@given(GROUPS)
def test_every_answer_is_finite_and_coherent(groups):
    result = kruskal_wallis(groups)
    (effect,) = result.effects
    assert 0 < result.p_value <= 1
    assert 0 <= effect.estimate <= 1
    if effect.interval:
        assert 0 <= effect.interval.low <= effect.estimate <= effect.interval.high <= 1
        assert (effect.interval.low == 0) == (result.p_value >= 0.025)
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


@given(GROUPS)
def test_order_of_groups_and_monotone_transformation_change_nothing(groups):
    result = kruskal_wallis(groups)
    other = kruskal_wallis({label: np.arctan(groups[label])[::-1] for label in reversed(groups)})
    assert other.statistic == pytest.approx(result.statistic, abs=1e-9)
    assert other.p_value == pytest.approx(result.p_value, abs=1e-9)


def test_two_groups_agree_with_mann_whitney_without_continuity_correction():
    """H is z²; far from the middle the correction of half a pair hardly matters."""
    generator = np.random.default_rng(4)
    x, y = generator.normal(size=500), generator.normal(0.1, size=500)
    assert kruskal_wallis({"x": x, "y": y}).p_value == pytest.approx(mann_whitney(x, y).asymptotic_p, abs=1e-3)


def test_no_variation():
    result = kruskal_wallis({"a": [2, 2], "b": [2], "c": [2, 2, 2]})
    assert (result.statistic, result.p_value) == (0, 1)
    assert (result.effects[0].estimate, result.effects[0].interval) == (0, None)
    assert "no-variation" in [note.code for note in result.warnings]


def test_three_groups_of_one_value():
    result = kruskal_wallis({"a": [1], "b": [2], "c": [3]})
    assert (result.statistic, result.p_value) == (pytest.approx(2), pytest.approx(np.exp(-1)))
    assert (result.effects[0].interval.low, result.effects[0].interval.high) == (0, 1)
    assert [note.code for note in result.warnings] == [*["single-value"] * 3, "small-groups", "epsilon-squared-bias"]


def test_very_many_values_keep_a_tight_interval():
    interval = epsilon_squared_interval(2.6e6, total=3_000_000, degrees_of_freedom=2, confidence=0.95)
    assert interval.low < 2.6e6 / 3e6 < interval.high
    assert interval.high - interval.low < 0.01


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ({"SSX1": [1, 2]}, "A comparison needs at least two groups with values."),
        ({}, "A comparison needs at least two groups with values."),
        ({"SSX1": [1, 2], "SSX2": []}, "Group SSX2 has no values."),
        (
            {"SSX1": [1, 2], "SSX2": [np.nan]},
            "Group SSX2 has values that are missing or not finite numbers (1). Exclude them first.",
        ),
    ],
)
def test_refusals(groups, sentence):
    with pytest.raises(NotComparable) as refusal:
        kruskal_wallis(groups)
    assert str(refusal.value) == sentence


def test_interval_covers_the_truth():
    """Three normal groups of 15, shifted by 0, 1 and 2: epsilon-squared is 0.412 in 60,000 values."""
    generator = np.random.default_rng(9)
    truth = kruskal_wallis({str(shift): generator.normal(shift, size=20_000) for shift in range(3)}).effects[0].estimate
    intervals = [
        kruskal_wallis({str(shift): generator.normal(shift, size=15) for shift in range(3)}).effects[0].interval
        for _ in range(200)
    ]
    assert truth == pytest.approx(0.412, abs=0.01)
    assert np.mean([interval.low <= truth <= interval.high for interval in intervals]) >= 0.95


def test_says_when_the_interval_reaches_zero_below_the_level():
    """H between the one-sided and the two-sided border of chi-square: p 0.03, and the interval begins at 0."""
    groups = {"a": [1, 2, 3, 7], "b": [4, 5, 8, 10], "c": [6, 9, 11, 12]}
    result = kruskal_wallis(groups)
    assert 0.025 < result.p_value < 0.05
    assert result.effects[0].interval.low == 0
    assert "interval-disagrees" in [note.code for note in result.warnings]
