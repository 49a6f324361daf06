"""The findings board over the API: the same content as its page."""

from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from analytics.findings.base import Verdict
from analytics.findings.board import PartRead, board
from cases.access import study_rights


class EstimateSerializer(serializers.Serializer[Any]):
    """The judged number with its interval."""

    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    patients = serializers.IntegerField()
    p_value = serializers.FloatField(allow_null=True)


class PartSerializer(serializers.Serializer[Any]):
    """One question of a finding, with its newest answer."""

    code = serializers.CharField(source="part.code")
    claim = serializers.CharField(source="part.claim")
    rule = serializers.CharField(source="part.rule.words")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    answer = serializers.SerializerMethodField(help_text="The sentence of the answer, or why there is none.")
    estimate = EstimateSerializer(allow_null=True)
    adjusted_p = serializers.FloatField(allow_null=True, help_text="By Holm's method over all tests of the board.")
    is_confirmed_alone = serializers.BooleanField(
        help_text="Confirmed by its own interval, while Holm's p-value over the board is 0.05 or more."
    )
    data_changed = serializers.BooleanField()
    analysis = serializers.SerializerMethodField(help_text="Address of the analysis.")

    def get_answer(self, part: PartRead) -> str:
        return strip_tags(str(part.says))

    def get_analysis(self, part: PartRead) -> str | None:
        if part.analysis is None:
            return None
        return reverse("api:analysis-detail", args=[part.analysis.pk], request=self.context["request"])


class FindingSerializer(serializers.Serializer[Any]):
    """A published finding, and the verdict of today's data on it."""

    code = serializers.CharField(source="finding.code")
    claim = serializers.CharField(source="finding.claim")
    reported = serializers.CharField(source="finding.reported")
    pending = serializers.CharField(source="finding.pending", help_text="What no question examines yet.")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    parts = PartSerializer(many=True)


class FindingViewSet(viewsets.ViewSet):
    """The findings board of a study, for those who may ask questions."""

    serializer_class = FindingSerializer

    @extend_schema(
        parameters=[OpenApiParameter("study", required=True, description="Code of the study.")],
        responses=FindingSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """Every finding with its verdict."""
        code = request.query_params.get("study")
        if not code:
            raise ValidationError({"study": _("Name the study whose findings are wanted.")})
        rights = study_rights(user=request.user, code=code)
        rights.require("asks")
        found = board(by=request.user, rights=rights)
        return Response(FindingSerializer(found, many=True, context={"request": request}).data)
