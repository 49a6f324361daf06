"""qPCR runs in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows, ReadOnlyAdmin, SeenRows
from expression.models import QpcrPrintedResult, QpcrRun, QpcrSample, QpcrTarget, QpcrWell


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


@admin.register(QpcrPrintedResult)
class QpcrPrintedResultAdmin(SeenRows, ReadOnlyAdmin):
    to_patient = "sample__specimen__patient"
    to_study = "run__study"
    list_display = ["sample", "target", "run", "corrected_cq", "delta_cq", "relative_quantity"]
    list_filter = [("run__study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["sample", "target", "run"]
    search_fields = ["run__code", "sample__name", "target__name"]
