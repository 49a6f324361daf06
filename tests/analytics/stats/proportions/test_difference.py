"""Differences of proportions against R, published values, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: TID251 - Newcombe is right

from analytics.stats import RISK_DIFFERENCE, NotComparable, risk_difference
from tests.analytics.stats.samples import bounds, survives_json
from tests.reference.answers import reference

CASES = reference("proportions")["squares"]
COUNTS = st.lists(st.lists(st.integers(0, 15), min_size=2, max_size=2), min_size=2, max_size=2).filter(
    lambda table: all(map(sum, table))
)
METHODS = ("newcombe", "miettinen-nurminen")


@pytest.mark.parametrize("name", CASES)
def test_equals_the_formulas_in_r(name):
    case = CASES[name]
    newcombe = risk_difference(case["table"]).effect(RISK_DIFFERENCE)
    score = risk_difference(case["table"], method="miettinen-nurminen")
    assert bounds(newcombe.interval) == pytest.approx(case["newcombe"], rel=1e-9)
    assert score.statistic == pytest.approx(case["miettinen_nurminen"]["statistic"], rel=1e-9)
    assert bounds(score.effect(RISK_DIFFERENCE).interval) == pytest.approx(
        case["miettinen_nurminen"]["interval"], rel=1e-9, abs=1e-9
    )


# Newcombe 1998, table II: methods 10 and 6 (Miettinen–Nurminen), in its four decimals.
PUBLISHED = [
    ([[56, 14], [48, 32]], (0.0524, 0.3339), (0.0528, 0.3382)),
    ([[9, 1], [3, 7]], (0.1705, 0.8090), (0.1700, 0.8406)),
    ([[6, 1], [2, 5]], (0.0582, 0.8062), (0.0342, 0.8534)),
    ([[5, 51], [0, 29]], (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ([[0, 10], [0, 20]], (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ([[0, 10], [0, 10]], (-0.2775, 0.2775), (-0.2879, 0.2879)),
    ([[10, 0], [0, 20]], (0.6791, 1.0), (0.7156, 1.0)),
    ([[10, 0], [0, 10]], (0.6075, 1.0), (0.6636, 1.0)),
]


@pytest.mark.parametrize(("table", "newcombe", "score"), PUBLISHED)
def test_as_published(table, newcombe, score):
    assert bounds(risk_difference(table).effects[0].interval) == pytest.approx(newcombe, abs=5.1e-5)
    assert bounds(risk_difference(table, method=METHODS[1]).effects[0].interval) == pytest.approx(score, abs=5.1e-5)


@given(COUNTS)
def test_newcombe_equals_statsmodels(table):
    (a, b), (c, d) = table
    other = confint_proportions_2indep(a, a + b, c, c + d, method="newcomb")
    assert bounds(risk_difference(table).effects[0].interval) == pytest.approx(np.clip(other, -1, 1), abs=1e-12)


@given(COUNTS, st.sampled_from(METHODS))
def test_exchanging_the_rows_changes_the_sign_only(table, method):
    one, other = risk_difference(table, method=method), risk_difference(table[::-1], method=method)
    assert one.effects[0].estimate == -other.effects[0].estimate
    low, high = bounds(other.effects[0].interval)
    assert bounds(one.effects[0].interval) == pytest.approx((-high, -low), abs=1e-9)
    assert one.p_value == (None if other.p_value is None else pytest.approx(other.p_value, rel=1e-9))
    assert survives_json(one)


@given(COUNTS, st.sampled_from(METHODS), st.sampled_from([0.8, 0.95, 0.999]))
def test_interval_holds_the_estimate_and_keeps_to_its_range(table, method, confidence):
    effect = risk_difference(table, method=method, confidence=confidence).effects[0]
    low, high = bounds(effect.interval)
    assert -1 <= low <= effect.estimate <= high <= 1


@given(COUNTS)
def test_score_interval_and_p_say_the_same(table):
    result = risk_difference(table, method="miettinen-nurminen")
    low, high = bounds(result.effects[0].interval)
    if abs(result.p_value - 0.05) > 1e-6:
        assert (low <= 0 <= high) == (result.p_value > 0.05)


def test_no_events_at_all():
    result = risk_difference([[0, 10], [0, 20]], method="miettinen-nurminen")
    assert (result.statistic, result.p_value) == (0, 1)


@pytest.mark.parametrize("method", METHODS)
def test_refusals(method):
    with pytest.raises(NotComparable, match="Row 2 of the table is empty"):
        risk_difference([[1, 5], [0, 0]], method=method)
    with pytest.raises(NotComparable, match="Counts are whole numbers from 0 on"):
        risk_difference([[1, 5], [0.5, 0]], method=method)
    with pytest.raises(ValueError, match="shape"):
        risk_difference([[1, 5, 1], [2, 2, 2]], method=method)
