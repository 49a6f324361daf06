"""Measurements in the administration."""

from django.contrib import admin

from cases.admin import EnteredRows, TrackedAdmin
from expression.models import (
    Antibody,
    Band,
    CellExperiment,
    CellLine,
    ConsolidationRule,
    ExperimentCondition,
    ExperimentReading,
    ExpressionDataset,
    ExpressionValue,
    IhcReading,
    Lane,
    Marker,
    Membrane,
    PathologyFinding,
    PhosphoSite,
    PositivityCutoff,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
    WesternBlot,
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


@admin.register(PhosphoSite)
class PhosphoSiteAdmin(TrackedAdmin):
    list_display = ["residue", "marker"]
    list_filter = ["marker"]
    list_select_related = ["marker"]
    search_fields = ["residue", "marker__symbol", "marker__name"]
    autocomplete_fields = ["marker"]


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
