"""Adjusted p-values against R's p.adjust, and by their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import NotComparable, adjust, adjust_family
from tests.analytics.stats.samples import codes, survives_json
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


@pytest.mark.parametrize("wrong", [[float("nan")], [0.1, float("nan")], [float("inf")], [-0.1], [1.1], [[0.1, 0.2]]])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust(wrong)


def test_unknown_method():
    with pytest.raises(ValueError, match="holm or bh"):
        adjust([0.1], "bonferroni")


@pytest.mark.parametrize("method", ["holm", "bh"])
@pytest.mark.parametrize("name", CASES)
def test_a_family_names_its_questions(name, method):
    case = CASES[name]
    result = adjust_family("markers", {str(number): p for number, p in enumerate(case["p"])}, method)
    assert [question.adjusted_p for question in result.questions] == pytest.approx(case[method], rel=1e-12)
    assert result.question("0").p_value == case["p"][0]
    assert codes(result) == []
    assert survives_json(result)


@pytest.mark.parametrize("method", ["holm", "bh"])
def test_a_question_without_an_answer_stays_in_the_family(method):
    result = adjust_family("markers", {"RANKL": 0.01, "RANK": None, "OPG": 0.03}, method)
    assert (result.question("RANK").p_value, result.question("RANK").adjusted_p) == (None, None)
    others = [result.question(name).adjusted_p for name in ("RANKL", "OPG")]
    assert others == adjust([0.01, 1, 0.03], method)[::2]
    assert str(result.warnings[0]) == ("1 of 3 questions has no answer; it counts in the adjustment as if p were 1.")
    assert survives_json(result)


@pytest.mark.parametrize("questions", [{}, {"RANKL": None}])
def test_a_family_without_answers(questions):
    with pytest.raises(NotComparable, match="No question of the family markers has an answer"):
        adjust_family("markers", questions)


def test_a_family_refuses_nan():
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust_family("markers", {"RANKL": 0.01, "OPG": float("nan")})
