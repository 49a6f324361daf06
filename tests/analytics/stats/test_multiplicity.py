"""Adjusted p-values against R's p.adjust, and by their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import adjust
from tests.reference.answers import reference

CASES = reference("multiplicity")
FAMILY = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@pytest.mark.parametrize("method", ["holm", "bh"])
@pytest.mark.parametrize("name", CASES)
def test_equals_p_adjust(name, method):
    assert adjust(CASES[name]["p"], method) == pytest.approx(CASES[name][method], rel=1e-12)


@given(FAMILY)
def test_never_below_the_p_value_and_bh_never_above_holm(p_values):
    holm, bh = adjust(p_values, "holm"), adjust(p_values, "bh")
    for p_value, by_holm, by_bh in zip(p_values, holm, bh, strict=True):
        assert p_value <= by_bh * (1 + 1e-12) <= by_holm * (1 + 1e-9) + 1e-300
        assert by_holm <= 1


@given(FAMILY)
def test_order_of_the_questions_does_not_matter(p_values):
    assert adjust(p_values[::-1])[::-1] == adjust(p_values)


def test_no_questions():
    assert adjust([]) == []


@pytest.mark.parametrize("wrong", [[float("nan")], [-0.1], [1.1], [[0.1, 0.2]]])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust(wrong)


def test_unknown_method():
    with pytest.raises(ValueError, match="holm or bh"):
        adjust([0.1], "bonferroni")
