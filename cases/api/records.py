"""Patients and every kind of record over the API: read by filters, written through the forms."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError

from cases import access
from cases.access import StudyRights
from cases.api.reading import STUDY_PARAMETER, lists_rows
from cases.api.serializers import PatientSerializer, serializer_of
from cases.api.writing import WritableViewSet, text_of
from cases.filters import FILTER_SETS, PatientFilter
from cases.forms import PatientForm
from cases.models import Patient
from cases.records import KINDS, Kind


@lists_rows
class PatientViewSet(WritableViewSet):
    """Patients with their diagnoses and molecular alterations."""

    queryset = Patient.objects.with_index_diagnosis().select_related("study", "site").prefetch_related("alterations")
    serializer_class = PatientSerializer
    filterset_class = PatientFilter
    form_class = PatientForm
    ordering_fields = ["code", "site", "sex", "birth_year", "vital_status"]
    to_patient = ""

    def new_row(self, body: dict[str, Any]) -> tuple[Patient, StudyRights]:
        rights = access.study_rights(user=self.request.user, code=text_of(body, "study"))
        return Patient(study=rights.study), rights

    def form_kwargs(self, rights: StudyRights) -> dict[str, Any]:
        return {"rights": rights}


class RecordViewSet(WritableViewSet):
    """Records of one kind."""

    to_patient = "patient"
    kind: Kind

    def new_row(self, body: dict[str, Any]) -> tuple[Any, StudyRights]:
        rights = access.study_rights(user=self.request.user, code=text_of(body, "study"))
        rights.require("enters")
        code = text_of(body, "patient")
        patient = access.patients(self.request.user).filter(study=rights.study, code=code).first()
        if patient is None:
            raise ValidationError({"patient": [_("There is no such patient in this study.")]})
        return self.kind.blank(patient), rights


def _view_set(kind: Kind) -> type[RecordViewSet]:
    rows: Any = kind.model._default_manager
    attributes = {
        "__doc__": f"{kind.model._meta.verbose_name_plural} of patients.".capitalize(),
        "kind": kind,
        "queryset": rows.select_related("patient__study", *kind.related),
        "serializer_class": serializer_of(kind),
        "filterset_class": FILTER_SETS[kind.name],
        "form_class": kind.form,
        "ordering_fields": ["patient", *kind.list_columns],
    }
    view_set = type(f"{kind.model.__name__}ViewSet", (RecordViewSet,), attributes)
    return extend_schema_view(list=extend_schema(parameters=[STUDY_PARAMETER]))(view_set)


RECORDS = {kind.plural: (kind.name, _view_set(kind)) for kind in KINDS}
"""Part of the address -> name of the kind and view set."""
