"""What somebody reads who may not see single patients: no step of a curve, no small group, no rare event."""

import json
from typing import Any

import pytest

from analytics.kinds.time_to_event.disclosure import disclosed
from analytics.kinds.time_to_event.spec import TimeToEvent
from tests.analytics.kinds.time_to_event.rows import question, simulated, stored

QUESTIONS = [
    question(naive=True),
    question("groups", covariates=["sex"]),
    question("marker"),
    question("nothing", end_point="death"),
]


def released(spec: TimeToEvent, *, patients: int = 150) -> tuple[dict[str, Any], dict[str, Any]]:
    result = stored(simulated(spec, patients=patients), spec)
    return result, disclosed(result)


@pytest.mark.parametrize("spec", QUESTIONS, ids=lambda spec: str(spec.compared))
def test_no_curve_and_no_count_below_five(spec: TimeToEvent) -> None:
    _result, shown = released(spec)
    json.dumps(shown, allow_nan=False)
    assert shown["curves"] == []
    assert shown["naive"] is None
    for group in shown["groups"]:
        counts = [group[name] for name in ("patients", "events", "deaths_before", "censored")]
        counts += [*group["at_risk"], *(one["at_risk"] for one in group["estimates"])]
        assert all(count is None or count == 0 or count >= 5 for count in counts)
        assert all(one["value"] is None for one in group["estimates"] if one["at_risk"] is None)
    for curve in (shown["recurrence"] or {"means": []})["means"]:
        assert (curve["day"], curve["mean"]) == ([], [])


@pytest.mark.parametrize("spec", QUESTIONS, ids=lambda spec: str(spec.compared))
def test_same_shape_as_the_whole_result(spec: TimeToEvent) -> None:
    result, shown = released(spec)
    assert set(shown) >= set(result) - {"columns"}
    assert [group.keys() for group in shown["groups"]] == [group.keys() for group in result["groups"]]


def test_few_patients_show_nothing_of_the_groups() -> None:
    _result, shown = released(question("groups"), patients=12)
    assert shown["patients"] is None
    assert shown["test"] is shown["regression"] is shown["recurrence"] is None
    assert {group["patients"] for group in shown["groups"]} == {None}


def test_a_median_is_no_patients_day() -> None:
    result, shown = released(question("nothing", end_point="death"), patients=600)
    for whole, rounded in zip(result["groups"], shown["groups"], strict=True):
        if whole["median"]:
            assert rounded["median"]["day"] / 36.525 == pytest.approx(round(whole["median"]["day"] / 36.525))


def test_a_landmark_of_few_patients_is_withheld() -> None:
    _result, shown = released(question(landmarks="90, 1000", landmark="90"), patients=400)
    first, last = shown["landmarks"]
    assert first["term"] is not None
    assert last["term"] is None
    assert last["patients"] in (None, 0)
