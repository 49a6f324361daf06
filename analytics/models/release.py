"""Dashboards as a manager released them: numbers of one moment, without single patients."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Study
from cases.models.integrity import unchangeable
from cases.privacy import Privacy


class DashboardRelease(models.Model):
    """A dashboard with its choices, readable for every member of the study until it is withdrawn.

    ``numbers`` are in the form that may be disclosed; words and figures are made of them on reading. ``population`` is
    told in words; ``patients``, the keys of the patients behind the numbers, are shown to nobody and tell whether
    releases differ by single patients. ``erased`` counts patients who are in the numbers and were erased since.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="dashboard_releases", verbose_name=_("study"))
    dashboard = models.CharField(_("dashboard"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    query = models.TextField(_("choices of the address"), blank=True)
    population = models.JSONField(_("population"), default=dict, blank=True)
    numbers = models.JSONField(_("numbers"))
    patients = models.JSONField(_("patients behind the numbers"))
    erased = models.PositiveIntegerField(_("erased patients"), default=0, editable=False)
    data_version = models.CharField(max_length=300, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="dashboard_releases", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    privacy = {
        "dashboard": Privacy.PROVENANCE,
        "title": Privacy.FREE_TEXT,
        "query": Privacy.FREE_TEXT,
        "population": Privacy.FREE_TEXT,
        "numbers": Privacy.COMPUTED,
        "patients": Privacy.COMPUTED,
        "erased": Privacy.PROVENANCE,
        "data_version": Privacy.PROVENANCE,
        "released_at": Privacy.PROVENANCE,
        "withdrawn_at": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("released dashboard")
        verbose_name_plural = _("released dashboards")
        ordering = ["-released_at", "-pk"]
        indexes = [models.Index(fields=["study", "-released_at"], name="release_newest_of_study")]
        triggers = [unchangeable("study", "numbers")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("analytics:release", args=[self.study.code, self.pk])
