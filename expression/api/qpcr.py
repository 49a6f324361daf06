"""Runs of quantitative PCR over the API: targets with their efficiencies and curves, samples with ΔCq. Read-only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.api import asked_study, lists_rows
from expression import run_reading
from expression.models import EfficiencySource, QpcrRun, QpcrTarget, TargetRole
from expression.result_row import ResultRow
from expression.run_curves import TargetCurve
from expression.run_miqe import RUN_FIELDS
from expression.run_report import RunReport
from expression.scoring import NoEfficiency, Reason, Status, UndeterminedPolicy

UNDETERMINED = OpenApiParameter(
    name="undetermined",
    enum=[policy.value for policy in UndeterminedPolicy],
    description="What a target well without a Cq is: a limit (censored), nothing (excluded), the last cycle (limit).",
)


class RunSerializer(serializers.ModelSerializer[QpcrRun]):
    """A run and how it was done."""

    study = serializers.CharField(source="study.code")

    class Meta:
        model = QpcrRun
        fields = [
            "id",
            "study",
            "code",
            "experiment_type",
            "cq_method",
            "cycles",
            "run_at",
            "reference_pairing",
            *RUN_FIELDS,
        ]


class CurveSerializer(serializers.Serializer[TargetCurve]):
    """Cq on log10 of the quantity, by least squares over the standards of the run."""

    points = serializers.IntegerField(source="curve.points")
    dilutions = serializers.IntegerField(source="curve.dilutions")
    undetermined = serializers.IntegerField(source="curve.undetermined")
    slope = serializers.FloatField(source="curve.slope", allow_null=True)
    intercept = serializers.FloatField(source="curve.intercept", allow_null=True)
    r_squared = serializers.FloatField(source="curve.r_squared", allow_null=True)
    efficiency = serializers.FloatField(source="curve.efficiency", allow_null=True)
    reason = serializers.ChoiceField(
        source="curve.reason", choices=[reason.value for reason in NoEfficiency], allow_null=True
    )


class TargetSerializer(serializers.ModelSerializer[QpcrTarget]):
    """A target, the efficiency it is calculated with, and the curve of its standards where there are any."""

    marker = serializers.CharField(source="marker.symbol", default=None, allow_null=True)
    role = serializers.ChoiceField(choices=TargetRole.choices)
    efficiency_source = serializers.ChoiceField(choices=EfficiencySource.choices)
    curve = serializers.SerializerMethodField()

    class Meta:
        model = QpcrTarget
        fields = ["name", "marker", "role", "assay_id", "efficiency", "efficiency_source", "curve"]

    @extend_schema_field(CurveSerializer(allow_null=True))
    def get_curve(self, target: QpcrTarget) -> Any:
        curve = self.context["curves"].get(target.pk)
        return CurveSerializer(curve).data if curve else None


class DeltaCqSerializer(serializers.Serializer[ResultRow]):
    """One target in one sample. An undetermined one has limits instead of values."""

    sample = serializers.CharField(source="sample.name")
    specimen = serializers.CharField(source="sample.specimen.code", default=None, allow_null=True)
    patient = serializers.CharField(source="sample.specimen.patient.code", default=None, allow_null=True)
    target = serializers.CharField(source="target.name")
    marker = serializers.CharField(source="target.marker.symbol", default=None, allow_null=True)
    is_calibrator = serializers.BooleanField(source="sample.is_calibrator")
    status = serializers.ChoiceField(source="delta.status", choices=[status.value for status in Status])
    reason = serializers.ChoiceField(
        source="delta.reason", choices=[reason.value for reason in Reason], allow_null=True
    )
    flags = serializers.ListField(source="delta.flags", child=serializers.CharField())
    wells = serializers.IntegerField(source="delta.wells")
    undetermined_wells = serializers.IntegerField(source="delta.undetermined_wells")
    mean_cq = serializers.FloatField(source="delta.mean_cq", allow_null=True)
    target_sd = serializers.FloatField(source="delta.target_sd", allow_null=True)
    reference_sd = serializers.FloatField(source="delta.reference_sd", allow_null=True)
    delta_cq = serializers.FloatField(source="delta.value", allow_null=True)
    delta_cq_at_least = serializers.FloatField(source="delta.limit", allow_null=True)
    relative_quantity = serializers.FloatField(source="quantity.value", allow_null=True)
    relative_quantity_at_most = serializers.FloatField(source="quantity.limit", allow_null=True)


class ResultsSerializer(serializers.Serializer[RunReport]):
    """What a run says, and by which choice about undetermined wells."""

    undetermined = serializers.ChoiceField(choices=[policy.value for policy in UndeterminedPolicy])
    calibrators = serializers.ListField(child=serializers.CharField())
    reference_genes = serializers.ListField(source="references", child=serializers.CharField())
    results = DeltaCqSerializer(source="rows", many=True)


@lists_rows
class QpcrRunViewSet(ReadOnlyModelViewSet[QpcrRun]):
    """Runs of quantitative PCR of studies in which you see all sites."""

    queryset = QpcrRun.objects.none()
    serializer_class = RunSerializer

    def get_queryset(self) -> QuerySet[QpcrRun]:
        study = asked_study(self.request)
        runs = run_reading.runs(self.request.user)
        return (runs.filter(study=study) if study else runs).order_by("study__code", "code")

    @extend_schema(responses=TargetSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def targets(self, request: Request, **_kwargs: Any) -> Response:
        """The targets with efficiency, where it comes from, and standard curve."""
        report = self._report(UndeterminedPolicy.CENSORED)
        curves = {curve.target.pk: curve for curve in report.curves}
        return Response(TargetSerializer(report.targets, many=True, context={"curves": curves}).data)

    @extend_schema(parameters=[UNDETERMINED], responses=ResultsSerializer, filters=False)
    @action(detail=True, url_path="delta-cq", pagination_class=None)
    def delta_cq(self, request: Request, **_kwargs: Any) -> Response:
        """ΔCq and relative quantity of every target in every sample."""
        word = request.query_params.get("undetermined", UndeterminedPolicy.CENSORED.value)
        if word not in list(UndeterminedPolicy):
            raise ValidationError({"undetermined": "Say censored, excluded or limit."})
        return Response(ResultsSerializer(self._report(UndeterminedPolicy(word))).data)

    def _report(self, undetermined: UndeterminedPolicy) -> RunReport:
        return run_reading.report(user=self.request.user, run=self.get_object(), undetermined=undetermined)
