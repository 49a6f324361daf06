"""The truth of the demonstration study: 0.6 after sclerosis, and 1.0 in its null twin, where only bias shows more."""

from pathlib import Path
from typing import Any

import pytest

from analytics.demonstration.study import seed_demonstration
from analytics.kinds.time_to_event.answering import answered
from analytics.kinds.time_to_event.dataset import load
from analytics.kinds.time_to_event.spec import TimeToEvent
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

PATIENTS = 400
PAGE = Path(__file__).resolve().parents[4] / "docs" / "time-to-event.md"


def answer_of(*, hazard_ratio: float) -> dict[str, Any]:
    study = seed_demonstration(patients=PATIENTS, password="a password", hazard_ratio=hazard_ratio)
    assert study is not None
    spec = TimeToEvent.from_mapping({"study": study.code, "criterion": "sclerosis", "naive": True})
    times = load(spec=spec, by=MembershipFactory(study=study).user)
    return answered(rows=times.patients, spec=spec, names={"groups": times.groups, "covariates": {}})


def intervals(found: dict[str, Any]) -> list[tuple[float, float]]:
    terms = [*(one["term"] for one in found["landmarks"]), found["regression"]["terms"][0]]
    return [(term["interval"]["low"], term["interval"]["high"]) for term in terms]


def assert_written_down(found: dict[str, Any]) -> None:
    """The page has the naive comparison, every landmark and the time-dependent response, as they come out today."""
    page = PAGE.read_text(encoding="utf-8")
    for term in (found["naive"]["term"], *(one["term"] for one in found["landmarks"]), found["regression"]["terms"][0]):
        bounds = term["interval"]
        assert f"{term['hazard_ratio']:.2f} [{bounds['low']:.2f}, {bounds['high']:.2f}]" in page


def test_of_the_null_twin_only_the_naive_comparison_finds_a_benefit() -> None:
    found = answer_of(hazard_ratio=1.0)
    assert found["naive"]["term"]["interval"]["high"] < 1
    assert all(low < 1 < high for low, high in intervals(found))
    assert_written_down(found)


def test_of_the_demonstration_every_interval_holds_the_truth() -> None:
    found = answer_of(hazard_ratio=0.6)
    assert all(low < 0.6 < high for low, high in intervals(found))
    assert_written_down(found)
