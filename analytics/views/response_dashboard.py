"""The dashboard of the response to denosumab: a page whose address says what is chosen, its figures and its files."""

import csv
import logging
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django_htmx.http import replace_url

from analytics.dashboards.response.data import responded
from analytics.dashboards.response.form import ResponseDashboardForm
from analytics.dashboards.response.panel import Panel
from analytics.dashboards.response.panels import panels
from analytics.dashboards.response.shown_patients import pages_of
from analytics.dashboards.response.shown_shares import lead
from analytics.kinds.response_proportions.spec import ResponseProportions
from cases.list_files import harmless
from cases.views.base import StudyPage

logger = logging.getLogger(__name__)


class OfResponse(StudyPage):
    """What the query string chooses, and its numbers; ``?page=2`` shows further treated patients."""

    @cached_property
    def form(self) -> ResponseDashboardForm:
        return ResponseDashboardForm(self.request.GET, study=self.study, by=self.user)

    @cached_property
    def found(self) -> dict[str, Any]:
        return responded(question=self.form.question, by=self.user, rights=self.rights)

    @property
    def page(self) -> int:
        """The asked page of treated patients, or the nearest there is."""
        asked = self.request.GET.get("page", "")
        return min(max(int(asked) if asked.isdecimal() else 1, 1), pages_of(self.found))

    @cached_property
    def panels(self) -> dict[str, Panel]:
        return panels(self.found, question=self.form.question, page=self.page)

    @property
    def panel(self) -> Panel:
        """The part that the address names."""
        if self.kwargs["panel"] not in self.panels:
            raise Http404(_("There is no such figure."))
        return self.panels[self.kwargs["panel"]]

    def address(self, page: int) -> str:
        """The shortest address that shows the same with this page of treated patients."""
        query = "&".join(filter(None, [self.form.as_query(), urlencode({"page": page}) if page > 1 else ""]))
        return f"?{query}" if query else ""


class ResponseDashboard(OfResponse, TemplateView):
    """The response by group, by criterion, over time, and patient by patient."""

    template_name = "analytics/dashboards/response.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = request.path + self.address(self.page)
        if "show" in request.GET:
            # Without JavaScript: the button's own name does not belong into an address to share.
            return redirect(here)
        answer = super().get(request, *args, **kwargs)
        # A full page restored by the browser's history keeps the address it has.
        return replace_url(answer, here) if request.htmx else answer  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, last = self.page, pages_of(self.found)
        return super().get_context_data(
            form=self.form,
            found=self.found,
            lead=lead(self.found),
            panels=[self._shown(panel) for panel in self.panels.values()],
            earlier_url=self.address(page - 1) or self.request.path if page > 1 else "",
            later_url=self.address(page + 1) if page < last else "",
            **kwargs,
        )

    def _shown(self, panel: Panel) -> dict[str, Any]:
        """The part with the addresses of its figure, its file and its test."""
        place, query = [self.study.code, panel.name], self.address(self.page)
        ask_url = reverse("analytics:analysis-ask", args=[self.study.code, ResponseProportions.kind])
        return {
            "panel": panel,
            "figure_url": reverse("analytics:explore-response-figure", args=place) + query if panel.figure else "",
            "csv_url": reverse("analytics:explore-response-csv", args=place) + query if self.rights.exports else "",
            "test_url": f"{ask_url}?{panel.question}" if panel.question else "",
        }


class ResponseFigure(OfResponse, View):
    """A figure for Plotly: ``{"data": …, "layout": …}``."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.panel.figure is None:
            raise Http404(_("There is no such figure."))
        return HttpResponse(self.panel.figure.to_json(), content_type="application/json")


class ResponseCsv(OfResponse, View):
    """The table behind a figure, for those who may export."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        panel = self.panel
        table = panel.file or panel.table
        rows = table.rows if table else []
        logger.info(
            "response of study %s, %s: %s rows exported by user %s", self.study.pk, panel.name, len(rows), self.user.pk
        )
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="response-{panel.name}.csv"'
        writer = csv.writer(answer)
        writer.writerow(table.header if table else [])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
        return answer
