"""What somebody reads who may not see single patients: no step of a curve, no small group, no rare event."""

import json
from typing import Any

import pytest

from analytics.dataset import frozen_frame
from analytics.kinds.time_to_event.disclosure import disclosed
from analytics.kinds.time_to_event.report import withheld
from analytics.kinds.time_to_event.sentence import answer_sentence
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.kinds.time_to_event.tables import estimates_table, tables
from tests.analytics.kinds.time_to_event.rows import question, simulated, stored

QUESTIONS = [
    question(naive=True),
    question("groups", covariates=["sex"]),
    question("marker"),
    question("nothing", end_point="death"),
]


def released(spec: TimeToEvent, *, patients: int = 150) -> tuple[dict[str, Any], dict[str, Any]]:
    rows = simulated(spec, patients=patients)
    result = stored(rows, spec)
    return result, disclosed(result, frozen=frozen_frame(rows, list(rows.columns)), spec=spec)


@pytest.mark.parametrize("spec", QUESTIONS, ids=lambda spec: str(spec.compared))
def test_no_curve_and_no_count_below_five(spec: TimeToEvent) -> None:
    _result, shown = released(spec)
    json.dumps(shown, allow_nan=False)
    assert shown["curves"] == []
    assert shown["naive"] is None
    for group in shown["groups"]:
        counts = [group[name] for name in ("patients", "events", "deaths_before", "censored")]
        assert all(count is None or count == 0 or count >= 5 for count in counts)
        assert [*group["at_risk"], *(one["at_risk"] for one in group["estimates"] if one["at_risk"])] == []
    assert shown["recurrence"] is None


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
    result, shown = released(question("groups"), patients=600)
    pairs = [(whole["median"], told["median"]) for whole, told in zip(result["groups"], shown["groups"], strict=True)]
    told = [(whole["day"] / 36.525, median["day"] / 36.525) for whole, median in pairs if median["day"] is not None]
    assert told
    assert all(tenths == pytest.approx(round(exact)) for exact, tenths in told)


def test_a_median_is_withheld_where_few_are_left_under_observation() -> None:
    spec = question("nothing", end_point="death")
    result, shown = released(spec, patients=600)
    assert result["groups"][0]["median"]["day"] > 900
    assert shown["groups"][0]["median"] == {"day": None, "low": None, "high": None}
    (groups, *_others) = tables(shown, spec)
    assert groups.rows[0][-2:] == ["–", "–"]


def test_of_landmarks_the_chosen_one_is_told_where_it_differs_from_all_by_no_few_patients() -> None:
    spec = question(landmarks="30, 90, 180", landmark="90")
    rows = simulated(spec, patients=400)
    (landmark,) = released(spec, patients=400)[1]["landmarks"]
    assert (landmark["day"], landmark["patients"]) == (90, int((rows["time"] >= 90).sum()))
    assert landmark["term"] is not None
    assert set(landmark["excluded"].values()) == {None}
    # Nearly everybody is left on that day: who is not would be told by the difference.
    day = int(rows["time"].nsmallest(4).max())
    early = question(landmarks=f"{day}, 90", landmark=str(day))
    assert 0 < int((rows["time"] < day).sum()) < 5
    shown = released(early, patients=400)[1]
    assert shown["patients"] == len(rows)
    assert shown["landmarks"][0]["term"] is shown["landmarks"][0]["patients"] is None
    assert {group["patients"] for group in shown["groups"]} == {None}
    # Few are left on the last day.
    late = released(question(landmarks="90, 1000", landmark="1000"), patients=400)[1]
    assert late["landmarks"][0]["patients"] is None


def test_what_is_withheld_is_said_in_words_and_no_table_has_dashes_only() -> None:
    spec = question(landmarks="3, 90", landmark="3")
    result, shown = released(spec, patients=400)
    assert estimates_table(shown, spec) is None
    assert [table.caption for table in tables(shown, spec)] == ["Hazard ratios, other covariates held equal"]
    assert "all landmarks but the one at day 3 are withheld" in withheld(shown, spec)[0]
    assert withheld(shown, spec)[1] == "The groups are withheld: they are too small, or tell of others."
    # Nobody but few is under observation in the third year.
    spec = question(landmarks="90", landmark="90", years="2.9")
    _result, shown = released(spec, patients=400)
    assert shown["groups"][0]["patients"] is not None
    assert estimates_table(shown, spec) is None
    assert withheld(shown, spec)[1].startswith("Shares at the chosen years are withheld")
    assert len(tables(result, spec)) > 4


def test_nothing_is_told_once_patients_were_erased() -> None:
    for spec in QUESTIONS:
        rows = simulated(spec)
        frozen = frozen_frame(rows.iloc[1:], list(rows.columns)) | {"erased": 1}
        shown = disclosed(stored(rows, spec), frozen=frozen, spec=spec)
        assert shown["patients"] is shown["regression"] is shown["test"] is None
        assert "too small to be shown" in answer_sentence(shown, spec)
        assert tables(shown, spec) == []
        assert withheld(shown, spec, erased=1)[0].endswith("Ask the question again.")
