"""Restricted means against R, and where they are not defined."""

import numpy as np
import pytest

from analytics.stats import RESTRICTED_MEAN_DIFFERENCE, NotComparable, restricted_mean
from tests.analytics.stats.survival_reference import ANSWERS, DATA, near

LUNG, COLON = DATA["lung"], DATA["colon"]


def test_equals_r():
    answers = ANSWERS["kaplan_meier"]
    result = restricted_mean(LUNG["time"], LUNG["event"], group=LUNG["sex"], horizon=500)
    men, women = answers["lung_1"], answers["lung_2"]
    assert [group.mean for group in result.groups] == near([men["mean"], women["mean"]])
    assert [group.standard_error for group in result.groups] == near([men["mean_error"], women["mean_error"]])
    assert result.effect(RESTRICTED_MEAN_DIFFERENCE).estimate == near(men["mean"] - women["mean"])
    assert result.standard_error == near(np.hypot(men["mean_error"], women["mean_error"]))


def test_equals_r_on_a_second_data_set():
    (group,) = restricted_mean(COLON["time"], COLON["event"], horizon=1000).groups
    assert (group.mean, group.standard_error) == near(
        (ANSWERS["kaplan_meier"]["colon"]["mean"], ANSWERS["kaplan_meier"]["colon"]["mean_error"])
    )


def test_without_censoring_it_is_the_mean_of_times_cut_at_the_horizon():
    time = np.array([3, 8, 12, 40, 40])
    (group,) = restricted_mean(time, np.ones(5), horizon=20).groups
    assert group.mean == pytest.approx(np.minimum(time, 20).mean())
    assert group.standard_error == pytest.approx(np.minimum(time, 20).std() / np.sqrt(5))


def test_a_horizon_beyond_follow_up_is_refused_but_not_beyond_the_last_event():
    with pytest.raises(NotComparable, match="is followed for 9 days only"):
        restricted_mean([5, 9], [1, 0], horizon=10)
    assert restricted_mean([5, 9], [1, 1], horizon=100).groups[0].mean == 7


def test_groups_without_spread_have_no_p():
    result = restricted_mean([9, 9, 9, 9], [0, 0, 0, 0], group=list("aabb"), horizon=5)
    assert (result.effects[0].estimate, result.p_value) == (0, None)
