"""Maximally selected rank statistics against maxstat, and by their properties."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.stats import NotComparable, maximally_selected_rank
from tests.analytics.stats.samples import codes, survives_json
from tests.reference.answers import reference

CASES = reference("prediction")["cuts"]
UNITS = st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 9), st.integers(0, 1)), min_size=4, max_size=12)


def selected(units, **keywords):
    """The result without its simulation's length, or an example that is left out where no cut can be tried."""
    marker, response, event = zip(*units, strict=True)
    try:
        return maximally_selected_rank(marker, response, event=event, resamples=99, **keywords)
    except NotComparable:
        assume(False)


@pytest.mark.parametrize("name", CASES)
def test_equals_r(name):
    """``maxstat.test``: Wilcoxon scores without, log-rank scores with events."""
    case = CASES[name]
    result = maximally_selected_rank(case["marker"], case["response"], event=case["event"], resamples=9)
    assert result.cutpoint == case["cutpoint"]
    assert list(result.tried) == case["tried"]
    assert np.abs(result.standardised) == pytest.approx(case["sizes"], rel=1e-9, abs=1e-12)
    assert result.statistic == pytest.approx(case["statistic"], rel=1e-10)
    assert result.asymptotic_p == pytest.approx(case["limit_p"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_simulated_p_agrees_with_r_within_the_error_of_both(name):
    case = CASES[name]
    result = maximally_selected_rank(case["marker"], case["response"], event=case["event"])
    assert result.p_value == pytest.approx(case["simulated_p"], abs=5 * result.simulation.standard_error)


def test_simulated_p_approaches_the_exact_one():
    marker, response = [1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5]

    def largest(order):
        return maximally_selected_rank(marker, order, resamples=1).statistic

    observed = largest(response)
    exact = np.mean([largest(order) >= observed - 1e-9 for order in permutations(response)])
    result = maximally_selected_rank(marker, response)
    assert result.p_value == pytest.approx(exact, abs=5 * result.simulation.standard_error)


@settings(max_examples=40)
@given(UNITS, st.randoms(use_true_random=False))
def test_order_of_the_units_and_monotone_transformation_change_nothing(units, random):
    one = selected(units)
    shuffled = [(math.atan(marker), 2**time, event) for marker, time, event in random.sample(units, len(units))]
    other = selected(shuffled)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    assert one.p_value == other.p_value
    assert math.atan(one.cutpoint) == pytest.approx(other.cutpoint)
    assert survives_json(one)


@settings(max_examples=40)
@given(UNITS)
def test_a_reversed_marker_has_the_same_statistic_where_shares_mirror(units):
    """Shares of 1/n and 1 − 1/n try every cut in both directions."""
    n = len(units)
    shares = (1 / n + 1e-9, 1 - 1 / n + 1e-9)
    one, other = selected(units, shares=shares), selected([(-a, b, c) for a, b, c in units], shares=shares)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    assert np.sort(one.standardised) == pytest.approx(-np.sort(other.standardised)[::-1], abs=1e-9)


def test_signs_say_on_which_side_responses_are_higher_or_events_earlier():
    marker, months = [1, 2, 3, 4, 5, 6], [30, 40, 50, 3, 4, 5]
    assert maximally_selected_rank(marker, months, resamples=9).standardised[2] < 0
    assert maximally_selected_rank(marker, months, event=[1] * 6, resamples=9).standardised[2] > 0


def test_the_seed_decides_the_simulation():
    marker, months = [1, 2, 3, 4, 5, 6, 7], [4, 3, 6, 2, 7, 5, 8]
    first, again, other = (maximally_selected_rank(marker, months, resamples=199, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.p_value != other.p_value
    assert (first.simulation.seed, first.simulation.resamples) == (1, 199)


def test_a_cut_that_separates_nothing_has_a_p_of_one():
    result = maximally_selected_rank([1, 1, 2, 2], [1, 2, 1, 2], shares=(0.4, 0.6))
    assert (result.statistic, result.p_value, result.asymptotic_p) == (0, 1, 1)


def test_reads_as_a_statistician_writes_it():
    case = CASES["lung"]
    result = maximally_selected_rank(case["marker"], case["response"], event=case["event"], label="age", resamples=999)
    assert codes(result) == ["chosen-from-data"]
    assert str(result).splitlines()[:3] == [
        "Maximally selected rank statistic (log-rank scores), simulated, two-sided",
        "age: n = 228, cut at 70 (182 at or below, 46 above), best of 24 cuts",
        f"M = 2.014, p = {result.p_value:.3f} (simulated), p = 0.455 (asymptotic)",
    ]


@pytest.mark.parametrize(
    ("marker", "response", "event", "sentence"),
    [
        ([1, 2, 3], [1, 2], None, "There are 3 values of marker and 2 responses"),
        ([1, 1, 1], [1, 2, 3], None, "The marker has no cut with 10 to 90% of the 3 units"),
        ([1, 2, 3], [2, 2, 2], None, "All 3 responses are alike"),
        ([1, 2, 3], [1, 2, 3], [0, 0, 0], "Nobody has had the event"),
        ([1, 2, 3], [2, 2, 2], [1, 1, 1], "All 3 responses are alike"),
        ([1, 2, 3], [1, 2, 3], [0, 1, 2], "1 events are neither 0"),
        ([1, math.nan, 3], [1, 2, 3], None, "Group marker has values that are missing"),
        ([], [], None, "Group marker has no values"),
    ],
)
def test_refusals(marker, response, event, sentence):
    with pytest.raises(NotComparable, match=sentence):
        maximally_selected_rank(marker, response, event=event)


@pytest.mark.parametrize("shares", [(0, 0.9), (0.9, 0.1), (0.1, 1)])
def test_shares_that_make_no_sense(shares):
    with pytest.raises(ValueError, match="Shares lie between 0 and 1"):
        maximally_selected_rank([1, 2], [1, 2], shares=shares)


def test_events_stand_beside_every_response():
    with pytest.raises(ValueError, match="Expected 2 events"):
        maximally_selected_rank([1, 2], [1, 2], event=[1])
