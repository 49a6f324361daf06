"""McNemar against R, and by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import ODDS_RATIO, RISK_DIFFERENCE, NotComparable, mcnemar
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("proportions")["paired"]
COUNTS = st.lists(st.lists(st.integers(0, 15), min_size=2, max_size=2), min_size=2, max_size=2).filter(
    lambda table: sum(map(sum, table)) > 0
)


@pytest.mark.parametrize("name", CASES)
def test_equals_r(name):
    case = CASES[name]
    exact, asymptotic = mcnemar(case["table"]), mcnemar(case["table"], exact=False)
    assert (exact.p_kind, asymptotic.p_kind) == ("exact", "asymptotic")
    assert exact.p_value == pytest.approx(case["exact_p"], rel=1e-9)
    assert asymptotic.statistic == pytest.approx(case["statistic"], rel=1e-12)
    assert asymptotic.p_value == pytest.approx(case["p"], rel=1e-9)
    assert exact.effect(ODDS_RATIO).estimate == pytest.approx(case["odds_ratio"], rel=1e-12)
    assert bounds(exact.effect(ODDS_RATIO).interval) == pytest.approx(case["odds_interval"], rel=1e-9)
    assert exact.effect(RISK_DIFFERENCE).estimate == pytest.approx(case["difference"], rel=1e-12)
    assert bounds(exact.effect(RISK_DIFFERENCE).interval) == pytest.approx(case["interval"], rel=1e-9)


@given(COUNTS, st.booleans())
def test_exchanging_the_answers_changes_the_sign_only(table, exact):
    (a, b), (c, d) = table
    one, other = mcnemar(table, exact=exact), mcnemar([[a, c], [b, d]], exact=exact)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-12)
    assert one.effect(RISK_DIFFERENCE).estimate == -other.effect(RISK_DIFFERENCE).estimate
    low, high = bounds(other.effect(RISK_DIFFERENCE).interval)
    assert bounds(one.effect(RISK_DIFFERENCE).interval) == pytest.approx((-high, -low), abs=1e-12)
    assert survives_json(one)


def test_nobody_changed():
    result = mcnemar([[5, 0], [0, 7]])
    assert (result.p_value, [effect.name for effect in result.effects]) == (1, [RISK_DIFFERENCE])
    assert codes(result) == ["no-change"]


@pytest.mark.parametrize(("table", "estimate"), [([[5, 3], [0, 7]], None), ([[5, 0], [3, 7]], 0)])
def test_a_change_in_one_direction_only(table, estimate):
    effect = mcnemar(table).effect(ODDS_RATIO)
    assert effect.estimate == estimate
    assert (effect.interval.high is None) == (estimate is None)
    assert (effect.interval.low == 0) == (estimate == 0)


def test_refusals():
    with pytest.raises(NotComparable, match="There are no pairs of answers"):
        mcnemar([[0, 0], [0, 0]])
    with pytest.raises(NotComparable, match="Counts are whole numbers"):
        mcnemar([[0, 0], [-1, 0]])
    with pytest.raises(ValueError, match="shape"):
        mcnemar([[1, 2, 3]])
