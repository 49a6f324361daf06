"""Measurements over the API. Read-only."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases.api import asked_study, lists_rows
from expression.as_measured import CQ, LABORATORY_SCALE, VOLUME, readings_of_assays, together
from expression.assays import ASSAYS
from expression.filters import ReadingFilter
from expression.models import ExpressionValue, ProfileUnit, Scale


class MeasurementSerializer(serializers.Serializer[dict[str, Any]]):
    """One reading as measured.

    For qPCR the value is a Cq: expression is −ΔCq, which an analysis computes. For IHC it is the H-score of the
    percentages, or the score as it was recorded, in its scale. Volumes of bands are comparable on one membrane only.
    """

    assay = serializers.ChoiceField(choices=[(code, kind.title) for code, kind in ASSAYS.items()])
    id = serializers.IntegerField(help_text="Together with the assay unique.")
    study = serializers.CharField(source="study_code")
    patient = serializers.CharField(source="patient_code")
    specimen = serializers.CharField(source="specimen_code")
    marker = serializers.CharField(
        source="marker_symbol", allow_null=True, help_text="HGNC symbol; null for what is not a study marker."
    )
    target = serializers.CharField(
        source="target_name", help_text="Name in the file; cells and compartment; form of the protein."
    )
    source = serializers.CharField(  # type: ignore[assignment]
        source="source_code", help_text="Code of the antibody, run, blot or dataset."
    )
    position = serializers.CharField(help_text="Core, well or lane; blank where there is none.")
    value = serializers.FloatField(allow_null=True, help_text="Null where nothing was detected or read.")
    unit = serializers.ChoiceField(
        choices=[
            *ProfileUnit.choices,
            *Scale.choices,
            (LABORATORY_SCALE, "Laboratory scale"),
            (CQ, "Cq"),
            (VOLUME, "Band volume"),
        ]
    )
    detected = serializers.BooleanField(
        allow_null=True, help_text="Null for what was not read: a lost core, a well without a result."
    )
    omitted = serializers.BooleanField(help_text="Left out by the operator, or a saturated band.")


@lists_rows
class MeasurementViewSet(ListModelMixin, GenericViewSet):
    """Stains, wells, bands and profile values of specimens, as measured."""

    queryset = ExpressionValue.objects.none()
    serializer_class = MeasurementSerializer
    filterset_class = ReadingFilter

    def list(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        study = asked_study(request)
        assays = [self.filter_queryset(self._in(study, rows)) for rows in readings_of_assays(request.user)]
        page = self.paginate_queryset(together(assays))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _in(self, study: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(study_code=study.code) if study else rows
