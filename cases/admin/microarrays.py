"""Tissue microarrays in the administration."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cases.admin.rights import EnteredRows
from cases.models import ConsentStatus, Core, TissueMicroarray


@admin.register(TissueMicroarray)
class TissueMicroarrayAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study",)
    list_display = ["code", "study", "rows", "columns", "core_diameter_mm"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["code", "study__code"]
    autocomplete_fields = ["study"]


@admin.register(Core)
class CoreAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "microarray")
    list_display = ["microarray", "position", "specimen", "control_tissue", "status"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "status"]
    list_select_related = ["microarray", "specimen"]
    search_fields = ["microarray__code", "specimen__code", "control_tissue"]
    autocomplete_fields = ["study", "microarray", "specimen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the cores of patients who withdrew consent."""
        withdrawn = ConsentStatus.WITHDRAWN
        return super().get_queryset(request).exclude(specimen__patient__consent_status=withdrawn)
