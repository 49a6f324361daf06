"""What somebody reads who may not see single patients."""

from analytics.kinds.response_proportions.disclosure import disclosed
from tests.analytics.kinds.response_proportions.answers import MARKER, result_of


def test_large_cells_are_shown_with_their_test() -> None:
    shown = disclosed(result_of({"A": (30, 10), "B": (11, 0)}))
    assert [group["responders"] for group in shown["groups"]] == [30, 11]
    assert shown["comparison"]["p_value"] > 0
    assert shown["population"]["flow"] == [{"step": "analysed", "patients": 51}]


def test_a_small_cell_withholds_the_group_and_every_total() -> None:
    shown = disclosed(result_of({"A": (30, 10), "B": (36, 4), "C": (20, 20)}))
    assert [group["patients"] for group in shown["groups"]] == [40, 40, 40]
    assert [group["responders"] for group in shown["groups"]] == [30, None, 20]
    assert shown["groups"][1]["wilson"] is shown["groups"][1]["clopper_pearson"] is None
    assert shown["all"] is shown["comparison"] is shown["trend"] is None
    assert shown["population"]["flow"] == []
    assert [(pair["first"], pair["second"]) for pair in shown["pairs"]["comparisons"]] == [("A", "C")]


def test_a_small_group_hides_another_with_it() -> None:
    shown = disclosed(result_of({"A": (30, 10), "B": (2, 1), "C": (8, 8)}))
    assert [group["patients"] for group in shown["groups"]] == [40, None, None]
    assert [group["responders"] for group in shown["groups"]] == [30, None, None]


def test_patients_not_evaluable_are_a_cell_too() -> None:
    shown = disclosed(result_of({"A": (30, 10, 2), "B": (20, 10, 0)}))
    assert [group["responders"] for group in shown["groups"]] == [None, 20]


def test_a_regression_is_shown_without_counts_or_not_at_all() -> None:
    groups = {"A": (20, 20), "B": (30, 10)}
    sex = ["female", "male"] * 40
    whole = disclosed(result_of(groups, {"covariate sex": sex}, covariates=["sex"]))["regression"]
    assert [term["patients"] for term in whole["terms"]] == [None, None]
    assert whole["patients"] == 80
    one_missing = disclosed(result_of(groups, {"covariate sex": [None, *sex[1:]]}, covariates=["sex"]))["regression"]
    assert one_missing["patients"] is one_missing["left_out"] is None
    rare = ["rare"] * 3 + ["usual"] * 77
    assert disclosed(result_of(groups, {"covariate sex": rare}, covariates=["sex"]))["regression"] is None


def test_strata_are_pooled_without_counts() -> None:
    result = result_of({"A": (20, 20), "B": (30, 10)}, {"stratum": ["1", "2"] * 40}, stratum="sex")
    (pair,) = disclosed(result)["stratified"]["comparisons"]
    assert pair["odds_ratio"]["estimate"] == round(pair["odds_ratio"]["estimate"], 3)
    assert pair["statistic"] is pair["p_value"] is None


def test_of_a_refused_regression_nothing_is_shown() -> None:
    result = result_of(
        {"A": (20, 20), "B": (30, 10)}, {"covariate marker": [1.0] * 80}, covariates=["marker"], **MARKER
    )
    assert disclosed(result)["regression"] is None
