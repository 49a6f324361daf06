"""What IHC readings can be narrowed by beside their own fields."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from cases.search import containing

MARKER = "antibody__marker"


def _of_marker(queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
    return queryset.filter(containing(text, f"{MARKER}__symbol", f"{MARKER}__name", f"{MARKER}__synonyms"))


READING_FILTERS: dict[str, Any] = {
    "marker": CharFilter(
        method=_of_marker,
        label=_("Marker contains"),
        help_text=_("Symbol, common name or synonym, e.g. TNFSF11 or RANKL."),
    )
}
