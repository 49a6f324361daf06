"""An analysis: the question, the work on it, and the stored answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models.job import Job, JobStatus
from cases.privacy import Privacy


class Analysis(Job):
    """A question somebody asked of a study.

    ``digest`` is the hash of the question, the study and the asker's scope; with ``data_version`` it tells
    whether an earlier answer can be used again. ``frozen_input`` is what the numbers were computed from.
    """

    task_name = "analytics.tasks.run_analysis_task"

    kind = models.CharField(_("kind"), max_length=40)
    spec = models.JSONField(_("question"))
    scope = models.CharField(
        max_length=40, editable=False, help_text=_("Which rows the asker may see: all, or those of one site.")
    )
    digest = models.CharField(max_length=64, editable=False)
    data_version = models.CharField(max_length=300, editable=False)
    result = models.JSONField(_("result"), null=True, blank=True)
    frozen_input = models.JSONField(_("frozen input"), null=True, blank=True)
    input_sha256 = models.CharField(_("hash of the input"), max_length=64, blank=True)
    versions = models.JSONField(_("software versions"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="released_analyses",
        null=True,
        blank=True,
        verbose_name=_("released by"),
    )

    privacy = {
        "kind": Privacy.PROVENANCE,
        "spec": Privacy.PROVENANCE,
        "scope": Privacy.PROVENANCE,
        "digest": Privacy.PROVENANCE,
        "data_version": Privacy.PROVENANCE,
        "result": Privacy.COMPUTED,
        "frozen_input": Privacy.COMPUTED,
        "input_sha256": Privacy.PROVENANCE,
        "versions": Privacy.PROVENANCE,
        "released_at": Privacy.PROVENANCE,
    }

    class Meta(Job.Meta):
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status=JobStatus.SUCCEEDED) | Q(result__isnull=False), name="analysis_done_has_result"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False, status=JobStatus.SUCCEEDED),
                name="analysis_released_when_done",
            ),
        ]
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["digest", "data_version"], name="analysis_same_question"),
            models.Index(fields=["study", "-requested_at"], name="analysis_newest_of_study"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:analysis", args=[self.study.code, self.pk])
