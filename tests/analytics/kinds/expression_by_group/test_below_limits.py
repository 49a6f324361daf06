"""Undetermined qPCR samples as what they are, below a limit: what is told and refused, and that R finds the same."""

from typing import Any

import pandas as pd
import pytest
from django.http import QueryDict

from analytics.catalogue import Catalogue
from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.figures import points_of
from analytics.kinds.expression_by_group.form import ExpressionByGroupForm
from analytics.kinds.expression_by_group.report import basis, group_table, methods_paragraph
from analytics.kinds.expression_by_group.sentence import answer_sentence
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import consolidated
from analytics.models import Analysis
from analytics.plots import box_and_points
from analytics.spec import Consolidation, SpecError
from cases.models import JobStatus
from cases.sentences import render
from expression.models import TargetRole, WellReading
from tests.analytics.cohort import answered
from tests.analytics.results import SPEC
from tests.factories import (
    MarkerFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SpecimenFactory,
    StudyFactory,
)
from tests.r_scripts import assert_r_agrees, needs_r

REFERENCE_CQ = 20.0
Cqs = dict[str, list[list[float | None]]]
"""For each partner, the patients; for each patient, the Cq of the samples, of which ``None`` is undetermined."""
TWO: Cqs = {
    "SSX1": [[24.1], [25.3], [26.0, 27.0], [28.2], [None], [27.4]],
    "SSX2": [[29.5], [None], [31.2], [None, 30.0], [33.0]],
}
QPCR = {"assay": "qpcr", "dataset": "", "method": "censored"}


def compared(groups: Cqs, **changes: Any) -> Analysis:
    """One run of 40 cycles; every reference well reads the same."""
    study = StudyFactory()
    run = QpcrRunFactory(study=study, cycles=40)
    target = QpcrTargetFactory(run=run, name="RANKL", marker=MarkerFactory())
    gene = QpcrTargetFactory(run=run, name="GAPDH", role=TargetRole.REFERENCE)
    places = iter(f"{row}{column}" for row in "ABCDEFGHIJKLMNOP" for column in range(1, 25))
    for partner, patients in groups.items():
        for cqs in patients:
            patient = PatientFactory(study=study)
            MolecularAlterationFactory(patient=patient, partner=partner)
            for cq in cqs:
                specimen = SpecimenFactory(patient=patient)
                sample = QpcrSampleFactory(run=run, name=specimen.code, specimen=specimen)
                for measured, value in ((target, cq), (gene, REFERENCE_CQ)):
                    reading = WellReading.UNDETERMINED if value is None else WellReading.DETECTED
                    QpcrWellFactory(
                        run=run, position=next(places), sample=sample, target=measured, cq=value, reading=reading
                    )
    return answered(study, MembershipFactory(study=study).user, **{**QPCR, **changes})


def result_of(analysis: Analysis) -> dict[str, Any]:
    assert analysis.status == JobStatus.SUCCEEDED, analysis.message
    return dict(analysis.result or {})


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("median", [(-5.0, 1), (-9.0, 0), (-6.0, 1)], (-6.0, 1)),
        ("median", [(-5.0, 1), (-4.0, 0), (-6.0, 1)], (-5.0, 0)),
        ("mean", [(-5.0, 1), (-9.0, 0)], (-7.0, 0)),
        ("maximum", [(-5.0, 1), (-9.0, 0)], (-5.0, 1)),
        ("maximum", [(-5.0, 1), (-4.0, 0)], (-4.0, 0)),
    ],
)
def test_a_patient_is_detected_where_the_rule_gives_the_same_however_low_the_rest_is(
    rule: str, values: list[tuple[float, int]], expected: tuple[float, int]
) -> None:
    rows = [(1, f"S{number}", value, detected) for number, (value, detected) in enumerate(values)]
    samples = pd.DataFrame(rows, columns=["patient_id", "sample", "value", "detected"])
    found = consolidated(samples, codes={1: "P1"}, rule=Consolidation(rule))
    assert found[["patient_value", "patient_detected"]].drop_duplicates().to_numpy().tolist() == [list(expected)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method": "censored"}, "method"),
        ({"assay": "qpcr", "dataset": "", "method": "censored", "per_marker": "TNFRSF11B"}, "per_marker"),
    ],
)
def test_only_a_marker_by_qpcr_has_limits(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SpecError) as refused:
        ExpressionByGroup.from_mapping({**SPEC, **changes})
    assert list(refused.value.errors) == [field]


