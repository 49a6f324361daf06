"""The dashboard of the response to denosumab."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.dashboards.addresses import with_addresses
from analytics.dashboards.panel import Panel
from analytics.dashboards.response.data import responded
from analytics.dashboards.response.form import ResponseDashboardForm
from analytics.dashboards.response.panels import panels
from analytics.dashboards.response.shown_patients import pages_of
from analytics.dashboards.response.shown_shares import lead
from analytics.views.panels import OfPanels, PanelCsv, PanelFigure, PanelsPage


class OfResponse(OfPanels):
    """What the query string chooses, and its numbers; ``?page=2`` shows further treated patients."""

    page = "analytics:explore-response"

    @cached_property
    def form(self) -> ResponseDashboardForm:
        return ResponseDashboardForm(self.request.GET, study=self.study, by=self.user)

    @cached_property
    def found(self) -> dict[str, Any]:
        return responded(question=self.form.question, by=self.user, rights=self.rights)

    @cached_property
    def panels(self) -> dict[str, Panel]:
        return panels(self.found, question=self.form.question, page=self.shown_page)

    @property
    def query(self) -> str:
        return self.query_of(self.shown_page)

    @property
    def shown_page(self) -> int:
        """The asked page of treated patients, or the nearest there is."""
        asked = self.request.GET.get("page", "")
        return min(max(int(asked) if asked.isdecimal() else 1, 1), pages_of(self.found))

    def query_of(self, page: int) -> str:
        """The shortest query string that shows the same with this page of treated patients."""
        return "&".join(filter(None, [self.form.as_query(), urlencode({"page": page}) if page > 1 else ""]))


class ResponseDashboard(OfResponse, PanelsPage):
    """The response by group, by criterion, over time, and patient by patient."""

    template_name = "analytics/dashboards/response.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = with_addresses(self.panels, page=self.page, query=self.query, rights=self.rights)
        return super().get_context_data(
            form=self.form,
            found=self.found,
            lead=lead(self.found),
            panels=[one | {"pages": self._pages} if one["panel"].name == "courses" else one for one in shown],
            **kwargs,
        )

    @property
    def _pages(self) -> list[tuple[str, str]]:
        """The pages beside this one of the treated patients: words and address."""
        page = self.shown_page
        beside = {page - 1: _("Longer followed patients"), page + 1: _("Less long followed patients")}
        here = self.request.path
        return [
            (words, f"{here}?{self.query_of(number)}#courses")
            for number, words in beside.items()
            if 0 < number <= pages_of(self.found)
        ]


class ResponseFigure(OfResponse, PanelFigure):
    """The figure of a part."""


class ResponseCsv(OfResponse, PanelCsv):
    """The table of a part."""
