"""Released dashboards over the API: what stands on their pages, for every member of the study."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets

from analytics.models import DashboardRelease
from analytics.releases.access import releases
from analytics.releases.dashboards import DASHBOARDS
from cases.access import study_rights


class ReleaseSerializer(serializers.ModelSerializer[DashboardRelease]):
    """A released dashboard."""

    url = serializers.HyperlinkedIdentityField(view_name="api:dashboard-release-detail")
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


@extend_schema_view(
    list=extend_schema(parameters=[OpenApiParameter("study", description="Code of one study; all when left out.")])
)
class ReleaseViewSet(viewsets.ReadOnlyModelViewSet[DashboardRelease]):
    """Dashboards that managers of your studies released."""

    queryset = DashboardRelease.objects.none()
    filterset_fields = ["dashboard"]

    def get_queryset(self) -> QuerySet[DashboardRelease]:
        found = releases(self.request.user)
        if study := self.request.query_params.get("study"):
            return found.filter(study=study_rights(user=self.request.user, code=study).study)
        return found

    def get_serializer_class(self) -> Any:
        return ReleaseDetailSerializer if self.action == "retrieve" else ReleaseSerializer
