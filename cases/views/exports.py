"""Files made for somebody: ask for one, see how far it is, fetch it; for managers, who took what."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django_tables2 import MultiTableMixin, SingleTableMixin

from cases import access, exports, jobs
from cases.exporting.forms import ShapeForm
from cases.exporting.package import format_label, row_counts
from cases.exporting.population import filter_of
from cases.exports import MAKERS, Tables
from cases.filters import PatientFilter
from cases.models import ExportJob, ExportKind, ListExport, Patient
from cases.sentences import render as in_language
from cases.tables import ROWS_PER_PAGE, ExportLogTable, ExportTable, ListExportTable, TablePaginator
from cases.views.base import StudyPage


class ExportsPage(StudyPage):
    """Whoever may export sees the exports they asked for, and the shared ones of the kinds they may ask for."""

    required_right = "exports"

    @property
    def jobs(self) -> QuerySet[ExportJob]:
        return exports.visible(rights=self.rights, user=self.user)

    @cached_property
    def job(self) -> ExportJob:
        """The export named by the address."""
        return get_object_or_404(self.jobs, pk=self.kwargs["pk"])


class ExportList(ExportsPage, SingleTableMixin, TemplateView):
    """What was made, and what can be; takes the wish for a file about which there is nothing to choose."""

    template_name = "cases/export_list.html"
    extra_context = {"heading": gettext_lazy("Export")}
    table_class = ExportTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_table_data(self) -> QuerySet[ExportJob]:
        return self.jobs.defer("manifest")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = [(kind, MAKERS[kind]) for kind in exports.offered(self.rights)]
        return super().get_context_data(kinds=kinds, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind = request.POST.get("kind")
        if kind not in exports.offered(self.rights) or MAKERS[ExportKind(kind)].tables is not None:
            raise Http404
        job = exports.request_export(kind=ExportKind(kind), by=self.user, rights=self.rights)
        return redirect("cases:export", self.study.code, job.pk)


class ExportNew(ExportsPage, TemplateView):
    """The form of one kind of file, beside the filter of the patients it is about, which the address holds."""

    template_name = "cases/export_new.html"

    @cached_property
    def kind(self) -> ExportKind:
        name = self.kwargs["what"]
        if name not in exports.offered(self.rights):
            raise Http404
        return ExportKind(name)

    @property
    def tables(self) -> Tables:
        tables = MAKERS[self.kind].tables
        if tables is None:
            raise Http404
        return tables

    @cached_property
    def filterset(self) -> PatientFilter:
        rows = access.patients(self.user).filter(study=self.study)
        with_diagnosis: Any = Patient.objects.with_index_diagnosis().filter(pk__in=rows.values("pk"))
        filterset = PatientFilter(self.request.GET, queryset=with_diagnosis, request=self.request)
        filterset.count_facets()
        return filterset

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self._form()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        job = exports.request_export(kind=self.kind, by=self.user, rights=self.rights, options=form.options)
        return redirect("cases:export", self.study.code, job.pk)

    def _form(self, data: Any = None) -> ShapeForm:
        usual = {"filter": filter_of(self.request.GET)}
        return self.tables.form(data, study=self.study, user=self.user, initial=usual)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.filterset.qs if self.filterset.is_valid() else None
        return super().get_context_data(
            kind=self.kind,
            explanation=MAKERS[self.kind].explanation,
            choices_template=self.tables.template,
            filter=self.filterset,
            patients=None if found is None else found.count(),
            **kwargs,
        )


class ExportPage(ExportsPage, TemplateView):
    """One export, whatever its state."""

    template_name = "cases/export.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_be_fetched = bool(self.job.file) and not self.job.is_expired and not exports.withdrawn_since(self.job)
        return super().get_context_data(
            job=self.job,
            message=in_language(self.job.message),
            can_be_fetched=can_be_fetched,
            row_counts=row_counts(self.job.manifest),
            format_label=format_label(self.job.manifest),
            **kwargs,
        )


class ExportProgress(ExportsPage, View):
    """The progress bar again, or the wish to have the whole page again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.job.is_unfinished:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "cases/export_progress.html", {"study": self.study, "job": self.job})


class ExportFile(ExportsPage, View):
    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        return exports.fetch(self.job, by=self.user)


class ExportCancel(ExportsPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not jobs.cancel(self.job):
            messages.info(request, _("This export has ended; there is nothing to cancel."))
        return redirect("cases:export", self.study.code, self.job.pk)


class ExportLog(StudyPage, MultiTableMixin, TemplateView):
    """Who took what out of the study: files of all kinds and persons, and lists and tables by command."""

    required_right = "manages"
    template_name = "cases/export_log.html"
    tables = (ExportLogTable, ListExportTable)
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_tables_data(self) -> list[QuerySet[Any]]:
        made = ExportJob.objects.filter(study=self.study).defer("manifest").select_related("requested_by")
        lists = ListExport.objects.filter(study=self.study).select_related("exported_by")
        return [made, lists]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("cases:export-list", args=[self.study.code]), **kwargs)
