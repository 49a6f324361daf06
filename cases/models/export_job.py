"""Files the portal makes for somebody: rows of a study, or the history of all its records."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.job import Job
from cases.privacy import Privacy


class ExportKind(models.TextChoices):
    RECORDS = "records", _("Tables of records")
    WIDE = "wide", _("Wide table for analyses")
    AUDIT = "audit", _("History of all records")


class ExportJob(Job):
    """``options`` is what was asked for; ``scope`` whose rows are in it, see ``StudyRights.scope``.

    ``manifest`` says what the file holds: rows of each table, hashes, whether dates are shifted.
    """

    task_name = "cases.tasks.run_export_task"

    kind = models.CharField(_("what"), max_length=20, choices=ExportKind)
    options = models.JSONField(default=dict, blank=True)
    scope = models.CharField(max_length=40, default="all", editable=False)
    file = models.FileField(_("file"), upload_to="exports/%Y/%m/", blank=True)
    manifest = models.JSONField(default=dict, blank=True, editable=False)
    rows = models.PositiveBigIntegerField(_("rows"), null=True, editable=False)

    privacy = {
        "options": Privacy.PROVENANCE,
        "scope": Privacy.PROVENANCE,
        "file": Privacy.FILE,
        "manifest": Privacy.PROVENANCE,
        "rows": Privacy.PROVENANCE,
    }

    class Meta(Job.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=ExportKind.values), name="exportjob_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("cases:export", args=[self.study.code, self.pk])

    @property
    def expires_at(self) -> datetime | None:
        """Until when the file can be fetched; None while it is not made."""
        return self.finished_at and self.finished_at + timedelta(days=settings.EXPORT_FILES_KEPT_DAYS)

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
