"""Studies, their people, and what is kept of them."""

from django.contrib import admin

from cases.admin.rights import ReadOnlyAdmin, SeenRows, SuperuserRows
from cases.models import Erasure, Membership, SavedFilter, Site, Study


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


@admin.register(SavedFilter)
class SavedFilterAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["name", "list_name", "study", "owner", "is_shared"]
    list_filter = ["list_name", "is_shared"]
    list_select_related = ["study", "owner"]
    search_fields = ["name", "study__code", "owner__username"]


@admin.register(Erasure)
class ErasureAdmin(SeenRows, ReadOnlyAdmin):
    to_study = "study"
    list_display = ["study", "erased_at", "erased_by", "reason"]
    list_filter = [("study", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["study", "erased_by"]
    search_fields = ["study__code", "reason"]
