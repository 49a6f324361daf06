"""Specimens: what was taken from a patient and what was made from it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked_at_once
from cases.models.at_once import at_once
from cases.models.integrity import (
    LineageWithoutCycle,
    NotBeforeBirth,
    ReasonWhenVerified,
    SameParent,
    unchangeable,
)
from cases.models.lesion import Lesion
from cases.models.missing import Record, missing_where_blank
from cases.models.patient import Patient
from cases.models.study import CODE_PATTERN, Study, code_validator
from cases.partial_date import PartialDateField, is_partial_date
from cases.privacy import Privacy


class SpecimenKind(models.TextChoices):
    FFPE_BLOCK = "ffpe_block", _("FFPE block")
    FRESH_FROZEN = "fresh_frozen", _("Fresh frozen tissue")
    SECTION = "section", _("Section")
    RNA_EXTRACT = "rna_extract", _("RNA extract")
    PROTEIN_EXTRACT = "protein_extract", _("Protein extract")
    CELL_PELLET = "cell_pellet", _("Cell pellet")
    NOT_STATED = "not_stated", _("Not stated")


class Procedure(models.TextChoices):
    BIOPSY = "biopsy", _("Biopsy")
    CURETTAGE = "curettage", _("Curettage")
    RESECTION = "resection", _("Resection")
    AUTOPSY = "autopsy", _("Autopsy")
    UNKNOWN = "unknown", _("Unknown")


class Decalcification(models.TextChoices):
    """Acid ruins RNA and shifts immunohistochemistry."""

    NONE = "none", _("None")
    EDTA = "edta", _("EDTA")
    ACID = "acid", _("Acid")
    UNKNOWN = "unknown", _("Unknown")


@tracked_at_once
class Specimen(Record):
    """A block, section, extract or other sample; ``parent`` is what it was made from."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="specimens", verbose_name=_("study"))
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="specimens", verbose_name=_("patient"))
    lesion = models.ForeignKey(
        Lesion, models.PROTECT, related_name="specimens", null=True, blank=True, verbose_name=_("lesion")
    )
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    kind = models.CharField(_("kind"), max_length=20, choices=SpecimenKind, default=SpecimenKind.NOT_STATED)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("made from")
    )
    procedure = models.CharField(_("procedure"), max_length=12, choices=Procedure, default=Procedure.UNKNOWN)
    collection_date = PartialDateField(_("collected"))
    tumour_content_percent = models.DecimalField(
        _("tumour content"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="%",
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    decalcification = models.CharField(
        _("decalcification"), max_length=8, choices=Decalcification, default=Decalcification.UNKNOWN
    )
    cold_ischaemia_minutes = models.PositiveIntegerField(
        _("cold ischaemia"), null=True, blank=True, help_text=_("minutes")
    )
    storage_place = models.CharField(_("storage place"), max_length=100, blank=True)
    rna_integrity_number = models.DecimalField(
        _("RNA integrity number"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    a260_a280 = models.DecimalField(
        _("A260/A280"), max_digits=4, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    privacy = {
        "code": Privacy.CODE,
        "collection_date": Privacy.DATE,
        "tumour_content_percent": Privacy.MEASUREMENT,
        "cold_ischaemia_minutes": Privacy.MEASUREMENT,
        "storage_place": Privacy.FREE_TEXT,
        "rna_integrity_number": Privacy.MEASUREMENT,
        "a260_a280": Privacy.MEASUREMENT,
    }

    class Meta:
        verbose_name = _("specimen")
        verbose_name_plural = _("specimens")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="specimen_code_once_per_study",
                violation_error_message=_("This study already has a specimen with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="specimen_code_shape"),
            models.CheckConstraint(condition=Q(kind__in=SpecimenKind.values), name="specimen_kind_known"),
            models.CheckConstraint(condition=Q(procedure__in=Procedure.values), name="specimen_procedure_known"),
            models.CheckConstraint(
                condition=Q(decalcification__in=Decalcification.values), name="specimen_decalcification_known"
            ),
            models.CheckConstraint(
                condition=Q(tumour_content_percent=None) | Q(tumour_content_percent__range=(0, 100)),
                name="specimen_tumour_content_0_to_100",
            ),
            models.CheckConstraint(
                condition=Q(rna_integrity_number=None) | Q(rna_integrity_number__range=(1, 10)),
                name="specimen_rin_1_to_10",
            ),
            models.CheckConstraint(
                condition=Q(rna_integrity_number=None)
                | Q(kind__in=[SpecimenKind.RNA_EXTRACT, SpecimenKind.NOT_STATED]),
                name="specimen_rin_only_of_rna",
                violation_error_message=_("Only an RNA extract has an RNA integrity number."),
            ),
            is_partial_date("collection_date", name="specimen_collection_date_shape"),
        ]
        triggers = [
            *at_once(
                SameParent(reference="patient", shared="study"),
                SameParent(reference="parent", shared="patient"),
                SameParent(reference="lesion", shared="patient"),
                NotBeforeBirth(date="collection_date"),
                LineageWithoutCycle(parent="parent"),
                missing_where_blank,
                ReasonWhenVerified(),
            ),
            unchangeable("study", "patient"),
        ]

    @property
    def is_extract(self) -> bool:
        """Whether nothing of the tissue is left to be seen under a microscope."""
        return self.kind in (SpecimenKind.RNA_EXTRACT, SpecimenKind.PROTEIN_EXTRACT)

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("cases:specimen", args=[self.study.code, self.code])
