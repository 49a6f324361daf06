"""The sites of a study: a manager adds and renames them."""

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_tables2 import SingleTableMixin

from cases.forms import SiteForm
from cases.models import ConsentStatus, Site
from cases.tables import SiteTable
from cases.views.base import RowFormPage, StudyPage


class SiteList(StudyPage, SingleTableMixin, TemplateView):
    required_right = "manages"
    template_name = "cases/site_list.html"
    extra_context = {"heading": _("Sites")}
    table_class = SiteTable

    def get_table_data(self) -> QuerySet[Site]:
        seen = ~Q(patients__consent_status=ConsentStatus.WITHDRAWN)
        return self.study.sites.select_related("study").annotate(patient_count=Count("patients", filter=seen))


class SiteAdd(RowFormPage):
    required_right = "manages"
    form_class = SiteForm
    title = _("Add a site")

    @cached_property
    def row(self) -> Site:
        return Site(study=self.study)

    @property
    def back_url(self) -> str:
        return reverse("cases:site-list", args=[self.study.code])


class SiteEdit(SiteAdd):
    title = _("Change the site")

    @cached_property
    def row(self) -> Site:
        return get_object_or_404(self.study.sites, pk=self.kwargs["pk"])
