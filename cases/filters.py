"""What lists can be narrowed by; one filter set serves the page and the API endpoint."""

from django import forms
from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet, ModelMultipleChoiceFilter, MultipleChoiceFilter
from drf_spectacular.utils import extend_schema_field

from cases import access
from cases.models import (
    Category,
    DataQuery,
    Decalcification,
    Detection,
    GiantCells,
    Histology,
    MolecularAlteration,
    Patient,
    Procedure,
    QueryStatus,
    Sex,
    Site,
    Specimen,
    SpecimenKind,
    VitalStatus,
)
from cases.quality.registry import registered


class Facet(MultipleChoiceFilter):
    """Any of the ticked values."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(distinct=False, widget=forms.CheckboxSelectMultiple, **kwargs)


@extend_schema_field(str)
class CodedFacet(ModelMultipleChoiceFilter):
    """Any of the ticked terms. ``field_name`` ends in ``to_field_name``, which names a term in the address."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(distinct=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class FacetedFilterSet(FilterSet):
    """Facets can say how many rows each value has."""

    def count_facets(self) -> None:
        """Offer only values that occur among all rows, each with its number. One query a facet."""
        for name, facet in self.filters.items():
            if isinstance(facet, MultipleChoiceFilter):
                self._count(name, facet)

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(self.data.get(name)) for name in self.filters)

    def _count(self, name: str, facet: MultipleChoiceFilter) -> None:
        field = self.form.fields[name]
        rows = self.queryset.order_by().values_list(facet.field_name)
        numbers = dict(rows.annotate(number=Count("pk", distinct=True)))
        chosen = self.data.getlist(name)
        field.widget.choices = [
            (str(value), format_html('{} <span class="count">{}</span>', label, numbers.get(str(value), 0)))
            for value, label in field.choices
            if str(value) in numbers or str(value) in chosen
        ]
        if not field.widget.choices:
            del self.form.fields[name]


def _sites(request: HttpRequest | None) -> QuerySet[Site]:
    return Site.objects.filter(study__in=access.studies(request.user)) if request else Site.objects.none()


class PatientFilter(FacetedFilterSet):
    """For patients ``with_index_diagnosis``."""

    code = CharFilter(lookup_expr="icontains", label=_("Code contains"), widget=forms.TextInput({"type": "search"}))
    gene = CharFilter(
        method="with_alteration",
        label=_("Altered gene"),
        help_text=_("HGNC symbol of the gene or its fusion partner, e.g. SSX1."),
    )
    category = Facet(field_name="index_diagnosis__category", choices=Category.choices, label=_("Category"))
    histology = CodedFacet(
        field_name="index_diagnosis__histology__name",
        to_field_name="name",
        queryset=Histology.objects.all(),
        label=_("Histology"),
    )
    giant_cells = Facet(field_name="index_diagnosis__giant_cells", choices=GiantCells.choices, label=_("Giant cells"))
    sex = Facet(choices=Sex.choices, label=_("Sex"))
    vital_status = Facet(choices=VitalStatus.choices, label=_("Vital status"))
    site = CodedFacet(field_name="site__code", to_field_name="code", queryset=_sites, label=_("Site"))

    class Meta:
        model = Patient
        fields: list[str] = []

    def with_alteration(self, queryset: QuerySet[Patient], _name: str, symbol: str) -> QuerySet[Patient]:
        """Patients in whom an alteration of the gene, or a fusion with it, was detected."""
        found = MolecularAlteration.objects.filter(patient=OuterRef("pk"), result=Detection.DETECTED)
        return queryset.filter(Exists(found.filter(gene__iexact=symbol)) | Exists(found.filter(partner__iexact=symbol)))


class SpecimenFilter(FacetedFilterSet):
    code = CharFilter(lookup_expr="icontains", label=_("Code contains"), widget=forms.TextInput({"type": "search"}))
    patient = CharFilter(field_name="patient__code", lookup_expr="icontains", label=_("Patient’s code contains"))
    kind = Facet(choices=SpecimenKind.choices, label=_("Kind"))
    procedure = Facet(choices=Procedure.choices, label=_("Procedure"))
    decalcification = Facet(choices=Decalcification.choices, label=_("Decalcification"))
    site = CodedFacet(field_name="patient__site__code", to_field_name="code", queryset=_sites, label=_("Site"))

    class Meta:
        model = Specimen
        fields: list[str] = []


def _answerers(request: HttpRequest | None) -> QuerySet[User]:
    """Whoever shall answer a query of a study this person belongs to."""
    asked = DataQuery.objects.filter(study__in=access.studies(request.user)) if request else DataQuery.objects.none()
    return User.objects.filter(pk__in=asked.values("owner"))


class QueryFilter(FacetedFilterSet):
    patient = CharFilter(
        field_name="patient__code",
        lookup_expr="icontains",
        label=_("Patient’s code contains"),
        widget=forms.TextInput({"type": "search"}),
    )
    status = Facet(choices=QueryStatus.choices, label=_("Status"))
    owner = CodedFacet(
        field_name="owner__username", to_field_name="username", queryset=_answerers, label=_("Who shall answer")
    )
    check = Facet(
        field_name="check_code",
        choices=lambda: [(check.code, check.title) for check in registered()],
        label=_("Check"),
    )
    site = CodedFacet(field_name="patient__site__code", to_field_name="code", queryset=_sites, label=_("Site"))

    class Meta:
        model = DataQuery
        fields: list[str] = []
