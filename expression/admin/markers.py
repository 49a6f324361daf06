"""Markers and expression profiles in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows, TrackedAdmin
from expression.models import ExpressionDataset, ExpressionValue, Marker, PhosphoSite


@admin.register(Marker)
class MarkerAdmin(TrackedAdmin):
    list_display = ["symbol", "name", "role", "position"]
    list_filter = ["role"]
    search_fields = ["symbol", "name", "synonyms"]


@admin.register(PhosphoSite)
class PhosphoSiteAdmin(TrackedAdmin):
    list_display = ["residue", "marker"]
    list_filter = ["marker"]
    list_select_related = ["marker"]
    search_fields = ["residue", "marker__symbol", "marker__name"]
    autocomplete_fields = ["marker"]


@admin.register(ExpressionDataset)
class ExpressionDatasetAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "unit")
    list_display = ["code", "study", "unit", "platform", "source", "is_public"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "unit", "is_public"]
    list_select_related = ["study"]
    search_fields = ["code", "platform", "source", "study__code"]
    autocomplete_fields = ["study"]


@admin.register(ExpressionValue)
class ExpressionValueAdmin(EnteredRows):
    to_patient = "specimen__patient"
    to_study = "study"
    belongs_to = ("study", "dataset")
    list_display = ["specimen", "marker", "value", "dataset"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "marker", ("dataset", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["specimen", "marker", "dataset"]
    search_fields = ["specimen__code", "specimen__patient__code", "marker__symbol", "marker__name", "dataset__code"]
    autocomplete_fields = ["study", "dataset", "specimen", "marker"]
