"""Figures as data, and the answer as a sentence. No pixels."""

import json
from html import unescape
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest
from django.utils import translation
from django.utils.html import strip_tags

from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.sentence import answer_sentence
from analytics.plots import Point, box_and_points, looks, shifts
from analytics.plots.box_and_points import MOST_POINTS, jitter, thinned
from analytics.plots.distributions import Shape, distributions
from analytics.plots.names import note_text
from analytics.plots.theme import PALETTE, REFERENCE
from tests.analytics.cohort import HIGH, LOW
from tests.analytics.results import result_of

TWO = {"SSX1": HIGH, "SSX2": LOW}
MIDDLE = (1.5, 1.75, 2.0, 2.125, 2.375)
THREE = {"GCTB": HIGH, "ABC": MIDDLE, "Breast": LOW}


def points(values: dict[str, tuple[float, ...]]) -> dict[str, list[Point]]:
    return {code: [Point(f"{code}-{n}", value, 1) for n, value in enumerate(group)] for code, group in values.items()}


def traces(figure: Any, kind: str) -> list[Any]:
    return [trace for trace in figure.data if trace.type == kind]


def said(result: dict[str, Any]) -> str:
    return unescape(strip_tags(answer_sentence(result))).replace("\N{NO-BREAK SPACE}", " ")


def test_a_box_and_all_points_for_each_group() -> None:
    result = result_of(TWO)
    figure = box_and_points(result, points=points(TWO))
    boxes, dots = traces(figure, "box"), traces(figure, "scatter")
    assert [box.median[0] for box in boxes] == [group["median"] for group in result["groups"]]
    assert [(box.lowerfence[0], box.upperfence[0]) for box in boxes] == [(min(HIGH), max(HIGH)), (min(LOW), max(LOW))]
    assert [sorted(dot.x) for dot in dots] == [sorted(HIGH), sorted(LOW)]
    assert all(abs(y - row) < 0.3 for row, dot in enumerate(dots) for y in dot.y)
    assert list(figure.layout.yaxis.ticktext) == ["SSX1 · n = 6", "SSX2 · n = 6"]
    assert figure.layout.xaxis.title.text == "RANKL (<i>TNFSF11</i>), log2(TPM+1)"


def test_whoever_sees_no_rows_sees_no_points_and_no_whiskers() -> None:
    figure = box_and_points(disclosed(result_of(TWO)), points=None)
    assert traces(figure, "scatter") == []
    assert all(box.lowerfence is None and box.upperfence is None for box in traces(figure, "box"))
    assert all(box.x is None for box in traces(figure, "box"))


def test_hidden_groups_are_not_drawn_and_the_others_keep_their_colour() -> None:
    result = result_of({"a": HIGH, "b": MIDDLE[:4], "c": LOW, "d": MIDDLE[1:4]})
    figure = box_and_points(disclosed(result), points=None)
    assert [box.name for box in traces(figure, "box")] == ["a", "c"]
    assert [box.line.color for box in traces(figure, "box")] == [PALETTE[0][0], PALETTE[2][0]]


def test_the_figure_is_the_same_every_time() -> None:
    first, second = (box_and_points(result_of(TWO), points=points(TWO)).to_json() for _ in range(2))
    assert first == second
    assert jitter(50) == jitter(50)
    assert len(set(jitter(50))) == 50


def test_the_figure_is_json_without_nan() -> None:
    figure = json.loads(box_and_points(result_of(THREE), points=points(THREE), reference="Breast").to_json())
    assert set(figure) == {"data", "layout"}
    assert "NaN" not in json.dumps(figure)


def test_reference_is_grey_and_its_median_is_a_named_line() -> None:
    figure = box_and_points(result_of(THREE, reference="Breast"), points=None, reference="Breast")
    assert traces(figure, "box")[-1].line.color == REFERENCE
    assert figure.layout.annotations[0].text == "reference: Breast"
    assert figure.layout.shapes[0].line.dash == "dot"


def test_colours_and_shapes_stand_in_the_order_of_the_palette() -> None:
    styles = looks([str(n) for n in range(9)], reference="1")
    assert [styles[code].colour for code in ("0", "1", "2")] == [PALETTE[0][0], REFERENCE, PALETTE[1][0]]
    assert styles["7"].number is None
    assert len({style.symbol for style in styles.values() if style.number}) == 6


def test_several_samples_are_said_when_pointing_at_a_patient() -> None:
    one, two = Point("P1", 1.25, 1), Point("P2", 2.5, 2)
    figure = box_and_points(result_of(TWO), points={"SSX1": [one, two]})
    assert list(traces(figure, "scatter")[0].hovertext) == ["P1: 1.25", "P2: 2.50 (from 2 samples)"]


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("on_log_axis", [False, True])
def test_plain_parts_are_what_plotly_knows(shape: Shape, on_log_axis: bool) -> None:
    drawn = distributions(
        result_of(THREE),
        points=points(THREE),
        reference="Breast",
        shape=shape,
        on_log_axis=on_log_axis,
        span=(0.0, 5.0),
        every_group=True,
    )
    assert len(go.Figure(drawn.to_dict()).data) == (6 if shape is Shape.POINTS else 3)


