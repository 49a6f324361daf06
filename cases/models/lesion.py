"""Lesions: what is imaged, treated and taken out."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.history import tracked_at_once
from cases.models.at_once import at_once
from cases.models.integrity import ReasonWhenVerified, unchangeable
from cases.models.missing import Record, missing_where_blank
from cases.models.patient import Patient
from cases.models.study import CODE_PATTERN, code_validator
from cases.models.vocabulary import Topography
from cases.privacy import Privacy


class Laterality(models.TextChoices):
    LEFT = "left", _("Left")
    RIGHT = "right", _("Right")
    MIDLINE = "midline", _("Midline")
    BILATERAL = "bilateral", _("Both sides")
    UNKNOWN = "unknown", _("Unknown")


class Tissue(models.TextChoices):
    BONE = "bone", _("Bone")
    SOFT_TISSUE = "soft_tissue", _("Soft tissue")


class RadiographicType(models.TextChoices):
    """At baseline: sclerosis can only appear in what was lytic or mixed."""

    LYTIC = "lytic", _("Lytic")
    MIXED = "mixed", _("Mixed")
    BLASTIC = "blastic", _("Blastic")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    UNKNOWN = "unknown", _("Unknown")


@tracked_at_once
class Lesion(Record):
    """One lesion of a patient, known by a short code such as L1."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="lesions", verbose_name=_("patient"))
    code = models.CharField(
        _("code"), max_length=40, validators=[code_validator], help_text=_("Short, within the patient: L1, L2.")
    )
    site = models.ForeignKey(
        Topography,
        models.PROTECT,
        related_name="lesions",
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("anatomy", "site"),
    )
    site_detail = models.CharField(_("site in words"), max_length=100, blank=True, help_text=_("E.g. L3 vertebra."))
    laterality = models.CharField(_("laterality"), max_length=10, choices=Laterality, default=Laterality.UNKNOWN)
    tissue = models.CharField(_("tissue"), max_length=12, choices=Tissue, default=Tissue.BONE)
    radiographic_type = models.CharField(
        _("radiographic type"),
        max_length=15,
        choices=RadiographicType,
        default=RadiographicType.UNKNOWN,
        help_text=_("At baseline, before denosumab."),
    )
    largest_diameter_mm = models.DecimalField(
        _("largest diameter"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="mm",
        validators=[MinValueValidator(0)],
    )
    is_index = models.BooleanField(
        _("index lesion"), default=True, help_text=_("Index lesions decide whether the patient responds.")
    )

    privacy = {"code": Privacy.CODE, "site_detail": Privacy.FREE_TEXT, "largest_diameter_mm": Privacy.MEASUREMENT}

    class Meta:
        verbose_name = _("lesion")
        verbose_name_plural = _("lesions")
        ordering = ["patient", "code"]
        constraints = [
            models.UniqueConstraint(
                "patient",
                "code",
                name="lesion_code_once_per_patient",
                violation_error_message=_("This patient already has a lesion with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="lesion_code_shape"),
            models.CheckConstraint(condition=Q(laterality__in=Laterality.values), name="lesion_laterality_known"),
            models.CheckConstraint(condition=Q(tissue__in=Tissue.values), name="lesion_tissue_known"),
            models.CheckConstraint(
                condition=Q(radiographic_type__in=RadiographicType.values), name="lesion_radiographic_type_known"
            ),
            models.CheckConstraint(
                condition=Q(largest_diameter_mm=None) | Q(largest_diameter_mm__range=(0, 2000)),
                name="lesion_diameter_plausible",
                violation_error_message=_("A diameter lies between 0 and 2000 mm."),
            ),
        ]
        triggers = [*at_once(missing_where_blank, ReasonWhenVerified()), unchangeable("patient")]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.code, self.site_detail or (str(self.site) if self.site else "")]))
