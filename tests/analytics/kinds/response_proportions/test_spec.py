"""The question as it is parsed, stored and sent again."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from analytics.kinds import parse
from analytics.kinds.response_proportions.spec import ResponseProportions
from analytics.spec import SpecError
from tests.analytics.kinds.response_proportions.answers import MARKER, SPEC, spec_of


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"groups": ["a", "b"], "reference": "b", "count_flagged": True, "not_evaluable": "no_response"},
        {"grouping": "alteration", "gene": "EGFR", "stratum": "sex", "covariates": ["sex", "age_years"]},
        {"covariates": ["marker", "sex"], "step": "deviation", **MARKER},
    ],
)
def test_a_question_is_the_same_after_a_round_trip(changes: dict[str, Any]) -> None:
    spec = spec_of(**changes)
    assert parse(spec.as_json()) == spec
    assert set(parse_qs(spec.as_query())) <= ResponseProportions.field_names()


def test_covariates_have_one_order_so_that_equal_questions_are_one() -> None:
    assert spec_of(covariates=["sex", "age_years"]) == spec_of(covariates=["age_years", "sex"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"criterion": ""}, "criterion"),
        ({"grouping": ""}, "grouping"),
        ({"groups": ["a", "b"], "reference": "c"}, "reference"),
        ({"stratum": "histology"}, "stratum"),
        ({"covariates": ["histology"]}, "covariates"),
        ({"covariates": ["shoe_size"]}, "covariates"),
        ({"covariates": ["marker"]}, "marker_marker"),
        ({"covariates": ["marker"], **MARKER, "marker_dataset": ""}, "marker_dataset"),
        (MARKER, "covariates"),
        ({"test": "magic"}, "test"),
        ({"not_evaluable": "maybe"}, "not_evaluable"),
        ({"count_flagged": "perhaps"}, "count_flagged"),
        ({"groups": "a"}, "groups"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse({"kind": "response_proportions", **SPEC, **changes})
    assert field in refused.value.errors
