"""The clinical record in the administration."""

from django.contrib import admin

from cases.admin.rights import EnteredRows
from cases.models import (
    Administration,
    AdverseEvent,
    Diagnosis,
    LaboratoryResult,
    Lesion,
    MolecularAlteration,
    Patient,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Treatment,
)


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
