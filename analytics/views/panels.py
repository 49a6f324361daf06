"""Dashboards made of parts: a page whose address says what is chosen, and the figure and the file of each part."""

import csv
import logging
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django_htmx.http import replace_url

from analytics.dashboards.panel import Panel
from cases.list_files import harmless
from cases.views.base import StudyPage

logger = logging.getLogger(__name__)


class OfPanels(StudyPage):
    """What the query string chooses, part by part.

    A dashboard sets ``name``, which its addresses and files have, and ``kind``, the code of the questions that test
    what it describes.
    """

    name: ClassVar[str]
    kind: ClassVar[str]

    @cached_property
    def panels(self) -> dict[str, Panel]:
        """Each part by its name."""
        raise NotImplementedError

    @property
    def query(self) -> str:
        """The shortest query string that shows the same."""
        raise NotImplementedError

    @property
    def panel(self) -> Panel:
        """The part that the address names."""
        if self.kwargs["panel"] not in self.panels:
            raise Http404(_("There is no such figure."))
        return self.panels[self.kwargs["panel"]]


class PanelsPage(OfPanels, TemplateView):
    """The whole dashboard."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = with_query(request.path, self.query)
        if "show" in request.GET:
            # Without JavaScript: the button's own name does not belong into an address to share.
            return redirect(here)
        answer = super().get(request, *args, **kwargs)
        # A full page restored by the browser's history keeps the address it has.
        return replace_url(answer, here) if request.htmx else answer  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(panels=[self.shown(panel) for panel in self.panels.values()], **kwargs)

    def shown(self, panel: Panel) -> dict[str, Any]:
        """The part with the addresses of its figure, its file and its test."""
        place = [self.study.code, panel.name]
        figure = reverse(f"analytics:explore-{self.name}-figure", args=place)
        rows = reverse(f"analytics:explore-{self.name}-csv", args=place)
        ask = reverse("analytics:analysis-ask", args=[self.study.code, self.kind])
        return {
            "panel": panel,
            "figure_url": with_query(figure, self.query) if panel.draw else "",
            "csv_url": with_query(rows, self.query) if self.rights.exports and (panel.file or panel.table) else "",
            "test_url": with_query(ask, panel.question) if panel.question else "",
        }


class PanelFigure(OfPanels, View):
    """A figure for Plotly: ``{"data": …, "layout": …}``."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.panel.draw is None:
            raise Http404(_("There is no such figure."))
        return HttpResponse(self.panel.draw().to_json(), content_type="application/json")


class PanelCsv(OfPanels, View):
    """The table of a part, for those who may export."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        panel = self.panel
        table = panel.file or panel.table
        rows = table.rows if table else []
        logger.info(
            "%s of study %s, %s: %s rows exported by user %s",
            self.name,
            self.study.pk,
            panel.name,
            len(rows),
            self.user.pk,
        )
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.name}-{panel.name}.csv"'
        writer = csv.writer(answer)
        writer.writerow(table.header if table else [])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
        return answer


def with_query(path: str, query: str) -> str:
    """The address of the path with a query string, if any."""
    return f"{path}?{query}" if query else path
