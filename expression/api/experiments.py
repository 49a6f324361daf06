"""Cell lines and cell experiments over the API: readings as entered, means as computed. Read-only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases import access
from cases.api import asked_study, lists_rows
from expression.experiment_report import ExperimentReport
from expression.models import CellExperiment, CellLine, ExperimentCondition, ExperimentReading


class CellLineSerializer(serializers.ModelSerializer[CellLine]):
    study = serializers.CharField(source="study.code")
    histology = serializers.CharField(source="histology.name", default=None, allow_null=True)

    class Meta:
        model = CellLine
        fields = ["id", "study", "name", "accession", "histology"]


class CellExperimentSerializer(serializers.ModelSerializer[CellExperiment]):
    study = serializers.CharField(source="study.code")
    line = serializers.CharField(source="line.name")
    marker = serializers.CharField(source="marker.symbol", default=None, allow_null=True, help_text="HGNC symbol.")

    class Meta:
        model = CellExperiment
        fields = [
            "id",
            "study",
            "code",
            "line",
            "readout",
            "marker",
            "performed_on",
            "biological_replicates",
            "technical_replicates",
        ]


class ReadingSerializer(serializers.ModelSerializer[ExperimentReading]):
    class Meta:
        model = ExperimentReading
        fields = ["condition", "biological_replicate", "technical_replicate", "status", "value"]


class ConditionSerializer(serializers.Serializer[Any]):
    """A condition with the mean and standard deviation of its biological replicates."""

    id = serializers.IntegerField(source="condition.pk")
    culture = serializers.CharField(source="condition.culture")
    stimulus = serializers.CharField(source="condition.stimulus")
    concentration_ng_ml = serializers.DecimalField(
        source="condition.concentration_ng_ml", max_digits=9, decimal_places=3, allow_null=True
    )
    hours = serializers.DecimalField(source="condition.hours", max_digits=6, decimal_places=2, allow_null=True)
    n = serializers.IntegerField(source="summary.n", help_text="Biological replicates with a value.")
    mean = serializers.FloatField(source="summary.mean", allow_null=True)
    sd = serializers.FloatField(source="summary.sd", allow_null=True)
    below_detection = serializers.ListField(
        source="summary.below_detection",
        child=serializers.IntegerField(),
        help_text="Numbers of the biological replicates below detection; the mean is that of the others.",
    )
    lost = serializers.IntegerField(help_text="Lost readings.")


class WholeExperimentSerializer(CellExperimentSerializer):
    """With conditions, their means, and every reading."""

    conditions = serializers.SerializerMethodField()
    readings = ReadingSerializer(many=True)

    class Meta(CellExperimentSerializer.Meta):
        fields = [*CellExperimentSerializer.Meta.fields, "conditions", "readings"]

    @extend_schema_field(ConditionSerializer(many=True))
    def get_conditions(self, experiment: CellExperiment) -> Any:
        conditions: list[ExperimentCondition] = list(experiment.conditions.all())
        report = ExperimentReport(
            experiment=experiment, conditions=conditions, readings=list(experiment.readings.all())
        )
        return ConditionSerializer(report.rows, many=True).data


@lists_rows
class CellLineViewSet(ReadOnlyModelViewSet[CellLine]):
    """Cell lines of your studies."""

    queryset = CellLine.objects.select_related("study", "histology")
    serializer_class = CellLineSerializer

    def get_queryset(self) -> QuerySet[CellLine]:
        study = asked_study(self.request)
        lines = access.of_study(user=self.request.user, queryset=super().get_queryset())
        return (lines.filter(study=study) if study else lines).order_by("study__code", "name")


@lists_rows
class CellExperimentViewSet(ReadOnlyModelViewSet[CellExperiment]):
    """Cell experiments of your studies; a single one comes with its conditions and readings."""

    queryset = CellExperiment.objects.select_related("study", "line", "marker")

    def get_serializer_class(self) -> Any:
        return WholeExperimentSerializer if self.action == "retrieve" else CellExperimentSerializer

    def get_queryset(self) -> QuerySet[CellExperiment]:
        study = asked_study(self.request)
        experiments = access.of_study(user=self.request.user, queryset=super().get_queryset())
        if self.action == "retrieve":
            experiments = experiments.prefetch_related("conditions", "readings")
        return (experiments.filter(study=study) if study else experiments).order_by("study__code", "code")
