"""Pages on which questions are asked: the list of them, the kinds there are, and the form of each."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from django_tables2 import SingleTableView

from analytics import access
from analytics.catalogue import Catalogue, marker_names
from analytics.families.forms import FamilyChoice
from analytics.families.services import request_in_family
from analytics.forms import QuestionForm
from analytics.kinds import KINDS, Kind, parse
from analytics.models import Analysis, Family
from analytics.services import request_analysis
from analytics.spec import SpecError
from analytics.tables import AnalysisTable
from cases.tables import ROWS_PER_PAGE, TablePaginator
from cases.views.base import StudyPage


class AnalysisList(StudyPage, SingleTableView):
    """What was asked of the study; for viewers, what was released."""

    required_right = "sees_aggregates"
    template_name = "analytics/analysis_list.html"
    extra_context = {"heading": gettext_lazy("Analyses")}
    table_class = AnalysisTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_queryset(self) -> QuerySet[Analysis]:
        # Results and frozen inputs are long; the list shows neither.
        found = access.analyses(self.request.user).filter(study=self.study)
        return found.defer("result", "frozen_input", "versions")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"markers": marker_names()}


class AnalysisNew(StudyPage, TemplateView):
    """The kinds of questions there are, each with what it is for."""

    required_right = "asks"
    template_name = "analytics/analysis_new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kinds=KINDS.values(), **kwargs)


class AnalysisAsk(StudyPage, TemplateView):
    """The form of one kind. GET shows the question of the query string, with what it would rest on; POST asks it."""

    required_right = "asks"
    template_name = "analytics/analysis_ask.html"

    @cached_property
    def kind(self) -> Kind[Any, Any]:
        if self.kwargs["kind_code"] not in KINDS:
            raise Http404(_("There is no such kind of question."))
        return KINDS[self.kwargs["kind_code"]]

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(study=self.study, by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs and self.kind.form_class.can_ask(self.catalogue):
            kwargs["form"] = self._form(self.request.GET, bound=False)
        kwargs.setdefault("family", FamilyChoice(initial=self.request.GET.dict(), rights=self.rights))
        lacks_rules = self.catalogue.stains.lack_rules
        return super().get_context_data(kind=self.kind, lacks_rules=lacks_rules, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind.form_class.can_ask(self.catalogue):
            return redirect(request.path)
        form = self._form(request.POST, bound=True)
        if "show" in request.POST:
            # Without JavaScript: the same form with the choices that belong together.
            return redirect(f"{request.path}?{form.as_query()}{_family_of(request.POST)}")
        family = FamilyChoice(request.POST, rights=self.rights)
        if not form.is_valid() or form.stale or not family.is_valid():
            form.refuse(form.stale)
            return self.render_to_response(self.get_context_data(form=form, family=family))
        try:
            analysis, created = self._request(form, family.cleaned_data["family"])
        except SpecError as error:
            form.refuse(error.errors)
            return self.render_to_response(self.get_context_data(form=form, family=family))
        if not created:
            messages.info(request, _already_asked(analysis))
        return redirect(analysis)

    def _request(self, form: QuestionForm, family: Family | None) -> tuple[Analysis, bool]:
        if family is None:
            return request_analysis(spec=form.spec(), by=self.user, rights=self.rights)
        return request_in_family(spec=form.spec(), family=family, by=self.user, rights=self.rights)

    def _form(self, asked: QueryDict, *, bound: bool) -> QuestionForm:
        return self.kind.form_class(asked, catalogue=self.catalogue, bound=bound)


def _already_asked(analysis: Analysis) -> str:
    when = date_format(localtime(analysis.requested_at), "SHORT_DATETIME_FORMAT")
    return _("This was asked before, by {person} on {when}, and no data have changed since.").format(
        person=analysis.requested_by, when=when
    )


def _family_of(sent: QueryDict) -> str:
    """The choice of a family as a further part of a query string."""
    return f"&family={sent['family']}" if sent.get("family", "").isdecimal() else ""


def ask_again_url(analysis: Analysis, family: int | None = None) -> str:
    """The form, refilled with an earlier question and its ``family``, by key."""
    address = reverse("analytics:analysis-ask", args=[analysis.study.code, analysis.kind])
    query = parse(analysis.spec).as_query()
    return f"{address}?{query}&family={family}" if family else f"{address}?{query}"
