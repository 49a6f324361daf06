"""Lists of qPCR runs and wells as tables."""

import django_tables2 as tables
from django.db.models import IntegerField, QuerySet
from django.db.models.functions import Cast, Left, Substr
from django.utils.translation import gettext_lazy as _

from cases.tables import NUMBER
from expression.models import QpcrRun, QpcrWell

PLATE_ORDER = (Left("position", 1), Cast(Substr("position", 2), IntegerField()))
"""Row by row, A2 before A10."""


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
