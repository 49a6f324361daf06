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

from analytics import report
from analytics.catalogue import Catalogue, marker_names
from analytics.dashboards.expression import words
from analytics.dashboards.expression.data import explored
from analytics.dashboards.expression.form import ExplorerForm
from analytics.dashboards.keeping import Kept
from analytics.dashboards.published import published_about
from analytics.kinds.base import Figure
from analytics.kinds.expression_by_group import report as comparison_words
from analytics.kinds.expression_by_group.figures import points_of
from analytics.plots.box_and_points import height
from analytics.plots.distributions import Shape, distributions
from analytics.plots.names import note_text
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
        query = spec.as_query()
        ask_url = reverse("analytics:analysis-ask", args=[self.study.code, spec.kind])
        always = {
            "stale": list(dict.fromkeys(form.stale.values())),
            "test_url": f"{ask_url}?{query}",
            "published": published_about(spec.marker),
        }
        try:
            found = explored(spec=spec, kept=self.kept)
        except NotComparable as refusal:
            return always | {"refusal": render({"text": refusal.note.text, "values": refusal.note.values})}
        result = found["result"]
        return always | {
            "sentence": words.sentence(result, reference=spec.reference),
            "lead": report.measure_lead(result),
            "basis": comparison_words.basis(result),
            "doubts": [note_text(note, result) for note in result["warnings"]],
            "table": comparison_words.group_table(result, reference=spec.reference, in_full=True),
            "csv_url": self._csv_url(query),
            **self._figure(found, form),
        }

    def _figure(self, found: dict[str, Any], form: ExplorerForm) -> dict[str, Any]:
        """Nothing where no group has a value."""
        result, spec = found["result"], form.spec()
        if not any(group["patients"] for group in result["groups"]):
            return {}
        records = [dict(zip(found["rows"]["columns"], row, strict=True)) for row in found["rows"]["rows"]]
        shape = Shape(form.chosen["shape"])
        drawn = distributions(
            result,
            points=points_of(records),
            reference=spec.reference,
            shape=shape,
            on_log_axis=form.on_log_axis,
        )
        figure = Figure(
            name=f"{spec.marker}-{spec.grouping}",
            title=comparison_words.title(spec, marker_names()),
            caption=words.caption(shape, on_log_axis=form.on_log_axis),
            n=report.patients_at(result, "compared"),
            height=height(result, reference=spec.reference),
        )
        return {"figure": figure, "figure_json": drawn.to_json()}

    def _csv_url(self, query: str) -> str:
        """For those who may export."""
        if not self.rights.exports:
            return ""
        return f"{reverse('analytics:explore-expression-csv', args=[self.study.code])}?{query}"


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
