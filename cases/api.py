"""The people over the API: studies, patients, specimens. Read-only."""

from typing import Any, ClassVar, cast

from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases import access
from cases.filters import PatientFilter, QueryFilter, SpecimenFilter
from cases.models import DataQuery, Diagnosis, Membership, MolecularAlteration, Patient, Role, Specimen, Study
from cases.models.study import CODE_PATTERN
from cases.sentences import render

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


class StudySerializer(serializers.ModelSerializer[Study]):
    role = serializers.SerializerMethodField(help_text="Your role in the study.")

    class Meta:
        model = Study
        fields = ["code", "title", "ethics_approval", "status", "is_synthetic", "role"]

    @extend_schema_field(serializers.ChoiceField(choices=Role.choices))
    def get_role(self, study: Any) -> str:
        return study.role or Role.MANAGER


class DiagnosisSerializer(serializers.ModelSerializer[Diagnosis]):
    histology = serializers.CharField(source="histology.name")
    morphology = serializers.CharField(source="histology.morphology", help_text="ICD-O-3")
    oncotree = serializers.CharField(source="histology.oncotree")
    primary_site = serializers.CharField(source="primary_site.code", allow_null=True, help_text="ICD-O-3 topography")

    class Meta:
        model = Diagnosis
        fields = [
            "is_index",
            "category",
            "histology",
            "morphology",
            "oncotree",
            "primary_site",
            "giant_cells",
            "grade",
            "stage",
            "date",
        ]


class AlterationSerializer(serializers.ModelSerializer[MolecularAlteration]):
    class Meta:
        model = MolecularAlteration
        fields = ["gene", "kind", "result", "partner", "hgvs", "method", "date"]


class PatientSerializer(serializers.ModelSerializer[Patient]):
    study = serializers.CharField(source="study.code")
    site = serializers.CharField(source="site.code", allow_null=True)
    diagnoses = DiagnosisSerializer(many=True, read_only=True)
    alterations = AlterationSerializer(many=True, read_only=True)

    class Meta:
        model = Patient
        fields = [
            "id",
            "study",
            "code",
            "site",
            "sex",
            "birth_year",
            "vital_status",
            "death_date",
            "cause_of_death",
            "last_follow_up_date",
            "consent_status",
            "ecog_at_entry",
            "diagnoses",
            "alterations",
        ]


class SpecimenSerializer(serializers.ModelSerializer[Specimen]):
    study = serializers.CharField(source="study.code")
    patient = serializers.CharField(source="patient.code")
    parent = serializers.CharField(source="parent.code", allow_null=True)  # type: ignore[assignment]
    tumour_content_percent = serializers.FloatField(allow_null=True)
    rna_integrity_number = serializers.FloatField(allow_null=True)
    a260_a280 = serializers.FloatField(allow_null=True)

    class Meta:
        model = Specimen
        fields = [
            "id",
            "study",
            "patient",
            "code",
            "kind",
            "parent",
            "procedure",
            "collection_date",
            "tumour_content_percent",
            "decalcification",
            "cold_ischaemia_minutes",
            "storage_place",
            "rna_integrity_number",
            "a260_a280",
        ]


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


class StudyViewSet(ReadOnlyModelViewSet[Study]):
    """The studies you are a member of."""

    queryset = Study.objects.all()
    serializer_class = StudySerializer
    lookup_field = "code"
    lookup_value_regex = CODE_PATTERN.strip("^$")

    def get_queryset(self) -> QuerySet[Study]:
        own = Membership.objects.filter(study=OuterRef("pk"), user_id=cast(int, self.request.user.pk))
        return access.studies(self.request.user).annotate(role=Subquery(own.values("role"))).order_by("code")


class RowsViewSet(ReadOnlyModelViewSet):
    """Rows this person may see. ``to_patient`` is the ORM path from the model to its patient."""

    to_patient: ClassVar[str]
    ordering: ClassVar[tuple[str, ...]] = ("study__code", "code")

    def get_queryset(self) -> QuerySet[Any]:
        study = asked_study(self.request)
        rows = access.rows(
            user=self.request.user, queryset=super().get_queryset(), patient=self.to_patient, study="study"
        )
        return (rows.filter(study=study) if study else rows).order_by(*self.ordering)


@lists_rows
class PatientViewSet(RowsViewSet):
    """Patients with their diagnoses and molecular alterations."""

    queryset = Patient.objects.with_index_diagnosis().select_related("study", "site").prefetch_related("alterations")
    serializer_class = PatientSerializer
    filterset_class = PatientFilter
    to_patient = ""


@lists_rows
class SpecimenViewSet(RowsViewSet):
    """Specimens of patients."""

    queryset = Specimen.objects.select_related("study", "patient", "parent")
    serializer_class = SpecimenSerializer
    filterset_class = SpecimenFilter
    to_patient = "patient"


@lists_rows
class DataQueryViewSet(RowsViewSet):
    """Queries about the data: findings of checks and people's own questions, with their answers."""

    queryset = DataQuery.objects.select_related("study", "patient", "owner")
    serializer_class = DataQuerySerializer
    filterset_class = QueryFilter
    to_patient = "patient"
    ordering = ("study__code", "-opened_at", "pk")
