"""Families of tests: declared before any answer is looked at, and corrected together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.models.analysis import Analysis
from cases.history import tracked
from cases.models import Study
from cases.models.integrity import unchangeable
from cases.privacy import Privacy


class Correction(models.TextChoices):
    """As :func:`analytics.stats.adjust` names its methods."""

    HOLM = "holm", _("Holm")
    BENJAMINI_HOCHBERG = "bh", _("Benjamini–Hochberg")


@tracked
class Family(models.Model):
    """Tests that serve one question. ``correction`` is chosen with the declaration and never changes."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="families", verbose_name=_("study"))
    name = models.CharField(_("name"), max_length=80)
    question = models.TextField(
        _("question"), max_length=1000, help_text=_("What the tests decide together, in a sentence.")
    )
    correction = models.CharField(
        _("correction"),
        max_length=4,
        choices=Correction,
        default=Correction.HOLM,
        help_text=_("Holm limits the chance of any false finding, Benjamini–Hochberg the share of false findings."),
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="families", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared"), auto_now_add=True)

    privacy = {
        "name": Privacy.FREE_TEXT,
        "question": Privacy.FREE_TEXT,
        "declared_at": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("family of tests")
        verbose_name_plural = _("families of tests")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "name",
                name="family_name_once",
                violation_error_message=_("This study already has a family of this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="family_has_name", violation_error_message=_("Give it a name.")
            ),
            models.CheckConstraint(condition=Q(correction__in=Correction.values), name="family_correction_known"),
        ]
        triggers = [unchangeable("study", "correction")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("analytics:family", args=[self.study.code, self.pk])


class FamilyMember(models.Model):
    """A question that belongs to a family, asked once or again and again.

    ``analysis`` is the first time it was asked; its later answers have the same ``digest``. ``is_late`` is whether an
    answer of the family was there when it was added.
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="members", verbose_name=_("family"))
    analysis = models.ForeignKey(
        Analysis, models.PROTECT, related_name="family_memberships", verbose_name=_("analysis")
    )
    digest = models.CharField(max_length=64, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="family_members", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    is_late = models.BooleanField(_("added after an answer was there"), default=False, editable=False)

    privacy = {"digest": Privacy.PROVENANCE, "added_at": Privacy.PROVENANCE}

    class Meta:
        verbose_name = _("test of a family")
        verbose_name_plural = _("tests of families")
        ordering = ["family", "pk"]
        constraints = [models.UniqueConstraint("family", "digest", name="family_member_once")]
        indexes = [models.Index(fields=["digest"], name="family_member_question")]
        triggers = [unchangeable("family", "digest", "is_late")]

    def __str__(self) -> str:
        return f"{self.family} · {self.analysis}"
