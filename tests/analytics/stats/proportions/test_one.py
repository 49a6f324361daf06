"""One proportion against R, and by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats import PROPORTION, NotComparable, proportion
from tests.analytics.stats.samples import bounds, survives_json
from tests.reference.answers import reference

CASES = reference("proportions")["one"]


@pytest.mark.parametrize("name", CASES)
def test_equals_r(name):
    case = CASES[name]
    for method, answer in (("wilson", case["wilson"]), ("clopper-pearson", case["clopper_pearson"])):
        effect = proportion(case["events"], case["total"], method=method).effect(PROPORTION)
        assert effect.estimate == case["events"] / case["total"]
        assert bounds(effect.interval) == pytest.approx(answer, rel=1e-9, abs=1e-15)


@given(st.integers(0, 40), st.integers(1, 40), st.sampled_from(["wilson", "clopper-pearson"]))
def test_events_and_the_rest_mirror_each_other(events, total, method):
    events = min(events, total)
    one, other = proportion(events, total, method=method), proportion(total - events, total, method=method)
    low, high = bounds(other.effects[0].interval)
    assert bounds(one.effects[0].interval) == pytest.approx((1 - high, 1 - low), abs=1e-12)
    assert 0 <= bounds(one.effects[0].interval)[0] <= events / total <= bounds(one.effects[0].interval)[1] <= 1
    assert survives_json(one)


@given(st.integers(0, 30), st.integers(1, 30))
def test_equals_scipy(events, total):
    events = min(events, total)
    for method, name in (("wilson", "wilson"), ("clopper-pearson", "exact")):
        other = stats.binomtest(events, total).proportion_ci(0.9, method=name)
        found = bounds(proportion(events, total, confidence=0.9, method=method).effects[0].interval)
        assert found == pytest.approx((other.low, other.high), abs=1e-12)


@pytest.mark.parametrize(
    ("events", "total", "sentence"),
    [
        (0, 0, "There are no units to take a proportion of."),
        (3, 2, r"There are more events \(3\) than units \(2\)."),
        (-1, 2, "Counts are whole numbers from 0 on."),
        (0.5, 2, "Counts are whole numbers from 0 on."),
        (float("nan"), 2, "Counts are whole numbers from 0 on."),
    ],
)
def test_refusals(events, total, sentence):
    with pytest.raises(NotComparable, match=sentence):
        proportion(events, total)
