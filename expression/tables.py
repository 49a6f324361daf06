"""Lists of markers, qPCR runs and wells as tables."""

from typing import Any

import django_tables2 as tables
from django.db.models import IntegerField, QuerySet
from django.db.models.functions import Cast, Left, Substr
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.models import Study
from cases.tables import NUMBER
from expression.models import Marker, QpcrRun, QpcrWell

PLATE_ORDER = (Left("position", 1), Cast(Substr("position", 2), IntegerField()))
"""Row by row, A2 before A10."""


class MarkerTable(tables.Table):
    """Markers with their phospho-sites; each leads to its page in the study."""

    caption = _("Markers")

    name = tables.Column(linkify=lambda record, table: table.url_of(record))
    symbol = tables.Column()
    role = tables.Column()
    phospho_sites = tables.Column(
        accessor="phospho_sites__all", verbose_name=_("Phospho-sites"), orderable=False, empty_values=()
    )
    synonyms = tables.Column(orderable=False)

    class Meta:
        model = Marker
        fields: list[str] = []
        empty_text = _("No marker is called so. An administrator adds markers and synonyms.")

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study = study

    def url_of(self, marker: Marker) -> str:
        return reverse("expression:marker", args=[self.study.code, marker.symbol])

    def render_symbol(self, value: str) -> SafeString:
        return format_html('<i class="gene">{}</i>', value)

    def render_phospho_sites(self, value: Any) -> str:
        return ", ".join(site.residue for site in value) or "–"

    def render_synonyms(self, value: list[str]) -> str:
        return ", ".join(value)


class RunTable(tables.Table):
    """Runs with ``markers``, ``sample_count`` and ``specimen_count``."""

    caption = _("qPCR runs")

    code = tables.Column(linkify=True)
    markers = tables.Column(verbose_name=_("Markers"), default="–", orderable=False)
    sample_count = tables.Column(verbose_name=_("Samples"), attrs=NUMBER)
    specimen_count = tables.Column(verbose_name=_("Specimens"), attrs=NUMBER)
    instrument = tables.Column(default="–")
    run_at = tables.Column(default="–")

    class Meta:
        model = QpcrRun
        fields: list[str] = []
        order_by = "code"


class WellTable(tables.Table):
    caption = _("Every reading of the run, as the instrument gave it")

    position = tables.Column()
    sample = tables.Column(order_by="sample__name", default="–")
    target = tables.Column(order_by="target__name")
    task = tables.Column()
    reading = tables.Column()
    cq = tables.Column(attrs=NUMBER, default="–")
    omitted = tables.BooleanColumn(yesno=(_("yes"), _("no")))
    reporter = tables.Column(default="–")

    class Meta:
        model = QpcrWell
        fields: list[str] = []
        order_by = "position"

    def order_position(self, queryset: QuerySet[QpcrWell], is_descending: bool) -> tuple[QuerySet[QpcrWell], bool]:
        order = [place.desc() if is_descending else place.asc() for place in PLATE_ORDER]
        return queryset.order_by(*order, "target__name"), True

    def render_cq(self, value: float) -> str:
        return f"{value:.3f}"
