"""Antibodies as a study uses them, and the cut-offs from which on it calls a score positive."""

from decimal import Decimal

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Study
from cases.models.integrity import SameParent, never_changes, unchangeable
from cases.models.study import CODE_PATTERN, code_validator
from cases.privacy import Privacy
from expression.models.marker import Marker
from expression.models.phospho_site import PhosphoSite
from expression.models.scale import Compartment, Scale, StainedCell, within_scale

RRID_PATTERN = r"^AB_[0-9]+$"


@tracked
class Antibody(models.Model):
    """An antibody with its dilution and antigen retrieval: another dilution is another row.

    The clone is required, because positivity without it cannot be compared: RANKL-positive osteosarcoma is 9% in one
    series and 75% in another.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="antibodies", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    marker = models.ForeignKey(Marker, models.PROTECT, related_name="antibodies", verbose_name=_("marker"))
    phospho_site = models.ForeignKey(
        PhosphoSite,
        models.PROTECT,
        related_name="antibodies",
        null=True,
        blank=True,
        verbose_name=_("phospho-site"),
        help_text=_("Blank: it sees the protein whether phosphorylated or not."),
    )
    clone = models.CharField(_("clone"), max_length=60, help_text=_("“polyclonal” where it has none."))
    vendor = models.CharField(_("vendor"), max_length=100, blank=True)
    rrid = models.CharField(
        "RRID",
        max_length=20,
        blank=True,
        validators=[RegexValidator(RRID_PATTERN, _("Write it as AB_2714189."))],
        help_text=_("Research resource identifier, e.g. AB_2714189."),
    )
    dilution = models.CharField(_("dilution"), max_length=20, blank=True, help_text=_("e.g. 1:200"))
    retrieval = models.CharField(_("antigen retrieval"), max_length=100, blank=True)

    privacy = {
        "code": Privacy.VOCABULARY,
        "clone": Privacy.VOCABULARY,
        "vendor": Privacy.VOCABULARY,
        "rrid": Privacy.VOCABULARY,
        "dilution": Privacy.VOCABULARY,
        "retrieval": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("antibody")
        verbose_name_plural = _("antibodies")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="antibody_code_once_per_study",
                violation_error_message=_("This study already has an antibody with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="antibody_code_shape"),
            models.CheckConstraint(condition=Q(clone__gt=""), name="antibody_has_clone"),
            models.CheckConstraint(condition=Q(rrid="") | Q(rrid__regex=RRID_PATTERN), name="antibody_rrid_shape"),
        ]
        triggers = [SameParent(reference="phospho_site", shared="marker"), unchangeable("study", "marker")]

    def __str__(self) -> str:
        return self.code

    @property
    def in_words(self) -> str:
        """What it sees, its clone and its dilution. Reads the marker and the phospho-site."""
        target = str(self.phospho_site or self.marker)
        return ", ".join(part for part in (target, self.clone, self.dilution) if part)


@tracked
class PositivityCutoff(models.Model):
    """From which score on something counts as positive, by name and version. A version never changes."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="positivity_cutoffs", verbose_name=_("study"))
    name = models.CharField(_("name"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1, validators=[MinValueValidator(1)])
    marker = models.ForeignKey(Marker, models.PROTECT, related_name="positivity_cutoffs", verbose_name=_("marker"))
    antibody = models.ForeignKey(
        Antibody,
        models.PROTECT,
        related_name="positivity_cutoffs",
        null=True,
        blank=True,
        verbose_name=_("antibody"),
        help_text=_("Blank: whichever antibody against the marker."),
    )
    cell_type = models.CharField(_("cell type"), max_length=20, choices=StainedCell, blank=True)
    compartment = models.CharField(_("compartment"), max_length=20, choices=Compartment, blank=True)
    scale = models.CharField(_("scale"), max_length=20, choices=Scale)
    at_least = models.DecimalField(_("positive from"), max_digits=5, decimal_places=1)
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Where the cut-off comes from."))

    privacy = {
        "name": Privacy.VOCABULARY,
        "version": Privacy.VOCABULARY,
        "at_least": Privacy.VOCABULARY,
        "source": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("positivity cut-off")
        verbose_name_plural = _("positivity cut-offs")
        ordering = ["study", "name", "version"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "name",
                "version",
                name="cutoff_version_once_per_study",
                violation_error_message=_("This study already has this version of the cut-off."),
            ),
            models.CheckConstraint(condition=Q(name__gt=""), name="cutoff_has_name"),
            models.CheckConstraint(condition=Q(version__gte=1), name="cutoff_version_from_one"),
            models.CheckConstraint(condition=Q(cell_type__in=["", *StainedCell.values]), name="cutoff_cell_type_known"),
            models.CheckConstraint(
                condition=Q(compartment__in=["", *Compartment.values]), name="cutoff_compartment_known"
            ),
            models.CheckConstraint(
                condition=within_scale(scale="scale", score="at_least") & Q(at_least__gt=0),
                name="cutoff_within_scale",
                violation_error_message=_("A cut-off lies above 0 and within its scale."),
            ),
        ]
        triggers = [
            SameParent(reference="antibody", shared="study"),
            SameParent(reference="antibody", shared="marker"),
            never_changes(
                "study", "name", "version", "marker", "antibody", "cell_type", "compartment", "scale", "at_least"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def reference(self) -> str:
        """How a file names it: a name alone is of several versions."""
        return str(self)

    @property
    def in_words(self) -> str:
        """What counts as positive: the score, the stain and where it is looked for. Reads marker and antibody."""
        where = [self.get_cell_type_display(), self.get_compartment_display()]
        stain = str(self.antibody.in_words if self.antibody else self.marker)
        parts = [f"{self.get_scale_display()} {self.threshold}", stain, *(str(part) for part in where if part)]
        return ", ".join(parts)

    @property
    def threshold(self) -> str:
        """≥ 50"""
        return f"≥ {Decimal(self.at_least):f}".removesuffix(".0")
