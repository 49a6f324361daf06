"""Cumulative incidence, Gray's test and Fine–Gray regression against R, and by their properties."""

import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import NotComparable, Result, cumulative_incidence, fine_gray, gray_test, kaplan_meier
from tests.analytics.stats.survival_reference import ANSWERS, COMPETING, DATA, GRAY, near

MGUS, TIED = DATA["mgus2"], DATA["tied"]
ROWS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), st.sampled_from("ab")), min_size=4, max_size=30)


@pytest.mark.parametrize("name", COMPETING)
def test_incidence_and_variance_equal_cmprsk(name):
    result = cumulative_incidence(COMPETING[name]["time"], COMPETING[name]["cause"])
    expected = ANSWERS["competing"][name]
    for cause in ("1", "2"):
        curve = result.curve(cause=cause)
        assert list(curve.day) == expected["day"]
        assert curve.incidence == near(expected[f"incidence_{cause}"])
        assert [error**2 for error in curve.standard_error] == near(expected[f"variance_{cause}"])


def test_incidence_with_delayed_entry_equals_etm():
    # Whoever has no late entry is at risk on day 0: the clock is moved on by a day.
    entry = np.maximum(MGUS["entry"], -1) + 1
    result = cumulative_incidence(MGUS["time"] + 1, MGUS["cause"], entry=entry)
    expected = ANSWERS["competing"]["mgus2_entry"]
    for cause in ("1", "2"):
        curve = result.curve(cause=cause)
        assert [day - 1 for day in curve.day] == expected["day"]
        assert curve.incidence == near(expected[f"incidence_{cause}"])


@pytest.mark.parametrize("name", GRAY)
def test_gray_equals_cmprsk(name):
    data, group, options = GRAY[name]
    result = gray_test(data["time"], data["cause"], data[group], **options)
    assert [test.test.statistic for test in result.tests] == near(ANSWERS["gray"][name])
    assert {test.test.degrees_of_freedom for test in result.tests} == {len(result.groups) - 1}


@pytest.mark.parametrize(("name", "columns"), [("mgus2", ["age", "male", "hgb", "mspike"]), ("tied", ["group", "x"])])
def test_fine_gray_equals_cmprsk(name, columns):
    data, expected = COMPETING[name], ANSWERS["fine_gray"][name]
    result = fine_gray(data["time"], data["cause"], {column: data[column] for column in columns})
    assert [term.coefficient for term in result.terms] == near(expected["coefficient"])
    assert [term.standard_error for term in result.terms] == near(expected["standard_error"])
    assert [result.log_likelihood_null, result.log_likelihood] == near(
        [expected["log_likelihood_null"], expected["log_likelihood"]]
    )


@given(ROWS)
def test_incidences_and_survival_add_up_to_one(rows):
    time, cause, _ = map(np.array, zip(*rows, strict=True))
    assume(np.any(cause))
    result = cumulative_incidence(time, cause)
    curve = kaplan_meier(time, cause > 0).curves[0]
    survival = dict(zip(curve.day, curve.survival, strict=True))
    for position, day in enumerate(result.curves[0].day):
        assert sum(item.incidence[position] for item in result.curves) + survival[day] == pytest.approx(1)
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


def test_one_cause_is_one_minus_kaplan_meier():
    time, event = DATA["lung"]["time"], DATA["lung"]["event"]
    (curve,) = cumulative_incidence(time, event).curves
    km = kaplan_meier(time, event).curves[0]
    steps = [index for index, events in enumerate(km.events) if events]
    assert curve.incidence == near([1 - km.survival[index] for index in steps])
    assert curve.low[20] == pytest.approx(1 - km.high[steps[20]], rel=2e-3)


def test_causes_with_gaps_and_names():
    result = cumulative_incidence([1, 2, 3], [5, 0, 9], cause_names={9: "death", 5: "fracture"})
    assert [curve.cause for curve in result.curves] == ["death", "fracture"]
    assert result.curve(cause="death").at(2) == (0, None)
    assert result.curve(cause="fracture").at(0) == (0, None)
    assert result.curve(cause="fracture").at(1)[0] == pytest.approx(1 / 3)


