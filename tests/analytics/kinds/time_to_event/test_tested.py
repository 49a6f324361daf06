"""What a time to an event counts for in a family: a ratio with its own p-value, and a paper's words on all events."""

from typing import Any

from analytics.kinds.time_to_event import report
from analytics.kinds.time_to_event import tested as family
from analytics.kinds.time_to_event.spec import TimeToEvent

SPEC = TimeToEvent.from_mapping({"study": "S", "compared": "groups", "grouping": "histology"})


def result() -> dict[str, Any]:
    interval = {"low": 0.4, "high": 0.9, "level": 0.95}
    term = {"hazard_ratio": 0.6, "interval": interval, "p_value": 0.01, "labels": {"en": "A over B"}}
    return {
        "method": "Aalen–Johansen",
        "landmarks": [],
        "groups": [{"code": "A"}, {"code": "B"}],
        "test": {"p_value": 0.2, "method": "Gray's test"},
        "regression": {"terms": [term], "method": "Cox", "check": None},
        "subdistribution": None,
        "recurrence": {"rates_method": "Rates", "ratios_method": None, "means_method": "Mean number"},
    }


def test_the_hazard_ratio_of_two_groups_has_its_own_p_value() -> None:
    tested = family.tested_hazard(result())
    assert tested is not None
    assert (tested.value, tested.p_value) == (0.6, 0.01)


def test_the_methods_name_those_of_all_events() -> None:
    paragraph = report.methods_paragraph(spec=SPEC, result=result())
    assert "All skeletal-related events, not only the first: Rates; Mean number." in paragraph
