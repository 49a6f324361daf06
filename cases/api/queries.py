"""Queries about the data over the API."""

from rest_framework import serializers

from cases.api.reading import RowsViewSet, lists_rows
from cases.models import DataQuery
from cases.quality.filters import QueryFilter
from cases.sentences import render


class DataQuerySerializer(serializers.ModelSerializer[DataQuery]):
    study = serializers.CharField(source="study.code")
    patient = serializers.CharField(source="patient.code", allow_null=True)
    question = serializers.SerializerMethodField(help_text="In the language of the request.")
    owner = serializers.CharField(source="owner.username", allow_null=True, help_text="Who shall answer.")

    class Meta:
        model = DataQuery
        fields = [
            "id",
            "study",
            "patient",
            "check_code",
            "subject_model",
            "subject_pk",
            "question",
            "status",
            "owner",
            "opened_at",
            "answer",
            "answered_at",
            "closed_at",
            "closing_note",
        ]

    def get_question(self, query: DataQuery) -> str:
        return render(query.question)


@lists_rows
class DataQueryViewSet(RowsViewSet):
    """Queries about the data: findings of checks and people's own questions, with their answers."""

    queryset = DataQuery.objects.select_related("study", "patient", "owner")
    serializer_class = DataQuerySerializer
    filterset_class = QueryFilter
    to_patient = "patient"
    http_method_names = ["get", "head", "options"]
