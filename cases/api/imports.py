"""Imports over the API: the same steps, rights and sentences as on the pages.

Bring a file (202), look at it until its ``status`` is ``waiting``, answer its questions (202), look at the check,
write (202). Each step can be cancelled, and what was written can be undone.
"""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cases import access, jobs
from cases.api.import_serializers import (
    AnswersSerializer,
    FileSerializer,
    ImportDetailSerializer,
    ImportSerializer,
    MappingSerializer,
    UndoPreviewSerializer,
    WriteSerializer,
)
from cases.api.reading import named_study
from cases.importing import steps
from cases.importing.answering import answered_form, errors_of
from cases.importing.formats import by_code
from cases.importing.forms import FileForm
from cases.importing.mappings import KeptMapping, named, sent
from cases.importing.records.problem_file import problem_file, problem_file_name
from cases.importing.undo.preview import preview_of
from cases.importing.undo.undoing import request_undo
from cases.jobs import Refusal
from cases.list_files import XLSX
from cases.models import ImportJob, ImportMapping, JobStatus
from cases.sentences import render

STUDY = OpenApiParameter("study", description="Code of one study; all into which you may import when left out.")
STARTED = OpenApiResponse(ImportDetailSerializer, "Begun; look at the import until its status says that it ended.")


class MovedOn(APIException):
    """The import is no longer, or not yet, where this step can be taken."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "moved_on"


class OfImports(viewsets.GenericViewSet):
    """Whoever may import into a study sees its imports and mappings."""

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset().select_related("study")
        if self.detail:
            return rows.filter(study__in=access.studies(self.request.user))
        code = self.request.query_params.get("study")
        if code is None:
            return rows.filter(study__in=access.importable_studies(self.request.user))
        rights = access.study_rights(user=self.request.user, code=code)
        rights.require("imports")
        return rows.filter(study=rights.study)

    @property
    def person(self) -> User:
        """Who asks; nobody comes this far without having signed in."""
        return cast(User, self.request.user)

    def get_object(self) -> Any:
        row = super().get_object()
        access.rights(user=self.request.user, study=row.study).require("imports")
        return row


@extend_schema_view(list=extend_schema(parameters=[STUDY]))
class ImportViewSet(OfImports, mixins.ListModelMixin):
    """Files brought into your studies. Each is checked row by row first, and written as a whole or not at all."""

    queryset = ImportJob.objects.select_related("requested_by").order_by("-requested_at", "-pk")
    serializer_class = ImportSerializer
    filterset_fields = ["status"]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ImportJob]:
        rows: Any = super().get_queryset()
        rows = rows.with_undone()
        return rows if self.detail else rows.defer("preview", "options")

    @extend_schema(request=FileSerializer, responses={202: STARTED})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Bring a file. Its study, and its format where the portal shall not find it out, are named beside it."""
        rights = named_study(request, request.POST.get("study"))
        rights.require("imports")
        form = FileForm(request.POST, request.FILES, was_too_large=getattr(request._request, "upload_too_large", False))
        if not form.is_valid():
            raise ValidationError(errors_of(form))
        job = steps.bring(
            study=rights.study,
            file=form.cleaned_data["file"],
            format_code=form.cleaned_data["format"],
            by=self.person,
        )
        return self._begun(job)

    def get_parsers(self) -> list[Any]:
        """A file comes as a form; what is asked about one import is JSON."""
        brings = (getattr(self, "action_map", None) or {}).get("post") == "create"
        return [MultiPartParser()] if brings else super().get_parsers()

    @extend_schema(responses=ImportDetailSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """How far the import is: its questions, the check of the answers, what was written."""
        return Response(self._told(self.get_object()))

    @extend_schema(request=AnswersSerializer, responses={202: STARTED})
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, **kwargs: Any) -> Response:
        """Answer the questions by a mapping, one by one, or both; what is left out stays as it is guessed."""
        job = self.get_object()
        if job.preview is None or job.status not in (JobStatus.WAITING, JobStatus.REFUSED):
            raise self._moved_on()
        asked = AnswersSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        import_format, outline = by_code(job.format), job.preview["outline"]
        mapping = self._mapping(asked.validated_data.get("mapping"), job=job)
        options = import_format.fit(mapping.answers, outline=outline).options if mapping else job.options
        form = answered_form(
            import_format=import_format,
            study=job.study,
            outline=outline,
            options=options,
            answers=asked.validated_data.get("answers", {}),
        )
        if unknown := set(asked.validated_data.get("answers", {})) - set(form.fields):
            raise ValidationError({name: [_("There is no such question.")] for name in sorted(unknown)})
        if not form.is_valid():
            raise ValidationError(errors_of(form))
        if not steps.answer(job=job, options=form.options, by=self.person):
            raise self._moved_on()
        return self._begun(job)

    @extend_schema(request=WriteSerializer, responses={202: STARTED})
    @action(detail=True, methods=["post"])
    def write(self, request: Request, **kwargs: Any) -> Response:
        """Write what was checked. ``attempt`` is that of the check you saw, so that nothing else is written."""
        job = self.get_object()
        asked = WriteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if not steps.confirm(job=job, attempt=asked.validated_data["attempt"], by=self.person):
            raise MovedOn(_("There are problems, nothing to write, or a newer check. Look at the import once more."))
        return self._begun(job)

    @extend_schema(request=None, responses={202: STARTED})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Give up the import, or its undoing while that is under way; what is written stays."""
        job = self.get_object()
        undo = job.latest_undo
        ended = jobs.cancel(undo) if undo is not None and undo.is_unfinished else steps.abandon(job=job)
        if not ended:
            raise MovedOn(_("This import has ended; there is nothing to cancel."))
        return self._begun(job)

    @extend_schema(methods=["GET"], responses=UndoPreviewSerializer)
    @extend_schema(methods=["POST"], request=None, responses={202: STARTED})
    @action(detail=True, methods=["get", "post"])
    def undo(self, request: Request, **kwargs: Any) -> Response:
        """What undoing would take away and put back, and what stands in the way; or the wish to have it done."""
        job = self.get_object()
        if request.method == "GET":
            if job.status != JobStatus.SUCCEEDED or job.is_undone:
                raise MovedOn(_("This import has written nothing that could be undone."))
            return Response(UndoPreviewSerializer(preview_of(job, user=request.user)).data)
        try:
            request_undo(job=job, by=self.person)
        except Refusal as refusal:
            raise MovedOn(render(refusal.stored)) from refusal
        return self._begun(job)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY})
    @action(detail=True)
    def problems(self, request: Request, **kwargs: Any) -> FileResponse:
        """The refused rows of the last check as a workbook, with a column of reasons."""
        job = self.get_object()
        check = (job.preview or {}).get("check") or {}
        if not any(sheet["refused"] for sheet in check.get("sheets", [])):
            raise Http404(_("No row was refused."))
        file = problem_file(job)
        return FileResponse(file, as_attachment=True, filename=problem_file_name(job), content_type=XLSX)

    def _mapping(self, asked: Any, *, job: ImportJob) -> KeptMapping | None:
        import_format = by_code(job.format)
        if isinstance(asked, dict):
            is_file = "answers" in asked
            return sent(asked, name="", import_format=import_format) if is_file else KeptMapping(name="", answers=asked)
        return named(study=job.study, import_format=import_format, name=asked) if asked else None

    def _begun(self, job: ImportJob) -> Response:
        now = ImportJob.objects.with_undone().select_related("study", "requested_by").get(pk=job.pk)
        told = self._told(now)
        return Response(told, status=status.HTTP_202_ACCEPTED, headers={"Location": told["url"]})

    def _told(self, job: ImportJob) -> Any:
        return ImportDetailSerializer(job, context=self.get_serializer_context()).data

    def _moved_on(self) -> MovedOn:
        return MovedOn(_("This import has no questions to answer now. Look at it once more."))


@extend_schema_view(list=extend_schema(parameters=[STUDY]))
class MappingViewSet(OfImports, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Mappings of columns kept in your studies."""

    queryset = ImportMapping.objects.select_related("saved_by").order_by("study__code", "format", "name")
    serializer_class = MappingSerializer
    filterset_fields = ["format"]
