"""The API of questions and answers: the same road as the pages, with JSON at both ends."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from analytics import access, services
from analytics.families.reading import places_of
from analytics.families.services import request_in_family
from analytics.kinds import KINDS, Reading, kind_of, parse
from analytics.models import Analysis, Family
from analytics.reading import figure, read
from analytics.spec import Spec, SpecError
from cases import jobs
from cases.access import StudyRights, rights, study_rights
from cases.api import AddressField
from cases.models import JobStatus
from cases.sentences import render


class Ended(APIException):
    """The work has ended; there is nothing to cancel."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "ended"


QUESTION = PolymorphicProxySerializer(
    component_name="Question",
    serializers={kind.code: kind.serializer_class for kind in KINDS.values()},
    resource_type_field_name="kind",
)
"""A question of any kind, for the documentation; :func:`analytics.kinds.parse` reads it."""


class AnalysisSerializer(serializers.ModelSerializer[Analysis]):
    """An analysis without its answer."""

    url = AddressField(view_name="api:analysis-detail")
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    question = serializers.JSONField(source="spec", read_only=True)
    requested_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Analysis
        fields = ["id", "url", "study", "kind", "question", "status", "requested_by", "requested_at"]
        fields += ["started_at", "finished_at", "released_at", "progress_done", "progress_total"]
        read_only_fields = fields


class AnswerSerializer(AnalysisSerializer):
    """An analysis with its answer, as its reader may see it: ``context["reading"]``."""

    message = serializers.SerializerMethodField(help_text="Why there is no answer.")
    result = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField(help_text="Addresses of figures for Plotly.")
    families = serializers.SerializerMethodField(help_text="Its place and corrected p in families of tests.")
    input_sha256 = serializers.SerializerMethodField()
    erased_patients = serializers.SerializerMethodField(
        help_text="How many patients of this answer were erased since; the numbers still rest on them."
    )

    class Meta(AnalysisSerializer.Meta):
        fields = [*AnalysisSerializer.Meta.fields, "message", "result", "figures", "input_sha256", "versions"]
        fields += ["erased_patients", "families"]
        read_only_fields = fields

    def get_message(self, analysis: Analysis) -> str:
        return render(analysis.message)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_result(self, _analysis: Analysis) -> dict[str, Any] | None:
        reading: Reading = self.context["reading"]
        return reading.result

    def get_figures(self, analysis: Analysis) -> dict[str, str]:
        reading: Reading = self.context["reading"]
        drawn = [name for name in kind_of(analysis).drawings if figure(reading, name)]
        return {
            name: reverse("api:analysis-figure", args=[analysis.pk, name], request=self.context["request"])
            for name in drawn
        }

    def get_families(self, _analysis: Analysis) -> list[dict[str, Any]]:
        return [
            {
                "family": place.family.pk,
                "name": place.family.name,
                "correction": place.family.correction,
                "test": place.number,
                "tests": place.count,
                "is_late": place.member.is_late,
                "p_value": place.tested.p_value if place.tested else None,
                "adjusted_p": place.adjusted_p,
            }
            for place in places_of(self.context["reading"])
        ]

    def get_input_sha256(self, analysis: Analysis) -> str:
        return analysis.input_sha256 if self.context["reading"].in_full else ""

    def get_erased_patients(self, _analysis: Analysis) -> int:
        reading: Reading = self.context["reading"]
        return reading.erased


def _family(wanted: Any, *, rights: StudyRights) -> Family | None:
    """The family of the study that a question names by its number, if any. Raises ``SpecError`` where there is none."""
    if wanted in (None, ""):
        return None
    found = Family.objects.filter(study=rights.study, pk=wanted).first() if str(wanted).isdecimal() else None
    if found is None:
        raise SpecError({"family": _("There is no such family in this study. Choose another.")})
    return found


class AnalysisFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=JobStatus.choices)

    class Meta:
        model = Analysis
        fields = ["status"]


@extend_schema_view(
    list=extend_schema(parameters=[OpenApiParameter("study", description="Code of one study; all when left out.")])
)
class AnalysisViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Analysis]):
    """Questions asked of studies, and their answers.

    Members who see rows read what was asked in their studies; viewers read what was released, without single patients.
    """

    queryset = Analysis.objects.none()
    serializer_class = AnalysisSerializer
    filterset_class = AnalysisFilter

    def get_queryset(self) -> QuerySet[Analysis]:
        found = access.analyses(self.request.user)
        if study := self.request.query_params.get("study"):
            return found.filter(study=study_rights(user=self.request.user, code=study).study)
        return found

    @extend_schema(
        request=QUESTION,
        responses={
            202: OpenApiResponse(AnswerSerializer, "Asked; the address in Location has the answer when it is there."),
            200: OpenApiResponse(AnswerSerializer, "The same question was answered before; no data changed since."),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask a question."""
        sent, wanted = request.data, None
        if isinstance(sent, dict):
            sent, wanted = sent.copy(), sent.get("family")
            sent.pop("family", None)
        try:
            spec = parse(sent)
            asker = study_rights(user=request.user, code=spec.study)
            family = _family(wanted, rights=asker)
            analysis = self._asked(spec, family=family, rights=asker)
        except SpecError as error:
            raise ValidationError(error.errors) from error
        answered = analysis.status == JobStatus.SUCCEEDED
        body = self._answer(analysis)
        code = status.HTTP_200_OK if answered else status.HTTP_202_ACCEPTED
        return Response(body, status=code, headers={"Location": body["url"]})

    def _asked(self, spec: Spec, *, family: Family | None, rights: StudyRights) -> Analysis:
        if family is None:
            return services.request_analysis(spec=spec, by=self.request.user, rights=rights)[0]
        return request_in_family(spec=spec, family=family, by=self.request.user, rights=rights)[0]

    @extend_schema(responses=AnswerSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """The status of an analysis, then its answer."""
        return Response(self._answer(self.get_object()))

    @extend_schema(request=None, responses={202: AnswerSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Cancel a question that waits or runs."""
        analysis = self.get_object()
        if not analysis.is_unfinished:
            raise Ended(_("This analysis has ended; there is nothing to cancel."))
        asker = rights(user=request.user, study=analysis.study)
        if not access.may_cancel(rights=asker, user=request.user, analysis=analysis):
            raise PermissionDenied(_("Only who asked, or a manager, can cancel an analysis."))
        jobs.cancel(analysis)
        analysis.refresh_from_db()
        return Response(self._answer(analysis), status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, url_path="figures/(?P<figure>[a-z_]+)")
    def figure(self, request: Request, **kwargs: Any) -> HttpResponse:
        """A figure for Plotly: data and layout."""
        drawn = figure(self._reading(self.get_object()), kwargs["figure"])
        if drawn is None:
            raise Http404(_("This answer has no such figure."))
        return HttpResponse(drawn.to_json(), content_type="application/json")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def input(self, request: Request, **kwargs: Any) -> Response:
        """The frozen input, one row per sample, for those who may export."""
        analysis = self.get_object()
        asker = rights(user=request.user, study=analysis.study)
        reading = self._reading(analysis)
        return Response(services.export_input(reading=reading, by=request.user, rights=asker))

    def _reading(self, analysis: Analysis) -> Reading:
        asker = rights(user=self.request.user, study=analysis.study)
        return read(analysis=analysis, user=self.request.user, rights=asker)

    def _answer(self, analysis: Analysis) -> Any:
        context = {**self.get_serializer_context(), "reading": self._reading(analysis)}
        return AnswerSerializer(analysis, context=context).data
