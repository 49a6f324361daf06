"""Mantel–Haenszel against R, statsmodels, and by its properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from analytics.stats import ODDS_RATIO, NotComparable, mantel_haenszel
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("proportions")["stratified"]
TABLES = st.lists(
    st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=2), min_size=2, max_size=2), min_size=1, max_size=4
)


@pytest.mark.parametrize("name", CASES)
def test_equals_mantelhaen_test(name):
    case = CASES[name]
    result = mantel_haenszel(case["tables"])
    effect = result.effect(ODDS_RATIO)
    assert len(result.tables) == case["used"]
    assert result.statistic == pytest.approx(case["statistic"], rel=1e-10)
    assert result.p_value == pytest.approx(case["p"], rel=1e-9)
    assert mantel_haenszel(case["tables"], continuity=False).statistic == pytest.approx(case["uncorrected"], rel=1e-10)
    assert effect.estimate == pytest.approx(case["odds_ratio"], rel=1e-12)
    assert bounds(effect.interval) == pytest.approx(case["interval"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_homogeneity_equals_the_formula_in_r(name):
    case = CASES[name]
    result = mantel_haenszel(case["tables"])
    assert result.homogeneity_statistic == pytest.approx(case["homogeneity"], rel=1e-9)
    assert result.homogeneity_p == pytest.approx(case["homogeneity_p"], rel=1e-9)


@pytest.mark.parametrize("name", ["berkeley", "races"])
def test_homogeneity_equals_statsmodels(name):
    case = CASES[name]
    other = StratifiedTable([np.array(table, dtype=float) for table in case["tables"]]).test_equal_odds(adjust=True)
    assert mantel_haenszel(case["tables"]).homogeneity_p == pytest.approx(other.pvalue, rel=1e-9)


@given(TABLES)
def test_exchanging_the_rows_inverts_the_odds_ratio(tables):
    one, other = mantel_haenszel(tables), mantel_haenszel([table[::-1] for table in tables])
    assert one.statistic == pytest.approx(other.statistic, abs=1e-9)
    assert one.effects[0].estimate == pytest.approx(1 / other.effects[0].estimate, rel=1e-9)
    assert survives_json(one)


@given(TABLES)
def test_order_of_the_strata_changes_nothing(tables):
    one, other = mantel_haenszel(tables), mantel_haenszel(tables[::-1])
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9, abs=1e-12)
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, rel=1e-9)


def test_same_odds_ratio_everywhere():
    result = mantel_haenszel([[[20, 10], [10, 20]], [[40, 20], [20, 40]]])
    assert result.effects[0].estimate == pytest.approx(4)
    assert result.homogeneity_statistic == pytest.approx(0, abs=1e-9)
    assert result.homogeneity_degrees_of_freedom == 1
    independent = mantel_haenszel([[[10, 10], [10, 10]], [[20, 20], [20, 20]]])
    assert (independent.statistic, independent.homogeneity_p) == (0, 1)


def test_empty_strata_are_left_out():
    tables = [[[5, 3], [2, 6]], [[0, 4], [0, 5]], [[0, 0], [2, 1]]]
    result = mantel_haenszel(tables)
    assert str(result.warnings[0]) == "2 of 3 strata have an empty row or column and are left out."
    assert result.statistic == mantel_haenszel(tables[:1]).statistic
    assert result.homogeneity_p is None


@pytest.mark.parametrize(("tables", "estimate"), [([[[3, 0], [2, 4]]], None), ([[[0, 3], [2, 4]]], 0)])
def test_an_infinite_odds_ratio(tables, estimate):
    result = mantel_haenszel(tables)
    assert (result.effects[0].estimate, result.effects[0].interval, result.homogeneity_p) == (estimate, None, None)
    assert codes(result) == []
    assert survives_json(result)


def test_refusals():
    with pytest.raises(NotComparable, match="No stratum has both groups, events and units without an event"):
        mantel_haenszel([[[0, 4], [0, 5]]])
    with pytest.raises(NotComparable, match="No stratum"):
        mantel_haenszel([])
    with pytest.raises(NotComparable, match="Counts are whole numbers"):
        mantel_haenszel([[[0.5, 4], [0, 5]]])
    with pytest.raises(ValueError, match="shape"):
        mantel_haenszel([[1, 2]])
