"""The intraclass correlation against R, and by its properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import INTRACLASS_CORRELATION, NotComparable, icc
from tests.analytics.stats.samples import bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("agreement")["icc"]
FORMS = ["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]


@st.composite
def ratings(draw):
    units, observers = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    values = draw(st.lists(st.integers(-4, 4), min_size=units * observers, max_size=units * observers))
    return np.array(values, dtype=float).reshape(units, observers)


def estimated(array, form):
    try:
        return icc(array, form=form)
    except NotComparable:
        assume(False)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CASES)
def test_equals_r(name, form):
    """``psych::ICC(lmer = FALSE)``."""
    answer = CASES[name]["forms"][form]
    result = icc(CASES[name]["ratings"], form=form)
    effect = result.effect(INTRACLASS_CORRELATION)
    assert effect.estimate == pytest.approx(answer["estimate"], rel=1e-9)
    assert bounds(effect.interval) == pytest.approx(answer["interval"], rel=1e-9)
    assert result.statistic == pytest.approx(answer["statistic"], rel=1e-9)
    assert list(result.degrees_of_freedom) == answer["degrees_of_freedom"]
    assert result.p_value == pytest.approx(answer["p"], rel=1e-9)


def test_equals_what_shrout_and_fleiss_printed():
    printed = {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91}
    found = {form: round(icc(CASES["judges"]["ratings"], form=form).effects[0].estimate, 2) for form in FORMS}
    assert found == printed


@given(ratings(), st.sampled_from(FORMS))
def test_order_of_units_and_observers_shift_and_scale_change_nothing(array, form):
    one, other = estimated(array, form), estimated(7 - 3 * array[::-1, ::-1], form)
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, rel=1e-9, abs=1e-9)
    assert (one.effects[0].interval is None) == (other.effects[0].interval is None)
    assert survives_json(one)


@given(ratings(), st.sampled_from(FORMS))
def test_the_estimate_is_at_most_one_and_in_its_interval(array, form):
    (effect,) = estimated(array, form).effects
    assert effect.estimate <= 1
    if effect.interval is not None:
        low, high = bounds(effect.interval)
        assert low is None or low <= effect.estimate + 1e-9
        assert high is None or effect.estimate <= high + 1e-9


@given(ratings(), st.lists(st.integers(-5, 5), min_size=4, max_size=4))
def test_consistency_does_not_see_constant_differences_of_observers(array, offsets):
    moved = array + np.array(offsets[: array.shape[1]])
    one, other = estimated(array, "3,1"), estimated(moved, "3,1")
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, abs=1e-9)


def test_a_negative_estimate_is_reported_as_it_is():
    result = icc(CASES["breaks"]["ratings"], form="1,1")
    assert result.effects[0].estimate < 0
    assert codes(result) == ["negative-estimate"]


def test_observers_who_differ_by_a_constant_have_no_interval():
    array = np.array([[1.1, 2.1], [3.1, 4.1], [5.1, 6.1]])
    consistent, absolute = icc(array, form="3,1"), icc(array, form="2,1")
    assert consistent.effects[0].estimate == pytest.approx(1)
    assert absolute.effects[0].estimate < 1
    for result in (consistent, absolute):
        assert (result.effects[0].interval, result.statistic, result.p_value) == (None, None, None)
        assert codes(result) == ["perfect-agreement"]


def test_units_with_equal_means_have_a_negative_estimate_without_interval():
    array = [[1, 3], [3, 1], [2, 2]]
    result = icc(array, form="3,1")
    assert (result.effects[0].estimate, result.effects[0].interval) == (-1, None)
    assert codes(result) == ["no-interval", "negative-estimate"]
    with pytest.raises(NotComparable, match="means of the units do not differ"):
        icc(array, form="3,k")


def test_degrees_of_freedom_near_zero_leave_no_interval():
    """psych gives an interval from −0.2672414 to −0.2672414, which excludes the estimate."""
    result = icc([[0, 4, -1], [4, 2, -2]], form="2,1")
    assert result.effects[0].estimate == pytest.approx(-10 / 39)
    assert result.effects[0].interval is None
    assert codes(result) == ["no-interval", "negative-estimate"]


def test_reads_as_a_statistician_writes_it():
    assert str(icc(CASES["judges"]["ratings"])).splitlines() == [
        "Intraclass correlation ICC(2,1): one rating, absolute agreement of observers drawn at random",
        "6 units, 4 observers",
        "intraclass correlation 0.2898 (95% CI 0.01879 to 0.7611)",
        "F = 11.03, 5 and 15 df, p < 0.001 (asymptotic)",
    ]


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        ([[1], [2]], "2 units and 1 observers"),
        ([[1, 2]], "1 units and 2 observers"),
        ([[1, 2], [2, math.nan], [math.inf, 1]], "2 units lack a rating"),
        ([[2, 2], [2, 2]], "All 4 ratings are equal"),
        ([[1, 2], [1, 2]], "means of the units do not differ"),
    ],
)
def test_refusals(array, sentence):
    with pytest.raises(NotComparable, match=sentence):
        icc(array, form="3,1")


def test_unknown_form():
    with pytest.raises(ValueError, match="Unknown form"):
        icc([[1, 2], [2, 3]], form="4,1")
