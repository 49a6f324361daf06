"""Patients: a code within a study, and nothing that identifies a person."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, FilteredRelation, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import BornBeforeSpecimens, ReasonWhenVerified, SameParent, unchangeable
from cases.models.missing import Record, missing_where_blank
from cases.models.study import CODE_PATTERN, Site, Study, code_validator
from cases.partial_date import PartialDateField, is_partial_date, not_before
from cases.privacy import Privacy

if TYPE_CHECKING:
    from cases.models.diagnosis import Diagnosis


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    UNKNOWN = "unknown", _("Unknown")


class VitalStatus(models.TextChoices):
    ALIVE = "alive", _("Alive")
    DEAD = "dead", _("Dead")
    UNKNOWN = "unknown", _("Unknown")


class ConsentStatus(models.TextChoices):
    GIVEN = "given", _("Given")
    NOT_REQUIRED = "not_required", _("Not required")
    PENDING = "pending", _("Pending")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNKNOWN = "unknown", _("Unknown")


class PatientQuerySet(models.QuerySet):
    def with_index_diagnosis(self) -> Self:
        """Filter and sort by ``index_diagnosis__…``; ``patient.index_diagnosis`` costs no query of its own."""
        index_diagnosis = FilteredRelation("diagnoses", condition=Q(diagnoses__is_index=True))
        return self.annotate(index_diagnosis=index_diagnosis).prefetch_related(
            "diagnoses__histology", "diagnoses__primary_site"
        )

    def with_specimen_count(self) -> Self:
        """Read ``patient.specimen_count``."""
        return self.annotate(specimen_count=Count("specimens"))


@tracked
class Patient(Record):
    """One person of a study under a pseudonymous code."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="patients", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="patients", null=True, blank=True, verbose_name=_("site")
    )
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(
        _("birth year"),
        null=True,
        blank=True,
        help_text=_("The year only, never the full date."),
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    vital_status = models.CharField(_("vital status"), max_length=10, choices=VitalStatus, default=VitalStatus.UNKNOWN)
    death_date = PartialDateField(_("date of death"))
    cause_of_death = models.CharField(_("cause of death"), max_length=200, blank=True)
    last_follow_up_date = PartialDateField(_("last follow-up"))
    consent_status = models.CharField(_("consent"), max_length=15, choices=ConsentStatus, default=ConsentStatus.UNKNOWN)
    consent_version = models.CharField(_("consent version"), max_length=40, blank=True)
    consent_date = PartialDateField(_("date of consent"))
    consent_scope = models.CharField(_("consent scope"), max_length=200, blank=True)
    ecog_at_entry = models.PositiveSmallIntegerField(
        _("ECOG performance status at entry"), null=True, blank=True, validators=[MaxValueValidator(5)]
    )

    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    privacy = {
        "code": Privacy.CODE,
        "birth_year": Privacy.CLINICAL,
        "death_date": Privacy.DATE,
        "cause_of_death": Privacy.FREE_TEXT,
        "last_follow_up_date": Privacy.DATE,
        "consent_version": Privacy.FREE_TEXT,
        "consent_date": Privacy.DATE,
        "consent_scope": Privacy.FREE_TEXT,
        "ecog_at_entry": Privacy.CLINICAL,
        "verified_at": Privacy.PROVENANCE,
    }

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="patient_code_once_per_study",
                violation_error_message=_("This study already has a patient with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="patient_code_shape"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="patient_sex_known"),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)), name="patient_birth_year_plausible"
            ),
            models.CheckConstraint(condition=Q(vital_status__in=VitalStatus.values), name="patient_vital_status_known"),
            models.CheckConstraint(
                condition=Q(vital_status=VitalStatus.DEAD) | Q(death_date="", cause_of_death=""),
                name="patient_death_only_when_dead",
                violation_error_message=_("A date or cause of death needs the vital status “dead”."),
            ),
            models.CheckConstraint(
                condition=Q(consent_status__in=ConsentStatus.values), name="patient_consent_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ecog_at_entry=None) | Q(ecog_at_entry__range=(0, 5)), name="patient_ecog_0_to_5"
            ),
            not_before(
                "death_date",
                "last_follow_up_date",
                name="patient_death_not_before_follow_up",
                message=_("The death lies before the last follow-up."),
            ),
            is_partial_date("death_date", name="patient_death_date_shape"),
            is_partial_date("last_follow_up_date", name="patient_follow_up_shape"),
            is_partial_date("consent_date", name="patient_consent_date_shape"),
        ]
        triggers = [
            SameParent(reference="site", shared="study"),
            unchangeable("study"),
            missing_where_blank,
            ReasonWhenVerified(patient="id"),
            BornBeforeSpecimens(),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("cases:patient", args=[self.study.code, self.code])

    @property
    def index_diagnosis(self) -> "Diagnosis | None":
        """The diagnosis the patient is grouped by."""
        return next((diagnosis for diagnosis in self.diagnoses.all() if diagnosis.is_index), None)
