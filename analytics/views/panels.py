"""Pages of dashboards made of panels: the page, each figure, and each table as a file, by the same address."""

import csv
import logging
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django_htmx.http import replace_url

from analytics.dashboards.panel import Panel
from analytics.dashboards.population_form import PopulationForm
from cases.list_files import harmless
from cases.views.base import StudyPage

logger = logging.getLogger(__name__)


class OfPanels(StudyPage):
    """What the query string chooses, and its panels. ``page`` is the URL name, which those of its files begin with."""

    page: ClassVar[str]

    @cached_property
    def form(self) -> PopulationForm:
        raise NotImplementedError

    @cached_property
    def panels(self) -> dict[str, Panel]:
        raise NotImplementedError

    @property
    def query(self) -> str:
        """The shortest query string that shows the same."""
        return self.form.as_query()

    @property
    def panel(self) -> Panel:
        """The part that the address names."""
        if self.kwargs["panel"] not in self.panels:
            raise Http404(_("There is no such figure."))
        return self.panels[self.kwargs["panel"]]


class PanelsPage(OfPanels, TemplateView):
    """The page itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = f"{request.path}?{self.query}" if self.query else request.path
        if "show" in request.GET:
            # Without JavaScript: the button's own name does not belong into an address to share.
            return redirect(here)
        answer = super().get(request, *args, **kwargs)
        # A full page restored by the browser's history keeps the address it has.
        return replace_url(answer, here) if request.htmx else answer  # type: ignore[attr-defined]


class PanelFigure(OfPanels, View):
    """A figure for Plotly: ``{"data": …, "layout": …}``."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.panel.draw is None:
            raise Http404(_("There is no such figure."))
        return HttpResponse(self.panel.draw().to_json(), content_type="application/json")


class PanelCsv(OfPanels, View):
    """The table behind a figure, for those who may export."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        panel = self.panel
        table = panel.file or panel.table
        rows = table.rows if table else []
        logger.info(
            "%s of study %s, %s: %s rows exported by user %s",
            self.page,
            self.study.pk,
            panel.name,
            len(rows),
            self.user.pk,
        )
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.page.partition(":")[2]}-{panel.name}.csv"'
        writer = csv.writer(answer)
        writer.writerow(table.header if table else [])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
        return answer
