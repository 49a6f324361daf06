"""Lists of questions and answers as tables."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics.kinds import kind_of, parse
from analytics.models import Analysis
from cases.tables import StatusColumn


class AnalysisTable(tables.Table):
    caption = _("Analyses")

    question = tables.Column(accessor="pk", orderable=False, verbose_name=_("Question"))
    kind = tables.Column(verbose_name=_("Kind"))
    status = StatusColumn()
    requested_by = tables.Column(verbose_name=_("Asked by"))
    requested_at = tables.DateTimeColumn(verbose_name=_("Asked"), short=True)
    released_at = tables.DateTimeColumn(verbose_name=_("Released"), short=True, default="")

    class Meta:
        model = Analysis
        fields: list[str] = []
        order_by = "-requested_at"

    def __init__(self, *args: Any, markers: Mapping[str, str], **kwargs: Any) -> None:
        self.markers = markers
        super().__init__(*args, **kwargs)

    def render_question(self, record: Analysis) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', record.get_absolute_url(), kind_of(record).title(parse(record.spec), self.markers)
        )

    def render_kind(self, record: Analysis) -> str:
        return str(kind_of(record).name)
