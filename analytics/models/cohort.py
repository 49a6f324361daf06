"""Cohorts: patients of a study under a name, chosen by filters or one by one at a moment."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Patient, Study
from cases.models.integrity import unchangeable
from cases.privacy import Privacy


class CohortKind(models.TextChoices):
    LIVE = "live", _("Live: whoever matches the filters on the day of the question")
    FROZEN = "frozen", _("Frozen: the patients who match today, whatever changes later")


@tracked
class Cohort(models.Model):
    """A population of the study that can be named in lists, questions and dashboards.

    ``filters`` are those of the list of patients; of a frozen cohort they say how its ``members`` were found. Whatever
    changes name or filters makes another ``edition``: a question names the edition it was asked of, whose filters stay
    in the history, so that a later change never changes a result.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="cohorts", verbose_name=_("study"))
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=1000, blank=True)
    kind = models.CharField(_("kept"), max_length=6, choices=CohortKind, default=CohortKind.LIVE)
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    edition = models.PositiveIntegerField(_("edition"), default=1, editable=False)
    is_shared = models.BooleanField(
        _("shared with the study"), default=False, help_text=_("Otherwise only you find and use it.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cohorts", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    privacy = {
        "name": Privacy.FREE_TEXT,
        "description": Privacy.FREE_TEXT,
        "filters": Privacy.FREE_TEXT,
        "edition": Privacy.PROVENANCE,
        "made_at": Privacy.PROVENANCE,
        "archived_at": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "made_by",
                "name",
                name="cohort_name_once",
                violation_error_message=_("You already have a cohort of this name in this study."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="cohort_has_name", violation_error_message=_("Give it a name.")
            ),
            models.CheckConstraint(condition=Q(kind__in=CohortKind.values), name="cohort_kind_known"),
        ]
        triggers = [unchangeable("study", "kind", "made_by")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("analytics:cohort", args=[self.study.code, self.pk])

    @property
    def is_frozen(self) -> bool:
        return self.kind == CohortKind.FROZEN


class CohortPatient(models.Model):
    """A patient of a frozen cohort. Who withdrew consent is in no row that anybody sees, hence in no cohort."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="members", verbose_name=_("cohort"))
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="cohort_memberships", verbose_name=_("patient"))

    class Meta:
        verbose_name = _("patient of a cohort")
        verbose_name_plural = _("patients of cohorts")
        ordering = ["cohort", "patient"]
        constraints = [models.UniqueConstraint("cohort", "patient", name="cohort_patient_once")]

    def __str__(self) -> str:
        return f"{self.cohort} · {self.patient}"
