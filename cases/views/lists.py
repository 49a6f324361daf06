"""Lists of a study: shown, taken out as a file, and kept under a name."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from cases.forms import SavedFilterForm
from cases.list_files import XLSX, csv_of, xlsx_of
from cases.lists import LISTS, RecordList, lines
from cases.models import ListExport, ListFormat, SavedFilter
from cases.sections import Section, patient_list_sections
from cases.views.base import StudyPage, TablePage


class ListIndex(StudyPage, TemplateView):
    """Every list of the study, each with its number of rows."""

    template_name = "cases/list_index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counted = [(each, each.rows_of_study(self.user, self.study).count()) for each in LISTS.values()]
        return super().get_context_data(lists=counted, **kwargs)


class OfList(StudyPage):
    """A page about one list of the study."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["list_name"] not in LISTS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def record_list(self) -> RecordList:
        return LISTS[self.kwargs["list_name"]]

    def url_with(self, query: str) -> str:
        """The list, filtered and sorted as the query says."""
        address = reverse("cases:list", args=[self.study.code, self.record_list.name])
        return f"{address}?{query}" if query else address

    @property
    def query(self) -> str:
        """The filter and the sort of the address, without what is blank and without the page."""
        query = self.request.GET.copy()
        names = [*self.record_list.filter_set.base_filters, "sort"]
        for name in list(query):
            chosen = [value for value in query.getlist(name) if value]
            query.setlist(name, chosen if name in names else [])
        return query.urlencode()

    @property
    def saved_filters(self) -> QuerySet[SavedFilter]:
        """The person's own ones of this study and the shared ones."""
        return self.study.saved_filters.filter(Q(owner=self.user) | Q(is_shared=True)).select_related("owner")


class ListPage(OfList, TablePage):
    """One list: searched, filtered, sorted, in pages."""

    template_name = "cases/list.html"

    def get_queryset(self) -> QuerySet[Any]:
        return self.record_list.rows_of_study(self.user, self.study)

    def get_filterset_class(self) -> Any:
        return self.record_list.filter_set

    def get_table_class(self) -> Any:
        return self.record_list.table

    def get_table_kwargs(self) -> dict[str, Any]:
        return {} if self.record_list.name == "patient" else {"enters": self.rights.enters}

    @property
    def sections(self) -> list[Section]:
        """What higher apps do with the patients of the list."""
        if self.record_list.name != "patient":
            return []
        return patient_list_sections.of(self.study, user=self.user, rights=self.rights)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        saved = self.saved_filters.filter(list_name=self.record_list.name)
        return super().get_context_data(
            record_list=self.record_list,
            query=self.query,
            saved_filters=saved,
            filter_name_form=SavedFilterForm(instance=SavedFilter(study=self.study, owner=self.user)),
            formats=ListFormat,
            sections=self.sections,
            **kwargs,
        )


class ListDownload(ListPage):
    """What the list shows, all pages, as a file. Who took what is kept first."""

    required_right = "exports"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponseBase:
        self.rights.require("sees_rows")
        if kwargs["format"] not in ListFormat.values:
            raise Http404
        self.filterset = self.get_filterset(self.get_filterset_class())
        if self.filterset.is_bound and not self.filterset.is_valid():
            return redirect(self.url_with(request.GET.urlencode()))
        self.object_list = self.filterset.qs
        table = self.get_table(**self.get_table_kwargs())
        self._log(rows=self.object_list.count(), format=kwargs["format"])
        name = f"{self.study.code}-{self.record_list.name}-{timezone.localdate()}.{kwargs['format']}"
        if kwargs["format"] == ListFormat.XLSX:
            return FileResponse(xlsx_of(lines(table)), as_attachment=True, filename=name, content_type=XLSX)
        answer = StreamingHttpResponse(csv_of(lines(table)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _log(self, *, rows: int, format: str) -> None:
        ListExport.objects.create(
            study=self.study,
            exported_by=self.user,
            list_name=self.record_list.name,
            query=self.query,
            rows=rows,
            format=format,
        )


class FilterSave(OfList, View):
    """Keeps the filter and the sort of the address under a name."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        row = SavedFilter(study=self.study, owner=self.user, list_name=self.record_list.name, query=self.query)
        form = SavedFilterForm(request.POST, instance=row)
        if form.is_valid() and form.saved(by=self.user):
            messages.success(request, _("The filter “%(name)s” is saved.") % {"name": row.name})
        else:
            sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
            messages.error(request, " ".join(sentences))
        return redirect(self.url_with(self.query))


class FilterDelete(StudyPage, View):
    """Takes a saved filter away: one's own, as a manager also a shared one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        may = Q(owner=self.user) | Q(is_shared=True) if self.rights.manages else Q(owner=self.user)
        row = get_object_or_404(self.study.saved_filters.filter(may), pk=kwargs["pk"])
        row.delete()
        messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": row.name})
        return redirect("cases:list", self.study.code, row.list_name)
