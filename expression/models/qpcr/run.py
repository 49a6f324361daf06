"""A run of quantitative PCR, with what MIQE asks to report of it (Bustin 2009, doi:10.1373/clinchem.2008.112797)."""

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import ImportJob, Study
from cases.models.integrity import CheckedTrigger, SameParent, unchangeable
from cases.models.study import CODE_PATTERN, code_validator
from cases.privacy import Privacy


class ReferencePairing(models.TextChoices):
    """Which reference wells a target well is compared with."""

    SAME_WELL = "same_well", _("The same well (multiplex)")
    SAME_SAMPLE = "same_sample", _("All wells of the sample")


class CyclesCoverCqs(CheckedTrigger):
    """Refuse fewer cycles than a Cq of the run has."""

    when = pgtrigger.Before
    operation = pgtrigger.Update
    field = "cycles"
    declare: list[tuple[str, str]] = [("highest", "double precision")]

    def __init__(self) -> None:
        super().__init__(name="cycles_cover_cqs")

    def check(self, row: Any) -> None:
        highest = row.wells.aggregate(highest=Max("cq"))["highest"] if not row._state.adding else None
        if highest is not None and highest > row.cycles:
            raise ValidationError(
                _("A well of this run has a Cq of %(cq)s: the run had at least as many cycles."),
                params={"cq": f"{highest:.3f}"},
            )

    def get_func(self, model: Any) -> str:
        return """
            highest := (SELECT max(cq) FROM expression_qpcrwell WHERE run_id = NEW.id);
            IF highest > NEW.cycles THEN
                RAISE EXCEPTION 'expression_qpcrrun: a Cq is above the cycles'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """


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
    rna_extraction = models.CharField(
        _("RNA extraction"), max_length=120, blank=True, help_text=_("Method or kit, and how quality was checked.")
    )
    dnase_treatment = models.CharField(
        _("DNase treatment"), max_length=120, blank=True, help_text=_("Enzyme or kit; “none” where there was none.")
    )
    rna_input_ng = models.FloatField(
        _("RNA per reverse transcription"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.001), MaxValueValidator(100_000)],
        help_text="ng",
    )
    rt_kit = models.CharField(
        _("reverse transcription"), max_length=120, blank=True, help_text=_("Kit or enzyme, and priming.")
    )
    reaction_volume_ul = models.FloatField(
        _("reaction volume"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1), MaxValueValidator(1000)],
        help_text="µL",
    )
    cycling = models.CharField(
        _("thermocycling"), max_length=200, blank=True, help_text=_("Temperatures and times of the cycles.")
    )
    reference_gene_choice = models.CharField(
        _("choice of reference genes"),
        max_length=200,
        blank=True,
        help_text=_("Why these genes: how their stability was shown."),
    )
    normalisation = models.CharField(
        _("normalisation"), max_length=200, blank=True, help_text=_("What the Cq are related to, and how.")
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
        "run_at": Privacy.DATE,
        "file_name": Privacy.FILE,
        "rna_extraction": Privacy.PROVENANCE,
        "dnase_treatment": Privacy.PROVENANCE,
        "rna_input_ng": Privacy.MEASUREMENT,
        "rt_kit": Privacy.PROVENANCE,
        "reaction_volume_ul": Privacy.MEASUREMENT,
        "cycling": Privacy.PROVENANCE,
        "reference_gene_choice": Privacy.FREE_TEXT,
        "normalisation": Privacy.FREE_TEXT,
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
            models.CheckConstraint(
                condition=Q(rna_input_ng=None) | Q(rna_input_ng__gt=0, rna_input_ng__lte=100_000),
                name="qpcr_run_rna_input_plausible",
            ),
            models.CheckConstraint(
                condition=Q(reaction_volume_ul=None) | Q(reaction_volume_ul__gt=0, reaction_volume_ul__lte=1000),
                name="qpcr_run_volume_plausible",
            ),
        ]
        triggers = [SameParent(reference="import_job", shared="study"), CyclesCoverCqs(), unchangeable("study")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("expression:run", args=[self.study.code, self.code])
