"""R computes proportions, tests and regressions anew from the frozen rows."""

from typing import Any

import pytest

from analytics.scripts import script, text_columns
from tests.analytics.kinds.response_proportions.answers import KIND, MARKER, dataset_of, spec_of, stored
from tests.r_scripts import needs_r, reported

pytestmark = needs_r

TWO = {"01": (8, 2, 1), "02": (1, 5, 2)}
THREE = {"A": (12, 6), "B": (6, 12, 3), "C": (7, 0)}
STRATA = [None if number == 20 else "12112"[number % 5] for number in range(46)]
AGES = [20 + (7 * number) % 50 for number in range(46)]
SEX = [("female", "male", "male")[number % 3] for number in range(46)]
EXPRESSION = [round((11 * number) % 23 / 3, 3) for number in range(46)]


@pytest.mark.parametrize(
    ("groups", "columns", "changes", "names"),
    [
        (TWO, {}, {}, {"p", "odds ratio 01 - 02", "difference low 01 - 02"}),
        (TWO, {}, {"not_evaluable": "no_response"}, {"p"}),
        (THREE, {}, {"reference": "B"}, {"adjusted p A - B", "adjusted p C - B"}),
        (THREE, {}, {"test": "chi_square"}, {"X2", "p"}),
        ({"A": (60, 40), "B": (45, 55)}, {}, {"test": "chi_square"}, {"X2"}),
        ({"15-39": (9, 4), "40-64": (7, 7), "65-": (2, 8)}, {}, {"grouping": "age"}, {"trend z2", "trend p"}),
        (THREE, {"stratum": STRATA}, {"stratum": "sex"}, {"stratified p A - B", "homogeneity p A - B"}),
        (
            {"A": (12, 6), "B": (6, 12)},
            {"covariate age_years": AGES[:36], "covariate sex": [None, *SEX[1:36]]},
            {"covariates": ["age_years", "sex"]},
            {"coefficient group A", "odds ratio low age_years", "p sex female"},
        ),
        (
            THREE,
            {"covariate age_years": AGES, "covariate sex": SEX},
            {"covariates": ["age_years", "sex"], "reference": "B"},
            {"coefficient group C", "odds ratio low group C"},
        ),
        (THREE, {"covariate marker": EXPRESSION}, {"covariates": ["marker"], **MARKER}, {"p marker"}),
        (
            THREE,
            {"covariate marker": EXPRESSION},
            {"covariates": ["marker"], "step": "deviation", "not_evaluable": "no_response", **MARKER},
            {"odds ratio high marker"},
        ),
        ({"A": (7, 0)}, {}, {}, {"wilson low A", "clopper-pearson low A"}),
        ({"A": (7, 0), "B": (3, 0)}, {}, {}, {"difference high A - B"}),
    ],
    ids=[
        "Fisher, two groups",
        "not evaluable as no response",
        "Fisher, three groups with a reference",
        "chi-square",
        "chi-square with Yates' correction",
        "trend",
        "strata",
        "maximum likelihood",
        "Firth",
        "marker per interquartile range",
        "marker per standard deviation",
        "one group",
        "everybody responded",
    ],
)
def test_r_reports_the_stored_numbers(groups: Any, columns: Any, changes: Any, names: set[str]) -> None:
    dataset, spec = dataset_of(groups, columns), spec_of(**changes)
    result, frozen = stored(dataset, spec), dataset.frozen()
    expected = KIND.numbers(spec=spec, result=result)
    assert names <= set(expected)
    body = KIND.r_script(spec=spec, result=result)
    text = script(pk=1, title="Test", sha256="", packages=[], body=body, texts=text_columns(frozen))
    assert reported(text, frozen) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_the_two_likelihoods_are_both_tried() -> None:
    """The cases above are what their names say."""
    separated = stored(dataset_of(THREE, {"covariate sex": SEX}), spec_of(covariates=["sex"]))
    plain = stored(dataset_of({"A": (12, 6), "B": (6, 12)}, {"covariate sex": SEX[:36]}), spec_of(covariates=["sex"]))
    assert "Firth" in separated["regression"]["method"]
    assert "Firth" not in plain["regression"]["method"]
