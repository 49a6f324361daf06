"""Families of tests over the API."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from analytics import access
from analytics.families.forms import FamilyForm
from analytics.families.reading import Place, places_in
from analytics.models import Correction, Family
from cases.access import of_study, require_rows_somewhere, rights, study_rights
from cases.api import AddressField, asked_study


class FamilySerializer(serializers.ModelSerializer[Family]):
    """A declared family of tests."""

    url = AddressField(view_name="api:family-detail")
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    declared_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    tests = serializers.IntegerField(read_only=True)

    class Meta:
        model = Family
        fields = ["id", "url", "study", "name", "question", "correction", "declared_by", "declared_at", "tests"]
        read_only_fields = fields


class MemberSerializer(serializers.Serializer[Place]):
    """A test of the family with its newest answer; numbers are ``null`` where you may not see them."""

    number = serializers.IntegerField()
    is_late = serializers.BooleanField(source="member.is_late")
    added_at = serializers.DateTimeField(source="member.added_at")
    analysis = serializers.SerializerMethodField(help_text="Address of the analysis.")
    value = serializers.SerializerMethodField(method_name="get_estimate")
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    p_value = serializers.SerializerMethodField()
    adjusted_p = serializers.SerializerMethodField()

    def get_analysis(self, place: Place) -> str | None:
        if not self._is_readable(place):
            return None
        asked = place.analysis or place.member.analysis
        return reverse("api:analysis-detail", args=[asked.pk], request=self.context["request"])

    def get_estimate(self, place: Place) -> float | None:
        return self._number(place, "value")

    def get_low(self, place: Place) -> float | None:
        return self._number(place, "low")

    def get_high(self, place: Place) -> float | None:
        return self._number(place, "high")

    def get_p_value(self, place: Place) -> float | None:
        return self._number(place, "p_value")

    def get_adjusted_p(self, place: Place) -> float | None:
        return place.adjusted_p if self._is_readable(place) else None

    def _number(self, place: Place, name: str) -> float | None:
        return getattr(place.tested, name) if place.tested and self._is_readable(place) else None

    def _is_readable(self, place: Place) -> bool:
        return (place.analysis or place.member.analysis).pk in self.context["readable"]


class FamilyDetailSerializer(FamilySerializer):
    """A family with its tests."""

    members = MemberSerializer(many=True, source="places", read_only=True)

    class Meta(FamilySerializer.Meta):
        fields = [*FamilySerializer.Meta.fields, "members"]
        read_only_fields = fields


class FamilyWriteSerializer(serializers.Serializer[Any]):
    """A declaration; nothing of it can be changed later."""

    study = serializers.CharField(help_text="Code of the study.")
    name = serializers.CharField()
    question = serializers.CharField(help_text="What the tests decide together, in a sentence.")
    correction = serializers.ChoiceField(choices=Correction.choices, required=False, help_text="holm when left out.")


STUDY = OpenApiParameter("study", description="Code of one study; all in which you ask questions when left out.")


@extend_schema_view(list=extend_schema(parameters=[STUDY]))
class FamilyViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Family]):
    """Families of tests: declared, filled with questions by ``family`` of a question, corrected together."""

    queryset = Family.objects.none()
    serializer_class = FamilySerializer

    def get_queryset(self) -> QuerySet[Family]:
        found = of_study(user=self.request.user, queryset=Family.objects.select_related("study", "declared_by"))
        study = asked_study(self.request)
        counted = found.annotate(tests=Count("members")).order_by("-declared_at", "-pk")
        return counted if study is None else counted.filter(study=study)

    @extend_schema(responses=FamilyDetailSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """A family with its tests, raw and corrected."""
        return Response(self._told(self.get_object()))

    @extend_schema(request=FamilyWriteSerializer, responses={201: FamilyDetailSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Declare a family before any of its questions is answered."""
        require_rows_somewhere(request.user)
        sent = request.data if isinstance(request.data, dict) else {}
        asker = study_rights(user=request.user, code=str(sent.get("study", "")))
        asker.require("asks")
        fields = QueryDict(mutable=True)
        for name in ("name", "question", "identifies_nobody"):
            fields[name] = str(sent.get(name) or "")
        fields["correction"] = str(sent.get("correction") or Correction.HOLM)
        form = FamilyForm(fields, instance=Family(study=asker.study, declared_by=cast(User, request.user)))
        family: Family | None = form.saved(by=self.request.user) if form.is_valid() else None
        if family is None:
            raise ValidationError({name: [str(text) for text in texts] for name, texts in form.errors.items()})
        return Response(self._told(family), status=status.HTTP_201_CREATED)

    def _told(self, family: Family) -> Any:
        user = self.request.user
        asker, places = rights(user=user, study=family.study), places_in(family)
        asked = [(place.analysis or place.member.analysis).pk for place in places]
        found = access.analyses(user).filter(pk__in=asked)
        readable = {one.pk for one in found if access.reads_in_full(rights=asker, analysis=one)}
        context = {**self.get_serializer_context(), "readable": readable}
        family.places, family.tests = places, len(places)  # type: ignore[attr-defined]
        return FamilyDetailSerializer(family, context=context).data
