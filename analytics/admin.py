"""Analyses in the administration: to look at, never to change."""

from django.contrib import admin

from analytics.models import Analysis
from cases.admin import ReadOnlyAdmin, SeenRows


@admin.register(Analysis)
class AnalysisAdmin(SeenRows, ReadOnlyAdmin):
    """Without results and inputs: single patients are looked at on the pages of the study, by its members."""

    to_study = "study"
    list_display = ["pk", "study", "kind", "status", "requested_by", "requested_at", "released_at"]
    list_filter = ["status", ("study", admin.RelatedOnlyFieldListFilter), "kind"]
    search_fields = ["=pk", "study__code", "requested_by__username", "digest", "input_sha256"]
    list_select_related = ["study", "requested_by"]
    date_hierarchy = "requested_at"
    exclude = ["result", "frozen_input"]
