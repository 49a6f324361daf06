"""A file somebody brought: previewed by a worker, confirmed by a person, written by a worker or not at all."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models.job import MAX_ATTEMPTS, Job, JobQuerySet, JobStatus
from cases.privacy import Privacy


class ImportPhase(models.TextChoices):
    PREVIEW = "preview", _("Preview")
    WRITE = "write", _("Write")


class ImportJobQuerySet(JobQuerySet):
    def exhausted(self) -> Self:
        """Attempts count anew for every step: one import is checked as often as a person likes."""
        return self.lease_ran_out().filter(attempt__gte=F("attempts_before") + MAX_ATTEMPTS)

    def with_undone(self) -> Self:
        """Adds ``is_undone``: whether what was written was taken back since."""
        undos = apps.get_model("cases", "ImportUndo")._default_manager
        return self.annotate(is_undone=Exists(undos.filter(import_job=OuterRef("pk"), status=JobStatus.SUCCEEDED)))

    def standing(self) -> Self:
        """Written, and not undone since."""
        return self.filter(status=JobStatus.SUCCEEDED).with_undone().filter(is_undone=False)


class ImportJob(Job):
    """``options`` is what the person chose (mapping, roles, calibrator), ``preview`` what the worker found.

    ``preview`` holds counts, the first rows and every finding: sheet, row, column, and the sentence.
    """

    task_name = "cases.tasks.run_import_task"

    format = models.CharField(_("format"), max_length=40)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=200)
    file_sha256 = models.CharField(max_length=64)
    phase = models.CharField(_("phase"), max_length=10, choices=ImportPhase, default=ImportPhase.PREVIEW)
    options = models.JSONField(default=dict, blank=True)
    preview = models.JSONField(null=True, blank=True)
    attempts_before = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("Number of the last attempt of the step before.")
    )
    written = models.JSONField(null=True, blank=True, help_text=_("How many rows of each kind were written."))

    privacy = {
        "format": Privacy.PROVENANCE,
        "file": Privacy.FILE,
        "file_name": Privacy.FILE,
        "file_sha256": Privacy.PROVENANCE,
        "options": Privacy.FILE,
        "preview": Privacy.FILE,
        "attempts_before": Privacy.PROVENANCE,
        "written": Privacy.PROVENANCE,
    }

    objects = ImportJobQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Job.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(condition=Q(phase__in=ImportPhase.values), name="importjob_phase_known"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def latest_undo(self) -> Any:
        """The last time somebody wanted this import undone, however that ended; None when nobody did."""
        return self.undos.select_related("requested_by").order_by("-pk").first()

    def get_absolute_url(self) -> str:
        return reverse("cases:import", args=[self.study.code, self.pk])
