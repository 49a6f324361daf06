"""The logistic regression: on whom it rests, which levels it has, and when there is none."""

from typing import Any

import pytest

from tests.analytics.kinds.response_proportions.answers import MARKER, result_of

GROUPS = {"A": (12, 6), "B": (6, 12)}
AGES = [20 + (7 * number) % 50 for number in range(36)]
SEX = (["female", "male", "male"] * 12)[:36]


def regression(columns: dict[str, Any], groups: Any = GROUPS, **changes: Any) -> Any:
    return result_of(groups, columns, **changes)["regression"]


def test_groups_and_factors_stand_against_the_most_frequent_level() -> None:
    found = regression({"covariate sex": SEX, "covariate age_years": AGES}, covariates=["sex", "age_years"])
    assert [(term["factor"], term["level"], term["reference"]) for term in found["terms"]] == [
        ("group", "B", "A"),
        ("age_years", "", ""),
        ("sex", "female", "male"),
    ]
    assert (found["patients"], found["responders"], found["left_out"]) == (36, 18, 0)
    assert "maximum likelihood" in found["method"]
    interval = found["terms"][0]["odds_ratio"]["interval"]
    assert interval["low"] < found["terms"][0]["odds_ratio"]["estimate"] < interval["high"]


def test_the_chosen_reference_is_that_of_the_groups() -> None:
    found = regression({"covariate sex": SEX}, covariates=["sex"], reference="B")
    assert (found["terms"][0]["level"], found["terms"][0]["reference"]) == ("A", "B")


def test_a_group_that_responded_as_a_whole_takes_firths_likelihood() -> None:
    found = regression({"covariate age_years": AGES[:20]}, {"A": (8, 0), "B": (5, 7)}, covariates=["age_years"])
    assert "Firth" in found["method"]
    assert "separated" in [note["code"] for note in found["warnings"]]
    assert found["terms"][0]["level"] == "A"
    assert 1 < found["terms"][0]["odds_ratio"]["estimate"] < 1000


def test_patients_with_a_missing_covariate_are_left_out_and_counted() -> None:
    ages = [None, None, *AGES[2:]]
    sexes = [None, *SEX[1:]]
    found = regression({"covariate age_years": ages, "covariate sex": sexes}, covariates=["age_years", "sex"])
    assert (found["patients"], found["left_out"]) == (34, 2)
    assert found["missing"] == {"age_years": 2, "sex": 1}


@pytest.mark.parametrize("step", ["quartiles", "deviation"])
def test_the_odds_ratio_of_a_marker_is_per_step(step: str) -> None:
    values = [float(number % 9) for number in range(36)]
    found = regression({"covariate marker": values}, covariates=["marker"], step=step, **MARKER)
    term = found["terms"][-1]
    assert term["step"] == pytest.approx(4.0 if step == "quartiles" else 2.6186146, abs=1e-6)
    other = regression(
        {"covariate marker": [value * 10 for value in values]}, covariates=["marker"], step=step, **MARKER
    )
    assert other["terms"][-1]["odds_ratio"]["estimate"] == pytest.approx(term["odds_ratio"]["estimate"])


def test_a_covariate_that_is_the_same_in_everybody_is_left_out() -> None:
    found = regression({"covariate sex": ["male"] * 36, "covariate age_years": AGES}, covariates=["sex", "age_years"])
    assert found["warnings"][0]["code"] == "constant"
    assert {term["factor"] for term in found["terms"]} == {"group", "age_years"}


@pytest.mark.parametrize(
    ("groups", "columns", "changes", "code"),
    [
        (GROUPS, {"covariate sex": [None] * 36}, {"covariates": ["sex"]}, "no-complete-case"),
        (GROUPS, {"covariate marker": [1.0] * 36}, {"covariates": ["marker"], **MARKER}, "no-spread"),
        ({"A": (3, 0), "B": (2, 0)}, {"covariate sex": SEX[:5]}, {"covariates": ["sex"]}, "only-events"),
        ({"A": (0, 3)}, {"covariate sex": SEX[:3]}, {"covariates": ["sex"]}, "no-events"),
        ({"A": (1, 1)}, {"covariate sex": ["male", "male"]}, {"covariates": ["sex"]}, "no-covariates"),
        (GROUPS, {"covariate sex": ["m"] * 18 + ["f"] * 18}, {"covariates": ["sex"]}, "collinear"),
    ],
)
def test_without_a_regression_the_shares_stand_and_the_reason_is_told(
    groups: Any, columns: Any, changes: Any, code: str
) -> None:
    result = result_of(groups, columns, **changes)
    assert result["regression"]["refused"]["code"] == code
    assert result["regression"]["terms"] == []
    assert result["groups"][0]["wilson"] is not None
