"""What became of the patient: responses of lesions, skeletal and adverse events, laboratory results."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.history import tracked_at_once
from cases.models.at_once import at_once
from cases.models.integrity import ReasonWhenVerified, SameParent, unchangeable
from cases.models.lesion import Lesion
from cases.models.missing import Record, missing_where_blank
from cases.models.patient import Patient
from cases.models.treatment import Treatment
from cases.models.vocabulary import AdverseEventTerm, LaboratoryTest
from cases.partial_date import PartialDateField, has_date, is_partial_date, not_before
from cases.privacy import Privacy


class Modality(models.TextChoices):
    CT = "ct", _("CT")
    RADIOGRAPH = "radiograph", _("Radiograph")
    MRI = "mri", _("MRI")
    BONE_SCAN = "bone_scan", _("Bone scan")
    PET_CT = "pet_ct", _("PET-CT")


class Sclerosis(models.TextChoices):
    NONE = "none", _("None")
    PARTIAL = "partial", _("Partial")
    COMPLETE = "complete", _("Complete")
    NOT_EVALUABLE = "not_evaluable", _("Not evaluable")


class ResponseCategory(models.TextChoices):
    COMPLETE = "CR", _("CR, complete response")
    PARTIAL = "PR", _("PR, partial response")
    STABLE = "SD", _("SD, stable disease")
    PROGRESSIVE = "PD", _("PD, progressive disease")
    NOT_EVALUABLE = "NE", _("NE, not evaluable")


class Criterion(models.TextChoices):
    """The same tumours respond in 25%, 76% or 96% by different criteria: several stand side by side."""

    SCLEROSIS = "sclerosis", _("Marginal or internal sclerosis")
    MDA = "mda", _("MDA bone response")
    INVERSE_CHOI = "inverse_choi", _("Modified inverse Choi")
    RECIST = "recist", "RECIST 1.1"
    PERCIST = "percist", "PERCIST"
    EORTC = "eortc", "EORTC PET"


class SkeletalEventType(models.TextChoices):
    """Hypercalcaemia counts only by a study's extended definition."""

    FRACTURE = "pathological_fracture", _("Pathological fracture")
    RADIATION = "radiation_to_bone", _("Radiation to bone")
    SURGERY = "surgery_to_bone", _("Surgery to bone")
    CORD_COMPRESSION = "spinal_cord_compression", _("Spinal cord compression")
    HYPERCALCAEMIA = "hypercalcaemia", _("Hypercalcaemia of malignancy")


class Comparator(models.TextChoices):
    EQUAL = "=", "="
    BELOW = "<", "<"
    ABOVE = ">", ">"


