"""What is only read over the API: studies, sites, vocabularies; and what reading any rows has in common."""

from typing import Any, ClassVar, cast

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.viewsets import ModelViewSet, ReadOnlyModelViewSet

from cases import access
from cases.models import Membership, Role, Site, Study
from cases.models.study import CODE_PATTERN
from cases.vocabularies import VOCABULARIES, Vocabulary

STUDY_PARAMETER = OpenApiParameter(
    name="study",
    description="Code of one study; without it, every study in which you may see single patients.",
)
lists_rows = extend_schema_view(list=extend_schema(parameters=[STUDY_PARAMETER]))
"""Decorator for view sets whose list accepts ``?study=CODE``."""


def asked_study(request: Request) -> Study | None:
    """The study of ``?study=CODE``, or None for all.

    ``Http404`` for a study the person is not a member of, ``PermissionDenied`` where they may not see rows.
    """
    code = request.query_params.get("study")
    if code is None:
        access.require_rows_somewhere(request.user)
        return None
    rights = access.study_rights(user=request.user, code=code)
    rights.require("sees_rows")
    return rights.study


def named_study(request: Request, code: Any) -> access.StudyRights:
    """The rights in the study which a body names by its code. Raises ``ValidationError`` where it names none."""
    if not code:
        raise serializers.ValidationError({"study": [_("Name the study by its code.")]})
    return access.study_rights(user=request.user, code=str(code))


class StudySerializer(serializers.ModelSerializer[Study]):
    role = serializers.SerializerMethodField(help_text="Your role in the study.")

    class Meta:
        model = Study
        fields = ["code", "title", "ethics_approval", "status", "is_synthetic", "role"]

    @extend_schema_field(serializers.ChoiceField(choices=Role.choices))
    def get_role(self, study: Any) -> str:
        return study.role or Role.MANAGER


class StudyViewSet(ReadOnlyModelViewSet[Study]):
    """The studies you are a member of."""

    queryset = Study.objects.all()
    serializer_class = StudySerializer
    lookup_field = "code"
    lookup_value_regex = CODE_PATTERN.strip("^$")

    def get_queryset(self) -> QuerySet[Study]:
        own = Membership.objects.filter(study=OuterRef("pk"), user_id=cast(int, self.request.user.pk))
        return access.studies(self.request.user).annotate(role=Subquery(own.values("role"))).order_by("code")


class Sort(OrderingFilter):
    """``?sort=-date`` as on the pages; rows that are level keep one order."""

    ordering_param = "sort"
    ordering_description = "A field, or several separated by commas; a minus before it turns the order round."

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        ordering = super().get_ordering(request, queryset, view)
        return [*ordering, "pk"] if ordering else ordering


class RowsViewSet(ModelViewSet):
    """Rows this person may see. ``to_patient`` is the ORM path from the model to its patient, None without one."""

    filter_backends = [DjangoFilterBackend, Sort]
    ordering_fields: ClassVar[list[str]] = []
    to_patient: ClassVar[str | None]

    def get_queryset(self) -> QuerySet[Any]:
        study = asked_study(self.request)
        rows = self.visible(super().get_queryset())
        path = f"{self.to_patient}__" if self.to_patient else ""
        return (rows.filter(**{f"{path}study": study}) if study else rows).order_by(f"{path}study__code", "pk")

    def visible(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those the person may see."""
        return access.rows(user=self.request.user, queryset=rows, patient=self.to_patient)


class SiteSerializer(serializers.ModelSerializer[Site]):
    study = serializers.CharField(source="study.code")

    class Meta:
        model = Site
        fields = ["id", "study", "code", "name"]


@lists_rows
class SiteViewSet(ReadOnlyModelViewSet[Site]):
    """The institutions of your studies."""

    queryset = Site.objects.select_related("study")
    serializer_class = SiteSerializer

    def get_queryset(self) -> QuerySet[Site]:
        study = asked_study(self.request)
        sites = super().get_queryset().filter(study__in=access.studies(self.request.user))
        return sites.filter(study=study) if study else sites


def _vocabulary(vocabulary: Vocabulary) -> type[ReadOnlyModelViewSet]:
    """The view set of one vocabulary; terms are shared by all studies and hold nothing of a patient."""
    model = vocabulary.model
    meta = type("Meta", (), {"model": model, "fields": ["id", *vocabulary.fields]})
    serializer = type(f"{model.__name__}Serializer", (serializers.ModelSerializer,), {"Meta": meta})
    attributes = {
        "__doc__": f"{vocabulary.heading} that records can name.",
        "queryset": model._default_manager.order_by("name", "pk"),
        "serializer_class": serializer,
    }
    return type(f"{model.__name__}ViewSet", (ReadOnlyModelViewSet,), attributes)


TERMS = {vocabulary.name: _vocabulary(vocabulary) for vocabulary in VOCABULARIES.values()}
"""Name of the vocabulary, which is its part of the address -> view set."""
