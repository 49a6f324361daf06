"""Proportions and their comparison: known answers, and what has none."""

import pytest

from analytics.stats import NotComparable
from tests.analytics.kinds.response_proportions.answers import result_of


def test_a_whole_group_that_responded_still_has_an_interval() -> None:
    group = result_of({"SCLC": (7, 0), "NSCLC": (5, 8)})["groups"][0]
    assert (group["patients"], group["responders"], group["wilson"]["estimate"]) == (7, 7, 1.0)
    # As R has it: the prop.test of 7 and 7 without correction, and the binom.test.
    assert group["wilson"]["interval"]["low"] == pytest.approx(0.6456688, abs=1e-6)
    assert group["clopper_pearson"]["interval"]["low"] == pytest.approx(0.5903836, abs=1e-6)
    assert group["clopper_pearson"]["interval"]["high"] == 1


def test_two_groups_are_compared_with_fishers_exact_test() -> None:
    result = result_of({"A": (8, 2), "B": (1, 5)})
    # As the fisher.test of R has it.
    assert result["comparison"]["p_value"] == pytest.approx(0.0349650, abs=1e-6)
    assert result["comparison"]["p_kind"] == "exact"
    (pair,) = result["pairs"]["comparisons"]
    assert pair["difference"]["estimate"] == pytest.approx(0.8 - 1 / 6)
    assert pair["adjusted_p"] == pytest.approx(result["comparison"]["p_value"])
    assert result["warnings"] == []


def test_pairs_against_a_reference_are_the_others_minus_it() -> None:
    pairs = result_of({"A": (8, 2), "B": (1, 5), "C": (4, 4)}, reference="B")["pairs"]
    assert [(pair["first"], pair["second"]) for pair in pairs["comparisons"]] == [("A", "B"), ("C", "B")]
    assert [pair["adjusted_p"] for pair in pairs["comparisons"]] == sorted(
        pair["adjusted_p"] for pair in pairs["comparisons"]
    )
    assert pairs["adjustment"] == "holm"


def test_not_evaluable_is_shown_left_out_and_as_no_response() -> None:
    groups = {"A": (6, 2, 4), "B": (3, 5, 0)}
    left_out = result_of(groups)["groups"][0]
    assert (left_out["patients"], left_out["not_evaluable"], left_out["wilson"]["estimate"]) == (8, 4, 0.75)
    assert left_out["counting_not_evaluable"]["estimate"] == 0.5
    counted = result_of(groups, not_evaluable="no_response")["groups"][0]
    assert (counted["patients"], counted["not_evaluable"], counted["wilson"]["estimate"]) == (12, 0, 0.5)


def test_ordered_groups_have_a_trend() -> None:
    groups = {"15-39": (19, 497), "40-64": (29, 560), "65-": (24, 269)}
    trend = result_of(groups, grouping="age")["trend"]
    # Armitage's tonsils, by the prop.trend.test of R.
    assert trend["p_value"] == pytest.approx(0.007318, abs=1e-5)
    assert result_of(groups)["trend"] is None


def test_the_chi_square_test_takes_over_where_all_counts_are_large() -> None:
    many = {"A": (300, 400), "B": (250, 410)}
    assert "chi-square" in result_of(many)["comparison"]["method"]
    assert "Fisher" in result_of(many, test="fisher")["comparison"]["method"]
    assert "Fisher" in result_of({"A": (900, 400), "B": (2, 3)})["comparison"]["method"]
    assert "chi-square" in result_of({"A": (5, 4), "B": (2, 3)}, test="chi_square")["comparison"]["method"]


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ({"A": (4, 2)}, "one-group"),
        ({"A": (1, 0)}, "one-group"),
        ({"A": (4, 2), "B": (0, 0)}, "one-group"),
        ({"A": (4, 0), "B": (3, 0)}, "no-variation"),
        ({"A": (0, 4), "B": (0, 3)}, "no-variation"),
    ],
)
def test_shares_are_an_answer_where_nothing_can_be_tested(groups: dict[str, tuple[int, int]], code: str) -> None:
    result = result_of(groups)
    assert result["comparison"] is None
    assert code in [note["code"] for note in result["warnings"]]
    assert result["all"]["wilson"]["estimate"] in (4 / 6, 1, 0)


@pytest.mark.parametrize(
    ("groups", "changes", "code"),
    [
        ({}, {}, "no-values"),
        ({"A": (0, 0)}, {}, "no-values"),
        ({"A": (0, 0, 5)}, {}, "no-values"),
        ({"A": (2, 1), "B": (0, 0)}, {"reference": "B"}, "no-reference"),
        ({f"G{number}": (1, 1) for number in range(41)}, {}, "too-many-groups"),
    ],
)
def test_what_has_no_answer_is_refused_in_words(
    groups: dict[str, tuple[int, ...]], changes: dict[str, str], code: str
) -> None:
    with pytest.raises(NotComparable) as refused:
        result_of(groups, **changes)
    assert refused.value.note.code == code


def test_groups_are_compared_within_strata() -> None:
    # Strata I: A 3 of 5, B 1 of 5. Strata II: A 2 of 4, B 1 of 5; one patient of B without a stratum.
    groups = {"A": (5, 4), "B": (2, 9)}
    strata = [*"11122", *"1122", *"12", *"1111", *"2222", None]
    result = result_of(groups, {"stratum": strata}, stratum="sex")["stratified"]
    (pair,) = result["comparisons"]
    assert pair["strata"] == 2
    assert pair["odds_ratio"]["estimate"] == pytest.approx((3 * 4 / 10 + 2 * 4 / 9) / (2 * 1 / 10 + 2 * 1 / 9))
    assert pair["adjusted_p"] == pair["p_value"]
    assert 0 < pair["homogeneity_p"] <= 1
    assert result["without_stratum"] == 1


def test_a_pair_that_shares_no_stratum_has_no_numbers_and_counts_in_the_family() -> None:
    groups = {"A": (5, 4), "B": (2, 9), "C": (3, 3)}
    strata = [*"111221122", *"12111122221", *"333333"]
    pairs = result_of(groups, {"stratum": strata}, stratum="sex")["stratified"]["comparisons"]
    assert [pair["strata"] > 0 for pair in pairs] == [True, False, False]
    assert pairs[1]["p_value"] is pairs[1]["odds_ratio"] is None
    assert pairs[0]["adjusted_p"] == pytest.approx(min(1, 3 * pairs[0]["p_value"]))
