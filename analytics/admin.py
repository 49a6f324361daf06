"""Analyses, cohorts, families and releases in the administration: to look at, never to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analytics.cohorts.access import cohorts
from analytics.models import Analysis, Cohort, CohortPatient, DashboardRelease, Family, FamilyMember
from cases.admin import ReadOnlyAdmin, SeenRows, TrackedAdmin


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


@admin.register(Cohort)
class CohortAdmin(SeenRows, ReadOnlyAdmin, TrackedAdmin):
    """Cohorts are made, changed and put away on their pages. Private ones are their maker's."""

    to_study = "study"
    list_display = ["name", "study", "kind", "edition", "is_shared", "made_by", "made_at", "archived_at"]
    list_filter = ["kind", "is_shared", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "made_by"]
    search_fields = ["name", "study__code", "made_by__username"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        """Superusers look after all of them."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(pk__in=cohorts(request.user).values("pk"))


@admin.register(CohortPatient)
class CohortPatientAdmin(SeenRows, ReadOnlyAdmin):
    to_patient = "patient"
    list_display = ["cohort", "patient"]
    list_select_related = ["cohort", "patient"]
    search_fields = ["cohort__name", "patient__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CohortPatient]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(cohort__in=cohorts(request.user).values("pk"))


@admin.register(Family)
class FamilyAdmin(SeenRows, ReadOnlyAdmin, TrackedAdmin):
    """Families are declared on their page."""

    to_study = "study"
    list_display = ["name", "study", "correction", "declared_by", "declared_at"]
    list_filter = ["correction", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "declared_by"]
    search_fields = ["name", "study__code", "declared_by__username"]


@admin.register(FamilyMember)
class FamilyMemberAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "family__study"
    list_display = ["family", "analysis", "added_by", "added_at", "is_late"]
    list_filter = ["is_late"]
    list_select_related = ["family", "analysis", "added_by"]
    search_fields = ["family__name", "=analysis__pk", "digest"]


@admin.register(DashboardRelease)
class DashboardReleaseAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["title", "dashboard", "study", "released_by", "released_at", "withdrawn_at"]
    list_filter = ["dashboard", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "released_by"]
    search_fields = ["title", "study__code", "released_by__username"]
    exclude = ["numbers", "patients"]
