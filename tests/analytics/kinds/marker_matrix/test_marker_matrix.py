"""A matrix of markers: the family of its pairs, what is told, and that R finds the same."""

from collections.abc import Sequence
from typing import Any

import pytest

from analytics.kinds import KINDS, parse
from analytics.kinds.marker_matrix.dataset import load
from analytics.kinds.marker_matrix.disclosure import disclosed
from analytics.kinds.marker_matrix.names import variable_names
from analytics.models import Analysis
from analytics.plots import heat_map
from analytics.reading import read
from analytics.spec import SpecError
from cases import access
from cases.models import JobStatus, Study
from cases.sentences import render
from tests.analytics.answers import answered
from tests.analytics.stained import StainedStudy
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
)
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db

MARKERS = {"TNFSF11": "RANKL", "TNFRSF11A": "RANK", "IL6": "IL-6"}
KIND = KINDS["marker_matrix"]
Rows = Sequence[Sequence[float | None]]
THREE: Rows = [(x, x + (x % 3) / 2, (x * 5) % 7) for x in range(14)]


def body(study: Study, **changes: Any) -> dict[str, Any]:
    chosen = {"assay": "profile", "dataset": "RNA", "variables": list(MARKERS)}
    return {"kind": "marker_matrix", "study": study.code, **chosen, **changes}


def measured(rows: Rows = THREE) -> Study:
    """A study with the values of RANKL, RANK and IL-6 of each patient, ``None`` where there is none."""
    study = StudyFactory()
    dataset = ExpressionDatasetFactory(study=study, code="RNA")
    markers = [MarkerFactory(symbol=symbol, name=name) for symbol, name in MARKERS.items()]
    for row in rows:
        specimen = SpecimenFactory(patient=PatientFactory(study=study))
        for marker, value in zip(markers, row, strict=True):
            if value is not None:
                ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=marker, value=value)
    return study


def ask(study: Study, **changes: Any) -> Analysis:
    return answered(body(study, **changes), by=MembershipFactory(study=study).user)


def told(analysis: Analysis) -> Any:
    by = analysis.requested_by
    return KIND.answer(read(analysis=analysis, user=by, rights=access.rights(user=by, study=analysis.study)))


def test_the_question_comes_back_from_json() -> None:
    spec = parse(body(StudyFactory(), adjustment="bh"))
    assert parse(spec.as_json()) == spec


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"variables": ["TNFSF11"]}, "variables"),
        ({"variables": []}, "variables"),
        ({"variables": ["TNFSF11/stromal/cytoplasm", "IL6"]}, "variables"),
        ({"dataset": ""}, "dataset"),
        ({"scale": "h_score"}, "scale"),
        ({"assay": "ihc", "dataset": "", "scale": "h_score", "rule": "Median v1"}, "variables"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse(body(StudyFactory(), **changes))
    assert list(refused.value.errors) == [field]


def test_a_marker_that_is_not_there_is_refused_beside_the_markers() -> None:
    study = measured()
    spec = parse(body(study, variables=["TNFSF11", "NOSUCH"]))
    assert list(KIND.check(spec=spec, study=study, by=MembershipFactory(study=study).user)) == ["variables"]


def test_every_pair_rests_on_the_patients_with_both() -> None:
    study = measured([*THREE, (1.0, 2.0, None), (1.0, None, None)])
    analysis = ask(study)
    assert [(pair["first"], pair["second"], pair["patients"]) for pair in analysis.result["pairs"]] == [
        ("TNFSF11", "TNFRSF11A", 15),
        ("TNFSF11", "IL6", 14),
        ("TNFRSF11A", "IL6", 14),
    ]
    population = analysis.result["population"]
    assert [step["patients"] for step in population["flow"]] == [16, 16, 15]
    assert render(population["exclusions"][0]["reason"]) == "Only one of the markers has a usable value"


def test_p_values_are_corrected_over_the_declared_family_also_where_a_pair_has_no_answer() -> None:
    rows = [(x, x + (x % 3) / 2, 1.0) for x in range(14)]
    result = ask(measured(rows)).result
    by_pair = {(pair["first"], pair["second"]): pair for pair in result["pairs"]}
    pair = by_pair["TNFSF11", "TNFRSF11A"]
    assert pair["adjusted_p"] == pytest.approx(3 * pair["association"]["p_value"])
    assert by_pair["TNFSF11", "IL6"]["association"] is None
    assert "no-answer" in [note["code"] for note in result["warnings"]]


def test_the_answer_counts_the_pairs_and_names_the_strongest() -> None:
    answer = told(ask(measured()))
    assert answer.sentence.startswith(
        "1 of 3 pairs is clearly associated. The strongest is <b>RANKL and RANK</b>: Spearman&#x27;s rho +1.00"
    )
    assert answer.basis == ["14 patients"]
    assert answer.tables[0].rows[0][:3] == ["RANKL – RANK", "14", "+1.00"]


def test_the_heat_map_has_numbers_in_its_cells_and_patients_in_its_hover() -> None:
    figure = heat_map.coefficients(ask(measured()).result)
    heat = figure.data[0]
    assert heat.text[0][0] == "<b>+1.00</b>"
    assert heat.z[0][1] is None
    assert "14 patients" in heat.hovertext[1][0]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No patient has usable values of two of the markers."),
        ([(1.0, None, None)], "No patient has usable values of two of the markers."),
        ([(1.0, 1.0, 1.0)], "No pair of markers has enough patients with both and with different values."),
        ([(1.0, 1.0, 1.0)] * 9, "No pair of markers has enough patients with both and with different values."),
    ],
)
def test_what_has_no_answer_is_refused_in_words(rows: Rows, sentence: str) -> None:
    analysis = ask(measured(rows))
    assert analysis.status == JobStatus.REFUSED
    assert render(analysis.message) == sentence


