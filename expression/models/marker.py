"""The molecules the group measures."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.diagnosis import GENE_PATTERN, gene_validator
from cases.privacy import Privacy


class MarkerRole(models.TextChoices):
    LIGAND = "ligand", _("Ligand")
    RECEPTOR = "receptor", _("Receptor")
    DECOY_RECEPTOR = "decoy_receptor", _("Decoy receptor")
    OSTEOCLAST = "osteoclast", _("Osteoclast marker")
    OSTEOBLAST = "osteoblast", _("Osteoblast marker")
    CHONDROCYTE = "chondrocyte", _("Chondrocyte marker")
    UPSTREAM = "upstream", _("Upstream signal")
    SIGNALLING = "signalling", _("Signalling protein")


@tracked
class Marker(models.Model):
    """A gene and its product: HGNC symbol (*TNFSF11*) and the protein's common name (RANKL)."""

    symbol = models.CharField(_("HGNC symbol"), max_length=30, unique=True, validators=[gene_validator])
    name = models.CharField(_("common name"), max_length=60)
    synonyms = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("synonyms"))
    role = models.CharField(_("role"), max_length=20, choices=MarkerRole)
    position = models.PositiveSmallIntegerField(_("position"), default=100, help_text=_("Order in lists."))

    privacy = {
        "symbol": Privacy.VOCABULARY,
        "name": Privacy.VOCABULARY,
        "synonyms": Privacy.VOCABULARY,
        "position": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("marker")
        verbose_name_plural = _("markers")
        ordering = ["position", "symbol"]
        constraints = [
            models.CheckConstraint(condition=Q(symbol__regex=GENE_PATTERN), name="marker_symbol_shape"),
            models.CheckConstraint(condition=Q(role__in=MarkerRole.values), name="marker_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How a file names it: several markers may share a common name."""
        return self.symbol

    @property
    def names(self) -> list[str]:
        """Everything it is called: symbol, common name, synonyms."""
        return [self.symbol, self.name, *self.synonyms]
