"""Writing patients and records over the API, through the forms of the pages: one set of rules.

A row is changed only by who says which version they read: ``If-Match`` carries the ``ETag`` of the last answer.
"""

import json
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError as FormError
from django.db import transaction
from django.db.models import Model
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cases import access
from cases.access import StudyRights
from cases.api.reading import RowsViewSet
from cases.deletion import delete
from cases.filters import code_of
from cases.forms import RowForm
from cases.models import Study
from cases.record_forms import BLANK
from cases.screened_form import record_number_of
from cases.screening import screen
from cases.versions import version_of

IF_MATCH = OpenApiParameter(
    name="If-Match",
    location=OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the row as you read it. 428 without, 412 with the row as it is now where it changed.",
)
REASON = OpenApiParameter(name="reason", required=True, description="Why it goes; it stays in the history.")


class PreconditionRequired(APIException):
    """A change without the version that was read."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"


class StillNeeded(APIException):
    """Other records rest on the row."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "still_needed"


class WritableViewSet(RowsViewSet):
    """Adds POST, PUT, PATCH and DELETE. The form decides what may be written; errors name the field."""

    form_class: ClassVar[type[RowForm]]
    writing_right: ClassVar[str] = "enters"

    def new_row(self, body: dict[str, Any]) -> tuple[Any, StudyRights]:
        """An unsaved row which belongs where the body says, and the person's rights there."""
        raise NotImplementedError

    def form_kwargs(self, rights: StudyRights) -> dict[str, Any]:
        return {}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        access.require_rows_somewhere(request.user)
        body = self._body()
        row, rights = self.new_row(body)
        rights.require(self.writing_right)
        return self._save(row, rights=rights, values=_defaults(row, self.form_class) | body)

    @extend_schema(parameters=[IF_MATCH])
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The whole record: a field that is not sent becomes blank, or what it is by default."""
        return self._change(lambda row, body: _defaults(row, self.form_class) | body)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Only the fields that are sent. A value takes the reason why it was blank away."""
        return self._change(self._patched)

    @extend_schema(parameters=[IF_MATCH, REASON])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        self._rights(row).require(self.writing_right)
        version = self._version()
        reason = request.query_params.get("reason", "").strip()[:200]
        if not reason:
            raise ValidationError({"reason": [_("Say why, as ?reason=…; it is kept in the history.")]})
        study = self._study_of(row)
        if screen(reason, record_number=record_number_of(study)):
            raise ValidationError({"reason": [_("This could identify a person. Write it differently.")]})
        with transaction.atomic():
            locked = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
            if locked is None or version_of(locked) != version:
                return self._stale(row.pk)
            try:
                delete(locked, reason=reason)
            except FormError as error:
                raise StillNeeded(" ".join(error.messages)) from error
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, values_of: Any) -> Response:
        row = self.get_object()
        rights = self._rights(row)
        rights.require(self.writing_right)
        version = self._version()
        if version_of(row) != version:
            return self._stale(row.pk)
        body = self._body()
        self._refuse_moving(row, body)
        return self._save(row, rights=rights, values=values_of(row, body) | {"version": version})

    def _patched(self, row: Any, body: dict[str, Any]) -> dict[str, Any]:
        now = self.get_serializer(row).data
        missing = {name: why for name, why in getattr(row, "missing", {}).items() if name not in body}
        return {**now, "missing": missing} | body

    def _save(self, row: Any, *, rights: StudyRights, values: dict[str, Any]) -> Response:
        is_new = row.pk is None
        form = self.form_class(data=MultiValueDict(), instance=row, **self.form_kwargs(rights))
        form.data = _form_data(form, values)
        saved = form.saved(by=self.request.user) if form.is_valid() else None
        if form.conflicts:
            return self._stale(row.pk)
        if saved is None:
            raise ValidationError(_errors(form))
        return self._answer(self._read(saved.pk), status_code=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _read(self, pk: int) -> Any:
        """The row as it is now; None where the person sees it no more, as after a withdrawal."""
        return self.get_queryset().filter(pk=pk).first()

    def _stale(self, pk: int) -> Response:
        return self._answer(self._read(pk), status_code=status.HTTP_412_PRECONDITION_FAILED)

    def _answer(self, row: Any, status_code: int = status.HTTP_200_OK) -> Response:
        if row is None:
            gone = status_code != status.HTTP_412_PRECONDITION_FAILED
            return Response(status=status.HTTP_204_NO_CONTENT if gone else status_code)
        headers = {"ETag": f'"{version_of(row)}"'}
        return Response(self.get_serializer(row).data, status=status_code, headers=headers)

    def _rights(self, row: Any) -> StudyRights:
        return access.rights(user=self.request.user, study=self._study_of(row))

    def _study_of(self, row: Any) -> Study:
        return row.patient.study if self.to_patient else row.study

    def _version(self) -> str:
        version = self.request.headers.get("If-Match")
        if version is None:
            raise PreconditionRequired(_("Send the ETag of the row you read as If-Match."))
        return version.strip().strip('"')

    def _body(self) -> dict[str, Any]:
        body = self.request.data
        if not isinstance(body, dict):
            raise ValidationError({"non_field_errors": [_("Send one JSON object.")]})
        serializer: Any = self.get_serializer()
        known = serializer.fields
        unknown = [name for name in body if name not in known]
        if unknown:
            raise ValidationError({name: [_("There is no such field.")] for name in unknown})
        return dict(body)

    def _refuse_moving(self, row: Any, body: dict[str, Any]) -> None:
        """What a row belongs to cannot be changed."""
        now = self.get_serializer(row).data
        moved = [name for name in ("study", "patient") if name in now and body.get(name, now[name]) != now[name]]
        if moved:
            raise ValidationError(
                {name: [_("A record stays where it is. Delete it and add it there.")] for name in moved}
            )


def text_of(body: dict[str, Any], name: str) -> str:
    """The code of a study or patient which the body names."""
    value = body.get(name)
    if not isinstance(value, str) or "\x00" in value:
        raise ValidationError({name: [_("Name it by its code.")]})
    return value


def _defaults(row: Any, form_class: type[RowForm]) -> dict[str, Any]:
    """What the fields of the form are when nothing is said."""
    fields = [row._meta.get_field(name) for name in form_class._meta.fields or []]
    return {field.name: field.get_default() for field in fields if field.has_default()}


def _form_data(form: RowForm, values: dict[str, Any]) -> MultiValueDict[str, Any]:
    """The JSON values as a browser would send them. Related rows are named by their codes."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and not field.disabled:
            code = code_of(field.queryset.model)
            field.to_field_name = None if code == "pk" else code
    missing = values.get("missing") or {}
    if not isinstance(missing, dict):
        raise ValidationError({"missing": [_("Send one JSON object.")]})
    if unknown := [name for name in missing if f"{BLANK}{name}" not in form.fields]:
        raise ValidationError({"missing": [_("No reason can be given for %(name)s.") % {"name": ", ".join(unknown)}]})
    sent = {name: value for name, value in values.items() if name in form.fields}
    texts = {name: _as_sent(form, name, value) for name, value in sent.items()}
    reasons = {f"{BLANK}{name}": [str(why)] for name, why in missing.items() if why}
    return MultiValueDict({**{name: [text] for name, text in texts.items()}, **reasons})


def _as_sent(form: RowForm, name: str, value: Any) -> Any:
    field = form.fields[name]
    if field.disabled and value != _fixed(form, name):
        raise ValidationError({name: [_("This cannot be changed once it is recorded.")]})
    if isinstance(field, forms.JSONField) and isinstance(value, dict):
        return json.dumps(value)
    if isinstance(field, SimpleArrayField) and isinstance(value, list):
        return ",".join(str(part) for part in value)
    if isinstance(value, (dict, list)) or (isinstance(field, forms.BooleanField) != isinstance(value, bool)):
        raise ValidationError({name: [_("This is not the kind of value the field takes.")]})
    return value if isinstance(value, bool) else "" if value is None else str(value)


def _fixed(form: RowForm, name: str) -> Any:
    """The value of a field nobody changes, as the API writes it: a related row by its code."""
    row = getattr(form.instance, name)
    return getattr(row, code_of(type(row))) if isinstance(row, Model) else row


def _errors(form: RowForm) -> dict[str, list[str]]:
    """The sentences by the names the API uses."""
    errors: dict[str, list[str]] = {}
    for name, sentences in form.errors.items():
        texts = [str(sentence) for sentence in sentences]
        if name.startswith(BLANK):
            texts = [f"{name.removeprefix(BLANK)}: {text}" for text in texts]
            name = "missing"
        errors.setdefault("non_field_errors" if name == "__all__" else name, []).extend(texts)
    return errors
