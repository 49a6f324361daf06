"""Which statistics a question gets, and when it gets none."""

from typing import Any

import pytest

from analytics.kinds.expression_by_group.comparison import compare
from analytics.kinds.expression_by_group.spec import MOST_GROUPS, ExpressionByGroup
from analytics.stats import EPSILON_SQUARED, SHIFT, NotComparable, kruskal_wallis, mann_whitney
from tests.analytics.cohort import HIGH, LOW

MIDDLE = (1.5, 1.75, 2.0, 2.125, 2.375)
THREE = {"a": list(HIGH), "b": list(LOW), "c": list(MIDDLE)}


def spec(**changes: Any) -> ExpressionByGroup:
    plain = {"study": "S", "assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "grouping": "histology"}
    return ExpressionByGroup.from_mapping({**plain, **changes})


def test_two_groups_get_mann_whitney() -> None:
    result = compare(values={"a": list(HIGH), "b": list(LOW)}, spec=spec()).as_json()
    expected = mann_whitney(HIGH, LOW, labels=("a", "b"))
    assert result["pairs"] is None
    assert result["comparison"]["p_value"] == expected.p_value
    assert result["comparison"]["effects"][0]["name"] == SHIFT
    assert [group["label"] for group in result["groups"]] == ["a", "b"]


def test_more_groups_get_kruskal_wallis_with_every_pair() -> None:
    result = compare(values=THREE, spec=spec()).as_json()
    assert result["comparison"]["p_value"] == kruskal_wallis(THREE).p_value
    assert result["comparison"]["effects"][0]["name"] == EPSILON_SQUARED
    assert result["comparison"]["degrees_of_freedom"] == 2
    pairs = [(pair["first"], pair["second"]) for pair in result["pairs"]["comparisons"]]
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]
    assert all(pair["adjusted_p"] >= pair["p_value"] for pair in result["pairs"]["comparisons"])


def test_a_reference_is_subtracted_from_each_other_group() -> None:
    pairs = compare(values=THREE, spec=spec(reference="c")).as_json()["pairs"]
    assert [(pair["first"], pair["second"]) for pair in pairs["comparisons"]] == [("a", "c"), ("b", "c")]


def test_kruskal_wallis_of_two_groups_on_demand() -> None:
    result = compare(values={"a": list(HIGH), "b": list(LOW)}, spec=spec(method="kruskal_wallis")).as_json()
    assert result["comparison"]["statistic_name"] == "H"
    assert len(result["pairs"]["comparisons"]) == 1


def test_no_warning_or_reference_is_said_twice() -> None:
    result = compare(values={"a": [1.0], "b": [2.0], "c": [3.0]}, spec=spec()).as_json()
    assert len(result["references"]) == len(set(result["references"]))
    assert len(result["warnings"]) == len({str(note) for note in result["warnings"]})


@pytest.mark.parametrize(
    ("values", "changes", "words"),
    [
        ({}, {}, "No patient has both a usable value of TNFSF11"),
        ({"a": [], "b": []}, {}, "No patient has both a usable value of TNFSF11"),
        ({"a": [1.0, 2.0]}, {}, "A comparison needs at least two groups"),
        ({"a": [1.0], "b": []}, {}, "Group b has no values."),
        (THREE, {"method": "mann_whitney"}, "This method compares two groups; there are 3."),
        (THREE, {"reference": "z"}, "The reference group z has no values."),
        ({str(n): [float(n)] for n in range(MOST_GROUPS + 1)}, {}, "There are 41 groups. Compare at most 40"),
    ],
)
def test_refusals_are_sentences(values: dict[str, list[float]], changes: dict[str, Any], words: str) -> None:
    with pytest.raises(NotComparable) as caught:
        compare(values=values, spec=spec(**changes))
    assert str(caught.value).startswith(words)
