"""Pages of cohorts: found, made, looked at, changed, put away."""

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.db import models
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django_tables2 import SingleTableView

from analytics import access
from analytics.catalogue import marker_names
from analytics.cohorts import services
from analytics.cohorts.access import cohorts, may_change
from analytics.cohorts.counting import counted
from analytics.cohorts.editions import current
from analytics.cohorts.forms import CohortForm
from analytics.cohorts.usage import asked_of, is_used
from analytics.dashboards.offered import PAGES
from analytics.kinds import KINDS
from analytics.models import Cohort, CohortKind, CohortPatient
from analytics.population import COHORT, chosen_in, facets, population_in_words
from analytics.spec import POPULATION_PREFIX, Population
from analytics.tables import AnalysisTable, CohortTable
from cases.chronicle import events_of
from cases.filters import FacetedFilterSet
from cases.tables import ROWS_PER_PAGE, TablePaginator
from cases.views.base import RowFormPage, StudyPage
from cases.views.history import HistoryPage

MOST_ANALYSES = 50


class OfCohorts(StudyPage):
    """Whoever asks questions of the study has cohorts in it."""

    required_right: ClassVar[str] = "asks"

    @property
    def cohorts(self) -> QuerySet[Cohort]:
        return cohorts(self.user).filter(study=self.study)

    @cached_property
    def cohort(self) -> Cohort:
        """The cohort named by the address."""
        return get_object_or_404(self.cohorts, pk=self.kwargs["pk"])

    @property
    def list_url(self) -> str:
        return reverse("analytics:cohort-list", args=[self.study.code])


class CohortList(OfCohorts, SingleTableView):
    template_name = "analytics/cohort_list.html"
    extra_context = {"heading": gettext_lazy("Cohorts")}
    table_class = CohortTable
    table_pagination: ClassVar[dict[str, Any]] = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_queryset(self) -> QuerySet[Cohort]:
        return self.cohorts.order_by(F("archived_at").asc(nulls_first=True), "name", "pk")

    def get_table(self, **kwargs: Any) -> CohortTable:
        table: CohortTable = super().get_table(**kwargs)
        table.counts = counted([row.record for row in table.page or table.rows], by=self.user, rights=self.rights)
        return table


class CohortDetail(OfCohorts, TemplateView):
    """What the cohort is, how many patients it has today, and where to go on with it."""

    template_name = "analytics/cohort.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cohort, key = self.cohort, current(self.cohort).key
        chosen = Population.of(cohort.filters)
        found = access.analyses(self.user).filter(study=self.study, pk__in=asked_of(cohort))
        asked = list(found.defer("result", "frozen_input", "versions")[:MOST_ANALYSES])
        return super().get_context_data(
            cohort=cohort,
            patients=counted([cohort], by=self.user, rights=self.rights)[cohort.pk],
            frozen=self._frozen.count() if cohort.is_frozen else None,
            filters=population_in_words(chosen, study=self.study.code, by=self.user),
            list_url=reverse("cases:patient-list", args=[self.study.code]) + "?" + urlencode({COHORT: key}),
            freeze_url=self._new_url(key),
            questions=[(kind.name, self._address("analytics:analysis-ask", kind.code)) for kind in KINDS.values()],
            dashboards=[(name, self._address(url_name)) for url_name, name in PAGES.items()],
            asked=AnalysisTable(asked, markers=marker_names(), orderable=False) if asked else None,
            may_change=may_change(rights=self.rights, user=self.user, cohort=cohort),
            is_used=is_used(cohort),
            **kwargs,
        )

    @property
    def _frozen(self) -> QuerySet[CohortPatient]:
        """Those who were chosen, those of the person's own site where there is one."""
        members, site = self.cohort.members.all(), self.rights.site_id
        return members if site is None else members.filter(patient__site=site)

    def _address(self, name: str, *args: str) -> str:
        query = urlencode({POPULATION_PREFIX + COHORT: current(self.cohort).key})
        return f"{reverse(name, args=[self.study.code, *args])}?{query}"

    def _new_url(self, key: str) -> str:
        query = {"filters": urlencode({COHORT: key}), "kind": CohortKind.FROZEN}
        return reverse("analytics:cohort-new", args=[self.study.code]) + "?" + urlencode(query)


