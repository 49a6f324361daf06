"""The scoring of a stained block by readers who do not see each other's values."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Study, TissueMicroarray
from cases.models.integrity import SameParent, never_changes
from cases.privacy import Privacy
from expression.models.antibody import Antibody
from expression.models.scale import Compartment, StainedCell


@tracked
class BlindScoring(models.Model):
    """One stain of a block, scored in one cell type and compartment: blind until a manager opens it.

    It begins with the first core that somebody scores on the grid. Who sees what meanwhile: :mod:`expression.blinding`.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="blind_scorings", verbose_name=_("study"))
    microarray = models.ForeignKey(
        TissueMicroarray, models.PROTECT, related_name="blind_scorings", verbose_name=_("tissue microarray")
    )
    antibody = models.ForeignKey(Antibody, models.PROTECT, related_name="blind_scorings", verbose_name=_("antibody"))
    cell_type = models.CharField(_("cell type"), max_length=20, choices=StainedCell)
    compartment = models.CharField(_("compartment"), max_length=20, choices=Compartment)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("opened by"),
    )

    privacy = {"opened_at": Privacy.PROVENANCE}

    class Meta:
        verbose_name = _("blind scoring")
        verbose_name_plural = _("blind scorings")
        ordering = ["microarray", "antibody", "cell_type", "compartment"]
        constraints = [
            models.UniqueConstraint(
                fields=["microarray", "antibody", "cell_type", "compartment"], name="blind_scoring_once_per_stain"
            ),
            models.CheckConstraint(condition=Q(cell_type__in=StainedCell.values), name="blind_scoring_cell_type_known"),
            models.CheckConstraint(
                condition=Q(compartment__in=Compartment.values), name="blind_scoring_compartment_known"
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by=None) | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="blind_scoring_opened_by_somebody",
            ),
        ]
        triggers = [
            SameParent(reference="microarray", shared="study"),
            SameParent(reference="antibody", shared="study"),
            never_changes("study", "microarray", "antibody", "cell_type", "compartment"),
        ]

    def __str__(self) -> str:
        return f"{self.microarray} {self.antibody}"
