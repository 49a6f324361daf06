"""Cell experiments: lines under conditions, by biological and technical replicate."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Histology, Study
from cases.models.integrity import CheckedTrigger, SameParent, unchangeable
from cases.models.study import CODE_PATTERN, code_validator
from cases.partial_date import PartialDateField, is_partial_date
from cases.privacy import Privacy
from expression.models.marker import Marker

ACCESSION_PATTERN = r"^CVCL_[A-Z0-9]{4}$"
MOST_REPLICATES = 12


class Culture(models.TextChoices):
    MONO = "mono", _("Mono-culture")
    OSTEOCLAST_PRECURSORS = "osteoclast_precursors", _("Co-culture with osteoclast precursors")
    OSTEOCLASTS = "osteoclasts", _("Co-culture with osteoclasts")
    MARROW = "marrow", _("Co-culture with marrow cells")


class Readout(models.TextChoices):
    """What is read; each has its own unit, and units are never compared with each other."""

    QPCR = "qpcr", _("qPCR, −ΔCq (cycles)")
    WESTERN = "western", _("Western blot, log2 ratio")
    ELISA = "elisa", _("ELISA (pg/mL)")
    TRAP_CELLS = "trap_cells", _("TRAP-positive cells per field")


AMOUNTS = (Readout.ELISA, Readout.TRAP_CELLS)
"""Readouts whose values are amounts; those of the others are logarithms, and may be negative."""


class ReadingStatus(models.TextChoices):
    MEASURED = "measured", _("Measured")
    BELOW_DETECTION = "below_detection", _("Below detection")
    LOST = "lost", _("Lost")


@tracked
class CellLine(models.Model):
    """A line with its Cellosaurus accession, which tells it from others of the same name."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="cell_lines", verbose_name=_("study"))
    name = models.CharField(_("name"), max_length=60)
    accession = models.CharField(
        _("Cellosaurus accession"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(ACCESSION_PATTERN, _("Write it as CVCL_0042."))],
        help_text=_("e.g. CVCL_0042 for U-2 OS. Blank: a line of one’s own."),
    )
    histology = models.ForeignKey(
        Histology, models.PROTECT, related_name="cell_lines", null=True, blank=True, verbose_name=_("histology")
    )

    privacy = {"name": Privacy.VOCABULARY, "accession": Privacy.VOCABULARY}

    class Meta:
        verbose_name = _("cell line")
        verbose_name_plural = _("cell lines")
        ordering = ["study", "name"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "name",
                name="cell_line_once_per_study",
                violation_error_message=_("This study already has a cell line of this name."),
            ),
            models.CheckConstraint(condition=Q(name__gt=""), name="cell_line_has_name"),
            models.CheckConstraint(
                condition=Q(accession="") | Q(accession__regex=ACCESSION_PATTERN), name="cell_line_accession_shape"
            ),
        ]
        triggers = [unchangeable("study")]

    def __str__(self) -> str:
        return self.name