class CohortFormPage(OfCohorts, RowFormPage):
    """Name, description and filters, with the number of patients who match them now."""

    required_right: ClassVar[str] = "asks"
    form_class = CohortForm
    template_name = "analytics/cohort_form.html"

    @cached_property
    def chosen(self) -> QueryDict:
        """The filters as fields of this page: as they were sent, or as they are kept."""
        if self.request.method == "POST" or any(name.startswith(POPULATION_PREFIX) for name in self.request.GET):
            return self.request.POST if self.request.method == "POST" else self.request.GET
        return self.kept

    @property
    def row(self) -> Cohort:
        raise NotImplementedError

    @property
    def kept(self) -> QueryDict:
        """The filters with which the page begins."""
        raise NotImplementedError

    @cached_property
    def filters(self) -> FacetedFilterSet:
        return facets(self.chosen, study=self.study, by=self.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.user, "population": chosen_in(self.chosen)}

    def saved_url(self, row: Cohort) -> str:
        return row.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fixed = bool(self.row.pk and self.row.is_frozen)
        return super().get_context_data(
            filters=None if fixed else self.filters,
            patients=self.filters.qs.count() if self.filters.is_valid() else 0,
            list_url=self.list_url,
            **kwargs,
        )


class CohortNew(CohortFormPage):
    """Begins with the filters of the list of patients, where one comes from there: ``?filters=sex=female``."""

    title = gettext_lazy("New cohort")

    @cached_property
    def row(self) -> Cohort:
        return Cohort(study=self.study, made_by=self.user)

    @property
    def kept(self) -> QueryDict:
        return _as_fields(QueryDict(self.request.GET.get("filters", "")))

    @property
    def back_url(self) -> str:
        return self.list_url

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        return {**super().get_initial(), **({"kind": kind} if kind in CohortKind.values else {})}


class CohortEdit(CohortFormPage):
    title = gettext_lazy("Change the cohort")

    @cached_property
    def row(self) -> Cohort:
        services.require_change(cohort=self.cohort, by=self.user, rights=self.rights)
        return self.cohort

    @property
    def kept(self) -> QueryDict:
        kept = QueryDict(mutable=True)
        for name, values in self.row.filters.items():
            kept.setlist(name, values)
        return _as_fields(kept)

    @property
    def back_url(self) -> str:
        return self.cohort.get_absolute_url()


class CohortHistory(OfCohorts, HistoryPage):
    """Every change of the cohort."""

    @property
    def parts(self) -> dict[type[models.Model], QuerySet[Any]]:
        return {Cohort: events_of(Cohort).filter(pgh_obj_id=self.cohort.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("History of %(record)s") % {"record": self.cohort}
        return super().get_context_data(title=title, back_url=self.cohort.get_absolute_url(), **kwargs)


class CohortAction(OfCohorts, View):
    """Something done with a cohort by POST."""

    http_method_names = ["post"]
    done: ClassVar[Any]
    too_late: ClassVar[Any]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        address = self.cohort.get_absolute_url()
        if self.act():
            messages.success(request, self.done)
            return redirect(self.list_url)
        messages.info(request, self.too_late)
        return redirect(address)

    def act(self) -> bool:
        """Whether there was anything to do."""
        raise NotImplementedError


class CohortArchive(CohortAction):
    done = gettext_lazy("Archived. Forms do not offer it any more; what was asked of it stays.")
    too_late = gettext_lazy("This cohort is archived already.")

    def act(self) -> bool:
        return services.archive(cohort=self.cohort, by=self.user, rights=self.rights)


class CohortRestore(CohortAction):
    done = gettext_lazy("Forms offer the cohort again.")
    too_late = gettext_lazy("This cohort is not archived.")

    def act(self) -> bool:
        return services.restore(cohort=self.cohort, by=self.user, rights=self.rights)


class CohortDelete(CohortAction):
    done = gettext_lazy("The cohort is deleted.")
    too_late = gettext_lazy("Questions were asked of this cohort, so it cannot be deleted. Archive it.")

    def act(self) -> bool:
        return services.delete(cohort=self.cohort, by=self.user, rights=self.rights)


def _as_fields(filters: QueryDict) -> QueryDict:
    """Filters of the list of patients as fields of a form of the analyses."""
    fields = QueryDict(mutable=True)
    for name in filters:
        fields.setlist(POPULATION_PREFIX + name, filters.getlist(name))
    return fields
