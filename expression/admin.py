"""Measurements in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows, TrackedAdmin
from expression.models import (
    Antibody,
    ConsolidationRule,
    ExpressionDataset,
    ExpressionValue,
    IhcReading,
    Marker,
    PositivityCutoff,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
)


@admin.register(Marker)
class MarkerAdmin(TrackedAdmin):
    list_display = ["symbol", "name", "role", "position"]
    list_filter = ["role"]
    search_fields = ["symbol", "name", "synonyms"]


@admin.register(ExpressionDataset)
class ExpressionDatasetAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "unit")
    list_display = ["code", "study", "unit", "platform", "source"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "unit"]
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


@admin.register(QpcrRun)
class QpcrRunAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "import_job")
    list_display = ["code", "study", "instrument", "cq_method", "reference_pairing", "file_name"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "instrument", "reference_pairing"]
    list_select_related = ["study"]
    search_fields = ["code", "study__code", "instrument", "file_name"]
    autocomplete_fields = ["study", "import_job"]


@admin.register(QpcrTarget)
class QpcrTargetAdmin(EnteredRows):
    to_study = "run__study"
    belongs_to = ("run",)
    list_display = ["name", "run", "marker", "role", "efficiency"]
    list_filter = [("run__study", admin.RelatedOnlyFieldListFilter), "role", "marker"]
    list_select_related = ["run", "marker"]
    search_fields = ["name", "run__code", "marker__symbol"]
    autocomplete_fields = ["run", "marker"]


@admin.register(QpcrSample)
class QpcrSampleAdmin(EnteredRows):
    to_patient = "specimen__patient"
    to_study = "study"
    belongs_to = ("run", "study")
    list_display = ["name", "run", "specimen", "is_calibrator"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "is_calibrator"]
    list_select_related = ["run", "specimen"]
    search_fields = ["name", "run__code", "specimen__code"]
    autocomplete_fields = ["run", "study", "specimen"]


@admin.register(QpcrWell)
class QpcrWellAdmin(EnteredRows):
    to_patient = "sample__specimen__patient"
    to_study = "run__study"
    belongs_to = ("run",)
    list_display = ["position", "run", "target", "sample", "task", "reading", "cq", "omitted"]
    list_filter = [("run__study", admin.RelatedOnlyFieldListFilter), "task", "reading", "omitted"]
    list_select_related = ["run", "target", "sample"]
    search_fields = ["position", "run__code", "target__name", "sample__name", "sample__specimen__code"]
    autocomplete_fields = ["run", "target", "sample"]


@admin.register(Antibody)
class AntibodyAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "marker")
    list_display = ["code", "study", "marker", "phospho_site", "clone", "dilution", "rrid"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "marker"]
    list_select_related = ["study", "marker", "phospho_site__marker"]
    search_fields = ["code", "clone", "rrid", "study__code", "marker__symbol", "marker__name"]
    autocomplete_fields = ["study", "marker"]


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
