"""The people in the administration.

Staff who are no superusers find there what they find on the pages: rows of studies in which they see rows, changed
only where they enter data. Studies, sites and memberships are changed by superusers; managers have pages for it.
"""

from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.forms import BooleanField, ModelChoiceField
from django.http import HttpRequest, HttpResponse

from cases import access
from cases.forms import RowForm, is_verified
from cases.history import changes
from cases.models import (
    Administration,
    AdverseEvent,
    AdverseEventTerm,
    CheckRun,
    ConsentStatus,
    Core,
    DataQuery,
    DateShift,
    Diagnosis,
    Erasure,
    ExportJob,
    Histology,
    ImportJob,
    ImportMapping,
    ImportUndo,
    LaboratoryResult,
    LaboratoryTest,
    Lesion,
    ListExport,
    Membership,
    MolecularAlteration,
    Patient,
    ResponseAssessment,
    SavedFilter,
    ServiceHeartbeat,
    Site,
    SkeletalEvent,
    Specimen,
    Study,
    TissueMicroarray,
    Topography,
    Treatment,
    TreatmentAgent,
)
from cases.screened_form import CHECKED_LABEL


class AdminRowForm(RowForm):
    """The administration lays its fields out beforehand, so the tick about screened texts is always there."""

    identifies_nobody = BooleanField(label=CHECKED_LABEL, required=False)


class TrackedAdmin(admin.ModelAdmin):
    """The history of a row is what the database recorded, whoever changed it and by whatever way."""

    object_history_template = "admin/row_history.html"
    form = AdminRowForm

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        def changes_of_row() -> Any:
            row = self.get_object(request, object_id)
            return changes(row) if row else []

        return super().history_view(request, object_id, {"changes": changes_of_row, **(extra_context or {})})


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at, never to change."""

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeenRows(admin.ModelAdmin):
    """Rows through :mod:`cases.access`.

    ``to_patient`` is the ORM path to the patient (``""`` for Patient itself, None where there is none), ``to_study``
    that to the study (``""`` for Study itself), by default the patient's.
    """

    to_patient: ClassVar[str | None] = None
    to_study: ClassVar[str | None] = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return access.rows(user=request.user, queryset=rows, patient=self.to_patient, study=self.to_study)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Only rows which the person may see can be chosen."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(related, SeenRows):
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class EnteredRows(SeenRows, TrackedAdmin):
    """Rows which staff change where they enter data. ``belongs_to`` is fixed once the row is there."""

    belongs_to: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(self.belongs_to if obj else ()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._enters(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._enters(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not self._enters(request, obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def _enters(self, request: HttpRequest, obj: Any) -> bool:
        """Whoever is confined to a site uses the pages, which hold them to it."""
        if obj is None:
            return True
        if is_verified(obj):
            # Its page asks for the reason for the change.
            return False
        rights = access.rights(user=request.user, study=self._study_of(obj))
        return rights.enters and rights.site_id is None

    def _study_of(self, row: Any) -> Study:
        path = self.to_study or f"{self.to_patient}__study".removeprefix("__")
        return attrgetter(path.replace("__", "."))(row)


class SuperuserRows(SeenRows, TrackedAdmin):
    """Changed by superusers alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and request.user.is_superuser


@admin.register(Study)
class StudyAdmin(SuperuserRows):
    to_study = "pk"
    list_display = ["code", "title", "status", "is_synthetic"]
    list_filter = ["status", "is_synthetic"]
    search_fields = ["code", "title", "ethics_approval"]


@admin.register(Site)
class SiteAdmin(SuperuserRows):
    to_study = "study"
    list_display = ["code", "name", "study"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["code", "name", "study__code"]
    autocomplete_fields = ["study"]


@admin.register(Membership)
class MembershipAdmin(SuperuserRows):
    to_study = "study"
    list_display = ["user", "study", "role", "site", "may_export"]
    list_filter = ["role", "may_export", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "study", "site"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "study__code"]
    autocomplete_fields = ["user", "study", "site"]


@admin.register(Patient)
class PatientAdmin(EnteredRows):
    to_patient = ""
    belongs_to = ("study",)
    list_display = ["code", "study", "site", "sex", "birth_year", "vital_status", "consent_status"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "sex", "vital_status", "consent_status"]
    list_select_related = ["study", "site"]
    search_fields = ["code", "study__code"]
    autocomplete_fields = ["study", "site"]


@admin.register(Diagnosis)
class DiagnosisAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "histology", "category", "primary_site", "is_index", "giant_cells", "date"]
    list_filter = [
        ("patient__study", admin.RelatedOnlyFieldListFilter),
        "category",
        "is_index",
        "giant_cells",
        "histology",
    ]
    list_select_related = ["patient", "histology", "primary_site"]
    search_fields = ["patient__code", "histology__name"]
    autocomplete_fields = ["patient", "histology", "primary_site"]


