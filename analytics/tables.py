"""Lists of questions and answers as tables."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics.kinds import kind_of, parse
from analytics.models import Analysis, Cohort, DashboardRelease, Family
from analytics.releases.dashboards import DASHBOARDS
from cases.tables import NUMBER, StatusColumn


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


class CohortTable(tables.Table):
    """``counts`` are the patients of each cohort by its key."""

    caption = _("Cohorts")
    counts: Mapping[int, int]

    name = tables.Column(linkify=True)
    kind = tables.Column(verbose_name=_("Kept"), orderable=False)
    patients = tables.Column(verbose_name=_("Patients today"), empty_values=(), orderable=False, attrs=NUMBER)
    is_shared = tables.Column(verbose_name=_("Shared"), orderable=False)
    made_by = tables.Column()
    made_at = tables.DateTimeColumn(short=True)

    class Meta:
        model = Cohort
        fields: list[str] = []

    def render_name(self, record: Cohort) -> SafeString:
        badge = {"text": _("Archived"), "tone": ""}
        shown = render_to_string("components/badge.html", badge) if record.archived_at else ""
        return format_html("{} {}", record.name, shown)

    def render_kind(self, record: Cohort) -> str:
        return str(_("Frozen") if record.is_frozen else _("Live"))

    def render_patients(self, record: Cohort) -> int:
        return self.counts[record.pk]

    def render_is_shared(self, record: Cohort) -> str:
        return str(_("with the study") if record.is_shared else _("private"))


class FamilyTable(tables.Table):
    """Families with the number of ``tests``."""

    caption = _("Families of tests")

    name = tables.Column(linkify=True)
    question = tables.Column(orderable=False)
    correction = tables.Column(orderable=False)
    tests = tables.Column(verbose_name=_("Tests"), attrs=NUMBER)
    declared_by = tables.Column()
    declared_at = tables.DateTimeColumn(short=True)

    class Meta:
        model = Family
        fields: list[str] = []
        order_by = "-declared_at"


class ReleaseTable(tables.Table):
    caption = _("Released dashboards")

    title = tables.Column(linkify=True)
    dashboard = tables.Column(orderable=False)
    released_by = tables.Column()
    released_at = tables.DateTimeColumn(short=True)
    withdrawn_at = tables.DateTimeColumn(short=True, default="")

    class Meta:
        model = DashboardRelease
        fields: list[str] = []
        order_by = "-released_at"

    def render_dashboard(self, value: str) -> str:
        return str(DASHBOARDS[value].name)
