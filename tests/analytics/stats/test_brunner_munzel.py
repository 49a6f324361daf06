"""Brunner–Munzel against the published formula in R, SciPy, and by its properties."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

from analytics.stats import SUPERIORITY, NotComparable, brunner_munzel, mann_whitney
from tests.analytics.stats.samples import GROUP_OF_TWO, bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("groups")["pairs"]


@pytest.mark.parametrize("name", CASES)
def test_equals_the_formula_in_r(name):
    answer = CASES[name]["brunner_munzel"]
    result = brunner_munzel(CASES[name]["x"], CASES[name]["y"])
    assert result.statistic == pytest.approx(answer["statistic"], rel=1e-12)
    assert result.degrees_of_freedom == pytest.approx(answer["degrees_of_freedom"], rel=1e-12)
    assert result.p_value == pytest.approx(answer["p"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_equals_scipy(name):
    x, y = CASES[name]["x"], CASES[name]["y"]
    result, other = brunner_munzel(x, y), stats.brunnermunzel(x, y)
    # SciPy's statistic is that of P(X < Y).
    assert (result.statistic, result.p_value) == pytest.approx((-other.statistic, other.pvalue), rel=1e-9)


def test_as_published():
    """Brunner & Munzel 2000, section 5: 3.1375 on 17.683 degrees, p 0.005786."""
    result = brunner_munzel(CASES["pain"]["y"], CASES["pain"]["x"])
    assert (result.statistic, result.degrees_of_freedom, result.p_value) == pytest.approx(
        (3.1375, 17.683, 0.005786), rel=5e-5
    )


@given(GROUP_OF_TWO, GROUP_OF_TWO)
def test_swapping_the_groups_changes_the_sign_only(x, y):
    one, other = brunner_munzel(x, y), brunner_munzel(y, x)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    mirrored = len(x) * len(y) - other.statistic if one.statistic_name == "U" else -other.statistic
    assert one.statistic == pytest.approx(mirrored, rel=1e-9)
    assert survives_json(one)


@given(GROUP_OF_TWO, GROUP_OF_TWO)
def test_order_and_monotone_transformation_change_nothing(x, y):
    one, other = brunner_munzel(x, y), brunner_munzel(np.arctan(x)[::-1], np.arctan(y)[::-1])
    assert (one.statistic, one.p_value) == pytest.approx((other.statistic, other.p_value), rel=1e-9)
    assert one.effects[0].estimate == other.effects[0].estimate


@given(GROUP_OF_TWO, GROUP_OF_TWO)
def test_interval_and_p_say_the_same(x, y):
    result = brunner_munzel(x, y)
    interval = result.effect(SUPERIORITY).interval
    if result.degrees_of_freedom is not None and abs(result.p_value - 0.05) > 1e-9:
        assert (interval.low <= 0.5 <= interval.high) == (result.p_value > 0.05)


@pytest.mark.parametrize(("x", "y"), [([1, 2, 2], [3, 4, 5, 5]), ([7, 8], [1, 1, 2]), ([1, 2, 2], [3, 3, 3, 4])])
def test_separated_groups_have_the_exact_p(x, y):
    result = brunner_munzel(x, y)
    assert (result.p_kind, result.degrees_of_freedom) == ("exact", None)
    assert result.p_value == pytest.approx(mann_whitney(x, y).p_value, rel=1e-12)
    assert codes(result) == ["complete-separation"]
    assert bounds(result.effect(SUPERIORITY).interval) == bounds(mann_whitney(x, y).effect(SUPERIORITY).interval)


def test_large_separated_groups():
    result = brunner_munzel(range(400), range(1000, 1500))
    assert result.p_value == pytest.approx(2 / comb(900, 400), rel=1e-9)
    assert brunner_munzel(range(9000), range(10_000, 20_000)).p_value == 0


def test_no_variation():
    result = brunner_munzel([2, 2], [2, 2, 2])
    assert (result.statistic, result.p_value, result.effects[0].interval) == (0, 1, None)
    assert codes(result) == ["no-variation"]


def test_small_groups_are_pointed_out():
    assert "small-groups" in codes(brunner_munzel([1, 3, 5], [2, 4, 6, 7]))
    assert "small-groups" not in codes(brunner_munzel(range(10), range(5, 15)))


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        ([1], "Group x has a single value; the Brunner–Munzel test needs at least two. Use Mann–Whitney."),
        ([], "Group x has no values."),
        ([1, np.nan], r"Group x has values that are missing or not finite numbers \(1\). Exclude them first."),
    ],
)
def test_refusals(x, sentence):
    with pytest.raises(NotComparable, match=sentence):
        brunner_munzel(x, [1, 2, 3])