@admin.register(MolecularAlteration)
class MolecularAlterationAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "gene", "kind", "result", "partner", "hgvs"]
    list_filter = [("patient__study", admin.RelatedOnlyFieldListFilter), "kind", "result"]
    list_select_related = ["patient"]
    search_fields = ["patient__code", "gene", "partner", "hgvs"]
    autocomplete_fields = ["patient"]


@admin.register(Specimen)
class SpecimenAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("study", "patient")
    list_display = ["code", "patient", "study", "kind", "procedure", "collection_date", "decalcification"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "kind", "procedure", "decalcification"]
    list_select_related = ["patient", "study"]
    search_fields = ["code", "patient__code"]
    autocomplete_fields = ["study", "patient", "parent"]


@admin.register(Histology)
class HistologyAdmin(TrackedAdmin):
    list_display = ["name", "name_ja", "short_name", "morphology", "oncotree", "usual_category"]
    list_filter = ["usual_category"]
    search_fields = ["name", "name_ja", "short_name", "morphology", "oncotree", "synonyms"]


@admin.register(TreatmentAgent)
class TreatmentAgentAdmin(TrackedAdmin):
    list_display = ["name", "name_ja", "code", "treatment_class"]
    list_filter = ["treatment_class"]
    search_fields = ["name", "name_ja", "code", "synonyms"]


@admin.register(AdverseEventTerm)
class AdverseEventTermAdmin(TrackedAdmin):
    list_display = ["name", "name_ja", "code", "dictionary"]
    list_filter = ["dictionary"]
    search_fields = ["name", "name_ja", "code", "synonyms"]


@admin.register(LaboratoryTest)
class LaboratoryTestAdmin(TrackedAdmin):
    list_display = ["name", "name_ja", "code", "usual_unit"]
    search_fields = ["name", "name_ja", "code", "synonyms"]


@admin.register(Topography)
class TopographyAdmin(TrackedAdmin):
    list_display = ["code", "name", "name_ja"]
    search_fields = ["code", "name", "name_ja"]


@admin.register(Lesion)
class LesionAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "code", "site", "laterality", "tissue", "radiographic_type", "is_index"]
    list_filter = [
        ("patient__study", admin.RelatedOnlyFieldListFilter),
        "tissue",
        "radiographic_type",
        "is_index",
    ]
    list_select_related = ["patient", "site"]
    search_fields = ["patient__code", "code", "site_detail", "site__name", "site__name_ja"]
    autocomplete_fields = ["patient", "site"]


@admin.register(Treatment)
class TreatmentAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "agent", "dose_mg", "interval_days", "start", "end", "stopping_reason"]
    list_filter = [
        ("patient__study", admin.RelatedOnlyFieldListFilter),
        "agent__treatment_class",
        "route",
        "stopping_reason",
    ]
    list_select_related = ["patient", "agent"]
    search_fields = ["patient__code", "agent__name", "agent__name_ja", "agent__code"]
    autocomplete_fields = ["patient", "agent", "lesion"]


@admin.register(Administration)
class AdministrationAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient", "treatment")
    list_display = ["patient", "treatment", "date", "dose_mg"]
    list_filter = [("patient__study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["patient", "treatment__agent"]
    search_fields = ["patient__code", "treatment__agent__name"]
    autocomplete_fields = ["patient", "treatment"]


@admin.register(ResponseAssessment)
class ResponseAssessmentAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "lesion", "date", "modality", "criterion", "sclerosis", "category", "reader"]
    list_filter = [
        ("patient__study", admin.RelatedOnlyFieldListFilter),
        "criterion",
        "modality",
        "sclerosis",
        "category",
    ]
    list_select_related = ["patient", "lesion__site"]
    search_fields = ["patient__code", "lesion__code", "reader"]
    autocomplete_fields = ["patient", "lesion"]


@admin.register(SkeletalEvent)
class SkeletalEventAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "date", "type", "lesion"]
    list_filter = [("patient__study", admin.RelatedOnlyFieldListFilter), "type"]
    list_select_related = ["patient", "lesion__site"]
    search_fields = ["patient__code", "lesion__code"]
    autocomplete_fields = ["patient", "lesion"]


