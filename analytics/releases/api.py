"""Released dashboards over the API: what stands on their pages, for every member of the study; managers release and
withdraw as there.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.models import DashboardRelease
from analytics.releases import services
from analytics.releases.access import releases
from analytics.releases.dashboards import DASHBOARDS
from analytics.releases.forms import ReleaseForm
from cases import access
from cases.access import study_rights
from cases.api import AddressField


class ReleaseSerializer(serializers.ModelSerializer[DashboardRelease]):
    """A released dashboard."""

    url = AddressField(view_name="api:dashboard-release-detail")
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    released_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = DashboardRelease
        fields = ["id", "url", "study", "dashboard", "title", "population", "released_by", "released_at"]
        read_only_fields = fields


class ReleaseDetailSerializer(ReleaseSerializer):
    """A released dashboard with its numbers and tables."""

    numbers = serializers.JSONField(read_only=True, help_text="Without single patients and small groups.")
    tables = serializers.SerializerMethodField(help_text="By part: header and rows, in words.")

    class Meta(ReleaseSerializer.Meta):
        fields = [*ReleaseSerializer.Meta.fields, "numbers", "tables"]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_tables(self, release: DashboardRelease) -> dict[str, Any]:
        shown = DASHBOARDS[release.dashboard].shown(release.numbers)
        return {part.name: {"header": part.table.header, "rows": part.table.rows} for part in shown.parts if part.table}


class ReleaseWriteSerializer(serializers.Serializer[Any]):
    """A dashboard to be released, with the choices of its address."""

    study = serializers.CharField(help_text="Code of the study.")
    dashboard = serializers.ChoiceField(choices=list(DASHBOARDS))
    query = serializers.CharField(
        required=False, allow_blank=True, help_text="What stands behind “?” in the address of the dashboard."
    )
    title = serializers.CharField(max_length=120, help_text="What viewers find it by. Never write a name.")
    doubts_read = serializers.BooleanField(
        required=False, help_text="That the warnings of an answer 400 were read. Send it only then."
    )
    identifies_nobody = serializers.BooleanField(
        required=False, help_text="That the title identifies nobody, where that was asked."
    )


@extend_schema_view(
    list=extend_schema(parameters=[OpenApiParameter("study", description="Code of one study; all when left out.")])
)
class ReleaseViewSet(viewsets.ReadOnlyModelViewSet[DashboardRelease]):
    """Dashboards that managers of your studies released; managers release and withdraw them."""

    queryset = DashboardRelease.objects.none()
    filterset_fields = ["dashboard"]

    def get_queryset(self) -> QuerySet[DashboardRelease]:
        found = releases(self.request.user)
        if study := self.request.query_params.get("study"):
            return found.filter(study=study_rights(user=self.request.user, code=study).study)
        return found

    @extend_schema(request=ReleaseWriteSerializer, responses={201: ReleaseDetailSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Release a dashboard as its choices show it now. What viewers read is in the answer."""
        body = request.data if isinstance(request.data, dict) else {}
        rights = study_rights(user=request.user, code=str(body.get("study", "")))
        rights.require("manages")
        sent = ReleaseWriteSerializer(data=body)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        form = ReleaseForm({name: str(value) for name, value in said.items() if value}, study=rights.study)
        if not form.is_valid():
            raise ValidationError({name: [str(text) for text in texts] for name, texts in form.errors.items()})
        drafted = services.draft(
            dashboard=DASHBOARDS[said["dashboard"]],
            asked=QueryDict(said.get("query", "")),
            by=request.user,
            rights=rights,
        )
        if drafted.refusals:
            raise ValidationError({"query": drafted.refusals})
        if drafted.doubts and not said.get("doubts_read"):
            raise ValidationError({"doubts_read": drafted.doubts})
        try:
            made = services.release(
                drafted=drafted,
                title=form.cleaned_data["title"],
                doubts_read=said.get("doubts_read", False),
                by=request.user,
                rights=rights,
            )
        except services.CannotRelease as refusal:
            raise ValidationError({"query": [str(refusal)]}) from refusal
        told = ReleaseDetailSerializer(made, context=self.get_serializer_context())
        return Response(told.data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Withdraw it: no viewer can read it any more."""
        release = self.get_object()
        rights = access.rights(user=request.user, study=release.study)
        services.withdraw(release=release, by=request.user, rights=rights)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_serializer_class(self) -> Any:
        return ReleaseDetailSerializer if self.action == "retrieve" else ReleaseSerializer
