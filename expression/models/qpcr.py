"""Quantitative PCR: a run, its targets and samples, and what was read in each well."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import ImportJob, Specimen, Study
from cases.models.integrity import SameParent, unchangeable
from cases.models.study import CODE_PATTERN, code_validator
from cases.privacy import Privacy
from expression.models.marker import Marker


class ReferencePairing(models.TextChoices):
    """Which reference wells a target well is compared with."""

    SAME_WELL = "same_well", _("The same well (multiplex)")
    SAME_SAMPLE = "same_sample", _("All wells of the sample")


class TargetRole(models.TextChoices):
    TARGET = "target", _("Target")
    REFERENCE = "reference", _("Reference gene")


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


@tracked
class QpcrRun(models.Model):
    """One plate run, with the MIQE items the export carries."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="qpcr_runs", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    instrument = models.CharField(_("instrument"), max_length=100, blank=True)
    chemistry = models.CharField(_("chemistry"), max_length=60, blank=True)
    experiment_type = models.CharField(_("experiment type"), max_length=100, blank=True)
    cq_method = models.CharField(
        _("Cq method"), max_length=20, blank=True, help_text=_("Ct, CRT or Cq, as the file says.")
    )
    cycles = models.PositiveSmallIntegerField(
        _("cycles"), default=40, validators=[MinValueValidator(10), MaxValueValidator(60)]
    )
    run_at = models.CharField(_("run ended"), max_length=40, blank=True, help_text=_("As the file says."))
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    import_job = models.ForeignKey(
        ImportJob, models.PROTECT, related_name="qpcr_runs", null=True, blank=True, verbose_name=_("import")
    )
    reference_pairing = models.CharField(
        _("reference wells"), max_length=12, choices=ReferencePairing, default=ReferencePairing.SAME_SAMPLE
    )
    miqe = models.JSONField(
        _("MIQE items"), default=dict, blank=True, help_text=_("Everything the file's header says.")
    )

    privacy = {
        "code": Privacy.VOCABULARY,
        "instrument": Privacy.PROVENANCE,
        "chemistry": Privacy.PROVENANCE,
        "experiment_type": Privacy.PROVENANCE,
        "cq_method": Privacy.PROVENANCE,
        "cycles": Privacy.MEASUREMENT,
        "run_at": Privacy.PROVENANCE,
        "file_name": Privacy.FILE,
        "miqe": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("qPCR run")
        verbose_name_plural = _("qPCR runs")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="qpcr_run_code_once_per_study",
                violation_error_message=_("This study already has a run with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="qpcr_run_code_shape"),
            models.CheckConstraint(condition=Q(cycles__range=(10, 60)), name="qpcr_run_cycles_10_to_60"),
            models.CheckConstraint(
                condition=Q(reference_pairing__in=ReferencePairing.values), name="qpcr_run_pairing_known"
            ),
        ]
        triggers = [SameParent(reference="import_job", shared="study"), unchangeable("study")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("expression:run", args=[self.study.code, self.code])


@tracked
class QpcrTarget(models.Model):
    """An assay of the run: a study marker, a reference gene, or something that is neither."""

    run = models.ForeignKey(QpcrRun, models.CASCADE, related_name="targets", verbose_name=_("run"))
    name = models.CharField(_("name in the file"), max_length=100)
    marker = models.ForeignKey(
        Marker,
        models.PROTECT,
        related_name="qpcr_targets",
        null=True,
        blank=True,
        verbose_name=_("marker"),
        help_text=_("Blank: not a study marker."),
    )
    role = models.CharField(_("role"), max_length=10, choices=TargetRole, default=TargetRole.TARGET)
    efficiency = models.FloatField(
        _("amplification efficiency"),
        default=2.0,
        validators=[MinValueValidator(1.0), MaxValueValidator(2.5)],
        help_text=_("Fold per cycle, 2 when perfect; from a standard curve 10^(−1/slope)."),
    )

    privacy = {"name": Privacy.VOCABULARY, "efficiency": Privacy.MEASUREMENT}

    class Meta:
        verbose_name = _("qPCR target")
        verbose_name_plural = _("qPCR targets")
        ordering = ["run", "name"]
        constraints = [
            models.UniqueConstraint(
                "run",
                "name",
                name="qpcr_target_once_per_run",
                violation_error_message=_("This run already has a target of this name."),
            ),
            models.CheckConstraint(condition=Q(role__in=TargetRole.values), name="qpcr_target_role_known"),
            models.CheckConstraint(
                condition=Q(efficiency__gt=1.0, efficiency__lte=2.5), name="qpcr_target_efficiency_range"
            ),
        ]
        triggers = [unchangeable("run")]

    def __str__(self) -> str:
        return self.name


@tracked
class QpcrSample(models.Model):
    """A sample of the run; without a specimen it belongs to no patient of the study."""

    run = models.ForeignKey(QpcrRun, models.CASCADE, related_name="samples", verbose_name=_("run"))
    study = models.ForeignKey(Study, models.PROTECT, related_name="qpcr_samples", verbose_name=_("study"))
    name = models.CharField(_("name in the file"), max_length=100)
    specimen = models.ForeignKey(
        Specimen, models.PROTECT, related_name="qpcr_samples", null=True, blank=True, verbose_name=_("specimen")
    )
    is_calibrator = models.BooleanField(_("calibrator"), default=False)

    privacy = {"name": Privacy.CODE}

    class Meta:
        verbose_name = _("qPCR sample")
        verbose_name_plural = _("qPCR samples")
        ordering = ["run", "name"]
        constraints = [
            models.UniqueConstraint(
                "run",
                "name",
                name="qpcr_sample_once_per_run",
                violation_error_message=_("This run already has a sample of this name."),
            ),
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(is_calibrator=True),
                name="qpcr_one_calibrator_per_run",
                violation_error_message=_("A run has one calibrator."),
            ),
        ]
        triggers = [
            SameParent(reference="run", shared="study"),
            SameParent(reference="specimen", shared="study"),
            unchangeable("run", "study"),
        ]

    def __str__(self) -> str:
        return self.name


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
    reporter = models.CharField(_("reporter"), max_length=20, blank=True)

    privacy = {"position": Privacy.PROVENANCE, "cq": Privacy.MEASUREMENT, "reporter": Privacy.VOCABULARY}

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
        ]
        triggers = [
            SameParent(reference="target", shared="run"),
            SameParent(reference="sample", shared="run"),
            unchangeable("run"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.target}"
