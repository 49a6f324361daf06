"""Pages of released dashboards: the list, what was released, and the step before it."""

import csv
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from django_tables2 import SingleTableView

from analytics.dashboards.panel import Panel
from analytics.models import DashboardRelease
from analytics.population import population_in_words
from analytics.releases import services
from analytics.releases.access import of_study
from analytics.releases.base import ReleasableDashboard, Shown
from analytics.releases.dashboards import DASHBOARDS
from analytics.releases.forms import ReleaseForm
from analytics.spec import Population
from analytics.tables import ReleaseTable
from cases.list_files import harmless
from cases.tables import ROWS_PER_PAGE, TablePaginator
from cases.views.base import StudyPage


class ReleaseList(StudyPage, SingleTableView):
    """What was released; a manager finds what was withdrawn, too."""

    required_right: ClassVar[str] = "sees_aggregates"
    template_name = "analytics/release_list.html"
    extra_context = {"heading": gettext_lazy("Released dashboards")}
    table_class = ReleaseTable
    table_pagination: ClassVar[dict[str, Any]] = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_queryset(self) -> QuerySet[DashboardRelease]:
        return of_study(rights=self.rights).defer("patients", "numbers")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages = [(one.name, reverse(one.url_name, args=[self.study.code])) for one in DASHBOARDS.values()]
        return super().get_context_data(dashboards=pages, **kwargs)


class OfRelease(StudyPage):
    """A release that exists for this person."""

    required_right: ClassVar[str] = "sees_aggregates"

    @cached_property
    def release(self) -> DashboardRelease:
        return get_object_or_404(of_study(rights=self.rights), pk=self.kwargs["pk"])

    @cached_property
    def shown(self) -> Shown:
        return DASHBOARDS[self.release.dashboard].shown(self.release.numbers)

    @property
    def part(self) -> Panel:
        """The part that the address names."""
        for part in self.shown.parts:
            if part.name == self.kwargs["part"]:
                return part
        raise Http404(_("This release has no such part."))


class ReleaseDetail(OfRelease, TemplateView):
    template_name = "analytics/release.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        release, dashboard = self.release, DASHBOARDS[self.release.dashboard]
        chosen = Population.of(release.population)
        page = reverse(dashboard.url_name, args=[self.study.code])
        return super().get_context_data(
            release=release,
            dashboard=dashboard,
            shown=self.shown,
            parts=[self._addressed(part) for part in self.shown.parts],
            population=population_in_words(chosen, study=self.study.code, by=self.user),
            live_url=f"{page}?{release.query}" if self.rights.sees_rows else "",
            **kwargs,
        )

    def _addressed(self, part: Panel) -> dict[str, Any]:
        place = [self.study.code, self.release.pk, part.name]
        return {
            "part": part,
            "figure_url": reverse("analytics:release-figure", args=place) if part.draw else "",
            "csv_url": reverse("analytics:release-csv", args=place) if part.table else "",
        }


class ReleaseFigure(OfRelease, View):
    """A figure for Plotly: ``{"data": …, "layout": …}``."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.part.draw is None:
            raise Http404(_("This release has no such part."))
        return HttpResponse(self.part.draw().to_json(), content_type="application/json")


class ReleaseCsv(OfRelease, View):
    """The table of a part."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        table = self.part.table
        if table is None:
            raise Http404(_("This release has no such part."))
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="release-{self.release.pk}-{self.part.name}.csv"'
        writer = csv.writer(answer)
        writer.writerow(table.header)
        writer.writerows([harmless(cell) for cell in row] for row in table.rows)
        return answer


class ReleaseNew(StudyPage, FormView):
    """What viewers would read of the dashboard whose choices the address has, and whether it can be released."""

    required_right = "manages"
    template_name = "analytics/release_new.html"
    form_class = ReleaseForm

    @cached_property
    def dashboard(self) -> ReleasableDashboard:
        if self.kwargs["dashboard"] not in DASHBOARDS:
            raise Http404(_("There is no such dashboard."))
        return DASHBOARDS[self.kwargs["dashboard"]]

    @cached_property
    def drafted(self) -> services.Draft:
        return services.draft(dashboard=self.dashboard, asked=self.request.GET, by=self.user, rights=self.rights)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "study": self.study}

    def get_form(self, form_class: Any = None) -> ReleaseForm:
        form: ReleaseForm = super().get_form(form_class)
        if not self.drafted.doubts:
            del form.fields["doubts_read"]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drafted = self.drafted
        page = reverse(self.dashboard.url_name, args=[self.study.code])
        shown = self.dashboard.shown(drafted.state.numbers) if not drafted.state.nothing else None
        return super().get_context_data(
            dashboard=self.dashboard,
            drafted=drafted,
            shown=shown,
            parts=[{"part": part} for part in shown.parts] if shown else [],
            back_url=f"{page}?{drafted.state.query}",
            **kwargs,
        )

    def form_valid(self, form: ReleaseForm) -> HttpResponse:
        said = form.cleaned_data
        try:
            release = services.release(
                drafted=self.drafted,
                title=said["title"],
                doubts_read=said.get("doubts_read", False),
                by=self.user,
                rights=self.rights,
            )
        except services.CannotRelease as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Released. Every member of the study can read it."))
        return redirect(release)


class ReleaseWithdraw(OfRelease, View):
    required_right = "manages"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if services.withdraw(release=self.release, by=self.user, rights=self.rights):
            messages.success(request, _("Withdrawn. No viewer can read it any more."))
        else:
            messages.info(request, _("This was withdrawn already."))
        return redirect("analytics:release-list", self.study.code)
