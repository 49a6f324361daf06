"""Where the figures and files of a dashboard are found, and what tests them."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from analytics.dashboards.panel import Panel
from cases.access import StudyRights


def with_addresses(panels: Mapping[str, Panel], *, page: str, query: str, rights: StudyRights) -> list[dict[str, Any]]:
    """The panels with the addresses of their figures, files and tests; ``page`` begins the URL names."""

    def address(panel: Panel, what: str) -> str:
        url = reverse(f"{page}-{what}", args=[rights.study.code, panel.name])
        return f"{url}?{query}" if query else url

    def test(panel: Panel) -> str:
        ask_url = reverse("analytics:analysis-ask", args=[rights.study.code, panel.kind])
        return f"{ask_url}?{panel.question}"

    return [
        {
            "panel": panel,
            "figure_url": address(panel, "figure") if panel.draw else "",
            "csv_url": address(panel, "csv") if panel.table and rights.exports else "",
            "test_url": test(panel) if panel.kind else "",
        }
        for panel in panels.values()
    ]
