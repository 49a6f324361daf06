"""Log-rank and Fleming–Harrington tests against R, and by their properties."""

import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.stats import PETO_HAZARD_RATIO, NotComparable, Result, log_rank
from tests.analytics.stats.survival_reference import ANSWERS, DATA, LOG_RANK, WEIGHTED_LOG_RANK, near

LUNG, COLON = DATA["lung"], DATA["colon"]
ROWS = st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.sampled_from("ab")), min_size=4, max_size=30)


@pytest.mark.parametrize("name", LOG_RANK)
def test_equals_r(name):
    data, group, stratum, rho = LOG_RANK[name]
    expected = ANSWERS["log_rank"][name]
    strata = None if stratum is None else data[stratum]
    result = log_rank(data["time"], data["event"], data[group], stratum=strata, rho=rho)
    assert result.test.statistic == near(expected["statistic"])
    assert result.test.degrees_of_freedom == len(result.groups) - 1
    assert [item.observed for item in result.groups] == near(expected["observed"])
    assert [item.expected for item in result.groups] == near(expected["expected"])


@pytest.mark.parametrize("name", WEIGHTED_LOG_RANK)
def test_weights_and_delayed_entry_equal_the_formula_in_r(name):
    rho, gamma, delayed = WEIGHTED_LOG_RANK[name]
    entry = LUNG["entry"] if delayed else None
    result = log_rank(LUNG["time"], LUNG["event"], LUNG["sex"], entry=entry, rho=rho, gamma=gamma)
    # In R's formula nobody enters after day 0 before the first event, so 0 and "from the start" are the same.
    assert result.test.statistic == near(ANSWERS["log_rank_weighted"][name]["statistic"])
    scores = [item.observed - item.expected for item in result.groups]
    assert scores == near(ANSWERS["log_rank_weighted"][name]["score"])


def test_no_events_and_one_group_are_refused():
    with pytest.raises(NotComparable, match="Nobody has had the event"):
        log_rank([1, 2, 3], [0, 0, 0], ["a", "b", "b"])
    with pytest.raises(NotComparable, match="at least two groups"):
        log_rank([1, 2, 3], [1, 0, 0], ["a", "a", "a"])


def test_groups_never_together_are_refused():
    with pytest.raises(NotComparable, match="never at risk at the same time"):
        log_rank([1, 2, 3, 4], [1, 1, 1, 1], list("aabb"), stratum=[1, 1, 2, 2])


def test_a_group_without_events_is_compared():
    """R: chi-square 5.0517 on such data in the specification; here against the formula in two lines."""
    result = log_rank([1, 2, 3, 9, 9, 9], [1, 1, 1, 0, 0, 0], list("aaabbb"))
    at_risk, of_b = np.array([6, 5, 4]), np.array([3, 3, 3])
    share = of_b / at_risk
    assert result.test.statistic == pytest.approx(share.sum() ** 2 / np.sum(share * (1 - share)))


def test_a_group_censored_before_the_first_event_takes_no_degree_of_freedom():
    with_it = log_rank([1, 1, 5, 6, 7, 8], [0, 0, 1, 1, 1, 0], list("ccabab"))
    without = log_rank([5, 6, 7, 8], [1, 1, 1, 0], list("abab"))
    assert with_it.test == without.test
    assert [note.code for note in with_it.warnings] == ["never-at-risk"]


@given(ROWS)
def test_swapping_labels_inverts_the_hazard_ratio(rows):
    time, event, group = zip(*rows, strict=True)
    try:
        result = log_rank(time, event, group)
    except NotComparable:
        assume(False)
    swapped = log_rank(time, event, group, order=["b", "a"])
    assert swapped.test.statistic == pytest.approx(result.test.statistic, abs=1e-9)
    one, other = result.effect(PETO_HAZARD_RATIO), swapped.effect(PETO_HAZARD_RATIO)
    assert one.estimate * other.estimate == pytest.approx(1)
    assert Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False))) == result


@given(ROWS, st.integers(2, 6), st.randoms(use_true_random=False))
def test_scaling_time_and_order_of_rows_change_nothing(rows, factor, random):
    time, event, group = zip(*rows, strict=True)
    try:
        result = log_rank(time, event, group, rho=1)
    except NotComparable:
        assume(False)
    time, event, group = zip(*random.sample(rows, len(rows)), strict=True)
    assert log_rank(np.array(time) * factor, event, group, rho=1) == result


def test_splitting_rows_changes_nothing():
    time, entry = LUNG["time"], LUNG["entry"]
    cut = (time + entry) // 2
    split = cut > entry
    result = log_rank(
        np.concatenate([time, cut[split]]),
        np.concatenate([LUNG["event"], np.zeros(split.sum())]),
        np.concatenate([LUNG["sex"], LUNG["sex"][split]]),
        entry=np.concatenate([np.where(split, cut, entry), entry[split]]),
        rho=0.5,
        gamma=1,
    )
    assert result.test.statistic == near(ANSWERS["log_rank_weighted"]["entry_late"]["statistic"])


def test_very_many_rows_do_not_overflow():
    generator = np.random.default_rng(1)
    time = generator.integers(1, 2000, 400_000)
    group = generator.integers(0, 2, time.size)
    time = np.where(group == 1, time // 2 + 1, time)
    statistic = log_rank(time, np.ones(time.size), group).test.statistic
    thinned = log_rank(time[::100], np.ones(time[::100].size), group[::100]).test.statistic
    assert statistic == pytest.approx(100 * thinned, rel=0.2)