def test_last_patient_fails():
    """Nobody is left and survival is 0; the variance stays finite and R's."""
    expected = ANSWERS["last_fails"]
    curve = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 1]).curve(cause="1")
    assert curve.incidence == near(expected["incidence_1"])
    assert [error**2 for error in curve.standard_error] == near(expected["variance_1"])


@pytest.mark.parametrize("name", ANSWERS["gray_edges"])
def test_gray_at_the_edges_equals_cmprsk(name):
    case = ANSWERS["gray_edges"][name]
    result = gray_test(case["time"], case["cause"], case["group"])
    assert [test.test.statistic for test in result.tests] == near(case["statistic"])


@pytest.mark.parametrize(
    ("time", "cause", "code"),
    [([1, 2], [0, 0], "no-events"), ([1, 2], [1, -1], "unknown-cause"), ([1, 2], [1, 1.5], "unknown-cause")],
)
def test_incidence_refuses(time, cause, code):
    with pytest.raises(NotComparable) as refusal:
        cumulative_incidence(time, cause)
    assert refusal.value.note.code == code


def test_delayed_entry_and_changing_response_are_refused_in_words():
    time, cause, group = [3, 4, 5, 6], [1, 2, 1, 0], [0, 1, 0, 1]
    with pytest.raises(NotComparable, match="Gray's test cannot take account of patients who enter late"):
        gray_test(time, cause, group, entry=[0, 1, 1, 1])
    with pytest.raises(NotComparable, match="Fine–Gray regression cannot take account of patients who enter late"):
        fine_gray(time, cause, {"x": group}, entry=[0, 1, 1, 1])
    with pytest.raises(NotComparable, match="response that comes during follow-up"):
        fine_gray(time, cause, {"x": group}, response_time=[None, 2, None, None])


def test_gray_with_one_group_and_a_cause_nobody_has():
    with pytest.raises(NotComparable, match="at least two groups"):
        gray_test([1, 2], [1, 2], ["a", "a"])
    result = gray_test([1, 2, 3, 4], [1, 1, 0, 1], list("abab"), cause_names={1: "fracture", 2: "death"})
    assert result.test("fracture") is not None
    assert result.test("death") is None
    assert [note.code for note in result.warnings] == ["no-test"]


def test_gray_of_a_cause_seen_after_the_other_group_has_left_is_not_tested():
    result = gray_test([1, 2, 5, 6, 7], [0, 0, 1, 1, 2], list("aabbb"))
    assert result.test("1") is None
    assert "single group" in str(result.warnings[0])


@given(ROWS)
def test_swapping_labels_keeps_grays_test(rows):
    time, cause, group = map(np.array, zip(*rows, strict=True))
    assume(np.any(cause) and set(group) == {"a", "b"})
    result = gray_test(time, cause, group)
    swapped = gray_test(3 * time[::-1], cause[::-1], group[::-1], order=["b", "a"])
    for one, other in zip(result.tests, swapped.tests, strict=True):
        assert (one.test is None) == (other.test is None)
        if one.test and other.test:
            assert other.test.statistic == pytest.approx(one.test.statistic, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("cause", "x", "code"),
    [
        ([2, 2, 2, 0], [1, 0, 1, 0], "no-events"),
        ([1, 2, 1, 0], [1, 1, 1, 1], "constant-covariate"),
        ([1, 1, 2, 0], [1, 1, 0, 0], "monotone-likelihood"),
    ],
)
def test_fine_gray_refuses(cause, x, code):
    with pytest.raises(NotComparable) as refusal:
        fine_gray([1, 2, 3, 4], cause, {"x": x})
    assert refusal.value.note.code == code


def test_p_values_far_in_the_tail_keep_their_digits():
    generator = np.random.default_rng(8)
    group = np.repeat([0, 1], 1000)
    time = generator.integers(1, 1000, 2000) // (1 + 3 * group) + 1
    assert 0 < gray_test(time, np.ones(2000), group).test("1").p_value < 1e-30
