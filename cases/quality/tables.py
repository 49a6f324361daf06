"""Lists of findings and queries as tables."""

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.access import StudyRights
from cases.models import DataQuery, QueryStatus
from cases.quality.findings import Finding
from cases.quality.record import page_url, record_url
from cases.quality.registry import SEVERITIES, Severity, title_of
from cases.sentences import render

TONES = {QueryStatus.OPEN: "warning", QueryStatus.ANSWERED: "accent", QueryStatus.CLOSED: ""}
SEVERITY_TONES = {Severity.PROBLEM: "warning", Severity.HINT: ""}


class FindingTable(tables.Table):
    """Rows are mappings as :func:`cases.quality.findings.findings` gives them."""

    caption = _("Findings")

    patient_code = tables.Column(verbose_name=_("Patient"), default="")
    severity = tables.Column(empty_values=(), verbose_name=_("Severity"))
    found = tables.Column(verbose_name=_("What"))
    advice = tables.Column(empty_values=(), verbose_name=_("What to do"))
    record = tables.Column(empty_values=(), verbose_name=_("Record"))
    query_key = tables.Column(verbose_name=_("Query"), default="")

    class Meta:
        orderable = False
        empty_text = _("The checks find nothing to settle.")

    def __init__(self, *args: Any, rights: StudyRights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights

    def render_patient_code(self, value: str) -> str:
        return format_html('<a href="{}">{}</a>', reverse("cases:patient", args=[self.rights.study.code, value]), value)

    def render_severity(self, record: dict[str, Any]) -> str:
        severity = Finding(**record).check.severity
        badge = {"text": SEVERITIES[severity], "tone": SEVERITY_TONES[severity]}
        return render_to_string("components/badge.html", badge)

    def render_found(self, record: dict[str, Any]) -> str:
        return Finding(**record).text

    def render_advice(self, record: dict[str, Any]) -> str:
        return str(Finding(**record).check.advice)

    def render_record(self, record: dict[str, Any]) -> str:
        if record["patient_code"] is None:
            url = page_url(study_code=self.rights.study.code, check_code=record["check_code"], found=record["found"])
        else:
            url = record_url(
                rights=self.rights,
                patient_code=record["patient_code"],
                subject_model=record["subject_model"],
                subject_key=record["subject_key"],
            )
        label = gettext("Record: %(title)s") % {"title": title_of(record["check_code"])}
        word = gettext("Change") if self.rights.enters else gettext("Show")
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, word)

    def render_query_key(self, value: int, record: dict[str, Any]) -> str:
        url = reverse("cases:quality-query", args=[self.rights.study.code, value])
        label = gettext("Query: %(title)s") % {"title": title_of(record["check_code"])}
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, gettext("Query"))


class QueryTable(tables.Table):
    caption = _("Queries")

    patient = tables.Column(order_by="patient__code", default="")
    question = tables.Column(linkify=True, verbose_name=_("Question"), orderable=False)
    status = tables.Column()
    owner = tables.Column(order_by="owner__username", default="")
    opened_at = tables.DateTimeColumn(verbose_name=_("Opened"))

    class Meta:
        model = DataQuery
        fields: list[str] = []
        order_by = "-opened_at"
        empty_text = _("No query matches. Clear a filter, or check the study.")

    def render_question(self, value: Any) -> str:
        return render(value)

    def render_status(self, record: DataQuery) -> str:
        badge = {"text": record.get_status_display(), "tone": TONES[QueryStatus(record.status)]}
        return render_to_string("components/badge.html", badge)
