"""What a study's records lack, and the patients behind each number."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.views.generic import TemplateView
from django_tables2 import SingleTableMixin

from cases import access
from cases.models import Patient
from cases.quality.completeness import BY_NAME, NO_RECORD, Form, completeness, incomplete
from cases.tables import ROWS_PER_PAGE, PatientTable, TablePaginator
from cases.views.base import StudyPage

NO_SITE = "-"
"""In an address: patients without a site."""


class CompletenessPage(StudyPage, TemplateView):
    """For each form and field how many records lack it, by site."""

    template_name = "cases/quality_completeness.html"

    @cached_property
    def sites(self) -> list[str]:
        """Codes of the sites the person's patients have; blank for those without one."""
        patients = access.countable(rights=self.rights, queryset=Patient.objects.order_by(), patient="")
        return sorted({code or "" for code in patients.values_list("site__code", flat=True).distinct()})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = completeness(rights=self.rights, sites=self.sites)
        return super().get_context_data(
            parts=parts, sites=self.sites, no_record=NO_RECORD, no_site=NO_SITE, tab="completeness", **kwargs
        )


class IncompletePatients(StudyPage, SingleTableMixin, TemplateView):
    """The patients behind one number: ``?said=1`` those with a reason, ``?site=CODE`` those of one site."""

    template_name = "cases/quality_incomplete.html"
    table_class = PatientTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    @cached_property
    def form(self) -> Form:
        form = BY_NAME.get(self.kwargs["form"])
        fields = (*form.fields, *([NO_RECORD] if form.patient else [])) if form else ()
        if form is None or self.kwargs["field"] not in fields:
            raise Http404
        return form

    @property
    def said(self) -> bool:
        return "said" in self.request.GET

    def get_table_data(self) -> QuerySet[Patient]:
        patients = access.patients(self.user).filter(study=self.study)
        if site := self.request.GET.get("site"):
            patients = patients.filter(site=None) if site == NO_SITE else patients.filter(site__code=site)
        lacking = incomplete(form=self.form, field=self.kwargs["field"], patients=patients, said=self.said)
        return lacking.with_index_diagnosis().with_specimen_count().select_related("study", "site")  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        field = self.kwargs["field"]
        return super().get_context_data(
            form_title=self.form.title,
            field_label="" if field == NO_RECORD else self.form.label(field),
            said=self.said,
            tab="completeness",
            **kwargs,
        )
