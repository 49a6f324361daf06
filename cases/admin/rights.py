"""What staff may see and change in the administration: what they may on the pages."""

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
from cases.models import Study
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
