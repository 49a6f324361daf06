"""Imports, exports and services, to look at."""

from django.contrib import admin

from cases.admin.rights import ReadOnlyAdmin, SeenRows, TrackedAdmin
from cases.models import DateShift, ExportJob, ImportJob, ImportMapping, ImportUndo, ListExport, ServiceHeartbeat


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


@admin.register(ListExport)
class ListExportAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["list_name", "study", "exported_by", "exported_at", "format", "rows", "query"]
    list_filter = ["study", "list_name", "format"]
    search_fields = ["list_name", "query", "exported_by__username"]
    list_select_related = ["study", "exported_by"]


@admin.register(ServiceHeartbeat)
class ServiceHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "host", "seen_at"]
    list_filter = ["name"]
    search_fields = ["name", "host"]
