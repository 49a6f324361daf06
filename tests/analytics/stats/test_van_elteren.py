"""van Elteren's test against R, and by its properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import SUPERIORITY, NotComparable, mann_whitney, van_elteren
from tests.analytics.stats.samples import GROUP, bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("groups")["strata"]
STRATA = st.dictionaries(st.sampled_from("ABC"), st.tuples(GROUP, GROUP), min_size=1)


def pairs(strata):
    return {name: (groups["x"], groups["y"]) for name, groups in strata.items()}


@pytest.mark.parametrize("name", CASES)
def test_equals_r(name):
    case = CASES[name]
    result = van_elteren(pairs(case["strata"]))
    assert result.statistic == pytest.approx(case["z"], rel=1e-11)
    assert result.p_value == pytest.approx(case["p"], rel=1e-9)
    assert result.effect(SUPERIORITY).estimate == pytest.approx(case["superiority"], rel=1e-12)
    assert bounds(result.effect(SUPERIORITY).interval) == pytest.approx(case["interval"], rel=1e-9)


@given(GROUP, GROUP)
def test_one_stratum_has_the_effect_of_mann_whitney(x, y):
    result, other = van_elteren({"all": (x, y)}), mann_whitney(x, y)
    assert result.effects[0].estimate == pytest.approx(other.effect(SUPERIORITY).estimate, rel=1e-12)
    assert (result.statistic > 0) == (other.statistic > len(x) * len(y) / 2)


@given(STRATA)
def test_swapping_the_groups_changes_the_sign_only(strata):
    one, other = van_elteren(strata), van_elteren({name: (y, x) for name, (x, y) in strata.items()})
    assert one.statistic == pytest.approx(-other.statistic, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert one.effects[0].estimate == pytest.approx(1 - other.effects[0].estimate, abs=1e-12)
    assert survives_json(one)


@given(STRATA)
def test_a_monotone_transformation_of_one_stratum_changes_nothing(strata):
    transformed = {
        name: (np.arctan(x)[::-1] + number, np.arctan(y)[::-1] + number)
        for number, (name, (x, y)) in enumerate(reversed(strata.items()))
    }
    one, other = van_elteren(strata), van_elteren(transformed)
    assert one.statistic == pytest.approx(other.statistic, abs=1e-9)
    assert one.effects[0].estimate == pytest.approx(other.effects[0].estimate, abs=1e-12)


def test_strata_with_one_group_are_left_out():
    strata = {"A": ([1, 4, 6], [5, 7]), "B": ([12, 15], [14, 16, 19, 23])}
    result = van_elteren({**strata, "C": ([], [1, 2]), "D": ([3], [])})
    assert (result.statistic, result.p_value) == (van_elteren(strata).statistic, van_elteren(strata).p_value)
    assert str(result.warnings[0]) == "2 of 4 strata have no value of one group and are left out."
    assert [group.n for group in result.groups] == [5, 6]


def test_no_variation_within_strata():
    result = van_elteren({"A": ([1, 1], [1]), "B": ([2], [2, 2])})
    assert (result.statistic, result.p_value, result.effects[0].estimate) == (0, 1, 0.5)
    assert codes(result) == ["no-variation"]


def test_a_stratum_with_a_single_value_has_no_interval():
    assert van_elteren({"A": ([1, 4], [5, 7]), "B": ([12], [14, 16])}).effects[0].interval is None


@pytest.mark.parametrize(
    ("strata", "sentence"),
    [
        ({}, "No stratum has values of both groups."),
        ({"A": ([1], [])}, "No stratum has values of both groups."),
        ({"A": ([1, np.nan], [2])}, "Group SSX1, A has values that are missing"),
    ],
)
def test_refusals(strata, sentence):
    with pytest.raises(NotComparable, match=sentence):
        van_elteren(strata, labels=("SSX1", "SSX2"))