@pytest.mark.django_db
def test_undetermined_samples_count_as_below_their_limit() -> None:
    analysis = compared(TWO)
    result = result_of(analysis)
    sentence = answer_sentence(result)
    assert sentence.startswith("RANKL is higher in <b>SSX1</b> than in SSX2. A patient of SSX1 has the higher value in")
    assert "3 patients below their limits" in basis(result)
    table = group_table(result, reference="", in_full=True)
    assert [(row[1], row[4]) for row in table.rows] == [("6", "5"), ("5", "3")]
    assert "left-censored" in methods_paragraph(spec=ExpressionByGroup.from_mapping(analysis.spec), result=result)
    frozen = analysis.frozen_input or {}
    points = points_of([dict(zip(frozen["columns"], row, strict=True)) for row in frozen["rows"]])
    assert sorted(point.detected for point in points["SSX1"]) == [False, *[True] * 5]
    figure = box_and_points(result, points=points)
    assert "triangle-left-open" in figure.to_json()
    shown = disclosed(result)
    assert {group["detected"] for group in shown["groups"]} == {None}
    assert not any("below" in text for text in basis(shown))


@pytest.mark.django_db
def test_where_they_are_left_out_the_answer_proposes_to_keep_them() -> None:
    analysis = compared(TWO, method="automatic")
    result = result_of(analysis)
    notes = {note["code"]: note["values"] for note in result["warnings"]}
    assert notes["undetermined-excluded"] == {"count": 3}
    catalogue = Catalogue(study=analysis.study, by=analysis.requested_by)
    form = ExpressionByGroupForm(QueryDict("assay=qpcr&method=censored"), catalogue=catalogue, bound=False)
    assert not {"undetermined", "reference", "cutoff"} & set(form.fields)
    assert not form.stale


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ({}, "No patient has both a usable value"),
        ({"SSX1": [[25.0], [None]]}, "at least two groups"),
        ({"SSX1": [[25.0]]}, "at least two groups"),
        ({"SSX1": [[None], [None]], "SSX2": [[None]]}, "None of the 3 samples is detected"),
    ],
    ids=["nobody", "one group", "one patient", "nothing detected"],
)
def test_what_has_no_answer_is_refused_in_words(groups: Cqs, reason: str) -> None:
    analysis = compared(groups)
    assert analysis.status == JobStatus.REFUSED
    assert reason in render(analysis.message)


@pytest.mark.django_db
def test_equal_values_and_a_group_without_any_value_have_an_answer_in_words() -> None:
    same = result_of(compared({"SSX1": [[25.0]] * 3, "SSX2": [[25.0]] * 4}))
    assert "nan" not in answer_sentence(same).lower()
    none = result_of(compared({"SSX1": [[25.0], [26.0], [27.0]], "SSX2": [[None], [None], [None]]}))
    assert [group["median"] for group in none["groups"]][1] is None
    assert box_and_points(none, points=None) is not None
    assert "SSX1" in answer_sentence(none)


@pytest.mark.django_db
@needs_r
def test_r_finds_the_same() -> None:
    assert_r_agrees(compared(TWO))
    several = compared({**TWO, "SSX4": [[28.0], [None], [30.5], [29.1]]})
    assert "Most clearly, a patient of SSX1" in answer_sentence(result_of(several))
    assert_r_agrees(several)
