"""Odds ratios against R, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table2x2

from analytics.stats import ODDS_RATIO, NotComparable, odds_ratio
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("proportions")["squares"]
FULL = [name for name, case in CASES.items() if case["woolf"] is not None]
COUNTS = st.lists(st.lists(st.integers(1, 30), min_size=2, max_size=2), min_size=2, max_size=2)


@pytest.mark.parametrize("name", CASES)
def test_conditional_equals_r(name):
    """R's fisher.test stops its search early (1740 instead of 1767 in one case); here R solves the same equations."""
    case = CASES[name]
    result = odds_ratio(case["table"])
    effect = result.effect(ODDS_RATIO)
    answer = case["conditional"]
    assert result.p_value == pytest.approx(case["fisher_p"], rel=1e-9)
    assert effect.estimate == (None if answer["estimate"] is None else pytest.approx(answer["estimate"], rel=1e-8))
    assert effect.interval.low == pytest.approx(answer["low"], rel=1e-8)
    assert effect.interval.high == (None if answer["high"] is None else pytest.approx(answer["high"], rel=1e-8))


@pytest.mark.parametrize("name", FULL)
def test_sample_equals_r(name):
    case = CASES[name]
    effect = odds_ratio(case["table"], method="sample").effect(ODDS_RATIO)
    (a, b), (c, d) = case["table"]
    assert effect.estimate == pytest.approx(a * d / (b * c), rel=1e-12)
    assert bounds(effect.interval) == pytest.approx(case["woolf"], rel=1e-9)


@given(COUNTS)
def test_sample_equals_statsmodels(table):
    result, other = odds_ratio(table, method="sample"), Table2x2(np.array(table), shift_zeros=False)
    assert result.effects[0].estimate == pytest.approx(other.oddsratio, rel=1e-9)
    assert bounds(result.effects[0].interval) == pytest.approx(other.oddsratio_confint(), rel=1e-9)
    assert result.p_value == pytest.approx(other.log_oddsratio_pvalue(), rel=1e-9)
    assert survives_json(result)


@given(COUNTS)
def test_exchanging_the_rows_inverts_it(table):
    for method in ("sample", "conditional"):
        one, other = odds_ratio(table, method=method), odds_ratio(table[::-1], method=method)
        assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
        assert one.effects[0].estimate == pytest.approx(1 / other.effects[0].estimate, rel=1e-7)
        low, high = bounds(other.effects[0].interval)
        assert bounds(one.effects[0].interval) == pytest.approx((1 / high, 1 / low), rel=1e-7)


@pytest.mark.parametrize(
    ("table", "estimate", "open_above"), [([[5, 0], [3, 4]], None, True), ([[0, 5], [3, 4]], 0, False)]
)
def test_an_empty_cell_is_left_empty(table, estimate, open_above):
    effect = odds_ratio(table).effect(ODDS_RATIO)
    assert effect.estimate == estimate
    assert (effect.interval.high is None) == open_above
    assert (effect.interval.low == 0) != open_above
    result = odds_ratio(table, method="sample")
    assert (result.effects[0].estimate, result.effects[0].interval, result.p_value) == (estimate, None, None)
    assert codes(result) == ["empty-cell"]
    assert survives_json(result)
    assert survives_json(odds_ratio(table))


def test_reads_well_where_infinite():
    assert str(odds_ratio([[4, 0], [1, 3]]).effects[0]) == "odds ratio ∞ (95% CI 0.5329 to ∞)"


@pytest.mark.parametrize("method", ["sample", "conditional"])
def test_refusals(method):
    with pytest.raises(NotComparable, match="Column 1 of the table is empty"):
        odds_ratio([[0, 5], [0, 7]], method=method)
    with pytest.raises(ValueError, match="shape"):
        odds_ratio([[1, 5, 2], [2, 2, 7]], method=method)
