"""Measurements in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows, TrackedAdmin
from expression.models import (
    ExpressionDataset,
    ExpressionValue,
    Marker,
    PathologyFinding,
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