@tracked_at_once
class ResponseAssessment(Record):
    """What one reader saw of one lesion on one day, by a named criterion."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="assessments", verbose_name=_("patient"))
    lesion = models.ForeignKey(Lesion, models.PROTECT, related_name="assessments", verbose_name=_("lesion"))
    date = PartialDateField(_("date"))
    modality = models.CharField(_("modality"), max_length=12, choices=Modality, default=Modality.CT)
    criterion = models.CharField(_("criterion"), max_length=15, choices=Criterion)
    sclerosis = models.CharField(_("sclerosis"), max_length=15, choices=Sclerosis, blank=True)
    category = models.CharField(_("overall category"), max_length=2, choices=ResponseCategory, blank=True)
    mean_attenuation_hu = models.DecimalField(
        _("mean CT attenuation"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="HU",
        validators=[MinValueValidator(-1100), MaxValueValidator(4000)],
    )
    region_mm2 = models.DecimalField(
        _("region of interest"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="mm²",
        validators=[MinValueValidator(0)],
    )
    reader = models.CharField(_("reader"), max_length=40, blank=True, help_text=_("The reader’s code in the study."))

    privacy = {
        "date": Privacy.DATE,
        "mean_attenuation_hu": Privacy.MEASUREMENT,
        "region_mm2": Privacy.MEASUREMENT,
        "reader": Privacy.CODE,
    }

    class Meta:
        verbose_name = _("response assessment")
        verbose_name_plural = _("response assessments")
        ordering = ["patient", "date", "lesion", "criterion"]
        constraints = [
            models.UniqueConstraint(
                "lesion",
                "date",
                "modality",
                "criterion",
                "reader",
                name="assessment_once_per_reading",
                violation_error_message=_("This reading is already recorded."),
            ),
            models.CheckConstraint(condition=Q(modality__in=Modality.values), name="assessment_modality_known"),
            models.CheckConstraint(condition=Q(criterion__in=Criterion.values), name="assessment_criterion_known"),
            models.CheckConstraint(
                condition=Q(sclerosis="") | Q(sclerosis__in=Sclerosis.values), name="assessment_sclerosis_known"
            ),
            models.CheckConstraint(
                condition=Q(category="") | Q(category__in=ResponseCategory.values), name="assessment_category_known"
            ),
            models.CheckConstraint(
                condition=Q(mean_attenuation_hu=None) | Q(mean_attenuation_hu__range=(-1100, 4000)),
                name="assessment_attenuation_plausible",
                violation_error_message=_("CT attenuation lies between −1100 and 4000 HU."),
            ),
            models.CheckConstraint(
                condition=Q(region_mm2=None) | Q(region_mm2__gt=0),
                name="assessment_region_positive",
                violation_error_message=_("A region is larger than 0 mm²."),
            ),
            is_partial_date("date", name="assessment_date_shape"),
            has_date("date", name="assessment_has_date"),
        ]
        triggers = [
            *at_once(SameParent(reference="lesion", shared="patient"), missing_where_blank, ReasonWhenVerified()),
            unchangeable("patient"),
        ]

    def __str__(self) -> str:
        return f"{self.lesion.code} {self.date}"


@tracked_at_once
class SkeletalEvent(Record):
    """A skeletal-related event as it happened; whether it counts is derived. An atypical femoral fracture is none."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="skeletal_events", verbose_name=_("patient"))
    date = PartialDateField(_("date"))
    type = models.CharField(
        _("type"),
        max_length=25,
        choices=SkeletalEventType,
        help_text=_("An atypical femoral fracture is an adverse event, not a skeletal-related event."),
    )
    lesion = models.ForeignKey(
        Lesion, models.PROTECT, related_name="skeletal_events", null=True, blank=True, verbose_name=_("lesion")
    )

    privacy = {"date": Privacy.DATE}

    class Meta:
        verbose_name = _("skeletal-related event")
        verbose_name_plural = _("skeletal-related events")
        ordering = ["patient", "date", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=SkeletalEventType.values), name="skeletal_event_type_known"),
            is_partial_date("date", name="skeletal_event_date_shape"),
            has_date("date", name="skeletal_event_has_date"),
        ]
        triggers = [
            *at_once(SameParent(reference="lesion", shared="patient"), missing_where_blank, ReasonWhenVerified()),
            unchangeable("patient"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.date}"


@tracked_at_once
class AdverseEvent(Record):
    """A harm, graded by CTCAE where it is graded."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="adverse_events", verbose_name=_("patient"))
    term = models.ForeignKey(AdverseEventTerm, models.PROTECT, related_name="adverse_events", verbose_name=_("term"))
    treatment = models.ForeignKey(
        Treatment,
        models.PROTECT,
        related_name="adverse_events",
        null=True,
        blank=True,
        verbose_name=_("suspected treatment"),
    )
    date = PartialDateField(_("date"))
    resolved_date = PartialDateField(_("resolved"))
    ctcae_version = models.CharField(
        _("CTCAE version"), max_length=5, blank=True, default="5.0", choices=[(text, text) for text in ("4.03", "5.0")]
    )
    grade = models.PositiveSmallIntegerField(
        pgettext_lazy("adverse event", "grade"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="1–5",
    )

    privacy = {"date": Privacy.DATE, "resolved_date": Privacy.DATE, "grade": Privacy.CLINICAL}

    class Meta:
        verbose_name = _("adverse event")
        verbose_name_plural = _("adverse events")
        ordering = ["patient", "date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__range=(1, 5)),
                name="adverse_event_grade_1_to_5",
                violation_error_message=_("A grade is a number from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(ctcae_version__in=["", "4.03", "5.0"]), name="adverse_event_version_known"
            ),
            models.CheckConstraint(
                condition=Q(grade=None) | ~Q(ctcae_version=""),
                name="adverse_event_grade_has_version",
                violation_error_message=_("A grade needs the CTCAE version it was given by."),
            ),
            is_partial_date("date", name="adverse_event_date_shape"),
            is_partial_date("resolved_date", name="adverse_event_resolved_shape"),
            has_date("date", name="adverse_event_has_date"),
            not_before(
                "resolved_date",
                "date",
                name="adverse_event_resolved_not_before_date",
                message=_("It is resolved before it happened."),
            ),
        ]
        triggers = [
            *at_once(SameParent(reference="treatment", shared="patient"), missing_where_blank, ReasonWhenVerified()),
            unchangeable("patient"),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.date}"


@tracked_at_once
class LaboratoryResult(Record):
    """One value of one test; ``comparator`` < says below detection at that value."""

    # The index of what is there once begins with the patient.
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="laboratory_results", db_index=False, verbose_name=_("patient")
    )
    test = models.ForeignKey(LaboratoryTest, models.PROTECT, related_name="results", verbose_name=_("test"))
    date = PartialDateField(_("date"))
    comparator = models.CharField(_("comparator"), max_length=1, choices=Comparator, default=Comparator.EQUAL)
    value = models.DecimalField(
        _("value"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("unit"), max_length=30, blank=True)

    privacy = {"date": Privacy.DATE, "value": Privacy.MEASUREMENT, "unit": Privacy.MEASUREMENT}

    class Meta:
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        ordering = ["patient", "test", "date"]
        constraints = [
            models.UniqueConstraint(
                "patient",
                "test",
                "date",
                name="laboratory_result_once_per_date",
                violation_error_message=_("This test already has a result on this date."),
            ),
            models.CheckConstraint(
                condition=Q(comparator__in=Comparator.values), name="laboratory_result_comparator_known"
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0),
                name="laboratory_result_not_negative",
                violation_error_message=_("A concentration is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(value=None) | ~Q(unit=""),
                name="laboratory_result_has_unit",
                violation_error_message=_("A value needs its unit."),
            ),
            is_partial_date("date", name="laboratory_result_date_shape"),
            has_date("date", name="laboratory_result_has_date"),
        ]
        triggers = [*at_once(missing_where_blank, ReasonWhenVerified()), unchangeable("patient")]

    def __str__(self) -> str:
        return f"{self.test} {self.date}"
