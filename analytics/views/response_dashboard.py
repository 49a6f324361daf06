"""The dashboard of the response to denosumab."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.dashboards.panel import Panel
from analytics.dashboards.response.data import responded
from analytics.dashboards.response.form import ResponseDashboardForm
from analytics.dashboards.response.panels import panels
from analytics.dashboards.response.shown_patients import pages_of
from analytics.dashboards.response.shown_shares import lead
from analytics.kinds.response_proportions.spec import ResponseProportions
from analytics.views.panels import OfPanels, PanelCsv, PanelFigure, PanelsPage


class OfResponse(OfPanels):
    """What the query string chooses, and its numbers; ``?page=2`` shows further treated patients."""

    name = "response"
    kind = ResponseProportions.kind

    @cached_property
    def form(self) -> ResponseDashboardForm:
        return ResponseDashboardForm(self.request.GET, study=self.study, by=self.user)

    @cached_property
    def found(self) -> dict[str, Any]:
        return responded(question=self.form.question, by=self.user, rights=self.rights)

    @cached_property
    def panels(self) -> dict[str, Panel]:
        return panels(self.found, question=self.form.question, page=self.page)

    @property
    def query(self) -> str:
        return self.query_of(self.page)

    @property
    def page(self) -> int:
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
        return super().get_context_data(form=self.form, found=self.found, lead=lead(self.found), **kwargs)

    def shown(self, panel: Panel) -> dict[str, Any]:
        found = super().shown(panel)
        if panel.name == "courses":
            neighbours = {_("Longer followed patients"): self.page - 1, _("Less long followed patients"): self.page + 1}
            found["pages"] = [
                (words, f"{self.request.path}?{self.query_of(page)}#courses")
                for words, page in neighbours.items()
                if 0 < page <= pages_of(self.found)
            ]
        return found


class ResponseFigure(OfResponse, PanelFigure):
    """The figure of a part."""


class ResponseCsv(OfResponse, PanelCsv):
    """The table of a part."""
