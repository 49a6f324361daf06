"""Welch's test, a trend and equivalence: what is asked, what is told, and that R finds the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from analytics.catalogue import check_stratum
from analytics.kinds.expression_by_group.comparison import compare
from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.r_script import body, numbers, packages
from analytics.kinds.expression_by_group.report import group_table, methods_paragraph, pair_table
from analytics.kinds.expression_by_group.sentence import answer_sentence
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.models import Analysis
from analytics.plots import shifts
from analytics.scripts import script, text_columns
from analytics.spec import SpecError
from analytics.stats import NotComparable
from cases.models import Sex
from tests.analytics.cohort import HIGH, LOW, add_patient, answered, cohort
from tests.analytics.kinds.expression_by_group.test_r_script import LARGE, TIED, frozen
from tests.analytics.results import SPEC, result_of
from tests.factories import MembershipFactory
from tests.r_scripts import assert_r_agrees, needs_r, reported

Groups = Mapping[str, Sequence[float]]
TWO: Groups = {"GCTB": HIGH, "ABC": LOW}
LEVEL: Groups = {"GCTB": (5.1, 4.8, 5.6, 5.0, 5.3, 4.9), "ABC": (5.2, 4.7, 5.4, 5.05, 5.5, 4.95)}
RISING: Groups = {"0-14": (1.0, 2.0, 2.5, 3.25), "15-39": (2.25, 3.0, 3.5, 4.0), "40-64": (3.75, 4.25, 5.0, 5.5)}
TREND = {"grouping": "age", "method": "trend"}
WELCH = {"method": "welch"}
EQUIVALENCE = {"method": "equivalence", "margin": 0.5}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method": "equivalence"}, "margin"),
        ({"method": "equivalence", "margin": "0"}, "margin"),
        ({"method": "equivalence", "margin": "-1"}, "margin"),
        ({"method": "trend"}, "method"),
        ({"method": "welch", "groups": ["A", "B", "C"]}, "method"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SpecError) as refused:
        ExpressionByGroup.from_mapping({**SPEC, **changes})
    assert list(refused.value.errors) == [field]


def test_a_margin_matters_to_equivalence_only_and_a_trend_has_no_reference() -> None:
    assert ExpressionByGroup.from_mapping({**SPEC, "margin": 3}).margin is None
    spec = ExpressionByGroup.from_mapping({**SPEC, **EQUIVALENCE})
    assert ExpressionByGroup.from_mapping(spec.as_json()) == spec
    assert ExpressionByGroup.from_mapping({**SPEC, **TREND, "reference": "0-14"}).reference == ""


def test_welch_tells_the_difference_of_means() -> None:
    result = result_of(TWO, **WELCH)
    assert answer_sentence(result).startswith(
        "The mean of RANKL is higher in <b>GCTB</b> than in ABC. GCTB minus ABC: +2.64 log2(TPM+1) (95% interval"
    )
    table = pair_table(result)
    assert table is not None
    assert table.rows[0][1] == "+2.64"
    assert shifts(result) is not None


def test_a_trend_is_told_of_all_groups() -> None:
    result = result_of(RISING, **TREND)
    sentence = answer_sentence(result)
    assert sentence.startswith("RANKL <b>rises</b> from 0-14 to 40-64. A patient of a later group has the higher value")
    assert pair_table(result) is shifts(result) is None
    assert len(group_table(result, reference="", in_full=True).rows) == 3


def test_equivalence_says_level_or_not_shown_never_different() -> None:
    level = answer_sentence(result_of(LEVEL, **EQUIVALENCE))
    assert level.startswith("RANKL is <b>level</b> in GCTB and ABC, within ±0.5 log2(TPM+1).")
    assert "90% interval" in level
    assert answer_sentence(result_of(TWO, **EQUIVALENCE)).startswith(
        "It is not shown that RANKL is level in GCTB and ABC within ±0.5 log2(TPM+1)."
    )
    spec = ExpressionByGroup.from_mapping({**SPEC, **EQUIVALENCE})
    assert "margin of equivalence was ±0.5;" in methods_paragraph(spec=spec, result=result_of(LEVEL, **EQUIVALENCE))


@pytest.mark.parametrize("changes", [WELCH, TREND, EQUIVALENCE])
@pytest.mark.parametrize("groups", [{}, {"A": []}, {"A": [1.0]}, {"A": [1.0], "B": []}])
def test_too_few_values_are_refused_in_words(groups: dict[str, list[float]], changes: dict[str, Any]) -> None:
    with pytest.raises(NotComparable):
        compare(values=groups, spec=ExpressionByGroup.from_mapping({**SPEC, **changes}))


@pytest.mark.parametrize("changes", [WELCH, TREND, EQUIVALENCE])
def test_equal_values_have_an_answer_in_words(changes: dict[str, Any]) -> None:
    result = result_of({"A": [2.0] * 5, "B": [2.0] * 6}, **changes)
    sentence = answer_sentence(result)
    assert "nan" not in sentence.lower()
    assert "A" in sentence


def test_two_methods_refuse_three_groups() -> None:
    for changes in (WELCH, EQUIVALENCE):
        with pytest.raises(NotComparable, match="compares two groups; there are 3"):
            compare(
                values={code: list(values) for code, values in RISING.items()},
                spec=ExpressionByGroup.from_mapping({**SPEC, **changes}),
            )


def test_a_trend_with_a_small_group_is_withheld() -> None:
    groups = {"0-14": (1.0, 2.0), "15-39": (2.5, 3.0, 3.5, 4.0, 4.5), "40-64": (3.75, 4.25, 5.0, 5.5, 6.0, 6.5)}
    shown = disclosed(result_of(groups, **TREND))
    assert shown["comparison"] is None
    assert "too small" in answer_sentence(shown)


@pytest.fixture
def within_sexes(db: None) -> Analysis:
    """Women have higher values, and more of them SSX1: within the sexes SSX1 is higher by a little only."""
    study = cohort({"SSX1": [5.0, 6.0, 7.5, 8.25], "SSX2": [5.5, 6.25]}, sex=Sex.FEMALE)
    cohort({"SSX1": [1.0, 2.25], "SSX2": [0.5, 0.75, 1.5, 2.0]}, study=study, sex=Sex.MALE)
    add_patient(study, 3.0, sex=Sex.UNKNOWN)
    return answered(study, MembershipFactory(study=study).user, method="stratified", stratum="sex")


def test_strata_compare_like_with_like(within_sexes: Analysis) -> None:
    result = within_sexes.result
    assert result["comparison"]["effects"][0]["estimate"] < 0.8
    assert answer_sentence(result).startswith(
        "Within groups by sex, RANKL does not clearly differ between SSX1 and SSX2. A patient of SSX1 has the higher"
    )
    reasons = {item["reason"]["text"]: item["patients"] for item in result["population"]["exclusions"]}
    assert reasons == {"Sex not known": 1}
    assert [step["patients"] for step in result["population"]["flow"]] == [13, 13, 13, 12]


@needs_r
def test_r_finds_the_same_within_strata(within_sexes: Analysis) -> None:
    assert_r_agrees(within_sexes)


def test_strata_are_other_groups_and_there() -> None:
    for changes in ({}, {"stratum": "histology"}):
        with pytest.raises(SpecError) as refused:
            ExpressionByGroup.from_mapping({**SPEC, "method": "stratified", **changes})
        assert list(refused.value.errors) == ["stratum"]
    assert list(check_stratum("alteration")) == ["stratum"]
    assert check_stratum("sex") == check_stratum("") == {}


def test_strata_without_both_groups_are_refused_in_words() -> None:
    spec = ExpressionByGroup.from_mapping({**SPEC, "method": "stratified", "stratum": "sex"})
    strata = {"female": {"A": [1.0], "B": []}, "male": {"A": [], "B": [2.0]}}
    with pytest.raises(NotComparable, match="No stratum has values of both groups"):
        compare(values={"A": [1.0], "B": [2.0]}, spec=spec, strata=strata)


@needs_r
@pytest.mark.parametrize(
    ("groups", "changes"),
    [
        (TWO, WELCH),
        (RISING, TREND),
        ({**RISING, "65-": (3.0, 3.0, 4.0, 5.0)}, TREND),
        (LEVEL, EQUIVALENCE),
        (TIED, {"method": "equivalence", "margin": 1.5}),
        (LARGE, {"method": "equivalence", "margin": 1.0}),
    ],
    ids=["welch", "trend, exact", "trend, tied", "equivalence, exact", "equivalence, tied", "equivalence, large"],
)
def test_r_reports_the_stored_numbers(groups: Groups, changes: dict[str, Any]) -> None:
    result = result_of(groups, **changes)
    rows = frozen(groups)
    text = script(pk=1, title="Test", sha256="", packages=packages(result), body=body(result), texts=text_columns(rows))
    assert reported(text, rows) == pytest.approx(numbers(result), rel=1e-6, abs=1e-6)
