"""Western blots in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows
from expression.models import Band, Lane, Membrane, WesternBlot


@admin.register(WesternBlot)
class WesternBlotAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study",)
    list_display = ["code", "study", "performed_on", "detection"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["code", "study__code", "detection"]
    autocomplete_fields = ["study"]


@admin.register(Membrane)
class MembraneAdmin(EnteredRows):
    to_study = "blot__study"
    belongs_to = ("blot",)
    list_display = ["name", "blot", "loading_control"]
    list_filter = [("blot__study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["blot"]
    search_fields = ["name", "blot__code", "loading_control"]
    autocomplete_fields = ["blot"]


@admin.register(Lane)
class LaneAdmin(EnteredRows):
    to_patient = "specimen__patient"
    to_study = "study"
    belongs_to = ("blot", "study")
    list_display = ["number", "blot", "specimen", "line", "treatment", "is_calibrator"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "is_calibrator"]
    list_select_related = ["blot", "specimen", "line"]
    search_fields = ["blot__code", "specimen__code", "line__name", "treatment"]
    autocomplete_fields = ["blot", "study", "specimen", "line"]


@admin.register(Band)
class BandAdmin(EnteredRows):
    to_patient = "lane__specimen__patient"
    to_study = "blot__study"
    belongs_to = ("blot", "membrane", "lane")
    list_display = ["lane", "membrane", "form", "marker", "phospho_site", "volume", "saturated"]
    list_filter = [("blot__study", admin.RelatedOnlyFieldListFilter), "form", "marker", "saturated"]
    list_select_related = ["blot", "lane__blot", "membrane__blot", "marker", "phospho_site__marker"]
    search_fields = ["blot__code", "lane__specimen__code", "marker__symbol", "marker__name"]
    autocomplete_fields = ["blot", "membrane", "lane", "marker", "phospho_site"]
