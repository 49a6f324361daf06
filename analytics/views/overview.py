"""The overview of a study, narrowed by an address; unnarrowed it leads the page of the study."""

from functools import cached_property
from typing import Any

from analytics.dashboards.keeping import Kept
from analytics.dashboards.overview.form import OverviewForm
from analytics.dashboards.overview.panels import panels
from analytics.dashboards.panel import Panel
from analytics.sections import OVERVIEW, overview_section
from analytics.views.panels import OfPanels, PanelCsv, PanelFigure, PanelsPage


class OfOverview(OfPanels):
    """The patients that the query string chooses, everybody without."""

    page = OVERVIEW

    @cached_property
    def form(self) -> OverviewForm:
        return OverviewForm(self.request.GET, kept=Kept(by=self.user, rights=self.rights))

    @cached_property
    def panels(self) -> dict[str, Panel]:
        return panels(self.form, rights=self.rights)


class OverviewPage(OfOverview, PanelsPage):
    template_name = "analytics/dashboards/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        section = overview_section(self.form, self.panels, rights=self.rights)
        return super().get_context_data(section=section, **kwargs)


class OverviewFigure(OfOverview, PanelFigure):
    pass


class OverviewCsv(OfOverview, PanelCsv):
    required_right = "exports"
