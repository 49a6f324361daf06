"""Pages on which questions are asked: the list of them, and the form."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django_tables2 import SingleTableView

from analytics import access
from analytics.catalogue import Catalogue, marker_names
from analytics.forms import AnalysisForm
from analytics.models import Analysis
from analytics.plots.names import in_a_sentence, in_language
from analytics.services import request_analysis
from analytics.spec import SpecError
from analytics.tables import AnalysisTable
from cases.tables import ROWS_PER_PAGE, TablePaginator
from cases.views.base import StudyPage


class AnalysisList(StudyPage, SingleTableView):
    """What was asked of the study; for viewers, what was released."""

    required_right = "sees_aggregates"
    template_name = "analytics/analysis_list.html"
    table_class = AnalysisTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_queryset(self) -> QuerySet[Analysis]:
        # Results and frozen inputs are long; the list shows neither.
        found = access.analyses(self.request.user).filter(study=self.study)
        return found.defer("result", "frozen_input", "versions")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"markers": marker_names()}


class AnalysisNew(StudyPage, TemplateView):
    """The form. GET shows the question of the query string, with what it would rest on; POST asks it."""

    required_right = "asks"
    template_name = "analytics/analysis_new.html"

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(study=self.study, by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.catalogue and "form" not in kwargs:
            kwargs["form"] = self._form(self.request.GET, bound=False)
        kwargs["lacks_rules"] = self.catalogue.stains.lack_rules
        if "form" in kwargs:
            kwargs["unit"] = self._unit(kwargs["form"])
            kwargs["grouping"] = in_a_sentence(in_language(kwargs["form"].preview.grouping))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.catalogue:
            return redirect(request.path)
        form = self._form(request.POST, bound=True)
        if "show" in request.POST:
            # Without JavaScript: the same form with the choices that belong together.
            return redirect(f"{request.path}?{form.as_query()}")
        if not form.is_valid() or form.stale:
            form.refuse(form.stale)
            return self.render_to_response(self.get_context_data(form=form))
        try:
            analysis, created = request_analysis(spec=form.spec(), by=request.user, rights=self.rights)
        except SpecError as error:
            form.refuse(error.errors)
            return self.render_to_response(self.get_context_data(form=form))
        if not created:
            messages.info(request, _already_asked(analysis))
        return redirect(analysis)

    def _form(self, asked: QueryDict, *, bound: bool) -> AnalysisForm:
        return AnalysisForm(asked, catalogue=self.catalogue, bound=bound)

    def _unit(self, form: AnalysisForm) -> str:
        chosen = form.chosen
        return self.catalogue.unit(chosen["assay"], dataset=chosen["dataset"], scale=chosen["scale"])


def _already_asked(analysis: Analysis) -> str:
    when = date_format(localtime(analysis.requested_at), "SHORT_DATETIME_FORMAT")
    return _("This was asked before, by {person} on {when}, and no data have changed since.").format(
        person=analysis.requested_by, when=when
    )


def ask_again_url(analysis: Analysis, query: str) -> str:
    """The form, refilled with an earlier question."""
    return f"{reverse('analytics:analysis-new', args=[analysis.study.code])}?{query}"