def test_of_ten_thousand_patients_evenly_many_ranks_are_drawn() -> None:
    many = {"a": [Point(f"P{n}", float(n), 1) for n in range(9990)], "b": [Point(f"Q{n}", n, 1) for n in range(10)]}
    few = thinned(many)
    assert len(few["a"]) == MOST_POINTS * 9990 // 10_000
    assert (few["a"][0].value, few["a"][-1].value) == (0.0, 9989.0)
    values = [point.value for point in few["a"]]
    assert {later - earlier for earlier, later in pairwise(values)} == {5.0, 6.0}
    assert few["b"] == many["b"]


def test_shifts_are_drawn_with_their_intervals() -> None:
    result = result_of(THREE)
    drawn = traces(shifts(result), "scatter")[0]
    effects = [pair["effects"][0] for pair in result["pairs"]["comparisons"]]
    assert list(drawn.x) == [effect["estimate"] for effect in effects]
    highs = [x + up for x, up in zip(drawn.x, drawn.error_x.array, strict=True)]
    assert highs == pytest.approx([effect["interval"]["high"] for effect in effects])
    assert list(shifts(result).layout.yaxis.ticktext) == ["GCTB − ABC", "GCTB − Breast", "ABC − Breast"]


def test_no_shifts_without_variation_or_with_too_many_pairs() -> None:
    assert shifts(result_of({"a": [1.0, 1.0], "b": [1.0, 1.0]})) is None
    assert shifts(result_of({str(n): [float(n), n + 0.5] for n in range(9)})) is None


def test_two_groups_that_differ() -> None:
    assert said(result_of(TWO)) == (
        "RANKL is higher in SSX1 than in SSX2. SSX1 minus SSX2: +2.59 log2(TPM+1) "
        "(95% interval +1.69 to +3.62), exact p = 0.002."
    )
    assert "<b>SSX1</b>" in answer_sentence(result_of(TWO))


def test_the_higher_group_comes_first_whatever_the_order() -> None:
    swapped = said(result_of({"SSX2": LOW, "SSX1": HIGH}))
    assert swapped.startswith("RANKL is higher in SSX1 than in SSX2. SSX2 minus SSX1: −2.59")


def test_two_groups_without_a_clear_difference() -> None:
    sentence = said(result_of({"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [1.5, 2.5, 3.5, 4.5, 5.5]}))
    assert sentence.startswith(
        "RANKL does not clearly differ between a and b. a minus b: −0.50 log2(TPM+1) (95% interval"
    )
    assert "exact p =" in sentence


def test_three_groups() -> None:
    sentence = said(result_of(THREE))
    assert sentence.startswith("RANKL differs between the 3 groups: highest in GCTB (median 3.25), lowest in Breast")
    assert sentence.endswith("p < 0.001.")


def test_no_variation() -> None:
    assert said(result_of({"a": [1.0] * 3, "b": [1.0] * 3})) == "RANKL is the same in a and b: all values are equal."


def test_sentence_where_most_values_are_zero() -> None:
    """Most differences are 0, and so is the shift; the test is about the others: p = 2·C(20,6)/C(40,6)."""
    sentence = said(result_of({"a": [0.0] * 20, "b": [0.0] * 14 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}))
    assert sentence == (
        "RANKL is higher in b than in a. A patient of a has the higher value in 35% of the pairs with b "
        "(95% interval 24% to 46%), exact p = 0.020."
    )


def test_sentence_names_no_highest_of_equal_medians() -> None:
    zeros = {"a": [0.0] * 20, "b": [0.0] * 14 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "c": [0.0] * 18 + [1.0, 2.0]}
    assert said(result_of(zeros)).startswith("RANKL differs between the 3 groups. The groups account for 14%")


def test_hidden_groups_make_no_claim_about_the_highest() -> None:
    sentence = said(disclosed(result_of({**THREE, "x": (9.0, 9.5), "y": (8.0,)})))
    assert sentence.startswith("RANKL differs between the 5 groups, p")


def test_nothing_to_show() -> None:
    assert said(disclosed(result_of({"a": HIGH, "b": (1.0, 2.0)}))).startswith("The groups are too small to be shown")


def test_names_are_escaped() -> None:
    sentence = answer_sentence(result_of({"<script>": HIGH, "b": LOW}))
    assert "<script>" not in sentence
    assert "&lt;script&gt;" in sentence


def test_notes_speak_of_names_not_codes() -> None:
    result = result_of({"male": [1.0], "female": [2.0, 3.0], "x": [4.0]})
    note = {"text": "Groups {groups} differ.", "values": {"groups": "female, male, x"}}
    with translation.override("ja"):
        assert "female群, male群, x群" in note_text(note, result)
