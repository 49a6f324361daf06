"""Immunohistochemistry: what one reader saw of one stain on a section or a core."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked_at_once
from cases.models import Core, Patient, Record, Specimen, Study
from cases.models.at_once import at_once
from cases.models.integrity import ReasonWhenVerified, SameParent, unchangeable
from cases.models.missing import missing_where_blank
from cases.partial_date import PartialDateField, is_partial_date
from cases.privacy import Privacy
from expression.models.antibody import Antibody
from expression.models.evaluability import Evaluability, ScoredCoreHoldsTissue
from expression.models.laboratory_scale import LaboratoryScale, RecordedScoreHasMeaning
from expression.models.percentages import PERCENTAGES, SCORED, Intensity, Scored
from expression.models.scale import Compartment, Scale, StainedCell, within_scale

ROUNDING = 0.1
"""How far percentages of imported decimals may miss 100."""


def _percent(name: Any) -> Any:
    return models.DecimalField(
        name,
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="%",
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )


def _each(**lookup: Any) -> Q:
    """The condition on every percentage."""
    return Q(**{f"{name}__{test}": value for name in PERCENTAGES for test, value in lookup.items()})


@tracked_at_once
class IhcReading(Scored, Record):
    """The stain of one antibody in one cell type and compartment, as ``reader`` saw it.

    On a section of the specimen, or on a core: of a specimen, or of a control tissue, which has neither specimen nor
    patient. Evaluable readings hold the percentages of cells at 0, 1+, 2+ and 3+, or a summary score as it was
    recorded with its scale; the others hold nothing but why. A consensus settles what two readers saw differently.
    """

    # Study and patient are those of the antibody and the specimen, which never change theirs: the foreign keys of these
    # hold all four, and two fewer are looked up for every row.
    study = models.ForeignKey(
        Study,
        models.PROTECT,
        related_name="ihc_readings",
        db_constraint=False,
        db_index=False,
        verbose_name=_("study"),
    )
    patient = models.ForeignKey(
        Patient,
        models.PROTECT,
        related_name="ihc_readings",
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("patient"),
    )
    # Study, specimen and antibody have no index of their own: there are ones of several columns. Of core and laboratory
    # scale there is one of the few rows that name any.
    specimen = models.ForeignKey(
        Specimen,
        models.PROTECT,
        related_name="ihc_readings",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("specimen"),
    )
    core = models.ForeignKey(
        Core,
        models.PROTECT,
        related_name="ihc_readings",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("core"),
        help_text=_("Blank: a whole section."),
    )
    antibody = models.ForeignKey(
        Antibody, models.PROTECT, related_name="ihc_readings", db_index=False, verbose_name=_("antibody")
    )
    cell_type = models.CharField(_("cell type"), max_length=20, choices=StainedCell, default=StainedCell.TUMOUR)
    compartment = models.CharField(_("compartment"), max_length=20, choices=Compartment, default=Compartment.NOT_STATED)
    evaluability = models.CharField(_("evaluable"), max_length=20, choices=Evaluability, default=Evaluability.EVALUABLE)
    percent_0 = _percent(_("cells at 0"))
    percent_1 = _percent(_("cells at 1+"))
    percent_2 = _percent(_("cells at 2+"))
    percent_3 = _percent(_("cells at 3+"))
    intensity = models.PositiveSmallIntegerField(
        _("intensity as read"),
        choices=Intensity,
        null=True,
        blank=True,
        help_text=_("The predominant one. Blank: it is derived from the percentages and marked so."),
    )
    recorded_score = models.DecimalField(
        _("recorded score"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("Only where nothing but a summary was recorded."),
    )
    recorded_scale = models.CharField(_("scale of the recorded score"), max_length=20, choices=Scale, blank=True)
    laboratory_scale = models.ForeignKey(
        LaboratoryScale,
        models.PROTECT,
        related_name="ihc_readings",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("laboratory scale of the recorded score"),
        help_text=_("Where the laboratory gave the numbers meanings of its own. It is shown and not analysed."),
    )
    reader = models.CharField(_("reader"), max_length=150, help_text=_("Username or initials of a pathologist."))
    read_on = PartialDateField(_("read on"))
    is_consensus = models.BooleanField(_("consensus"), default=False, help_text=_("Settles what readers saw."))

    privacy = {
        "percent_0": Privacy.MEASUREMENT,
        "percent_1": Privacy.MEASUREMENT,
        "percent_2": Privacy.MEASUREMENT,
        "percent_3": Privacy.MEASUREMENT,
        "recorded_score": Privacy.MEASUREMENT,
        "reader": Privacy.CODE,
        "read_on": Privacy.DATE,
    }

    class Meta:
        verbose_name = _("IHC reading")
        verbose_name_plural = _("IHC readings")
        ordering = ["specimen", "core", "antibody", "reader"]
        constraints = [
            models.UniqueConstraint(
                fields=["specimen", "core", "antibody", "cell_type", "compartment", "reader", "is_consensus"],
                nulls_distinct=False,
                name="ihc_reading_once_per_reader",
                violation_error_message=_("This reader has already scored this. Change that reading."),
            ),
            models.UniqueConstraint(
                fields=["specimen", "core", "antibody", "cell_type", "compartment"],
                condition=Q(is_consensus=True),
                nulls_distinct=False,
                name="ihc_reading_one_consensus",
                violation_error_message=_("There is a consensus already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(specimen__isnull=False) | Q(core__isnull=False),
                name="ihc_reading_of_specimen_or_core",
                violation_error_message=_("Name the specimen or the core that was read."),
            ),
            models.CheckConstraint(
                condition=Q(patient=None, specimen=None) | Q(patient__isnull=False, specimen__isnull=False),
                name="ihc_reading_patient_of_specimen",
            ),
            models.CheckConstraint(condition=Q(cell_type__in=StainedCell.values), name="ihc_reading_cell_type_known"),
            models.CheckConstraint(
                condition=Q(compartment__in=Compartment.values), name="ihc_reading_compartment_known"
            ),
            models.CheckConstraint(
                condition=Q(evaluability__in=Evaluability.values), name="ihc_reading_evaluability_known"
            ),
            models.CheckConstraint(
                condition=_each(isnull=True)
                | (
                    _each(isnull=False, range=(0, 100))
                    & Q(percent_3__gte=100 - ROUNDING - F("percent_0") - F("percent_1") - F("percent_2"))
                    & Q(percent_3__lte=100 + ROUNDING - F("percent_0") - F("percent_1") - F("percent_2"))
                ),
                name="ihc_reading_percentages_sum_to_100",
                violation_error_message=_("The percentages at 0, 1+, 2+ and 3+ add up to 100. Give all four."),
            ),
            models.CheckConstraint(
                condition=Q(intensity=None) | Q(intensity__range=(0, 3)), name="ihc_reading_intensity_0_to_3"
            ),
            models.CheckConstraint(
                condition=Q(recorded_scale="", recorded_score=None, laboratory_scale=None)
                | Q(recorded_scale="", recorded_score__isnull=False, laboratory_scale__isnull=False)
                | (Q(laboratory_scale=None) & within_scale(scale="recorded_scale", score="recorded_score")),
                name="ihc_reading_score_within_scale",
                violation_error_message=_("A recorded score names its scale and lies on it."),
            ),
            models.CheckConstraint(
                condition=Q(evaluability=Evaluability.EVALUABLE, percent_0__isnull=False, recorded_score=None)
                | Q(evaluability=Evaluability.EVALUABLE, percent_0=None, recorded_score__isnull=False)
                | (~Q(evaluability=Evaluability.EVALUABLE) & Q(percent_0=None, recorded_score=None, intensity=None)),
                name="ihc_reading_value_where_evaluable",
                violation_error_message=_(
                    "An evaluable reading has percentages, or a recorded score; any other has neither."
                ),
            ),
            models.CheckConstraint(condition=Q(reader__gt=""), name="ihc_reading_has_reader"),
            is_partial_date("read_on", name="ihc_reading_date_shape"),
        ]
        indexes = [
            models.Index(fields=["study", "antibody", "cell_type"], name="ihc_reading_by_stain"),
            models.Index(fields=["core"], condition=Q(core__isnull=False), name="ihc_reading_by_core"),
            models.Index(
                fields=["laboratory_scale"], condition=Q(laboratory_scale__isnull=False), name="ihc_reading_by_scale"
            ),
        ]
        triggers = [
            *at_once(
                SameParent(reference="antibody", shared="study"),
                SameParent(reference="specimen", shared="study"),
                SameParent(reference="specimen", shared="patient"),
                SameParent(reference="laboratory_scale", shared="study"),
                SameParent(reference="core", shared="study"),
                SameParent(reference="core", shared="specimen"),
                ScoredCoreHoldsTissue(),
                RecordedScoreHasMeaning(),
                missing_where_blank,
                ReasonWhenVerified(),
            ),
            unchangeable("study", "patient", "specimen", "core"),
        ]

    def __str__(self) -> str:
        return f"{self.core or self.specimen} {self.antibody} ({self.reader})"

    @property
    def recorded_in_words(self) -> str:
        """A recorded score with its scale: “Allred score 6”, “ER 1 (focal)”; blank without one."""
        if self.recorded_score is None:
            return ""
        score = f"{Decimal(self.recorded_score).normalize():f}"
        if self.laboratory_scale is None:
            return f"{self.get_recorded_scale_display()} {score}"
        return f"{self.laboratory_scale} {score} ({self.laboratory_scale.meaning(self.recorded_score)})"

    def missing_label(self, column: str) -> Any:
        """Of a score too: why the reading has none."""
        if column not in SCORED:
            return super().missing_label(column)
        if self.evaluability != Evaluability.EVALUABLE:
            return self.get_evaluability_display()
        return _("not recorded") if self.recorded_score is not None else ""
