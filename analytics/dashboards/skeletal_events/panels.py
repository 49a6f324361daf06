"""The parts of the dashboard of skeletal events in their order."""

from typing import Any

from analytics.dashboards.panel import Panel
from analytics.dashboards.skeletal_events.shown_curves import curves_panel, landmarks_panel
from analytics.dashboards.skeletal_events.shown_events import kinds_panel, recurrence_panel
from analytics.dashboards.skeletal_events.shown_ratios import group_ratios_panel, response_ratios_panel
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent


def panels(found: dict[str, Any], spec: TimeToEvent) -> dict[str, Panel]:
    """Each part by its name; where the question has no answer, the kinds of events alone."""
    answered = [] if found["refusal"] else _answered(found, spec)
    shown = [*answered, kinds_panel(found["kinds"], patients=found["analysed"])]
    return {panel.name: panel for panel in shown}


def _answered(found: dict[str, Any], spec: TimeToEvent) -> list[Panel]:
    result = found["result"]
    by_response = spec.compared == Compared.RESPONSE
    return [
        curves_panel(result, spec),
        *([landmarks_panel(result)] if by_response else []),
        response_ratios_panel(found) if by_response else group_ratios_panel(result),
        recurrence_panel(result, spec),
    ]
