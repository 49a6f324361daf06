"""Shares of patients from a cut-off on: what is told, also of one group and of no event, and that R finds the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.figures import share_rows
from analytics.kinds.expression_by_group.positive import compare_shares
from analytics.kinds.expression_by_group.report import group_table, methods_paragraph, pair_table
from analytics.kinds.expression_by_group.sentence import answer_sentence
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.models import Analysis
from analytics.spec import SpecError
from analytics.stats import NotComparable
from cases.models import JobStatus
from cases.sentences import render
from tests.analytics.cohort import answered, cohort
from tests.analytics.results import SPEC
from tests.factories import MembershipFactory
from tests.r_scripts import assert_r_agrees, needs_r

TWO = {"SSX1": (3.0, 2.5, 2.0, 1.5, 4.0, 0.5), "SSX2": (0.5, 1.0, 2.0, 0.25, 0.75)}
NOBODY = {"SSX1": (0.5, 1.0, 0.0, 0.25, 0.75)}
CUTOFF = {"method": "positive", "cutoff": 2}


def asked(groups: Mapping[str, Sequence[float]], **changes: Any) -> Analysis:
    study = cohort(groups)
    return answered(study, MembershipFactory(study=study).user, **{**CUTOFF, **changes})


def result_of(analysis: Analysis) -> dict[str, Any]:
    assert analysis.status == JobStatus.SUCCEEDED, analysis.message
    return dict(analysis.result or {})


@pytest.mark.parametrize("cutoff", ["", "high", "inf", "nan"])
def test_a_cut_off_is_a_number_named_before_the_answer(cutoff: str) -> None:
    with pytest.raises(SpecError) as refused:
        ExpressionByGroup.from_mapping({**SPEC, "method": "positive", "cutoff": cutoff})
    assert list(refused.value.errors) == ["cutoff"]
    assert ExpressionByGroup.from_mapping({**SPEC, "cutoff": 3}).cutoff is None


@pytest.mark.django_db
def test_the_cut_off_itself_is_positive_and_every_share_has_its_interval() -> None:
    analysis = asked(TWO)
    result = result_of(analysis)
    sentence = answer_sentence(result)
    assert sentence.startswith("Positive for RANKL from 2 on: <b>4 of 6</b> in SSX1, 67% (95% interval 30% to 90%);")
    assert "<b>1 of 5</b> in SSX2, 20%" in sentence
    assert "SSX1 minus SSX2: +47 points (95% interval" in sentence
    assert "exact" in sentence
    assert [row[6:] for row in group_table(result, reference="", in_full=True).rows][1][0] == "1"
    table = pair_table(result)
    assert table is not None
    assert len(table.rows[0]) == len(table.header)
    assert len(share_rows(result)) == 2
    assert "the cut-off stated in the question" in methods_paragraph(
        spec=ExpressionByGroup.from_mapping(analysis.spec), result=result
    )
    shown = disclosed(result)
    assert shown["comparison"] is None
    assert {group["share"] for group in shown["groups"]} == {None}


@pytest.mark.django_db
def test_a_single_group_without_a_positive_patient_keeps_its_interval() -> None:
    result = result_of(asked(NOBODY))
    assert answer_sentence(result) == (
        "Positive for RANKL from 2 on: <b>0 of 5</b> in SSX1, 0% (95% interval 0% to 43%)."
    )
    assert [note["code"] for note in result["warnings"]] == ["one-group"]
    assert pair_table(result) is None


@pytest.mark.django_db
def test_nobody_is_refused_in_words() -> None:
    analysis = asked({"": (1.0, 2.0)})
    assert analysis.status == JobStatus.REFUSED
    assert "No patient has both a usable value" in render(analysis.message)


@pytest.mark.parametrize(("values", "word"), [(0.0, "No patient"), (5.0, "Every patient")])
def test_without_any_event_or_with_nothing_else_nothing_is_tested(values: float, word: str) -> None:
    found = compare_shares(groups={"A": [values] * 4, "B": [values]}, cutoff=2.0, reference="")
    assert found["comparison"]["p_value"] is None
    assert found["warnings"][0]["text"].startswith(word)
    with pytest.raises(NotComparable, match="Group B has no values"):
        compare_shares(groups={"A": [1.0], "B": []}, cutoff=2.0, reference="")


@needs_r
@pytest.mark.django_db
def test_r_finds_the_same() -> None:
    assert_r_agrees(asked(TWO))
    assert_r_agrees(asked({**TWO, "SSX4": (2.25, 2.75, 1.0)}, reference="SSX2"))
    assert_r_agrees(asked(NOBODY))
