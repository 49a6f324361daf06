"""What lists can be narrowed by; one filter set serves the page and the API endpoint."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import (
    BooleanField,
    Count,
    DecimalField,
    Exists,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Least, Left, Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    Filter,
    FilterSet,
    ModelMultipleChoiceFilter,
    MultipleChoiceFilter,
    NumberFilter,
)
from drf_spectacular.utils import extend_schema_field

from cases import access
from cases.looking_up import LookUp, look_up_anew
from cases.models import (
    Category,
    ConsentStatus,
    Detection,
    GiantCells,
    Histology,
    MolecularAlteration,
    Patient,
    Sex,
    Site,
    VitalStatus,
)
from cases.models.vocabulary import CodedTerm
from cases.partial_date import PartialDateField
from cases.records import KINDS, Kind
from cases.search import containing, text_paths

HISTOLOGY = "index_diagnosis__histology__"
KNOWN_BY = {"treatment": "agent__name", "core": "microarray__code"}
"""What a row that another record names is found by, where that is not its code."""


class Facet(MultipleChoiceFilter):
    """Any of the ticked values."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(distinct=False, widget=forms.CheckboxSelectMultiple, **kwargs)


@extend_schema_field(str)
class CodedFacet(ModelMultipleChoiceFilter):
    """Any of the ticked terms. ``field_name`` ends in ``to_field_name``, which names a term in the address."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(distinct=False, widget=forms.CheckboxSelectMultiple, **kwargs)


@extend_schema_field(str)
class Search(CharFilter):
    """Rows in one of whose texts, named by ``paths``, what was typed stands."""

    def __init__(self, *, paths: list[str]) -> None:
        super().__init__(label=_("Search"), widget=forms.TextInput({"type": "search"}))
        self.paths = paths

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(containing(value, *self.paths)) if value else qs


class PartialDateInput(forms.CharField):
    """A year, a month or a day."""

    widget = forms.TextInput({"class": "short"})

    def clean(self, value: Any) -> str:
        return PartialDateField().to_python(super().clean(value))


@extend_schema_field(str)
class Bound(CharFilter):
    """Dates which, as far as both are known, lie ``within`` the bound: 2019-05 is from 2019-05-17 on and until it."""

    field_class = PartialDateInput

    def __init__(self, *, within: type[GreaterThanOrEqual | LessThanOrEqual], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.within = within

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        known = Least(Length(self.field_name), len(value))
        within = self.within(Left(self.field_name, known), Left(Value(value), known))
        return qs.exclude(**{self.field_name: ""}).filter(Q(within))


Offers = Callable[[HttpRequest, QuerySet[Any], str], list[tuple[str, str]]]
Narrows = Callable[[HttpRequest, QuerySet[Any], str], QuerySet[Any]]


@extend_schema_field(str)
class Offered(ChoiceFilter):
    """One of what a higher app ``offers`` for the rows, as value and name; the app ``narrows`` the rows to it.

    Both are given the request and the rows; ``offers`` the value that is chosen, ``narrows`` the one to narrow to.
    """

    def __init__(self, *, offers: Offers, narrows: Narrows, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offers, self.narrows = offers, narrows

    @cached_property
    def offered(self) -> list[tuple[str, str]]:
        """Nothing without a request, as in the documentation of the API."""
        filters = self.parent
        if filters.request is None:
            return []
        name = f"{filters.form_prefix}-{self.field_name}" if filters.form_prefix else self.field_name
        return self.offers(filters.request, filters.queryset, filters.data.get(name, ""))

    @property
    def field(self) -> Any:
        self.extra["choices"] = self.offered
        return super().field

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return self.narrows(self.parent.request, qs, value) if value else qs


class FacetedFilterSet(FilterSet):
    """Facets can say how many rows each value has."""

    def count_facets(self, look_up: LookUp = look_up_anew) -> None:
        """Offer only values that occur among all rows, each with its number. One query a facet, if it is not known."""
        facets = {name: facet for name, facet in self.filters.items() if isinstance(facet, MultipleChoiceFilter)}
        found = look_up(f"facets-{get_language()}", lambda: {name: self._found(name) for name in facets})
        for name in facets:
            self._offer(name, found[name])
        for name, facet in self.filters.items():
            if isinstance(facet, Offered) and not facet.offered and not self.data.get(self.form.add_prefix(name)):
                del self.form.fields[name]

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(self.data.get(self.form.add_prefix(name))) for name in self.filters)

    def _found(self, name: str) -> list[tuple[str, str, int]]:
        """The values among all rows, with their names and how many rows have each, in the order of the choices."""
        facet = self.filters[name]
        rows = self.queryset.order_by().values_list(facet.field_name)
        numbers = {str(value): number for value, number in rows.annotate(number=Count("pk", distinct=True))}
        choices = ((str(value), str(label)) for value, label in self.form.fields[name].choices)
        return [(value, label, numbers[value]) for value, label in choices if value in numbers]

    def _offer(self, name: str, found: list[tuple[str, str, int]]) -> None:
        """The values found, and behind them what is chosen all the same."""
        field = self.form.fields[name]
        missing = set(self.data.getlist(self.form.add_prefix(name))) - {value for value, _label, _number in found}
        # The choices of a vocabulary are a query.
        chosen = [(value, label, 0) for value, label in field.choices if str(value) in missing] if missing else []
        field.widget.choices = [
            (str(value), format_html('{} <span class="count">{}</span>', label, number))
            for value, label, number in [*found, *chosen]
        ]
        if not field.widget.choices:
            del self.form.fields[name]


def sites(request: HttpRequest | None) -> QuerySet[Site]:
    return Site.objects.filter(study__in=access.studies(request.user)) if request else Site.objects.none()


class PatientFilter(FacetedFilterSet):
    """For patients ``with_index_diagnosis``."""

    search = Search(
        paths=["code", "cause_of_death", "consent_version", "consent_scope", *text_paths(Histology, HISTOLOGY)]
    )
    code = CharFilter(lookup_expr="icontains", label=_("Code contains"))
    gene = CharFilter(
        method="with_alteration",
        label=_("Altered gene"),
        help_text=_("HGNC symbol of the gene or its fusion partner, e.g. SSX1."),
    )
    category = Facet(field_name="index_diagnosis__category", choices=Category.choices, label=_("Category"))
    histology = CodedFacet(
        field_name=f"{HISTOLOGY}name",
        to_field_name="name",
        queryset=Histology.objects.all(),
        label=_("Histology"),
    )
    giant_cells = Facet(field_name="index_diagnosis__giant_cells", choices=GiantCells.choices, label=_("Giant cells"))
    sex = Facet(choices=Sex.choices, label=_("Sex"))
    vital_status = Facet(choices=VitalStatus.choices, label=_("Vital status"))
    consent_status = Facet(choices=ConsentStatus.choices, label=_("Consent"))
    ecog_at_entry = Facet(choices=[(number, number) for number in range(6)], label=_("ECOG at entry"))
    birth_year_least = NumberFilter(field_name="birth_year", lookup_expr="gte", label=_("Born in or after"))
    birth_year_most = NumberFilter(field_name="birth_year", lookup_expr="lte", label=_("Born in or before"))
    last_follow_up_date_from = Bound(
        field_name="last_follow_up_date", within=GreaterThanOrEqual, label=_("Last follow-up, from")
    )
    last_follow_up_date_until = Bound(
        field_name="last_follow_up_date", within=LessThanOrEqual, label=_("Last follow-up, until")
    )
    death_date_from = Bound(field_name="death_date", within=GreaterThanOrEqual, label=_("Death, from"))
    death_date_until = Bound(field_name="death_date", within=LessThanOrEqual, label=_("Death, until"))
    consent_date_from = Bound(field_name="consent_date", within=GreaterThanOrEqual, label=_("Date of consent, from"))
    consent_date_until = Bound(field_name="consent_date", within=LessThanOrEqual, label=_("Date of consent, until"))
    site = CodedFacet(field_name="site__code", to_field_name="code", queryset=sites, label=_("Site"))

    class Meta:
        model = Patient
        fields: list[str] = []

    def with_alteration(self, queryset: QuerySet[Patient], _name: str, symbol: str) -> QuerySet[Patient]:
        """Patients in whom an alteration of the gene, or a fusion with it, was detected."""
        found = MolecularAlteration.objects.filter(patient=OuterRef("pk"), result=Detection.DETECTED)
        return queryset.filter(Exists(found.filter(gene__iexact=symbol)) | Exists(found.filter(partner__iexact=symbol)))


def offer_for_patients(name: str, made: Filter) -> None:
    """Let a higher app put a filter of its own before those of patients, in every list, form and API answer."""
    PatientFilter.base_filters = {name: made, **PatientFilter.base_filters}


def code_of(model: type[Model]) -> str:
    """The field that names a row of the model in addresses and over the API."""
    names = {field.name for field in model._meta.get_fields()}
    if "version" in names:  # Several rows have the name.
        return "pk"
    return next((name for name in ("code", "symbol", "name") if name in names), "pk")


def _dates(name: str, label: Any) -> dict[str, Any]:
    """The two bounds of a date."""
    return {
        f"{name}_from": Bound(
            field_name=name, within=GreaterThanOrEqual, label=format_lazy(_("{date}, from"), date=label)
        ),
        f"{name}_until": Bound(
            field_name=name, within=LessThanOrEqual, label=format_lazy(_("{date}, until"), date=label)
        ),
    }


def _filters_of(field: Any) -> dict[str, Any]:
    """The filters of one field: a facet for what has a choice, two bounds for a date or a number."""
    name, label = field.name, field.verbose_name
    if isinstance(field, PartialDateField):
        return _dates(name, label)
    if isinstance(field, IntegerField | DecimalField) and not field.choices:
        least = NumberFilter(
            field_name=name, lookup_expr="gte", label=format_lazy(_("{number}, at least"), number=label)
        )
        most = NumberFilter(field_name=name, lookup_expr="lte", label=format_lazy(_("{number}, at most"), number=label))
        return {f"{name}_least": least, f"{name}_most": most}
    if isinstance(field, BooleanField):
        return {name: Facet(choices=[("True", _("Yes")), ("False", _("No"))], label=label)}
    if field.choices:
        return {name: Facet(choices=field.choices, label=label)}
    if field.is_relation and issubclass(field.related_model, CodedTerm):
        code = code_of(field.related_model)
        terms = field.related_model._default_manager.all()
        facet = CodedFacet(field_name=f"{name}__{code}", to_field_name=code, queryset=terms, label=label)
        # A site is the institution in every list; that of a lesion is named by its classification.
        return {"topography" if name == "site" else name: facet}
    if field.is_relation:
        path = f"{name}__{KNOWN_BY.get(name, 'code')}"
        return {
            name: CharFilter(
                field_name=path, lookup_expr="icontains", label=format_lazy(_("{row} contains"), row=label)
            )
        }
    return {}


def filter_set_of(kind: Kind) -> type[FacetedFilterSet]:
    """The filter set of a kind of record, made from its fields."""
    filters: dict[str, Any] = {
        "search": Search(paths=["patient__code", *text_paths(kind.model)]),
        "patient": CharFilter(field_name="patient__code", lookup_expr="icontains", label=_("Patient’s code contains")),
    }
    if "code" in kind.columns:
        filters["code"] = CharFilter(lookup_expr="icontains", label=_("Code contains"))
    for column in kind.list_columns:
        filters |= _filters_of(kind.model._meta.get_field(column))
    filters["site"] = CodedFacet(
        field_name="patient__site__code", to_field_name="code", queryset=sites, label=_("Institution")
    )
    filters |= kind.filters
    meta = type("Meta", (), {"model": kind.model, "fields": []})
    made: Any = type(f"{kind.model.__name__}Filter", (FacetedFilterSet,), {**filters, "Meta": meta})
    # As written here, not in the order in which somebody made them.
    made.base_filters = {name: made.base_filters[name] for name in filters}
    return made


FILTER_SETS = {kind.name: filter_set_of(kind) for kind in KINDS}
