"""The question: what is read, what is refused in words, and that it comes back from JSON and from an address."""

from typing import Any

import pytest
from django.http import QueryDict

from analytics.kinds import parse
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.spec import SpecError
from tests.analytics.kinds.time_to_event.rows import question


@pytest.mark.parametrize(
    "spec",
    [question(naive=True), question("groups", groups=["A", "B"]), question("marker"), question("nothing")],
    ids=lambda spec: str(spec.compared),
)
def test_comes_back_from_json(spec: TimeToEvent) -> None:
    assert parse(spec.as_json()) == spec


def test_landmarks_are_sorted_once_each_and_the_middle_one_is_drawn() -> None:
    spec = question(landmarks=[365, 90, "180", 90])
    assert (spec.landmarks, spec.landmark, spec.landmark_days) == ("90, 180, 365", "180", [90, 180, 365])
    assert question(landmarks="90,180,  365") == spec
    assert QueryDict(question(landmarks="30, 60").as_query())["landmarks"] == "30, 60"


def test_what_cannot_matter_does_not_change_the_question() -> None:
    assert question("nothing", criterion="recist", landmarks="30", naive=True) == question("nothing")
    assert question(
        "nothing", end_point="death", event_types=["pathological_fracture"], keeps_earlier=True
    ) == question("nothing", end_point="death")
    assert question("nothing", entry="first_dose") == question("nothing")


@pytest.mark.parametrize(
    ("compared", "changes", "field", "words"),
    [
        ("response", {"zero": "diagnosis"}, "zero", "Nobody responds before the first dose"),
        ("response", {"criterion": ""}, "criterion", "Choose one."),
        ("response", {"landmarks": "soon"}, "landmarks", "Write up to 8 whole numbers from 1 to 3650"),
        ("response", {"landmarks": "90.5"}, "landmarks", "Write up to 8 whole numbers"),
        ("response", {"landmarks": "-1"}, "landmarks", "Write up to 8 whole numbers"),
        ("response", {"landmarks": "nan"}, "landmarks", "Write up to 8 whole numbers"),
        ("response", {"landmark": "77"}, "landmark", "Draw one of the landmarks: 90, 180, 365."),
        ("nothing", {"years": "1, 2, 3, 4, 5, 6, 7, 8, 9"}, "years", "Write up to 8 numbers"),
        ("nothing", {"years": {"a": 1}}, "years", "Write up to 8 numbers"),
        ("nothing", {"end_point": "progression"}, "progression", "Choose one."),
        ("nothing", {"covariates": ["shoe_size"]}, "covariates", "There is no “shoe_size” here."),
        ("nothing", {"entry": "lunch"}, "entry", "There is no “lunch” here."),
        ("groups", {"grouping": "response"}, "grouping", "These groups are known only after time zero."),
        ("groups", {"grouping": "timing"}, "grouping", "These groups are known only after time zero."),
        ("groups", {"groups": ["A"]}, "groups", "A comparison needs at least two groups."),
        ("groups", {"groups": ["A", "B"], "reference": "C"}, "reference", "The reference is one of the compared"),
        ("marker", {"marker": ""}, "marker", "Choose one."),
    ],
)
def test_refusals_are_sentences(compared: str, changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        question(compared, **changes)
    assert caught.value.errors[field].startswith(words)
