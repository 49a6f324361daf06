"""All samples in a mixed model, patients staying the units: what is told and refused, and that R finds the same."""

from typing import Any

import pytest

from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.report import basis, group_table, methods_paragraph, pair_table
from analytics.kinds.expression_by_group.sentence import answer_sentence
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.models import Analysis
from analytics.plots import shifts
from cases.models import JobStatus, Study
from cases.sentences import render
from tests.analytics.cohort import add_patient, answered
from tests.factories import MembershipFactory, StudyFactory
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db

Patients = dict[str, list[list[float]]]
HIGH: Patients = {"SSX1": [[4.1, 4.6, 3.9], [5.2, 5.0], [3.3, 3.9, 3.5], [4.8], [4.0, 4.7], [5.6, 5.1]]}
LOW: Patients = {"SSX2": [[2.2, 2.9], [3.1, 2.4, 2.7], [1.6, 1.9], [2.6], [3.4, 3.0]]}
MIDDLE: Patients = {"SSX4": [[3.0, 3.6], [3.9, 3.1], [2.5, 2.4, 3.0], [3.7]]}
# Patients differ no more than their samples do.
ALIKE: Patients = {"SSX1": [[4.0, 5.0], [5.1, 3.9], [4.4, 4.6]], "SSX2": [[2.0, 3.1], [3.0, 2.1], [2.4, 2.6]]}


def mixed(patients: Patients, **changes: Any) -> Analysis:
    study: Study = StudyFactory()
    for partner, members in patients.items():
        for values in members:
            add_patient(study, *values, partner=partner)
    user = MembershipFactory(study=study).user
    return answered(study, user, **{"method": "mixed", **changes})


def result_of(analysis: Analysis) -> dict[str, Any]:
    assert analysis.status == JobStatus.SUCCEEDED, analysis.message
    return dict(analysis.result or {})


def test_two_groups_are_told_by_the_difference_of_means_and_the_unit_is_the_patient() -> None:
    analysis = mixed({**HIGH, **LOW})
    result = result_of(analysis)
    assert answer_sentence(result).startswith(
        "The mean of RANKL is higher in <b>SSX1</b> than in SSX2. SSX1 minus SSX2:"
    )
    assert [(group["patients"], group["samples"]) for group in result["groups"]] == [(6, 13), (5, 10)]
    assert any(text.startswith("Correlation of a patient's samples 0.") for text in basis(result))
    assert [row[1:3] for row in group_table(result, reference="", in_full=True).rows] == [["6", "13"], ["5", "10"]]
    paragraph = methods_paragraph(spec=ExpressionByGroup.from_mapping(analysis.spec), result=result)
    assert "random intercept per patient" in paragraph
    assert "the patient is the unit of analysis" in paragraph
    assert shifts(result) is not None


def test_several_groups_are_told_by_their_clearest_pair() -> None:
    result = result_of(mixed({**HIGH, **LOW, **MIDDLE}, reference="SSX2"))
    sentence = answer_sentence(result)
    assert sentence.startswith("RANKL differs between the 3 groups")
    assert "Most clearly, SSX1 minus SSX2: +" in sentence
    table = pair_table(result)
    assert table is not None
    assert [row[0] for row in table.rows] == ["SSX1 − SSX2", "SSX4 − SSX2"]


def test_a_viewer_learns_no_count_of_samples() -> None:
    shown = disclosed(result_of(mixed({**HIGH, **LOW})))
    assert "variation" not in shown["comparison"]
    assert "denominator_degrees" not in shown["comparison"]
    assert not any(text.startswith("Correlation") for text in basis(shown))
    assert "SSX1 minus SSX2" in answer_sentence(shown)


@pytest.mark.parametrize(
    ("patients", "reason"),
    [
        ({}, "No patient has both a usable value"),
        ({"SSX1": [[1.0, 2.0], [2.0, 2.5]]}, "at least two groups"),
        ({"SSX1": [[1.0, 2.0, 3.0]]}, "at least two groups"),
        ({"SSX1": [[1.0], [2.0]], "SSX2": [[3.0], [4.0]]}, "Each cluster (patient, experiment) has a single value"),
        ({"SSX1": [[1.0, 2.0]], "SSX2": [[3.0, 4.0]]}, "There are too few clusters"),
        ({"SSX1": [[1.0, 1.0], [2.0, 2.0]], "SSX2": [[3.0, 3.0], [4.0, 4.0]]}, "are all equal"),
    ],
    ids=["nobody", "one group", "one patient", "one sample each", "one patient each", "samples alike"],
)
def test_what_has_no_answer_is_refused_in_words(patients: Patients, reason: str) -> None:
    analysis = mixed(patients or {"": [[1.0, 2.0]]})
    assert analysis.status == JobStatus.REFUSED
    assert reason in render(analysis.message)


def test_equal_values_have_an_answer_in_words() -> None:
    result = result_of(mixed({"SSX1": [[2.0, 2.0], [2.0]], "SSX2": [[2.0, 2.0], [2.0]]}))
    assert answer_sentence(result) == "RANKL is the same in SSX1 and SSX2: all values are equal."


@needs_r
def test_r_finds_the_same() -> None:
    assert_r_agrees(mixed({**HIGH, **LOW}))
    assert_r_agrees(mixed({**HIGH, **LOW, **MIDDLE}))


@needs_r
def test_r_finds_the_same_without_variance_between_patients() -> None:
    analysis = mixed(ALIKE)
    assert result_of(analysis)["comparison"]["variation"]["between_variance"] == 0
    assert_r_agrees(analysis)