def test_stains_are_told_apart_by_their_cells() -> None:
    stained = StainedStudy()
    for number, score in enumerate((0, 50, 100, 150, 200, 250)):
        specimen = stained.specimen()
        stained.read(specimen, score)
        stained.read(specimen, (50, 0, 150, 100, 250, 200)[number], cell_type="giant_cell")
    symbol = stained.antibody.marker.symbol
    variables = [f"{symbol}/stromal/cytoplasm", f"{symbol}/giant_cell/cytoplasm"]
    stain = {"assay": "ihc", "dataset": "", "scale": "h_score", "rule": "Median v1", "variables": variables}
    analysis = ask(stained.study, **stain)
    assert [variable["labels"]["en"] for variable in analysis.result["groups"]] == [
        "RANKL, stromal cell",
        "RANKL, giant cell",
    ]
    assert analysis.result["pairs"][0]["association"]["effect"]["estimate"] == pytest.approx(0.8286, abs=1e-4)
    assert [one["code"] for one in analysis.result["antibodies"]] == ["AB-1"]


def test_compartments_are_named_where_cells_have_several() -> None:
    names = variable_names(["A/stromal/cytoplasm", "A/stromal/membrane"], {"A": "RANKL"})
    assert [labels["en"] for labels in names.values()] == [
        "RANKL, stromal cell, cytoplasm",
        "RANKL, stromal cell, membrane",
    ]


def test_small_pairs_are_withheld() -> None:
    rows = [*THREE, *([(1.0, 2.0, None)] * 3)]
    rows = [row if place < 4 else (*row[:2], None) for place, row in enumerate(rows)]
    shown = disclosed(ask(measured(rows)).result)
    assert [pair["patients"] for pair in shown["pairs"]] == [17, None, None]
    assert shown["pairs"][1]["association"] is None
    assert all(variable["minimum"] is None for variable in shown["groups"])


@needs_r
@pytest.mark.parametrize("adjustment", ["holm", "bh"])
def test_r_finds_the_same(adjustment: str) -> None:
    assert_r_agrees(ask(measured([*THREE, (1.0, 2.0, None)]), adjustment=adjustment))


@needs_r
def test_r_finds_the_same_where_a_pair_has_no_answer() -> None:
    assert_r_agrees(ask(measured([(x, (x * 3) % 8, 1.0) for x in range(8)])))


def test_number_of_queries_does_not_depend_on_patients(django_assert_max_num_queries: Any) -> None:
    study = measured([*THREE, *THREE])
    user = MembershipFactory(study=study).user
    with django_assert_max_num_queries(12):
        load(spec=parse(body(study)), by=user)
