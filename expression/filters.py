"""What markers and measurements can be narrowed by."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, FilterSet
from drf_spectacular.utils import extend_schema_field

from cases.filters import CodedFacet, Facet, FacetedFilterSet
from expression.assays import ASSAYS
from expression.marker_words import called
from expression.models import Marker, MarkerRole


@extend_schema_field(str)
class MarkerSearch(CharFilter):
    """Markers by any of their names, see :func:`expression.marker_words.called`."""

    def filter(self, qs: QuerySet[Marker], value: str) -> QuerySet[Marker]:
        return qs.filter(pk__in=[marker.pk for marker in called(value, Marker.objects.all())]) if value else qs


class MarkerFilter(FacetedFilterSet):
    search = MarkerSearch(
        label=_("Search"),
        help_text=_("Symbol, common name or synonym, in either language. Hyphens and capitals make no difference."),
        widget=forms.TextInput({"type": "search"}),
    )
    role = Facet(choices=MarkerRole.choices, label=_("Role"))

    class Meta:
        model = Marker
        fields: list[str] = []


class ReadingFilter(FilterSet):
    """For each of :func:`expression.as_measured.readings_of_assays`."""

    assay = Facet(choices=[(code, kind.title) for code, kind in ASSAYS.items()], label=_("Assay"))
    marker = CodedFacet(
        field_name="marker_symbol", to_field_name="symbol", queryset=Marker.objects.all(), label=_("Marker")
    )
    patient = CharFilter(field_name="patient_code", label=_("Patient"))
    specimen = CharFilter(field_name="specimen_code", label=_("Specimen"))
    source = CharFilter(field_name="source_code", label=_("Antibody, run, blot or dataset"))
    detected = BooleanFilter(label=_("Detected"))
    omitted = BooleanFilter(label=_("Omitted"))
