"""Exports over the API: the same choices, the same jobs and the same files as on the pages."""

from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cases import access, exports, jobs
from cases.api.addresses import AddressField
from cases.api.reading import named_study
from cases.exporting.formats import ExportFormat, Headings
from cases.exporting.forms import with_usual
from cases.exports import MAKERS, Tables
from cases.models import ExportJob, ExportKind, Study
from cases.sentences import render


class Ended(APIException):
    """The work has ended; there is nothing to cancel."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "ended"


class WishSerializer(serializers.Serializer[ExportJob]):
    """What can be asked for, for the documentation; the form of the kind reads it."""

    study = serializers.CharField(help_text="Code of the study.")
    kind = serializers.ChoiceField(choices=ExportKind.choices)
    format = serializers.ChoiceField(choices=ExportFormat.choices, required=False)
    headings = serializers.ChoiceField(choices=Headings.choices, required=False)
    shift_dates = serializers.BooleanField(required=False)
    leave_out_texts = serializers.BooleanField(required=False)
    filter = serializers.CharField(
        required=False,
        help_text="Which patients, as the address of their list has it: sex=female&category=soft_tissue.",
    )
    tables = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Only for records: patient, lesion, … All if left out.",
    )
    rows = serializers.CharField(required=False, help_text="Only for wide: patient or specimen.")
    variables = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Only for wide; see choices. All if left out."
    )
    consolidation = serializers.CharField(required=False, help_text="Only for wide: median, mean or maximum.")
    undetermined = serializers.CharField(required=False, help_text="Only for wide: excluded or limit.")
    scales = serializers.ListField(child=serializers.CharField(), required=False, help_text="Only for wide.")
    rules = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Only for wide: consolidation rules, as “name v1”."
    )


class ExportSerializer(serializers.ModelSerializer[ExportJob]):
    """An export: how far it is, and what its file holds."""

    url = AddressField(view_name="api:export-detail")
    file_url = AddressField(view_name="api:export-file")
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    requested_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    message = serializers.SerializerMethodField(help_text="Why there is no file.")
    expires_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = ExportJob
        fields = ["id", "url", "file_url", "study", "kind", "status", "requested_by", "requested_at", "started_at"]
        fields += ["finished_at", "expires_at", "progress_done", "progress_total", "rows", "options", "manifest"]
        fields += ["message"]
        read_only_fields = fields

    def get_message(self, job: ExportJob) -> str:
        return render(job.message)


class ExportViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[ExportJob]):
    """Files made from a study for whoever may export: records as tables, one wide table, the history."""

    queryset = ExportJob.objects.none()
    serializer_class = ExportSerializer
    filter_backends: list[Any] = []
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ExportJob]:
        """Those one asked for oneself."""
        user: Any = self.request.user
        found = ExportJob.objects.filter(study__in=access.studies(user), requested_by=user)
        return found.select_related("study", "requested_by")

    @extend_schema(request=WishSerializer, responses={202: OpenApiResponse(ExportSerializer, "Asked.")})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask for a file. What is left out is chosen as on the page."""
        body = dict(request.data) if isinstance(request.data, dict) else {}
        rights = named_study(request, body.pop("study", None))
        rights.require("exports")
        kind = body.pop("kind", None)
        if kind not in exports.offered(rights):
            names = ", ".join(exports.offered(rights))
            raise ValidationError({"kind": [_("Choose one of: {names}.").format(names=names)]})
        options = _options(MAKERS[ExportKind(kind)].tables, body, study=rights.study, user=request.user)
        user: Any = request.user
        job = exports.request_export(kind=ExportKind(kind), by=user, rights=rights, options=options)
        return self._answer(job, status.HTTP_202_ACCEPTED)

    @extend_schema(responses=ExportSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """How far an export is."""
        return self._answer(self._job())

    @extend_schema(request=None, responses={202: ExportSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Cancel an export that waits or runs."""
        job = self._job()
        if not jobs.cancel(job):
            raise Ended(_("This export has ended; there is nothing to cancel."))
        job.refresh_from_db()
        return self._answer(job, status.HTTP_202_ACCEPTED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, **kwargs: Any) -> FileResponse:
        """The file: not after its time, and not after a patient of the study withdrew consent."""
        user: Any = request.user
        return exports.fetch(self._job(), by=user)

    @extend_schema(
        parameters=[OpenApiParameter("study", required=True, description="Code of the study.")],
        responses=OpenApiTypes.OBJECT,
    )
    @action(detail=False)
    def choices(self, request: Request, **kwargs: Any) -> Response:
        """What can be chosen in a study, by kind and field: codes with their names."""
        rights = access.study_rights(user=request.user, code=request.query_params.get("study", ""))
        rights.require("exports")
        forms = {kind: MAKERS[kind].tables for kind in exports.offered(rights)}
        return Response(
            {
                kind.value: _choices(tables, study=rights.study, user=request.user)
                for kind, tables in forms.items()
                if tables is not None
            }
        )

    def _job(self) -> ExportJob:
        """The export of the address, where this person may fetch it."""
        studies = access.studies(self.request.user)
        found = get_object_or_404(ExportJob.objects.filter(study__in=studies), pk=self.kwargs["pk"])
        rights = access.rights(user=self.request.user, study=found.study)
        rights.require("exports")
        return get_object_or_404(exports.visible(rights=rights, user=self.request.user), pk=found.pk)

    def _answer(self, job: ExportJob, code: int = status.HTTP_200_OK) -> Response:
        body = ExportSerializer(job, context=self.get_serializer_context()).data
        return Response(body, status=code, headers={"Location": body["url"]})


def _options(tables: Tables | None, body: dict[str, Any], *, study: Study, user: Any) -> dict[str, Any]:
    if tables is None:
        if body:
            raise ValidationError({name: [_("There is nothing to choose. Leave it out.")] for name in body})
        return {}
    try:
        form = with_usual(tables.form, body, study=study, user=user)
    except FormError as error:
        raise ValidationError(error.message_dict) from error
    if not form.is_valid():
        raise ValidationError({name: list(map(str, errors)) for name, errors in form.errors.items()})
    return form.options


def _choices(tables: Tables, *, study: Study, user: Any) -> dict[str, list[dict[str, str]]]:
    fields = tables.form(study=study, user=user).fields
    return {name: list(_flat(field.choices)) for name, field in fields.items() if hasattr(field, "choices")}


def _flat(choices: Any) -> Any:
    for code, label in choices:
        if isinstance(label, list | tuple):
            yield from ({"code": inner, "label": f"{code} · {name}"} for inner, name in label)
        else:
            yield {"code": code, "label": str(label)}
