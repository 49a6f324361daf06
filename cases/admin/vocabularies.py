"""The words the portal knows, in the administration."""

from django.contrib import admin

from cases.admin.rights import TrackedAdmin
from cases.models import AdverseEventTerm, Histology, LaboratoryTest, Topography, TreatmentAgent


@admin.register(Histology)
class HistologyAdmin(TrackedAdmin):
    list_display = ["name", "name_ja", "short_name", "morphology", "oncotree", "usual_category"]
    list_filter = ["usual_category"]
    search_fields = ["name", "name_ja", "short_name", "morphology", "oncotree", "synonyms"]


@admin.register(Topography)
class TopographyAdmin(TrackedAdmin):
    list_display = ["code", "name", "name_ja"]
    search_fields = ["code", "name", "name_ja"]


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
