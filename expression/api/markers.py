"""Markers and expression datasets over the API. Read-only."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases import access
from cases.api import asked_study, lists_rows
from cases.models.diagnosis import GENE_PATTERN
from expression.filters import MarkerFilter
from expression.models import ExpressionDataset, Marker, PhosphoSite


class MarkerSerializer(serializers.ModelSerializer[Marker]):
    phospho_sites: "serializers.SlugRelatedField[PhosphoSite]" = serializers.SlugRelatedField(
        many=True, read_only=True, slug_field="residue"
    )

    class Meta:
        model = Marker
        fields = ["symbol", "name", "synonyms", "role", "phospho_sites"]


class MarkerViewSet(ReadOnlyModelViewSet[Marker]):
    """The molecules the group measures, by HGNC symbol. ``?search=`` finds one by any of its names."""

    queryset = Marker.objects.order_by("position", "symbol").prefetch_related("phospho_sites")
    serializer_class = MarkerSerializer
    filterset_class = MarkerFilter
    lookup_field = "symbol"
    lookup_value_regex = GENE_PATTERN.strip("^$")


class DatasetSerializer(serializers.ModelSerializer[ExpressionDataset]):
    study = serializers.CharField(source="study.code")

    class Meta:
        model = ExpressionDataset
        fields = ["id", "study", "code", "unit", "platform", "source", "citation", "is_public"]


@lists_rows
class DatasetViewSet(ReadOnlyModelViewSet[ExpressionDataset]):
    """Expression datasets. Their values are measurements with the dataset's code as ``source``."""

    queryset = ExpressionDataset.objects.select_related("study").order_by("study__code", "code")
    serializer_class = DatasetSerializer

    def get_queryset(self) -> QuerySet[ExpressionDataset]:
        study = asked_study(self.request)
        datasets = access.rows(user=self.request.user, queryset=super().get_queryset(), study="study")
        return datasets.filter(study=study) if study else datasets
