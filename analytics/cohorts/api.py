"""Cohorts over the API: the same form, rights and sentences as on the pages."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.cohorts import services
from analytics.cohorts.access import cohorts
from analytics.cohorts.counting import counted
from analytics.cohorts.editions import current
from analytics.cohorts.forms import CohortForm
from analytics.models import Cohort, CohortKind
from analytics.spec import FieldReader, Population
from cases.access import require_rows_somewhere, rights, study_rights
from cases.api import AddressField, asked_study
from cases.versions import version_of


class Used(APIException):
    """Questions were asked of the cohort."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "used"


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    """A cohort. ``key`` is what the filter ``cohort`` takes, of patients and of questions."""

    url = AddressField(view_name="api:cohort-detail")
    key = serializers.SerializerMethodField(help_text="Names the cohort as it is now; it stays, whatever changes.")
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    made_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Cohort
        fields = ["id", "url", "key", "study", "name", "description", "kind", "filters", "edition", "is_shared"]
        fields += ["made_by", "made_at", "archived_at"]
        read_only_fields = fields

    def get_key(self, cohort: Cohort) -> str:
        return current(cohort).key


class CohortDetailSerializer(CohortSerializer):
    """A cohort with its patients of today."""

    patients = serializers.SerializerMethodField(help_text="How many of its patients you may see today.")

    class Meta(CohortSerializer.Meta):
        fields = [*CohortSerializer.Meta.fields, "patients"]
        read_only_fields = fields

    def get_patients(self, cohort: Cohort) -> int:
        user = self.context["request"].user
        return counted([cohort], by=user, rights=rights(user=user, study=cohort.study))[cohort.pk]


class CohortWriteSerializer(serializers.Serializer[Any]):
    """A new cohort."""

    study = serializers.CharField(help_text="Code of the study.")
    name = serializers.CharField()
    description = serializers.CharField(required=False)
    kind = serializers.ChoiceField(choices=CohortKind.choices, required=False, help_text="live when left out.")
    filters = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Filters of the list of patients by name, each with a list of values; everybody when left out.",
    )
    is_shared = serializers.BooleanField(required=False)


STUDY = OpenApiParameter("study", description="Code of one study; all in which you ask questions when left out.")


@extend_schema_view(list=extend_schema(parameters=[STUDY]))
class CohortViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Cohort]):
    """Cohorts of your studies: your own, and those shared with the study."""

    queryset = Cohort.objects.none()
    serializer_class = CohortSerializer
    filterset_fields = ["kind"]

    def get_queryset(self) -> QuerySet[Cohort]:
        found = cohorts(self.request.user)
        study = asked_study(self.request)
        return found if study is None else found.filter(study=study)

    def get_serializer_class(self) -> Any:
        return CohortDetailSerializer if self.action == "retrieve" else CohortSerializer

    @extend_schema(request=CohortWriteSerializer, responses={201: CohortDetailSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Keep a population under a name."""
        require_rows_somewhere(request.user)
        sent = request.data if isinstance(request.data, dict) else {}
        asker = study_rights(user=request.user, code=str(sent.get("study", "")))
        asker.require("asks")
        cohort = self._saved(Cohort(study=asker.study, made_by=cast(User, request.user)), sent)
        return Response(self._told(cohort), status=status.HTTP_201_CREATED)

    @extend_schema(request=CohortWriteSerializer, responses=CohortDetailSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change name, description, sharing or filters; what is left out stays. Study and kind stay in any case."""
        cohort = self._changeable()
        sent = request.data if isinstance(request.data, dict) else {}
        kept = {name: getattr(cohort, name) for name in ("name", "description", "is_shared", "filters")}
        return Response(self._told(self._saved(cohort, {**kept, **sent})))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a cohort of which nothing was asked; another can be archived on its page."""
        cohort = self._changeable()
        asker = rights(user=request.user, study=cohort.study)
        if not services.delete(cohort=cohort, by=request.user, rights=asker):
            raise Used(_("Questions were asked of this cohort, so it cannot be deleted. Archive it."))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _changeable(self) -> Cohort:
        cohort: Cohort = self.get_object()
        asker = rights(user=self.request.user, study=cohort.study)
        services.require_change(cohort=cohort, by=self.request.user, rights=asker)
        return cohort

    def _saved(self, cohort: Cohort, sent: dict[str, Any]) -> Cohort:
        """Through the form of the pages; raises ``ValidationError`` with a sentence for each field at fault."""
        reader = FieldReader(sent)
        population = Population.read(reader, "filters")
        if reader.errors:
            raise ValidationError({name: str(text) for name, text in reader.errors.items()})
        fields = QueryDict(mutable=True)
        for name in ("name", "description", "identifies_nobody"):
            fields[name] = str(sent.get(name) or "")
        fields["kind"] = str(sent.get("kind") or cohort.kind)
        if sent.get("is_shared") is True:
            fields["is_shared"] = "on"
        if cohort.pk:
            fields["version"] = version_of(cohort)
        form = CohortForm(fields, instance=cohort, by=self.request.user, population=population)
        saved: Cohort | None = form.saved(by=self.request.user) if form.is_valid() else None
        if saved is None:
            raise ValidationError({name: [str(text) for text in texts] for name, texts in form.errors.items()})
        return saved

    def _told(self, cohort: Cohort) -> Any:
        return CohortDetailSerializer(cohort, context=self.get_serializer_context()).data
