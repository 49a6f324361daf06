"""What measurements can be narrowed by."""

from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, FilterSet

from cases.filters import CodedFacet, Facet
from expression.as_measured import ASSAYS
from expression.models import Marker


class ReadingFilter(FilterSet):
    """For each of :func:`expression.as_measured.readings_of_assays`."""

    assay = Facet(choices=list(ASSAYS.items()), label=_("Assay"))
    marker = CodedFacet(
        field_name="marker_symbol", to_field_name="symbol", queryset=Marker.objects.all(), label=_("Marker")
    )
    patient = CharFilter(field_name="patient_code", label=_("Patient"))
    specimen = CharFilter(field_name="specimen_code", label=_("Specimen"))
    source = CharFilter(field_name="source_code", label=_("Dataset or run"))
    detected = BooleanFilter(label=_("Detected"))
    omitted = BooleanFilter(label=_("Omitted"))