@tracked
class CellExperiment(models.Model):
    """One readout of one line under several conditions."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="cell_experiments", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    line = models.ForeignKey(CellLine, models.PROTECT, related_name="experiments", verbose_name=_("cell line"))
    readout = models.CharField(_("readout"), max_length=12, choices=Readout)
    marker = models.ForeignKey(
        Marker,
        models.PROTECT,
        related_name="cell_experiments",
        null=True,
        blank=True,
        verbose_name=_("marker"),
        help_text=_("Blank only for TRAP-positive cells."),
    )
    performed_on = PartialDateField(_("performed"))
    biological_replicates = models.PositiveSmallIntegerField(
        _("biological replicates"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REPLICATES)],
        help_text=_("Planned for each condition: cultures on different days. They are what counts as n."),
    )
    technical_replicates = models.PositiveSmallIntegerField(
        _("technical replicates"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REPLICATES)],
        help_text=_("Planned for each of them: wells or lanes of one culture. They are averaged."),
    )

    privacy = {
        "code": Privacy.VOCABULARY,
        "performed_on": Privacy.DATE,
        "biological_replicates": Privacy.PROVENANCE,
        "technical_replicates": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("cell experiment")
        verbose_name_plural = _("cell experiments")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="cell_experiment_code_once_per_study",
                violation_error_message=_("This study already has a cell experiment with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="cell_experiment_code_shape"),
            models.CheckConstraint(condition=Q(readout__in=Readout.values), name="cell_experiment_readout_known"),
            models.CheckConstraint(
                condition=Q(marker__isnull=False) | Q(readout=Readout.TRAP_CELLS),
                name="cell_experiment_names_marker",
                violation_error_message=_("Name the marker that is read."),
            ),
            models.CheckConstraint(
                condition=Q(
                    biological_replicates__range=(1, MOST_REPLICATES), technical_replicates__range=(1, MOST_REPLICATES)
                ),
                name="cell_experiment_replicates_in_range",
            ),
            is_partial_date("performed_on", name="cell_experiment_date_shape"),
        ]
        triggers = [SameParent(reference="line", shared="study"), unchangeable("study", "readout")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("expression:experiment", args=[self.study.code, self.code])


@tracked
class ExperimentCondition(models.Model):
    """A combination of culture, stimulus, concentration and time. No stimulus is the control of its culture."""

    experiment = models.ForeignKey(
        CellExperiment, models.CASCADE, related_name="conditions", verbose_name=_("experiment")
    )
    culture = models.CharField(_("culture"), max_length=30, choices=Culture, default=Culture.MONO)
    stimulus = models.CharField(_("stimulus"), max_length=60, blank=True, help_text=_("Blank: none."))
    concentration_ng_ml = models.DecimalField(
        _("concentration"),
        max_digits=9,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="ng/mL",
        validators=[MinValueValidator(0)],
    )
    hours = models.DecimalField(
        _("time"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="h",
    )

    privacy = {
        "stimulus": Privacy.VOCABULARY,
        "concentration_ng_ml": Privacy.MEASUREMENT,
        "hours": Privacy.MEASUREMENT,
    }

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["experiment", "culture", "stimulus", "concentration_ng_ml", "hours"]
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "culture", "stimulus", "concentration_ng_ml", "hours"],
                nulls_distinct=False,
                name="condition_once_per_experiment",
                violation_error_message=_("This experiment already has this condition."),
            ),
            models.CheckConstraint(condition=Q(culture__in=Culture.values), name="condition_culture_known"),
            models.CheckConstraint(
                condition=Q(concentration_ng_ml=None) | Q(concentration_ng_ml__gte=0, stimulus__gt=""),
                name="condition_concentration_of_stimulus",
                violation_error_message=_("A concentration belongs to a stimulus and is not negative."),
            ),
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0), name="condition_time_not_negative"),
        ]
        triggers = [unchangeable("experiment")]

    def __str__(self) -> str:
        stimulus = self.stimulus or _("no stimulus")
        return f"{self.get_culture_display()}, {stimulus}{self._dose_and_time}"

    @property
    def reference(self) -> str:
        """How a file names it beside its experiment, in any language: osteoclasts, RANKL 50 ng/mL, 24 h."""
        return f"{self.culture}, {self.stimulus or 'no stimulus'}{self._dose_and_time}"

    @property
    def names(self) -> list[str]:
        """What else it is called: as pages write it."""
        found = []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found.append(str(self))
        return found

    @property
    def _dose_and_time(self) -> str:
        dose = "" if self.concentration_ng_ml is None else f" {self.concentration_ng_ml.normalize():f} ng/mL"
        return dose + ("" if self.hours is None else f", {self.hours.normalize():f} h")


class AmountIsNotNegative(CheckedTrigger):
    """Refuse a concentration or a number of cells below zero."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    field = "value"
    reads = ("experiment", "value")

    def __init__(self) -> None:
        super().__init__(name="amount_is_not_negative")

    def check(self, row: Any) -> None:
        if row.value is not None and row.value < 0 and row.experiment.readout in AMOUNTS:
            raise ValidationError(
                _("A concentration or a count is not negative. Where it is below detection, say so without a value.")
            )

    def get_func(self, model: Any) -> str:
        readouts = ", ".join(f"'{readout.value}'" for readout in AMOUNTS)
        experiments = CellExperiment._meta.db_table
        return f"""
            IF NEW.value < 0 AND EXISTS (
                SELECT FROM {experiments} WHERE id = NEW.experiment_id AND readout IN ({readouts})
            ) THEN
                RAISE EXCEPTION '{model._meta.db_table}: an amount is negative'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """


@tracked
class ExperimentReading(models.Model):
    """A technical replicate of a biological replicate of a condition. Biological replicates are what counts as n."""

    experiment = models.ForeignKey(
        CellExperiment, models.CASCADE, related_name="readings", verbose_name=_("experiment")
    )
    condition = models.ForeignKey(
        ExperimentCondition, models.CASCADE, related_name="readings", verbose_name=_("condition")
    )
    biological_replicate = models.PositiveSmallIntegerField(
        _("biological replicate"), validators=[MinValueValidator(1)]
    )
    technical_replicate = models.PositiveSmallIntegerField(
        _("technical replicate"), default=1, validators=[MinValueValidator(1)]
    )
    status = models.CharField(_("status"), max_length=16, choices=ReadingStatus, default=ReadingStatus.MEASURED)
    value = models.FloatField(_("value"), null=True, blank=True)

    privacy = {
        "biological_replicate": Privacy.PROVENANCE,
        "technical_replicate": Privacy.PROVENANCE,
        "value": Privacy.MEASUREMENT,
    }

    class Meta:
        verbose_name = _("reading of a cell experiment")
        verbose_name_plural = _("readings of cell experiments")
        ordering = ["condition", "biological_replicate", "technical_replicate"]
        constraints = [
            models.UniqueConstraint(
                "condition",
                "biological_replicate",
                "technical_replicate",
                name="experiment_reading_once",
                violation_error_message=_("This replicate already has a reading."),
            ),
            models.CheckConstraint(
                condition=Q(biological_replicate__gte=1, technical_replicate__gte=1),
                name="experiment_reading_replicates_from_one",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=ReadingStatus.MEASURED,
                    value__isnull=False,
                    value__gt=float("-inf"),
                    value__lt=float("inf"),
                )
                | Q(status__in=[ReadingStatus.BELOW_DETECTION, ReadingStatus.LOST], value=None),
                name="experiment_reading_value_where_measured",
                violation_error_message=_("A measured replicate has a value; any other has none."),
            ),
        ]
        triggers = [
            SameParent(reference="condition", shared="experiment"),
            AmountIsNotNegative(),
            unchangeable("experiment", "condition"),
        ]

    def __str__(self) -> str:
        return f"{self.condition} {self.biological_replicate}/{self.technical_replicate}"
