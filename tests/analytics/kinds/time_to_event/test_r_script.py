"""The R script of every sort of question computes the numbers of the answer anew, with real R."""

import pytest

from analytics.dataset import frozen_frame
from analytics.kinds import KINDS
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.scripts import script
from tests.analytics.kinds.time_to_event.rows import question, simulated, stored
from tests.r_scripts import needs_r, reported

ADJUSTED = ["age", "sex"]


@needs_r
@pytest.mark.parametrize(
    ("spec", "late"),
    [
        (question(naive=True, covariates=ADJUSTED), False),
        (question(end_point="death", naive=True), True),
        (question("groups", covariates=ADJUSTED), False),
        (question("groups", zero="diagnosis", entry="first_dose"), True),
        (question("groups", end_point="death", covariates=ADJUSTED), False),
        (question("marker", marker_as="deviation", covariates=["age"]), False),
        (question("marker", marker_as="quartiles", end_point="death"), True),
        (question("marker"), False),
        (question("nothing"), True),
        (question("nothing", end_point="death"), False),
    ],
    ids=lambda value: f"{value.compared}-{value.end_point}" if isinstance(value, TimeToEvent) else str(value),
)
def test_r_agrees(spec: TimeToEvent, late: bool) -> None:
    rows = simulated(spec, late=late)
    result, kind = stored(rows, spec), KINDS["time_to_event"]
    text = script(
        pk=1,
        title="time to event",
        sha256="",
        packages=kind.r_packages(spec=spec, result=result),
        body=kind.r_script(spec=spec, result=result),
    )
    found = reported(text, frozen_frame(rows, list(rows.columns)))
    expected = kind.numbers(spec=spec, result=result)
    assert len(expected) > 5
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)
