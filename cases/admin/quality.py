"""Runs of the checks and queries, to look at."""

from django.contrib import admin

from cases.admin.rights import ReadOnlyAdmin, SeenRows
from cases.models import CheckRun, DataQuery


@admin.register(CheckRun)
class CheckRunAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["study", "status", "requested_by", "requested_at", "finished_at"]
    list_filter = ["status", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "requested_by"]
    search_fields = ["study__code", "requested_by__username"]


@admin.register(DataQuery)
class DataQueryAdmin(SeenRows, ReadOnlyAdmin):
    """Queries are answered and closed on their page."""

    to_patient = "patient"
    to_study = "study"
    list_display = ["study", "patient", "check_code", "status", "owner", "opened_at"]
    list_filter = ["status", "check_code", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "patient", "owner"]
    search_fields = ["patient__code", "check_code", "study__code"]
    exclude = ["question"]
