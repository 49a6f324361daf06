"""What a pathologist saw of osteoclasts, fibrosis and necrosis in a specimen."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked_at_once
from cases.models import GiantCells, Patient, Record, Specimen, Study
from cases.models.at_once import at_once
from cases.models.integrity import ReasonWhenVerified, SameParent, unchangeable
from cases.models.missing import missing_where_blank
from cases.partial_date import PartialDateField, is_partial_date
from cases.privacy import Privacy


class MarrowFibrosis(models.TextChoices):
    """European consensus: Thiele J et al. (2005) Haematologica 90:1128–1132."""

    MF_0 = "MF-0", "MF-0"
    MF_1 = "MF-1", "MF-1"
    MF_2 = "MF-2", "MF-2"
    MF_3 = "MF-3", "MF-3"


@tracked_at_once
class PathologyFinding(Record):
    """One reading of one specimen; at least one of the four findings is there."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="pathology_findings", verbose_name=_("study"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="pathology_findings", verbose_name=_("patient"))
    specimen = models.ForeignKey(
        Specimen, models.PROTECT, related_name="pathology_findings", verbose_name=_("specimen")
    )
    giant_cells = models.CharField(
        _("osteoclast-like giant cells"), max_length=12, choices=GiantCells, default=GiantCells.NOT_ASSESSED
    )
    osteoclasts_per_field = models.DecimalField(
        _("osteoclasts per high-power field"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
    )
    marrow_fibrosis = models.CharField(_("marrow fibrosis"), max_length=4, choices=MarrowFibrosis, blank=True)
    necrosis_percent = models.DecimalField(
        _("necrosis"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="%",
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    reader = models.CharField(_("reader"), max_length=40, blank=True)
    read_on = PartialDateField(_("read on"))

    privacy = {
        "osteoclasts_per_field": Privacy.MEASUREMENT,
        "necrosis_percent": Privacy.MEASUREMENT,
        "reader": Privacy.CODE,
        "read_on": Privacy.DATE,
    }

    class Meta:
        verbose_name = _("pathology finding")
        verbose_name_plural = _("pathology findings")
        ordering = ["specimen", "read_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["specimen", "reader", "read_on"],
                name="pathology_finding_once_per_reading",
                violation_error_message=_("This reader has already recorded this specimen on this date."),
            ),
            models.CheckConstraint(
                condition=Q(giant_cells__in=GiantCells.values), name="pathology_finding_giant_cells_known"
            ),
            models.CheckConstraint(
                condition=Q(osteoclasts_per_field=None) | Q(osteoclasts_per_field__range=(0, 1000)),
                name="pathology_finding_osteoclasts_plausible",
            ),
            models.CheckConstraint(
                condition=Q(marrow_fibrosis__in=["", *MarrowFibrosis.values]), name="pathology_finding_fibrosis_known"
            ),
            models.CheckConstraint(
                condition=Q(necrosis_percent=None) | Q(necrosis_percent__range=(0, 100)),
                name="pathology_finding_necrosis_0_to_100",
            ),
            models.CheckConstraint(
                condition=~Q(giant_cells=GiantCells.NOT_ASSESSED)
                | Q(osteoclasts_per_field__isnull=False)
                | Q(marrow_fibrosis__gt="")
                | Q(necrosis_percent__isnull=False),
                name="pathology_finding_says_something",
                violation_error_message=_("Record at least one of the findings."),
            ),
            is_partial_date("read_on", name="pathology_finding_date_shape"),
        ]
        triggers = [
            *at_once(
                SameParent(reference="specimen", shared="study"),
                SameParent(reference="specimen", shared="patient"),
                missing_where_blank,
                ReasonWhenVerified(),
            ),
            unchangeable("study", "patient", "specimen"),
        ]

    def __str__(self) -> str:
        return f"{self.specimen} {self.read_on}".strip()
