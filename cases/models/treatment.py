"""Treatments and their single administrations."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked_at_once
from cases.models.at_once import at_once
from cases.models.integrity import ReasonWhenVerified, SameParent, unchangeable
from cases.models.lesion import Lesion
from cases.models.missing import Record, missing_where_blank
from cases.models.patient import Patient
from cases.models.vocabulary import TreatmentAgent
from cases.partial_date import PartialDateField, has_date, is_partial_date, not_before
from cases.privacy import Privacy


class Route(models.TextChoices):
    SUBCUTANEOUS = "subcutaneous", _("Subcutaneous")
    INTRAVENOUS = "intravenous", _("Intravenous")
    ORAL = "oral", _("Oral")
    EXTERNAL_BEAM = "external_beam", _("External beam")
    OPERATION = "operation", _("Operation")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")


class StoppingReason(models.TextChoices):
    COMPLETED = "completed", _("Completed as planned")
    PROGRESSION = "progression", _("Progression")
    ADVERSE_EVENT = "adverse_event", _("Adverse event")
    SURGERY = "surgery", _("Surgery")
    WISH = "wish", _("Patient’s wish")
    DEATH = "death", _("Death")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")


@tracked_at_once
class Treatment(Record):
    """One course of one agent. ``lesion`` is the treated lesion of radiotherapy or surgery."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="treatments", verbose_name=_("patient"))
    agent = models.ForeignKey(TreatmentAgent, models.PROTECT, related_name="treatments", verbose_name=_("agent"))
    lesion = models.ForeignKey(
        Lesion,
        models.PROTECT,
        related_name="treatments",
        null=True,
        blank=True,
        verbose_name=_("treated lesion"),
        help_text=_("For radiotherapy and surgery: the lesion they were given to."),
    )
    dose_mg = models.DecimalField(
        _("dose"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="mg",
        validators=[MinValueValidator(0)],
    )
    route = models.CharField(_("route"), max_length=15, choices=Route, default=Route.UNKNOWN)
    interval_days = models.PositiveSmallIntegerField(_("interval"), null=True, blank=True, help_text=_("days"))
    loading_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("loading doses on days"),
        help_text=_("Days after the first dose, separated by commas; 8,15 for giant cell tumour of bone."),
    )
    start = PartialDateField(_("start"))
    end = PartialDateField(_("end"), help_text=_("Of the last dose. Blank while the treatment goes on."))
    stopping_reason = models.CharField(_("reason for stopping"), max_length=15, choices=StoppingReason, blank=True)

    privacy = {
        "dose_mg": Privacy.MEASUREMENT,
        "interval_days": Privacy.MEASUREMENT,
        "loading_days": Privacy.MEASUREMENT,
        "start": Privacy.DATE,
        "end": Privacy.DATE,
    }

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["patient", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(route__in=Route.values), name="treatment_route_known"),
            models.CheckConstraint(
                condition=Q(stopping_reason="") | Q(stopping_reason__in=StoppingReason.values),
                name="treatment_stopping_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(dose_mg=None) | Q(dose_mg__gt=0),
                name="treatment_dose_positive",
                violation_error_message=_("A dose is more than 0 mg."),
            ),
            models.CheckConstraint(
                condition=Q(interval_days=None) | Q(interval_days__gt=0),
                name="treatment_interval_positive",
                violation_error_message=_("An interval is at least one day."),
            ),
            is_partial_date("start", name="treatment_start_shape"),
            is_partial_date("end", name="treatment_end_shape"),
            not_before(
                "end",
                "start",
                name="treatment_end_not_before_start",
                message=_("The end lies before the start."),
            ),
        ]
        triggers = [
            *at_once(SameParent(reference="lesion", shared="patient"), missing_where_blank, ReasonWhenVerified()),
            unchangeable("patient"),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [str(self.agent), str(self.start)]))


@tracked_at_once
class Administration(Record):
    """One dose that was given."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="administrations", verbose_name=_("patient"))
    treatment = models.ForeignKey(
        Treatment, models.PROTECT, related_name="administrations", verbose_name=_("treatment")
    )
    date = PartialDateField(_("date"))
    dose_mg = models.DecimalField(
        _("dose"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="mg",
        validators=[MinValueValidator(0)],
    )

    privacy = {"date": Privacy.DATE, "dose_mg": Privacy.MEASUREMENT}

    class Meta:
        verbose_name = _("administration")
        verbose_name_plural = _("administrations")
        ordering = ["treatment", "date"]
        constraints = [
            models.UniqueConstraint(
                "treatment",
                "date",
                name="administration_once_per_date",
                violation_error_message=_("This dose is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(dose_mg=None) | Q(dose_mg__gt=0),
                name="administration_dose_positive",
                violation_error_message=_("A dose is more than 0 mg."),
            ),
            is_partial_date("date", name="administration_date_shape"),
            has_date("date", name="administration_has_date"),
        ]
        triggers = [
            *at_once(SameParent(reference="treatment", shared="patient"), missing_where_blank, ReasonWhenVerified()),
            unchangeable("patient", "treatment"),
        ]

    def __str__(self) -> str:
        return f"{self.treatment.agent} {self.date}"
