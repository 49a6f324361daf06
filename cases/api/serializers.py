"""What the API says of patients and their records. Writing goes through the forms; see :mod:`cases.api.writing`."""

from typing import Any

from django.db.models import DecimalField, ForeignKey
from rest_framework import serializers

from cases.filters import code_of
from cases.models import Diagnosis, MolecularAlteration, Patient
from cases.records import Kind

REASON_HELP = "Why a verified patient’s record changes; it stays in the history."


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
    site = serializers.CharField(source="site.code", allow_null=True, required=False)
    diagnoses = DiagnosisSerializer(many=True, read_only=True)
    alterations = AlterationSerializer(many=True, read_only=True)
    reason = serializers.CharField(write_only=True, required=False, help_text=REASON_HELP)

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
            "consent_version",
            "consent_date",
            "consent_scope",
            "ecog_at_entry",
            "verified_at",
            "diagnoses",
            "alterations",
            "reason",
        ]


class RecordSerializer(serializers.ModelSerializer):
    """A record names its study and patient by code, its terms by code, a lesion or specimen by its code."""

    study = serializers.CharField(source="patient.study.code")
    patient = serializers.CharField(source="patient.code")
    missing = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="Field that is blank -> why: not_done, unknown, …"
    )
    reason = serializers.CharField(write_only=True, required=False, help_text=REASON_HELP)


def serializer_of(kind: Kind) -> type[RecordSerializer]:
    """The serializer of a kind of record, made from the fields of its form; what is derived is only read."""
    names = list(kind.form._meta.fields or [])
    declared = {name: field for name in names if (field := _field(kind.model._meta.get_field(name)))}
    declared |= {name: serializers.ReadOnlyField() for name in kind.derived}
    fields = ["id", "study", "patient", *names, *kind.derived, "missing", "reason"]
    meta = type("Meta", (), {"model": kind.model, "fields": fields})
    return type(f"{kind.model.__name__}RecordSerializer", (RecordSerializer,), {**declared, "Meta": meta})


def _field(field: Any) -> Any:
    """A number as a number, a related row by its code; None where the usual field serves."""
    if isinstance(field, DecimalField):
        return serializers.FloatField(allow_null=True, required=not field.blank)
    if isinstance(field, ForeignKey) and (code := code_of(field.related_model)) != "pk":
        return serializers.SlugRelatedField(
            slug_field=code,
            queryset=field.related_model._default_manager.all(),
            allow_null=field.null,
            required=not field.blank,
        )
    return None
