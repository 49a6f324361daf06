"""The parts of the dashboard of the response to denosumab in their order."""

from typing import Any

from analytics.dashboards.panel import Panel
from analytics.dashboards.response.question import COMPARED_BY, ResponseQuestion
from analytics.dashboards.response.shown_patients import attenuation_panel, courses_panel
from analytics.dashboards.response.shown_shares import by_criterion, by_group
from analytics.dashboards.response.shown_time import time_panel


def panels(found: dict[str, Any], *, question: ResponseQuestion, page: int = 1) -> dict[str, Panel]:
    """Each part by its name; ``page`` is that of the treated patients, from 1."""
    shown = [
        *(by_group(grouping, found, question) for grouping in COMPARED_BY),
        by_criterion(found),
        time_panel(found),
        attenuation_panel(found),
        courses_panel(found, page=page),
    ]
    return {panel.name: panel for panel in shown}
