"""Jonckheere–Terpstra against R, and by its properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import ORDERED_SUPERIORITY, SUPERIORITY, NotComparable, jonckheere_terpstra, mann_whitney
from tests.analytics.stats.samples import GROUP, bounds, codes, survives_json
from tests.reference.answers import reference

CASES = reference("groups")["ordered"]
GROUPS = st.lists(GROUP, min_size=2, max_size=4)


def named(groups):
    return {str(number): values for number, values in enumerate(groups)}


@pytest.mark.parametrize("name", CASES)
def test_equals_r(name):
    """z and p are those of Kendall's test between order and value: ``cor.test(method = "kendall")``."""
    case = CASES[name]
    result = jonckheere_terpstra(case["groups"])
    effect = result.effect(ORDERED_SUPERIORITY)
    assert result.statistic == case["statistic"]
    assert result.z == pytest.approx(case["z"], rel=1e-11)
    assert result.asymptotic_p == pytest.approx(case["asymptotic_p"], rel=1e-9)
    assert effect.estimate == pytest.approx(case["superiority"], rel=1e-12)
    assert bounds(effect.interval) == pytest.approx(np.clip(case["interval"], 0, 1), rel=1e-9)


def test_exact_p_equals_the_enumeration_in_r():
    case = CASES["clearance"]
    result = jonckheere_terpstra(case["groups"])
    assert (result.p_kind, result.p_value) == ("exact", pytest.approx(case["exact_p"], rel=1e-12))


@given(st.permutations(range(11)), st.integers(1, 9))
def test_two_groups_without_ties_are_mann_whitney(values, n):
    x, y = values[:n], values[n:]
    result, other = jonckheere_terpstra({"x": x, "y": y}), mann_whitney(y, x)
    assert (result.statistic, result.p_value) == (other.statistic, pytest.approx(other.p_value, rel=1e-12))
    assert result.effects[0].estimate == pytest.approx(other.effect(SUPERIORITY).estimate, rel=1e-12)


@given(GROUPS)
def test_reversing_the_order_changes_the_sign_only(groups):
    one, other = jonckheere_terpstra(named(groups)), jonckheere_terpstra(named(groups[::-1]))
    assert one.z == pytest.approx(-other.z, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert one.effects[0].estimate == pytest.approx(1 - other.effects[0].estimate, abs=1e-12)
    assert survives_json(one)


@given(GROUPS)
def test_order_within_groups_and_monotone_transformation_change_nothing(groups):
    one = jonckheere_terpstra(named(groups))
    other = jonckheere_terpstra(named([np.arctan(values)[::-1] for values in groups]))
    assert (one.statistic, one.z, one.p_value) == (other.statistic, other.z, other.p_value)


def test_no_variation():
    result = jonckheere_terpstra({"a": [1, 1], "b": [1], "c": [1, 1]})
    assert (result.z, result.p_value, result.effects[0].estimate, result.effects[0].interval) == (0, 1, 0.5, None)
    assert "no-variation" in codes(result)


def test_groups_that_never_overlap():
    result = jonckheere_terpstra({"a": [1, 2, 3], "b": [4, 5, 6], "c": [7, 8, 9]})
    assert (result.p_value, result.effects[0].estimate) == (pytest.approx(2 / 1680, rel=1e-12), 1)
    assert result.effects[0].interval is None


def test_single_values():
    result = jonckheere_terpstra({"a": [1], "b": [2], "c": [3]})
    assert result.p_value == pytest.approx(1 / 3)
    assert result.effects[0].interval is None
    tied = jonckheere_terpstra({"a": [1], "b": [2], "c": [2]})
    assert codes(tied)[-1] == "rough-p"
    assert jonckheere_terpstra({"a": [1], "b": [2]}).p_value == 1


def test_large_groups_are_asymptotic():
    generator = np.random.default_rng(4)
    result = jonckheere_terpstra({str(shift): generator.normal(shift / 10, size=3000) for shift in range(3)})
    assert result.p_kind == "asymptotic"
    assert result.z > 3


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [({"G1": [1]}, "at least two groups"), ({"G1": [1], "G2": []}, "Group G2 has no values.")],
)
def test_refusals(groups, sentence):
    with pytest.raises(NotComparable, match=sentence):
        jonckheere_terpstra(groups)
