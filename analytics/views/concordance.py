"""The dashboard of concordance: whether stains and RNA of the same patients say the same."""

from functools import cached_property
from typing import Any

from analytics.dashboards.addresses import with_addresses
from analytics.dashboards.concordance.form import ConcordanceForm
from analytics.dashboards.concordance.panels import panels
from analytics.dashboards.keeping import Kept
from analytics.dashboards.panel import Panel
from analytics.views.panels import OfPanels, PanelCsv, PanelFigure, PanelsPage


class OfConcordance(OfPanels):
    """A marker, how it was scored and measured, and patients."""

    page = "analytics:explore-concordance"

    @cached_property
    def kept(self) -> Kept:
        return Kept(by=self.user, rights=self.rights)

    @cached_property
    def form(self) -> ConcordanceForm:
        return ConcordanceForm(self.request.GET, kept=self.kept)

    @cached_property
    def panels(self) -> dict[str, Panel]:
        return panels(self.form, kept=self.kept)


class ConcordancePage(OfConcordance, PanelsPage):
    template_name = "analytics/dashboards/concordance.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = with_addresses(self.panels, page=self.page, query=self.form.as_query(), rights=self.rights)
        return super().get_context_data(form=self.form, panels=shown, **kwargs)


class ConcordanceFigure(OfConcordance, PanelFigure):
    pass


class ConcordanceCsv(OfConcordance, PanelCsv):
    required_right = "exports"
