"""Where a protein is phosphorylated."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.privacy import Privacy
from expression.models.marker import Marker

RESIDUE_PATTERN = r"^[STY][0-9]+(/[STY][0-9]+)*$"


@tracked
class PhosphoSite(models.Model):
    """The residues an antibody against the phosphorylated protein sees: AKT S473, ERK1 T202/Y204, STAT3 Y705."""

    marker = models.ForeignKey(Marker, models.PROTECT, related_name="phospho_sites", verbose_name=_("marker"))
    residue = models.CharField(
        _("phospho-site"),
        max_length=30,
        validators=[RegexValidator(RESIDUE_PATTERN, _("Write it as S473 or T202/Y204."))],
    )

    privacy = {"residue": Privacy.VOCABULARY}

    class Meta:
        verbose_name = _("phospho-site")
        verbose_name_plural = _("phospho-sites")
        ordering = ["marker", "residue"]
        constraints = [
            models.UniqueConstraint(
                "marker",
                "residue",
                name="phospho_site_once_per_marker",
                violation_error_message=_("This marker already has this phospho-site."),
            ),
            models.CheckConstraint(condition=Q(residue__regex=RESIDUE_PATTERN), name="phospho_site_shape"),
        ]

    def __str__(self) -> str:
        return f"p-{self.marker} {self.residue}"

    @property
    def reference(self) -> str:
        """How a file names it."""
        return f"{self.marker.symbol} {self.residue}"

    @property
    def names(self) -> list[str]:
        """What else it is called; the residue alone where no other marker has it."""
        return [str(self), f"{self.marker} {self.residue}", self.residue]