@admin.register(AdverseEvent)
class AdverseEventAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "term", "date", "grade", "ctcae_version", "resolved_date"]
    list_filter = [("patient__study", admin.RelatedOnlyFieldListFilter), "grade", "ctcae_version"]
    list_select_related = ["patient", "term"]
    search_fields = ["patient__code", "term__name", "term__name_ja"]
    autocomplete_fields = ["patient", "term", "treatment"]


@admin.register(LaboratoryResult)
class LaboratoryResultAdmin(EnteredRows):
    to_patient = "patient"
    belongs_to = ("patient",)
    list_display = ["patient", "test", "date", "comparator", "value", "unit"]
    list_filter = [("patient__study", admin.RelatedOnlyFieldListFilter), "test"]
    list_select_related = ["patient", "test"]
    search_fields = ["patient__code", "test__name", "test__code"]
    autocomplete_fields = ["patient", "test"]


@admin.register(TissueMicroarray)
class TissueMicroarrayAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study",)
    list_display = ["code", "study", "rows", "columns", "core_diameter_mm"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["code", "study__code"]
    autocomplete_fields = ["study"]


@admin.register(Core)
class CoreAdmin(EnteredRows):
    to_study = "study"
    belongs_to = ("study", "microarray")
    list_display = ["microarray", "position", "specimen", "control_tissue", "status"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter), "status"]
    list_select_related = ["microarray", "specimen"]
    search_fields = ["microarray__code", "specimen__code", "control_tissue"]
    autocomplete_fields = ["study", "microarray", "specimen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the cores of patients who withdrew consent."""
        withdrawn = ConsentStatus.WITHDRAWN
        return super().get_queryset(request).exclude(specimen__patient__consent_status=withdrawn)


@admin.register(Erasure)
class ErasureAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["study", "erased_at", "erased_by", "reason"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "erased_by"]
    search_fields = ["study__code", "reason"]


@admin.register(ImportJob)
class ImportJobAdmin(SeenRows, ReadOnlyAdmin):
    """The file itself is downloaded nowhere: it holds more than one site's patients."""

    to_study = "study"
    list_display = ["file_name", "format", "study", "phase", "status", "requested_by", "requested_at"]
    list_filter = ["status", "phase", "format", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "requested_by"]
    search_fields = ["file_name", "file_sha256", "study__code", "requested_by__username"]
    date_hierarchy = "requested_at"
    exclude = ["file", "options", "preview"]


@admin.register(ImportUndo)
class ImportUndoAdmin(SeenRows, ReadOnlyAdmin):
    """Imports are undone on their page, where one sees what would go."""

    to_study = "study"
    list_display = ["import_job", "study", "status", "requested_by", "requested_at", "finished_at"]
    list_filter = ["status", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["import_job", "study", "requested_by"]
    search_fields = ["import_job__file_name", "study__code", "requested_by__username"]
    date_hierarchy = "requested_at"


@admin.register(ImportMapping)
class ImportMappingAdmin(SeenRows, ReadOnlyAdmin, TrackedAdmin):
    """Mappings are made, renamed and deleted on the pages of imports."""

    to_study = "study"
    list_display = ["name", "format", "study", "saved_by", "saved_at"]
    list_filter = ["format", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "saved_by"]
    search_fields = ["name", "study__code", "saved_by__username"]


@admin.register(ExportJob)
class ExportJobAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["kind", "study", "status", "requested_by", "requested_at", "rows"]
    list_filter = ["status", "kind", ("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "requested_by"]
    search_fields = ["study__code", "requested_by__username"]
    exclude = ["file", "options"]


@admin.register(DateShift)
class DateShiftAdmin(SeenRows, ReadOnlyAdmin):
    """That dates of the study are shifted in exports, and never by how much: the secret is shown to nobody."""

    to_study = "study"
    list_display = ["study"]
    search_fields = ["study__code"]
    list_select_related = ["study"]
    fields = ["study"]


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


@admin.register(SavedFilter)
class SavedFilterAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["name", "list_name", "study", "owner", "is_shared"]
    list_filter = ["list_name", "is_shared"]
    list_select_related = ["study", "owner"]
    search_fields = ["name", "study__code", "owner__username"]


@admin.register(ServiceHeartbeat)
class ServiceHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "host", "seen_at"]
    list_filter = ["name"]
    search_fields = ["name", "host"]


@admin.register(ListExport)
class ListExportAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["list_name", "study", "exported_by", "exported_at", "format", "rows", "query"]
    list_filter = ["study", "list_name", "format"]
    search_fields = ["list_name", "query", "exported_by__username"]
    list_select_related = ["study", "exported_by"]
