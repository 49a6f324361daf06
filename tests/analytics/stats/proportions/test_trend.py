"""Cochran–Armitage against R, and by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import SLOPE, NotComparable, cochran_armitage
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("proportions")["trends"]
TABLE = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(any), min_size=2, max_size=5).filter(
    lambda table: all(map(any, zip(*table, strict=True)))
)


@pytest.mark.parametrize("name", CASES)
def test_equals_prop_trend_test(name):
    case = CASES[name]
    result = cochran_armitage(case["table"], scores=case["scores"])
    effect = result.effect(SLOPE)
    assert result.statistic**2 == pytest.approx(case["statistic"], rel=1e-9)
    assert result.p_value == pytest.approx(case["p"], rel=1e-9)
    assert effect.estimate == pytest.approx(case["slope"], rel=1e-9)
    assert bounds(effect.interval) == pytest.approx(case["interval"], rel=1e-9)


def test_scores_are_one_two_three_unless_given():
    case = CASES["smokers"]
    assert cochran_armitage(case["table"]) == cochran_armitage(case["table"], scores=[1, 2, 3, 4])


@given(TABLE)
def test_reversing_the_order_changes_the_sign_only(table):
    one, other = cochran_armitage(table), cochran_armitage(table[::-1])
    assert one.statistic == pytest.approx(-other.statistic, abs=1e-9)
    assert one.effects[0].estimate == pytest.approx(-other.effects[0].estimate, abs=1e-12)
    assert survives_json(one)


@given(TABLE, st.integers(1, 9), st.integers(-9, 9))
def test_moving_and_stretching_the_scores_changes_only_the_unit_of_the_slope(table, scale, distance):
    one = cochran_armitage(table)
    other = cochran_armitage(table, scores=[scale * place + distance for place in range(len(table))])
    assert other.statistic == pytest.approx(one.statistic, abs=1e-9)
    assert other.effects[0].estimate * scale == pytest.approx(one.effects[0].estimate, abs=1e-9)


def test_small_expected_counts_are_pointed_out():
    assert codes(cochran_armitage([[1, 4], [2, 3]])) == ["small-expectation"]
    assert codes(cochran_armitage(CASES["smokers"]["table"])) == []


def test_all_against_none_has_no_interval():
    result = cochran_armitage([[0, 8], [8, 0]])
    assert (result.effects[0].estimate, result.effects[0].interval) == (1, None)


@pytest.mark.parametrize(
    ("table", "scores", "sentence"),
    [
        ([[0, 5], [0, 7]], None, "There is no event in any group, so no trend can be seen."),
        ([[5, 0], [7, 0]], None, "Every unit of every group has the event, so no trend can be seen."),
        ([[5, 1], [0, 0]], None, "Row 2 of the table is empty."),
        ([[5, 1]], None, "at least two groups"),
        ([[5, 1], [1, 1]], [2, 2], "All groups have the same score, so they have no order."),
        ([[5, 1], [1, -1]], None, "Counts are whole numbers from 0 on."),
    ],
)
def test_refusals(table, scores, sentence):
    with pytest.raises(NotComparable, match=sentence):
        cochran_armitage(table, scores=scores)


def test_mistakes_of_a_programmer():
    with pytest.raises(ValueError, match="two columns"):
        cochran_armitage([[1, 2, 3], [1, 2, 3]])
    with pytest.raises(ValueError, match="2 finite scores"):
        cochran_armitage([[1, 2], [1, 3]], scores=[1, float("nan")])
