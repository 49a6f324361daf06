"""Equivalence against R, and by its properties."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import MEAN_DIFFERENCE, SHIFT, NotComparable, equivalence
from tests.analytics.stats.samples import GROUP, bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("groups")["pairs"]
# R's sum of two decimals makes values unequal that are the same; the others are whole numbers.
WHOLE = [name for name in CASES if name != "sleep"]


@pytest.mark.parametrize("name", WHOLE)
def test_exact_ranks_equal_coin(name):
    case = CASES[name]
    result = equivalence(case["x"], case["y"], margin=case["equivalence"]["margin"])
    assert result.p_kind == "exact"
    assert (result.p_above, result.p_below) == pytest.approx(case["equivalence"]["exact"], rel=1e-9)
    assert result.p_value == max(result.p_above, result.p_below)


@pytest.mark.parametrize("name", WHOLE)
def test_asymptotic_ranks_equal_r(name):
    case = CASES[name]
    result = equivalence(case["x"], case["y"], margin=case["equivalence"]["margin"], exact=False)
    assert result.p_kind == "asymptotic"
    assert (result.p_above, result.p_below) == pytest.approx(case["equivalence"]["asymptotic"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_means_equal_r(name):
    case = CASES[name]
    result = equivalence(case["x"], case["y"], margin=case["equivalence"]["margin"], quantity="mean")
    effect = result.effect(MEAN_DIFFERENCE)
    assert (result.p_above, result.p_below) == pytest.approx(case["equivalence"]["mean"], rel=1e-9)
    assert bounds(effect.interval) == pytest.approx(case["equivalence"]["mean_interval"], rel=1e-9)
    assert effect.interval.level == pytest.approx(0.9)


@given(
    st.lists(st.integers(-40, 40).map(float), min_size=4, max_size=8, unique=True),
    st.lists(st.integers(-40, 40).map(lambda value: value + 0.25), min_size=4, max_size=8, unique=True),
    st.sampled_from([2.4, 9.4, 30.4]),
)
def test_without_ties_equivalence_is_where_the_interval_lies_within_the_margin(x, y, margin):
    result = equivalence(x, y, margin=margin)
    interval = result.effect(SHIFT).interval
    if interval is not None and interval.level == pytest.approx(0.9):
        assert result.equivalent == (-margin < interval.low and interval.high < margin)


@given(GROUP, GROUP, st.sampled_from([0.5, 3, 100]))
def test_swapping_the_groups_changes_the_sides_only(x, y, margin):
    one, other = equivalence(x, y, margin=margin), equivalence(y, x, margin=margin)
    assert (one.p_above, one.p_below) == pytest.approx((other.p_below, other.p_above), rel=1e-9)
    assert one.effects[0].estimate == -other.effects[0].estimate
    assert survives_json(one)


@given(
    st.lists(st.integers(-9, 9).map(float), min_size=1, max_size=8),
    st.lists(st.integers(-9, 9).map(lambda value: value + 0.25), min_size=1, max_size=8),
)
def test_a_wider_margin_never_speaks_against_equivalence(x, y):
    """Where no margin makes a tie between the groups: a tie changes the distribution."""
    p_values = [equivalence(x, y, margin=margin).p_value for margin in (0.6, 1.6, 5.6, 10_000.6)]
    assert all(wider <= p_value + 1e-12 for p_value, wider in pairwise(p_values))


def test_values_that_meet_but_for_rounding_are_tied():
    """4.8 + 0.5 and 5.1 + 0.2 are 5.3, whatever their last bit."""
    moved = equivalence([5.1, 0.1], [5.3, 0.3], margin=0.2)
    whole = equivalence([51, 1], [53, 3], margin=2)
    assert (moved.p_above, moved.p_below) == (whole.p_above, whole.p_below)


def test_equal_values_are_equivalent():
    result = equivalence([3, 3, 3, 3], [3, 3, 3, 3], margin=1)
    assert result.p_value == pytest.approx(1 / 70)
    assert result.equivalent
    assert "no-variation" in codes(result)


def test_few_values_say_what_their_interval_is_worth():
    result = equivalence([1, 2], [1, 3], margin=5)
    assert not result.equivalent
    assert codes(result) == ["level-not-reached"]


@pytest.mark.parametrize("margin", [0, -1, np.nan, np.inf])
def test_a_margin_has_to_be_positive(margin):
    with pytest.raises(NotComparable, match="The margin of equivalence is the smallest difference that matters"):
        equivalence([1, 2], [1, 3], margin=margin)


@pytest.mark.parametrize(
    ("x", "quantity", "sentence"),
    [([], "shift", "Group x has no values."), ([2, 2], "mean", "Neither group varies in itself")],
)
def test_refusals(x, quantity, sentence):
    with pytest.raises(NotComparable, match=sentence):
        equivalence(x, [3, 3], margin=1, quantity=quantity)


def test_alpha_below_one_half():
    with pytest.raises(ValueError, match="confidence"):
        equivalence([1, 2], [1, 3], margin=1, alpha=0.5)
