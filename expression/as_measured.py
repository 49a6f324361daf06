"""Every reading as the instrument or the file gave it: profile values and qPCR wells as rows of one shape."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.access import Person
from expression.models import ExpressionValue, QpcrWell, WellReading

PROFILE = "profile"
QPCR = "qpcr"
ASSAYS = {PROFILE: _("Expression profile"), QPCR: _("qPCR")}

CQ = "cq"
"""The unit of a well's value: cycles. The smaller, the more there is: it is no expression value."""

COLUMNS = (
    "assay",
    "id",
    "study_code",
    "patient_code",
    "specimen_code",
    "marker_symbol",
    "target_name",
    "source_code",
    "position",
    "value",
    "unit",
    "detected",
    "omitted",
)
"""``marker_symbol`` is None for a target that is no study marker, ``target_name`` the name in the file,
``source_code`` that of the dataset or run, ``position`` the well, ``detected`` None for a well that was not read."""

Readings = QuerySet[Any, dict[str, Any]]

true, false = (Value(truth, output_field=BooleanField()) for truth in (True, False))


def readings_of_assays(user: Person) -> list[QuerySet[Any]]:
    """For each assay the readings of specimens this person may see, with ``COLUMNS`` to filter by."""
    values = ExpressionValue.objects.annotate(
        assay=Value(PROFILE),
        study_code=F("study__code"),
        patient_code=F("specimen__patient__code"),
        specimen_code=F("specimen__code"),
        marker_symbol=F("marker__symbol"),
        target_name=F("marker__symbol"),
        source_code=F("dataset__code"),
        position=Value(""),
        unit=F("dataset__unit"),
        detected=true,
        omitted=false,
    )
    wells = QpcrWell.objects.filter(sample__specimen__isnull=False).annotate(
        assay=Value(QPCR),
        study_code=F("run__study__code"),
        patient_code=F("sample__specimen__patient__code"),
        specimen_code=F("sample__specimen__code"),
        marker_symbol=F("target__marker__symbol"),
        target_name=F("target__name"),
        source_code=F("run__code"),
        value=F("cq"),
        unit=Value(CQ),
        detected=Case(
            When(reading=WellReading.DETECTED, then=true), When(reading=WellReading.UNDETERMINED, then=false)
        ),
    )
    return [
        access.rows(user=user, queryset=values, patient="specimen__patient"),
        access.rows(user=user, queryset=wells, patient="sample__specimen__patient"),
    ]


def together(assays: Iterable[QuerySet[Any]]) -> Readings:
    """The readings of several assays as one list of dictionaries of ``COLUMNS``, in a stable order; one query."""
    first, *others = (rows.order_by().values(*COLUMNS) for rows in assays)
    return first.union(*others, all=True).order_by("assay", "id")
