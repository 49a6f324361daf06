"""The assays of a run of quantitative PCR."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import unchangeable
from cases.privacy import Privacy
from expression.models.marker import Marker
from expression.models.qpcr.run import QpcrRun
from expression.scoring import LARGEST_EFFICIENCY, PERFECT_EFFICIENCY


class TargetRole(models.TextChoices):
    TARGET = "target", _("Target")
    REFERENCE = "reference", _("Reference gene")


class EfficiencySource(models.TextChoices):
    """Where the amplification efficiency of a target comes from."""

    ASSUMED = "assumed", _("assumed perfect")
    FILE = "file", _("from the file")
    CURVE = "curve", _("from the standard curve of this run")
    ENTERED = "entered", _("entered")


@tracked
class QpcrTarget(models.Model):
    """An assay of the run: a study marker, a reference gene, or something that is neither."""

    run = models.ForeignKey(QpcrRun, models.CASCADE, related_name="targets", verbose_name=_("run"))
    name = models.CharField(_("name in the file"), max_length=100)
    marker = models.ForeignKey(
        Marker,
        models.PROTECT,
        related_name="qpcr_targets",
        null=True,
        blank=True,
        verbose_name=_("marker"),
        help_text=_("Blank: not a study marker."),
    )
    role = models.CharField(_("role"), max_length=10, choices=TargetRole, default=TargetRole.TARGET)
    efficiency = models.FloatField(
        _("amplification efficiency"),
        default=PERFECT_EFFICIENCY,
        validators=[MinValueValidator(1.0), MaxValueValidator(LARGEST_EFFICIENCY)],
        help_text=_("Fold per cycle, 2 when perfect; from a standard curve 10^(−1/slope)."),
    )
    efficiency_source = models.CharField(
        _("where the efficiency comes from"),
        max_length=8,
        choices=EfficiencySource,
        default=EfficiencySource.ASSUMED,
    )
    assay_id = models.CharField(
        _("primer set or assay"), max_length=100, blank=True, help_text=_("Supplier’s number, or the sequences.")
    )

    privacy = {
        "name": Privacy.VOCABULARY,
        "efficiency": Privacy.MEASUREMENT,
        "assay_id": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("qPCR target")
        verbose_name_plural = _("qPCR targets")
        ordering = ["run", "name"]
        constraints = [
            models.UniqueConstraint(
                "run",
                "name",
                name="qpcr_target_once_per_run",
                violation_error_message=_("This run already has a target of this name."),
            ),
            models.CheckConstraint(condition=Q(role__in=TargetRole.values), name="qpcr_target_role_known"),
            models.CheckConstraint(
                condition=Q(efficiency__gt=1.0, efficiency__lte=LARGEST_EFFICIENCY), name="qpcr_target_efficiency_range"
            ),
            models.CheckConstraint(
                condition=Q(efficiency_source=EfficiencySource.ASSUMED, efficiency=PERFECT_EFFICIENCY)
                | Q(efficiency_source__in=[source for source in EfficiencySource if source != "assumed"]),
                name="qpcr_target_assumed_efficiency_is_2",
                violation_error_message=_("Say where an efficiency other than 2 comes from."),
            ),
        ]
        triggers = [unchangeable("run")]

    def __str__(self) -> str:
        return self.name
