"""Western blots: membranes with their own loading control, lanes, and the bands read in them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Specimen, Study
from cases.models.integrity import SameParent, unchangeable
from cases.models.study import CODE_PATTERN, code_validator
from cases.partial_date import PartialDateField, is_partial_date
from cases.privacy import Privacy
from expression.models.cell_experiment import CellLine
from expression.models.marker import Marker
from expression.models.phospho_site import PhosphoSite

FAINTEST, STRONGEST = 1e-6, 1e15
"""Volumes of bands lie between these, in any imager's units, or are zero: a quotient of them is a number."""


class BandForm(models.TextChoices):
    PHOSPHO = "phospho", _("Phosphorylated")
    TOTAL = "total", _("Total")
    LOADING_CONTROL = "loading_control", _("Loading control")


@tracked
class WesternBlot(models.Model):
    """Lanes run on one gel; its bands are compared with each other only."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="western_blots", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    performed_on = PartialDateField(_("performed"))
    detection = models.CharField(_("detection"), max_length=100, blank=True, help_text=_("Imager, exposure."))

    privacy = {"code": Privacy.VOCABULARY, "performed_on": Privacy.DATE, "detection": Privacy.PROVENANCE}

    class Meta:
        verbose_name = _("western blot")
        verbose_name_plural = _("western blots")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="western_blot_code_once_per_study",
                violation_error_message=_("This study already has a western blot with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="western_blot_code_shape"),
            is_partial_date("performed_on", name="western_blot_date_shape"),
        ]
        triggers = [unchangeable("study")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("expression:blot", args=[self.study.code, self.code])


@tracked
class Membrane(models.Model):
    """A membrane and what was probed on it as its loading control."""

    blot = models.ForeignKey(WesternBlot, models.CASCADE, related_name="membranes", verbose_name=_("blot"))
    name = models.CharField(_("membrane"), max_length=20, help_text=_("e.g. 1"))
    loading_control = models.CharField(_("loading control"), max_length=40, help_text=_("e.g. GAPDH, β-actin"))

    privacy = {"name": Privacy.PROVENANCE, "loading_control": Privacy.VOCABULARY}

    class Meta:
        verbose_name = _("membrane")
        verbose_name_plural = _("membranes")
        ordering = ["blot", "name"]
        constraints = [
            models.UniqueConstraint(
                "blot",
                "name",
                name="membrane_once_per_blot",
                violation_error_message=_("This blot already has a membrane of this name."),
            ),
            models.CheckConstraint(condition=Q(name__gt="", loading_control__gt=""), name="membrane_has_control"),
        ]
        triggers = [unchangeable("blot")]

    def __str__(self) -> str:
        return f"{self.blot} {self.name}"


@tracked
class Lane(models.Model):
    """A lane with a specimen of the study, or with a lysate of a cell line under a condition."""

    blot = models.ForeignKey(WesternBlot, models.CASCADE, related_name="lanes", verbose_name=_("blot"))
    study = models.ForeignKey(Study, models.PROTECT, related_name="western_lanes", verbose_name=_("study"))
    number = models.PositiveSmallIntegerField(_("lane"), validators=[MinValueValidator(1)])
    specimen = models.ForeignKey(
        Specimen, models.PROTECT, related_name="western_lanes", null=True, blank=True, verbose_name=_("specimen")
    )
    line = models.ForeignKey(
        CellLine, models.PROTECT, related_name="western_lanes", null=True, blank=True, verbose_name=_("cell line")
    )
    treatment = models.CharField(
        _("treatment of the cells"), max_length=100, blank=True, help_text=_("e.g. RANKL 50 ng/mL, 15 min")
    )
    is_calibrator = models.BooleanField(_("calibrator"), default=False)

    privacy = {"number": Privacy.PROVENANCE, "treatment": Privacy.FREE_TEXT}

    class Meta:
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        ordering = ["blot", "number"]
        constraints = [
            models.UniqueConstraint(
                "blot",
                "number",
                name="lane_once_per_blot",
                violation_error_message=_("This blot already has a lane of this number."),
            ),
            models.UniqueConstraint(
                fields=["blot"],
                condition=Q(is_calibrator=True),
                name="one_calibrator_lane_per_blot",
                violation_error_message=_("A blot has one calibrator lane."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="lane_number_from_one"),
            models.CheckConstraint(
                condition=Q(specimen=None) | Q(line=None, treatment=""),
                name="lane_of_specimen_or_cells",
                violation_error_message=_("A lane holds a specimen or cells, not both."),
            ),
        ]
        triggers = [
            SameParent(reference="blot", shared="study"),
            SameParent(reference="specimen", shared="study"),
            SameParent(reference="line", shared="study"),
            unchangeable("blot", "study"),
        ]

    def __str__(self) -> str:
        return f"{self.blot} {self.number}"

    @property
    def reference(self) -> str:
        """How a file names it beside its blot."""
        return str(self.number)


@tracked
class Band(models.Model):
    """The volume of one band in one lane of one membrane, as the imager gave it (arbitrary units)."""

    blot = models.ForeignKey(WesternBlot, models.CASCADE, related_name="bands", verbose_name=_("blot"))
    membrane = models.ForeignKey(Membrane, models.CASCADE, related_name="bands", verbose_name=_("membrane"))
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="bands", verbose_name=_("lane"))
    form = models.CharField(_("form"), max_length=16, choices=BandForm)
    marker = models.ForeignKey(
        Marker,
        models.PROTECT,
        related_name="western_bands",
        null=True,
        blank=True,
        verbose_name=_("marker"),
        help_text=_("Blank only for the loading control."),
    )
    phospho_site = models.ForeignKey(
        PhosphoSite,
        models.PROTECT,
        related_name="western_bands",
        null=True,
        blank=True,
        verbose_name=_("phospho-site"),
    )
    volume = models.FloatField(_("band volume"), validators=[MinValueValidator(0)])
    saturated = models.BooleanField(_("saturated"), default=False)

    privacy = {"volume": Privacy.MEASUREMENT}

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        ordering = ["blot", "membrane", "lane", "form"]
        constraints = [
            models.UniqueConstraint(
                fields=["membrane", "lane", "form", "marker", "phospho_site"],
                nulls_distinct=False,
                name="band_once_per_lane",
                violation_error_message=_("This lane already has this band on this membrane."),
            ),
            models.CheckConstraint(
                condition=Q(form=BandForm.PHOSPHO, marker__isnull=False, phospho_site__isnull=False)
                | Q(form=BandForm.TOTAL, marker__isnull=False, phospho_site=None)
                | Q(form=BandForm.LOADING_CONTROL, marker=None, phospho_site=None),
                name="band_names_what_it_shows",
                violation_error_message=_(
                    "A phosphorylated band names marker and site, a total band its marker, a loading control neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(volume=0) | Q(volume__gte=FAINTEST, volume__lte=STRONGEST),
                name="band_volume_in_range",
                violation_error_message=_("A band volume is zero or a positive number as the imager gives it."),
            ),
        ]
        triggers = [
            SameParent(reference="membrane", shared="blot"),
            SameParent(reference="lane", shared="blot"),
            SameParent(reference="phospho_site", shared="marker"),
            unchangeable("blot", "membrane", "lane"),
        ]

    def __str__(self) -> str:
        return f"{self.lane} {self.phospho_site or self.marker or self.membrane.loading_control}"
