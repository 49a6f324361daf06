"""Cell experiments in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows
from expression.models import CellExperiment, CellLine, ExperimentCondition, ExperimentReading


@admin.register(CellLine)
class CellLineAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study",)
    list_display = ["name", "study", "accession", "histology"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "histology"]
    search_fields = ["name", "accession", "study__code"]
    autocomplete_fields = ["study", "histology"]


@admin.register(CellExperiment)
class CellExperimentAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "readout")
    list_display = ["code", "study", "line", "readout", "marker", "performed_on"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "readout", "marker"]
    list_select_related = ["study", "line", "marker"]
    search_fields = ["code", "study__code", "line__name", "marker__symbol"]
    autocomplete_fields = ["study", "line", "marker"]


@admin.register(ExperimentCondition)
class ExperimentConditionAdmin(EnteredRows):
    to_study = "experiment__study"
    belongs_to = ("experiment",)
    list_display = ["experiment", "culture", "stimulus", "concentration_ng_ml", "hours"]
    list_filter = [("experiment__study", admin.RelatedOnlyFieldListFilter), "culture"]
    list_select_related = ["experiment"]
    search_fields = ["experiment__code", "stimulus"]
    autocomplete_fields = ["experiment"]


@admin.register(ExperimentReading)
class ExperimentReadingAdmin(EnteredRows):
    to_study = "experiment__study"
    belongs_to = ("experiment", "condition")
    list_display = ["condition", "experiment", "biological_replicate", "technical_replicate", "status", "value"]
    list_filter = [("experiment__study", admin.RelatedOnlyFieldListFilter), "status"]
    list_select_related = ["experiment", "condition"]
    search_fields = ["experiment__code", "condition__stimulus"]
    autocomplete_fields = ["experiment", "condition"]
