"""How several cores make the value of a specimen, and several specimens that of a patient."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Study
from cases.models.integrity import SameParent, never_changes
from cases.privacy import Privacy
from expression.models.antibody import PositivityCutoff


class Summary(models.TextChoices):
    MEDIAN = "median", _("Median")
    MEAN = "mean", _("Mean")
    MAX = "max", _("Highest")
    ANY_POSITIVE = "any_positive", _("Any positive")


@tracked
class ConsolidationRule(models.Model):
    """A rule by name and version; a version never changes.

    A specimen with fewer than ``minimum_evaluable_cores`` evaluable cores has no value. ``any_positive`` is 1 where a
    score reaches the cut-off, else 0.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="consolidation_rules", verbose_name=_("study"))
    name = models.CharField(_("name"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1, validators=[MinValueValidator(1)])
    cores_to_specimen = models.CharField(_("cores of a specimen"), max_length=20, choices=Summary)
    specimens_to_patient = models.CharField(_("specimens of a patient"), max_length=20, choices=Summary)
    minimum_evaluable_cores = models.PositiveSmallIntegerField(
        _("fewest evaluable cores"), default=1, validators=[MinValueValidator(1)]
    )
    cutoff = models.ForeignKey(
        PositivityCutoff,
        models.PROTECT,
        related_name="consolidation_rules",
        null=True,
        blank=True,
        verbose_name=_("positivity cut-off"),
        help_text=_("Needed for “any positive”."),
    )

    privacy = {
        "name": Privacy.VOCABULARY,
        "version": Privacy.VOCABULARY,
        "minimum_evaluable_cores": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("consolidation rule")
        verbose_name_plural = _("consolidation rules")
        ordering = ["study", "name", "version"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "name",
                "version",
                name="consolidation_version_once_per_study",
                violation_error_message=_("This study already has this version of the rule."),
            ),
            models.CheckConstraint(condition=Q(name__gt=""), name="consolidation_has_name"),
            models.CheckConstraint(condition=Q(version__gte=1), name="consolidation_version_from_one"),
            models.CheckConstraint(
                condition=Q(cores_to_specimen__in=Summary.values, specimens_to_patient__in=Summary.values),
                name="consolidation_summaries_known",
            ),
            models.CheckConstraint(condition=Q(minimum_evaluable_cores__gte=1), name="consolidation_needs_a_core"),
            models.CheckConstraint(
                condition=Q(cutoff__isnull=False)
                | ~Q(cores_to_specimen=Summary.ANY_POSITIVE) & ~Q(specimens_to_patient=Summary.ANY_POSITIVE),
                name="consolidation_positive_by_cutoff",
                violation_error_message=_("“Any positive” needs a cut-off that says what positive is."),
            ),
        ]
        triggers = [
            SameParent(reference="cutoff", shared="study"),
            never_changes(
                "study",
                "name",
                "version",
                "cores_to_specimen",
                "specimens_to_patient",
                "minimum_evaluable_cores",
                "cutoff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
