"""Mappings of columns: kept from an import, listed, renamed, taken out as a file, deleted."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django_tables2 import SingleTableMixin

from cases.importing.codes import as_code
from cases.importing.forms import MappingForm
from cases.importing.mappings import answers_of, as_file
from cases.models import ImportJob, ImportMapping
from cases.tables import ROWS_PER_PAGE, MappingTable, TablePaginator
from cases.views.base import RowFormPage, StudyPage


class OfMappings(StudyPage):
    """Whoever may import into the study sees and keeps its mappings."""

    required_right = "imports"

    @property
    def mappings(self) -> QuerySet[ImportMapping]:
        return ImportMapping.objects.filter(study=self.study).select_related("study", "saved_by")

    @cached_property
    def mapping(self) -> ImportMapping:
        """The mapping named by the address."""
        return get_object_or_404(self.mappings, pk=self.kwargs["pk"])

    @property
    def back_url(self) -> str:
        return reverse("cases:mapping-list", args=[self.study.code])


class MappingList(OfMappings, SingleTableMixin, TemplateView):
    template_name = "cases/mapping_list.html"
    table_class = MappingTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_table_data(self) -> QuerySet[ImportMapping]:
        return self.mappings


class MappingAdd(OfMappings, RowFormPage):
    """Keeps the answers of an import."""

    required_right = "imports"
    form_class = MappingForm
    title = gettext_lazy("Keep the answers as a mapping")

    @cached_property
    def job(self) -> ImportJob:
        """The import named by the address."""
        return get_object_or_404(ImportJob.objects.filter(study=self.study), pk=self.kwargs["pk"])

    @cached_property
    def row(self) -> ImportMapping:
        answers = answers_of(self.job)
        if answers is None:
            raise Http404(_("Nothing was answered about this file that could be kept."))
        return ImportMapping(study=self.study, format=self.job.format, answers=answers, saved_by=self.user)

    @property
    def back_url(self) -> str:
        return reverse("cases:import", args=[self.study.code, self.kwargs["pk"]])


class MappingEdit(OfMappings, RowFormPage):
    """Renames a mapping."""

    required_right = "imports"
    form_class = MappingForm
    title = gettext_lazy("Rename the mapping")

    @cached_property
    def row(self) -> ImportMapping:
        return self.mapping


class MappingDelete(OfMappings, TemplateView):
    template_name = "cases/mapping_delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(mapping=self.mapping, back_url=self.back_url, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.mapping.delete()
        messages.success(request, _("The mapping “%(name)s” is deleted.") % {"name": self.mapping.name})
        return redirect(self.back_url)


class MappingFile(OfMappings, View):
    """The mapping as JSON, for the command line or another study."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = HttpResponse(as_file(self.mapping), content_type="application/json")
        name = as_code(self.mapping.name) or "mapping"
        answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return answer
