"""Immunohistochemistry and pathology findings in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows, ReadOnlyAdmin, SeenRows
from expression.models import (
    Antibody,
    BlindScoring,
    ConsolidationRule,
    IhcReading,
    LaboratoryScale,
    PathologyFinding,
    PositivityCutoff,
)


@admin.register(Antibody)
class AntibodyAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "marker")
    list_display = ["code", "study", "marker", "phospho_site", "clone", "dilution", "rrid"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "marker"]
    list_select_related = ["study", "marker", "phospho_site__marker"]
    search_fields = ["code", "clone", "rrid", "study__code", "marker__symbol", "marker__name"]
    autocomplete_fields = ["study", "marker"]


@admin.register(LaboratoryScale)
class LaboratoryScaleAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "code", "meanings", "not_assessable")
    list_display = ["code", "study", "in_words"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["code", "study__code"]
    autocomplete_fields = ["study"]


@admin.register(PositivityCutoff)
class PositivityCutoffAdmin(EnteredRows):
    to_study = "study"
    belongs_to = (
        "study",
        "name",
        "version",
        "marker",
        "antibody",
        "cell_type",
        "compartment",
        "scale",
        "at_least",
    )
    list_display = ["name", "version", "study", "marker", "scale", "at_least"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "marker", "scale"]
    list_select_related = ["study", "marker"]
    search_fields = ["name", "source", "study__code", "marker__symbol", "marker__name"]
    autocomplete_fields = ["study", "marker", "antibody"]


@admin.register(ConsolidationRule)
class ConsolidationRuleAdmin(EnteredRows):
    to_study = "study"
    belongs_to = (
        "study",
        "name",
        "version",
        "cores_to_specimen",
        "specimens_to_patient",
        "minimum_evaluable_cores",
        "cutoff",
    )
    list_display = ["name", "version", "study", "cores_to_specimen", "specimens_to_patient", "minimum_evaluable_cores"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["name", "study__code", "cutoff__name"]
    autocomplete_fields = ["study", "cutoff"]


@admin.register(IhcReading)
class IhcReadingAdmin(EnteredRows):
    to_patient = "patient"
    to_study = "study"
    belongs_to = ("study", "patient", "specimen", "core")
    list_display = [
        "specimen",
        "core",
        "antibody",
        "cell_type",
        "compartment",
        "evaluability",
        "reader",
        "is_consensus",
    ]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "evaluability", "cell_type", "is_consensus"]
    list_select_related = ["specimen", "core__microarray", "antibody"]
    search_fields = ["specimen__code", "patient__code", "antibody__code", "reader"]
    autocomplete_fields = ["study", "patient", "specimen", "core", "antibody"]


@admin.register(PathologyFinding)
class PathologyFindingAdmin(EnteredRows):
    to_patient = "patient"
    to_study = "study"
    belongs_to = ("study", "patient", "specimen")
    list_display = ["specimen", "read_on", "giant_cells", "osteoclasts_per_field", "marrow_fibrosis", "reader"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "giant_cells", "marrow_fibrosis"]
    list_select_related = ["specimen"]
    search_fields = ["specimen__code", "patient__code", "reader"]
    autocomplete_fields = ["study", "patient", "specimen"]


@admin.register(BlindScoring)
class BlindScoringAdmin(SeenRows, ReadOnlyAdmin):
    """Opened on its page alone, where it is said what that means."""

    to_study = "study"
    list_display = ["microarray", "antibody", "cell_type", "compartment", "opened_at", "opened_by"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "cell_type"]
    list_select_related = ["microarray", "antibody", "opened_by"]
    search_fields = ["microarray__code", "antibody__code", "study__code"]
