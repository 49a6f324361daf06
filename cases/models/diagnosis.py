"""What a patient has: diagnoses and molecular alterations."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked_at_once
from cases.models.at_once import at_once
from cases.models.integrity import ReasonWhenVerified, unchangeable
from cases.models.missing import Record, missing_where_blank
from cases.models.patient import Patient
from cases.models.vocabulary import Category, Histology, Topography
from cases.partial_date import PartialDateField, is_partial_date
from cases.privacy import Privacy

GENE_PATTERN = r"^[A-Z][A-Za-z0-9-]*$"
gene_validator = RegexValidator(GENE_PATTERN, _("Write the HGNC symbol, e.g. TNFSF11."))


class GiantCells(models.TextChoices):
    """Osteoclast-like multinucleated giant cells."""

    PRESENT = "present", _("Present")
    ABSENT = "absent", _("Absent")
    NOT_ASSESSED = "not_assessed", _("Not assessed")


class AlterationKind(models.TextChoices):
    MUTATION = "mutation", _("Mutation")
    FUSION = "fusion", _("Fusion")
    REARRANGEMENT = "rearrangement", _("Rearrangement")
    AMPLIFICATION = "amplification", _("Amplification")
    DELETION = "deletion", _("Deletion")


class Detection(models.TextChoices):
    """Tested and negative differs from not tested, which has no row."""

    DETECTED = "detected", _("Detected")
    NOT_DETECTED = "not_detected", _("Not detected (wild type)")
    NOT_EVALUABLE = "not_evaluable", _("Not evaluable")


@tracked_at_once
class Diagnosis(Record):
    """A tumour, or the marrow, of a patient. The index diagnosis is the one a patient is grouped by."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="diagnoses", verbose_name=_("patient"))
    is_index = models.BooleanField(_("index diagnosis"), default=True)
    category = models.CharField(_("category"), max_length=20, choices=Category)
    histology = models.ForeignKey(Histology, models.PROTECT, related_name="diagnoses", verbose_name=_("histology"))
    primary_site = models.ForeignKey(
        Topography, models.PROTECT, related_name="diagnoses", null=True, blank=True, verbose_name=_("primary site")
    )
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    stage = models.CharField(_("stage"), max_length=40, blank=True)
    date = PartialDateField(_("date"))
    giant_cells = models.CharField(
        _("osteoclast-like giant cells"), max_length=12, choices=GiantCells, default=GiantCells.NOT_ASSESSED
    )

    privacy = {"grade": Privacy.FREE_TEXT, "stage": Privacy.FREE_TEXT, "date": Privacy.DATE}

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        ordering = ["patient", "-is_index", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(is_index=True),
                name="diagnosis_one_index_per_patient",
                violation_error_message=_("This patient already has an index diagnosis."),
            ),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="diagnosis_category_known"),
            models.CheckConstraint(condition=Q(giant_cells__in=GiantCells.values), name="diagnosis_giant_cells_known"),
            is_partial_date("date", name="diagnosis_date_shape"),
        ]
        triggers = [*at_once(missing_where_blank, ReasonWhenVerified()), unchangeable("patient")]

    def __str__(self) -> str:
        return f"{self.patient}: {self.histology}"


@tracked_at_once
class MolecularAlteration(Record):
    """The result of one molecular test of a patient's tumour."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alterations", verbose_name=_("patient"))
    gene = models.CharField(_("gene"), max_length=30, validators=[gene_validator], help_text=_("HGNC symbol."))
    kind = models.CharField(_("kind"), max_length=15, choices=AlterationKind)
    result = models.CharField(_("result"), max_length=15, choices=Detection, default=Detection.DETECTED)
    partner = models.CharField(_("fusion partner"), max_length=30, blank=True, validators=[gene_validator])
    hgvs = models.CharField(_("HGVS"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=100, blank=True)
    date = PartialDateField(_("date"))

    privacy = {
        "gene": Privacy.CLINICAL,
        "partner": Privacy.CLINICAL,
        "hgvs": Privacy.FREE_TEXT,
        "method": Privacy.FREE_TEXT,
        "date": Privacy.DATE,
    }

    class Meta:
        verbose_name = _("molecular alteration")
        verbose_name_plural = _("molecular alterations")
        ordering = ["patient", "gene", "kind"]
        constraints = [
            models.UniqueConstraint(
                "patient",
                "gene",
                "kind",
                "partner",
                "hgvs",
                "date",
                name="alteration_once_per_patient",
                violation_error_message=_("This patient already has this result."),
            ),
            models.CheckConstraint(condition=Q(gene__regex=GENE_PATTERN), name="alteration_gene_shape"),
            models.CheckConstraint(
                condition=Q(partner="") | Q(partner__regex=GENE_PATTERN), name="alteration_partner_shape"
            ),
            models.CheckConstraint(condition=Q(kind__in=AlterationKind.values), name="alteration_kind_known"),
            models.CheckConstraint(condition=Q(result__in=Detection.values), name="alteration_result_known"),
            models.CheckConstraint(
                condition=Q(partner="") | Q(kind=AlterationKind.FUSION, result=Detection.DETECTED),
                name="alteration_partner_only_of_fusion",
                violation_error_message=_("Only a detected fusion has a partner."),
            ),
            models.CheckConstraint(
                condition=Q(hgvs="") | Q(result=Detection.DETECTED),
                name="alteration_hgvs_only_when_detected",
                violation_error_message=_("Only a detected alteration has a description."),
            ),
            is_partial_date("date", name="alteration_date_shape"),
        ]
        indexes = [models.Index(fields=["gene", "kind"], name="alteration_gene_kind")]
        triggers = [*at_once(missing_where_blank, ReasonWhenVerified()), unchangeable("patient")]

    def __str__(self) -> str:
        return f"{self.gene} {self.get_kind_display()} {self.partner or self.hgvs}".strip()
