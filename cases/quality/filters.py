"""What lists of queries can be narrowed by."""

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from cases import access
from cases.filters import CodedFacet, Facet, FacetedFilterSet, sites
from cases.models import DataQuery, QueryStatus
from cases.quality.registry import registered


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
    site = CodedFacet(field_name="patient__site__code", to_field_name="code", queryset=sites, label=_("Site"))

    class Meta:
        model = DataQuery
        fields: list[str] = []
