"""The wells of a run of quantitative PCR, and what the instrument's software made of them."""

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import CheckedTrigger, SameParent, unchangeable
from cases.privacy import Privacy
from expression.models.qpcr.run import QpcrRun
from expression.models.qpcr.sample import QpcrSample
from expression.models.qpcr.target import QpcrTarget


class WellTask(models.TextChoices):
    UNKNOWN = "unknown", _("Sample")
    NO_TEMPLATE = "no_template", _("No-template control")
    NO_RT = "no_rt", _("No-RT control")
    STANDARD = "standard", _("Standard")
    OTHER = "other", _("Other control")


class WellReading(models.TextChoices):
    """What the instrument said about a well."""

    DETECTED = "detected", _("Cq read")
    UNDETERMINED = "undetermined", _("Undetermined")
    NOT_READ = "not_read", _("No result")


class CqWithinCycles(CheckedTrigger):
    """Refuse a Cq after the last cycle of the run."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    field = "cq"

    def __init__(self) -> None:
        super().__init__(name="cq_within_cycles")

    def check(self, row: Any) -> None:
        if row.cq is not None and row.cq > row.run.cycles:
            raise ValidationError(
                _("A Cq of %(cq)s is above the %(cycles)s cycles of the run."),
                params={"cq": row.cq, "cycles": row.run.cycles},
            )

    def get_func(self, model: Any) -> str:
        return """
            IF NEW.cq > (SELECT cycles FROM expression_qpcrrun WHERE id = NEW.run_id) THEN
                RAISE EXCEPTION 'expression_qpcrwell: Cq above the cycles of the run'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """


@tracked
class QpcrWell(models.Model):
    """One target in one well."""

    run = models.ForeignKey(QpcrRun, models.CASCADE, related_name="wells", verbose_name=_("run"))
    position = models.CharField(_("well"), max_length=4, help_text="A1 … P24")
    target = models.ForeignKey(QpcrTarget, models.CASCADE, related_name="wells", verbose_name=_("target"))
    sample = models.ForeignKey(
        QpcrSample, models.CASCADE, related_name="wells", null=True, blank=True, verbose_name=_("sample")
    )
    task = models.CharField(_("task"), max_length=12, choices=WellTask, default=WellTask.UNKNOWN)
    reading = models.CharField(_("reading"), max_length=12, choices=WellReading)
    cq = models.FloatField(_("Cq"), null=True, blank=True, help_text=_("cycles"))
    omitted = models.BooleanField(_("omitted"), default=False, help_text=_("Left out by the operator."))
    quantity = models.FloatField(
        _("quantity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1e-12)],
        help_text=_("Of a standard, in any unit that is the same for all of a target."),
    )
    reporter = models.CharField(_("reporter"), max_length=20, blank=True)

    privacy = {
        "position": Privacy.PROVENANCE,
        "cq": Privacy.MEASUREMENT,
        "quantity": Privacy.MEASUREMENT,
        "reporter": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("qPCR well")
        verbose_name_plural = _("qPCR wells")
        ordering = ["run", "position", "target"]
        constraints = [
            models.UniqueConstraint(
                "run",
                "position",
                "target",
                name="qpcr_well_target_once",
                violation_error_message=_("This target already has a reading in this well."),
            ),
            models.CheckConstraint(
                condition=Q(position__regex=r"^[A-P]([1-9]|1[0-9]|2[0-4])$"), name="qpcr_well_position"
            ),
            models.CheckConstraint(condition=Q(task__in=WellTask.values), name="qpcr_well_task_known"),
            models.CheckConstraint(
                condition=Q(reading=WellReading.DETECTED, cq__isnull=False, cq__gt=0, cq__lte=60)
                | Q(reading__in=[WellReading.UNDETERMINED, WellReading.NOT_READ], cq=None),
                name="qpcr_well_cq_only_when_detected",
                violation_error_message=_("A detected well has a Cq above 0; any other has none."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(task=WellTask.STANDARD, quantity__gt=0),
                name="qpcr_well_quantity_of_standards",
                violation_error_message=_("Only a standard has a known quantity, and it is above 0."),
            ),
        ]
        triggers = [
            SameParent(reference="target", shared="run"),
            SameParent(reference="sample", shared="run"),
            CqWithinCycles(),
            unchangeable("run"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.target}"


@tracked
class QpcrPrintedResult(models.Model):
    """What the instrument's software printed about a target in a sample; compared with, never computed with."""

    run = models.ForeignKey(QpcrRun, models.CASCADE, related_name="printed_results", verbose_name=_("run"))
    sample = models.ForeignKey(QpcrSample, models.CASCADE, related_name="printed_results", verbose_name=_("sample"))
    target = models.ForeignKey(QpcrTarget, models.CASCADE, related_name="printed_results", verbose_name=_("target"))
    corrected_cq = models.FloatField(
        _("printed EqCq"), null=True, blank=True, help_text=_("Mean Cq times log2 of the efficiency, in cycles.")
    )
    delta_cq = models.FloatField(_("printed ΔCq"), null=True, blank=True, help_text=_("cycles"))
    relative_quantity = models.FloatField(_("printed relative quantity"), null=True, blank=True)

    privacy = {
        "corrected_cq": Privacy.MEASUREMENT,
        "delta_cq": Privacy.MEASUREMENT,
        "relative_quantity": Privacy.MEASUREMENT,
    }

    class Meta:
        verbose_name = _("printed qPCR result")
        verbose_name_plural = _("printed qPCR results")
        ordering = ["run", "sample", "target"]
        constraints = [
            models.UniqueConstraint("sample", "target", name="qpcr_printed_result_once"),
        ]
        triggers = [
            SameParent(reference="sample", shared="run"),
            SameParent(reference="target", shared="run"),
            unchangeable("run"),
        ]

    def __str__(self) -> str:
        return f"{self.sample} {self.target}"
