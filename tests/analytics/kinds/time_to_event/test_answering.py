"""The statistics from frozen rows: the answers of degenerate rows, and that a response gives no immortal time."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.kinds.time_to_event.answering import answered
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.stats import NotComparable, cumulative_incidence, gray_test
from tests.analytics.kinds.time_to_event.rows import answer, question, simulated

KINDS = [
    question(),
    question(end_point="death"),
    question("groups"),
    question("groups", end_point="death"),
    question("marker"),
    question("marker", marker_as="deviation"),
    question("nothing"),
    question("nothing", end_point="death"),
]


def ids(spec: TimeToEvent) -> str:
    return f"{spec.compared}-{spec.end_point}-{spec.marker_as}"


@pytest.mark.parametrize("spec", KINDS, ids=ids)
def test_answers_are_plain_json(spec: TimeToEvent) -> None:
    found = answer(simulated(spec), spec)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert sum(group["patients"] for group in found["groups"]) <= found["patients"]


@pytest.mark.parametrize("spec", KINDS, ids=ids)
def test_nobody_at_all_is_refused_in_words(spec: TimeToEvent) -> None:
    with pytest.raises(NotComparable, match="No patient is left to analyse"):
        answer(simulated(spec).iloc[:0], spec)


def _answer_or_refusal(rows: pd.DataFrame, spec: TimeToEvent) -> str:
    try:
        json.dumps(answer(rows, spec), allow_nan=False)
    except NotComparable as refusal:
        return str(refusal)
    return "answered"


@pytest.mark.parametrize("spec", KINDS, ids=ids)
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.iloc[:1],
        lambda rows: rows.iloc[:2],
        lambda rows: rows.assign(status=0, event_days=""),
        lambda rows: rows.assign(status=1, time=5, end=5, event_days="5"),
        lambda rows: rows.assign(group=rows["group"].iloc[0], value=1.0),
        lambda rows: rows.assign(response_day=None),
        lambda rows: rows.assign(response_day=1),
        lambda rows: rows.assign(status=2, died=1, event_days=""),
    ],
    ids=["one", "two", "all-censored", "all-on-day-5", "one-group", "no-response", "all-respond", "all-died"],
)
def test_degenerate_rows_have_an_answer_or_a_refusal(spec: TimeToEvent, change: Any) -> None:
    rows = change(simulated(spec))
    if not spec.competes:
        rows = rows.assign(status=rows["status"].clip(upper=1))
    assert _answer_or_refusal(rows, spec)


def test_refusals_name_the_reason() -> None:
    groups, response = question("groups"), question()
    rows = simulated(groups)
    assert (
        _answer_or_refusal(rows.assign(status=0), groups) == "Nobody has had the event, so there is nothing to compare."
    )
    assert _answer_or_refusal(rows.assign(group="A"), groups).startswith("A comparison needs at least two groups")
    none = simulated(response).assign(response_day=None)
    assert _answer_or_refusal(none, response).startswith("Nobody changes between no response and response")


def test_everybody_out_before_the_landmark_leaves_the_time_dependent_answer() -> None:
    spec = question(landmarks="3000", landmark="3000")
    found = answer(simulated(spec), spec)
    (at,) = found["landmarks"]
    assert (at["patients"], at["term"], found["groups"]) == (0, None, [])
    assert sum(at["excluded"].values()) == found["patients"]
    assert at["warnings"][0]["text"] == "There are no patients to analyse."
    assert found["regression"]["terms"][0]["hazard_ratio"] > 0


def test_landmarks_count_who_is_left_out_by_reason() -> None:
    spec = question(landmarks="100, 200, 400")
    rows = simulated(spec)
    for one in answer(rows, spec)["landmarks"]:
        before = rows[rows["time"] < one["day"]]
        assert one["patients"] + len(before) == len(rows)
        expected = {
            name: int((before["status"] == code).sum()) for name, code in (("event", 1), ("death", 2), ("ended", 0))
        }
        assert one["excluded"] == {**expected, "late": 0}
        left = rows[rows["time"] >= one["day"]]
        assert one["responders"] == sum(day is not None and day <= one["day"] for day in left["response_day"])


def test_the_naive_comparison_is_there_only_when_asked_for() -> None:
    rows = simulated(question())
    assert answer(rows, question())["naive"] is None
    assert answer(rows, question(naive=True))["naive"]["term"]["hazard_ratio"] > 0


def test_where_a_response_changes_nothing_only_the_naive_comparison_finds_a_benefit() -> None:
    spec = question(naive=True)
    found = answer(simulated(spec, patients=400), spec)
    assert found["naive"]["term"]["interval"]["high"] < 1
    intervals = [one["term"]["interval"] for one in found["landmarks"]] + [found["regression"]["terms"][0]["interval"]]
    assert all(interval["low"] < 1 < interval["high"] for interval in intervals)


def test_a_true_effect_is_found_by_landmark_and_over_time() -> None:
    spec = question()
    found = answer(simulated(spec, patients=600, ratio=0.5), spec)
    for interval in (found["landmarks"][0]["term"]["interval"], found["regression"]["terms"][0]["interval"]):
        assert interval["low"] < 0.5 < interval["high"] < 1


def test_death_competes_by_aalen_johansen_and_gray() -> None:
    spec = question("groups")
    rows = simulated(spec)
    found = answer(rows, spec)
    names = {1: "event", 2: "death"}
    expected = cumulative_incidence(rows["time"], rows["status"], group=rows["group"], cause_names=names)
    for group in found["groups"]:
        for one in group["estimates"]:
            if one["value"] is not None:
                at, _interval = expected.curve(group=group["code"], cause="event").at(round(one["years"] * 365.25))
                assert one["value"] == at
    test = gray_test(rows["time"], rows["status"], rows["group"], cause_names=names).test("event")
    assert test is not None
    assert found["test"]["statistic"] == pytest.approx(test.statistic)
    assert found["subdistribution"]["terms"]


def test_delayed_entry_is_refused_by_gray_and_fine_gray_in_words() -> None:
    spec = question("groups", zero="diagnosis", entry="first_dose")
    found = answer(simulated(spec, late=True), spec)
    assert found["test"]["method"] == "Log-rank test"
    assert found["subdistribution"] is None
    said = [note["text"] for note in found["warnings"] if note["code"] == "delayed-entry"]
    assert [text.split(" ")[0] for text in said] == ["Gray's", "Fine–Gray"]
    assert found["delayed"] > 0


def test_a_hazard_ratio_that_changes_is_doubted() -> None:
    spec = question("groups", end_point="death")
    random = np.random.default_rng(3)
    early, late = random.integers(1, 200, 120), random.integers(150, 230, 120)
    rows = simulated(spec, patients=240)
    size = len(rows)
    time = np.concatenate([early, late])[:size]
    rows = rows.assign(time=time, end=time, status=1, group=["A" if n < 120 else "B" for n in range(size)])
    warnings = [note for note in answer(rows, spec)["warnings"] if note["code"] == "hazards-not-proportional"]
    assert [note["values"]["covariate"] for note in warnings] == ["group=A"]


def test_recurrent_events_split_the_time_at_the_response() -> None:
    spec = question()
    rows = simulated(spec)
    part = answer(rows, spec)["recurrence"]
    assert sum(rate["patient_years"] for rate in part["rates"]) == pytest.approx(rows["end"].sum() / 365.25)
    days = [text.split(";") for text in rows["event_days"]]
    assert sum(rate["event_count"] for rate in part["rates"]) == sum(len(one) for one in days if one != [""])


def test_a_marker_without_spread_is_refused() -> None:
    spec = question("marker", marker_as="deviation")
    rows = simulated(spec).assign(value=1.0)
    with pytest.raises(NotComparable, match="do not vary enough"):
        answered(rows=rows, spec=spec, names={"groups": {"high": {"en": "H"}, "low": {"en": "L"}}, "covariates": {}})
