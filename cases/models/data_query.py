"""Questions about the data: a finding of a check which somebody answers and somebody closes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import SameParent, unchangeable
from cases.models.patient import Patient
from cases.models.study import Study
from cases.privacy import Privacy


class QueryStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


@tracked
class DataQuery(models.Model):
    """A question about one row. ``check_code`` is the check that found it, blank when a person asks.

    A question that was closed by nobody was closed by the check, which finds nothing any more.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="data_queries", verbose_name=_("study"))
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="data_queries", null=True, blank=True, verbose_name=_("patient")
    )
    check_code = models.CharField(_("check"), max_length=60, blank=True)
    subject_model = models.CharField(max_length=60, editable=False, help_text="app_label.ModelName")
    subject_pk = models.BigIntegerField(editable=False)
    question = models.JSONField(_("question"), help_text=_("A sentence: its text and its values."))
    status = models.CharField(_("status"), max_length=10, choices=QueryStatus, default=QueryStatus.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="data_queries",
        null=True,
        blank=True,
        verbose_name=_("owner"),
        help_text=_("Who shall answer."),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closing_note = models.CharField(_("note"), max_length=200, blank=True)

    privacy = {
        "closing_note": Privacy.PROVENANCE,
        "check_code": Privacy.VOCABULARY,
        "subject_model": Privacy.PROVENANCE,
        "subject_pk": Privacy.PROVENANCE,
        "question": Privacy.FREE_TEXT,
        "opened_at": Privacy.PROVENANCE,
        "answer": Privacy.FREE_TEXT,
        "answered_at": Privacy.PROVENANCE,
        "closed_at": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        ordering = ["status", "-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "check_code", "subject_model", "subject_pk"],
                condition=~Q(status=QueryStatus.CLOSED) & ~Q(check_code=""),
                name="query_once_per_finding",
            ),
            models.CheckConstraint(condition=Q(status__in=QueryStatus.values), name="query_status_known"),
            models.CheckConstraint(
                condition=~Q(status=QueryStatus.ANSWERED) | ~Q(answer=""),
                name="query_answered_has_answer",
                violation_error_message=_("Write an answer."),
            ),
            models.CheckConstraint(
                condition=~Q(status=QueryStatus.CLOSED) | Q(closed_at__isnull=False), name="query_closed_has_time"
            ),
        ]
        triggers = [SameParent(reference="patient", shared="study"), unchangeable("study")]

    def __str__(self) -> str:
        return f"{self.check_code or self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("cases:quality-query", args=[self.study.code, self.pk])
