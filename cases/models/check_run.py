"""A run of every check over a study, which turns what it finds into questions."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models.job import Job
from cases.privacy import Privacy


class CheckRun(Job):
    """``result`` holds the numbers of questions ``opened``, ``closed`` and ``kept``, once the run is done."""

    task_name = "cases.tasks.run_checks_task"

    result = models.JSONField(null=True, blank=True, editable=False)

    privacy = {"result": Privacy.COMPUTED}

    class Meta(Job.Meta):
        verbose_name = _("check of the study")
        verbose_name_plural = _("checks of the study")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("cases:quality-run", args=[self.study.code, self.pk])
