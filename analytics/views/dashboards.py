"""The expression explorer: a page whose address says everything that is chosen, and its rows as a file."""

import csv
import logging
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView, View
from django_htmx.http import replace_url

from analytics.catalogue import Catalogue
from analytics.dashboards.expression.data import explored
from analytics.dashboards.expression.form import ExplorerForm
from analytics.dashboards.expression.panels import Panel
from analytics.dashboards.expression.shown import drawn_published, shown_panels
from analytics.dashboards.keeping import Kept
from analytics.dashboards.published import published_about
from analytics.stats import NotComparable
from cases.list_files import harmless
from cases.sentences import render
from cases.views.base import StudyPage

logger = logging.getLogger(__name__)


class OfExplorer(StudyPage):
    """What the query string chooses, as a form; ``None`` where nothing was measured."""

    @cached_property
    def form(self) -> ExplorerForm | None:
        catalogue = Catalogue(study=self.study, by=self.user, look_up=self.kept.look_up)
        return ExplorerForm(self.request.GET, catalogue=catalogue, kept=self.kept) if catalogue else None

    @cached_property
    def kept(self) -> Kept:
        return Kept(by=self.user, rights=self.rights)

    @property
    def address(self) -> str:
        """The shortest address that shows the same."""
        query = self.form.as_query() if self.form else ""
        return f"{self.request.path}?{query}" if query else self.request.path


class ExpressionExplorer(OfExplorer, TemplateView):
    """Sentence, figure and table of one marker by one assay, group by group."""

    def get_template_names(self) -> list[str]:
        """What changes with a choice alone, where htmx asks for it."""
        name = "explorer" if self.request.htmx and self.form else "expression"  # type: ignore[attr-defined]
        return [f"analytics/dashboards/{name}.html"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "show" in request.GET:
            # Without JavaScript: the button's own name does not belong into an address to share.
            return redirect(self.address)
        answer = super().get(request, *args, **kwargs)
        # A full page restored by the browser's history keeps the address it has.
        return replace_url(answer, self.address) if request.htmx else answer  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self._shown(self.form) if self.form else {}
        return super().get_context_data(form=self.form, **shown, **kwargs)

    def _shown(self, form: ExplorerForm) -> dict[str, Any]:
        spec = form.spec()
        ask_url = reverse("analytics:analysis-ask", args=[self.study.code, spec.kind])
        shown = shown_panels(form)
        published = [one for marker in (spec.marker, *form.chosen["beside"]) for one in published_about(marker)]
        return {
            "stale": list(dict.fromkeys(form.stale.values())),
            "test_url": f"{ask_url}?{spec.as_query()}",
            "panels": [(one, _csv_url(one.panel)) for one in shown],
            "published": published,
            "published_drawn": drawn_published(published),
        }


def _csv_url(panel: Panel) -> str:
    """For those who may export."""
    if not panel.kept.rights.exports:
        return ""
    return f"{reverse('analytics:explore-expression-csv', args=[panel.spec.study])}?{panel.spec.as_query()}"


class ExpressionCsv(OfExplorer, View):
    """The samples behind the figure, for those who may export."""

    required_right = "exports"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows: dict[str, Any] = {"columns": [], "rows": []}
        name = "expression"
        if self.form:
            spec = self.form.spec()
            name = f"{spec.marker}-{spec.grouping}"
            try:
                rows = explored(spec=spec, kept=self.kept)["rows"]
            except NotComparable as refusal:
                return HttpResponse(
                    render({"text": refusal.note.text, "values": refusal.note.values}),
                    status=409,
                    content_type="text/plain; charset=utf-8",
                )
        logger.info("explorer of study %s: %s rows exported by user %s", self.study.pk, len(rows["rows"]), self.user.pk)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.csv"
        writer = csv.writer(answer)
        writer.writerow(rows["columns"])
        writer.writerows([harmless(cell) for cell in row] for row in rows["rows"])
        return answer
