"""Tissue microarrays: a block with cores on a grid. What is measured on a core is known to ``expression``."""

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import CheckedTrigger, SameParent, unchangeable
from cases.models.specimen import Specimen
from cases.models.study import CODE_PATTERN, Study, code_validator
from cases.privacy import Privacy

MOST_ROWS, MOST_COLUMNS = 26, 60


class CoreStatus(models.TextChoices):
    """A lost core is no zero."""

    EVALUABLE = "evaluable", _("Evaluable")
    LOST = "lost", _("Lost")
    NO_TUMOUR = "no_tumour", _("No tumour")


class InsideGrid(CheckedTrigger):
    """Refuse a core outside the grid of its block."""

    field = "row"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare: list[tuple[str, str]] = [("fits", "boolean")]

    def __init__(self) -> None:
        super().__init__(name="inside_grid")

    def check(self, row: Any) -> None:
        array = row.microarray
        if None not in (row.row, row.column) and (row.row > array.rows or row.column > array.columns):
            raise ValidationError(
                _("%(array)s has %(rows)s rows and %(columns)s columns: this place lies outside."),
                params={"array": array, "rows": array.rows, "columns": array.columns},
            )

    def get_func(self, model: Any) -> str:
        return f"""
            fits := (SELECT NEW.row <= rows AND NEW.column <= columns FROM {TissueMicroarray._meta.db_table}
                     WHERE id = NEW.microarray_id);
            IF NOT fits THEN
                RAISE EXCEPTION '{model._meta.db_table}: outside the grid of the block'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """  # noqa: S608


class GridHoldsCores(CheckedTrigger):
    """Refuse to make a grid smaller than its cores need."""

    field = "rows"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self) -> None:
        super().__init__(name="grid_holds_cores")

    def check(self, row: Any) -> None:
        outside = Q(row__gt=row.rows) | Q(column__gt=row.columns)
        if not row._state.adding and row.cores.filter(outside).exists():
            raise ValidationError(_("There are cores outside such a grid. Take them away first."))

    def get_func(self, model: Any) -> str:
        return f"""
            IF EXISTS (SELECT 1 FROM cases_core
                       WHERE microarray_id = NEW.id AND ("row" > NEW.rows OR "column" > NEW.columns)) THEN
                RAISE EXCEPTION '{model._meta.db_table}: cores lie outside the grid'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """  # noqa: S608


@tracked
class TissueMicroarray(models.Model):
    """A block of ``rows`` (A, B, …) × ``columns`` (1, 2, …) places."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="microarrays", verbose_name=_("study"))
    code = models.CharField(_("block code"), max_length=60, validators=[code_validator])
    rows = models.PositiveSmallIntegerField(
        _("rows"), validators=[MinValueValidator(1), MaxValueValidator(MOST_ROWS)], help_text=_("Lettered A to Z.")
    )
    columns = models.PositiveSmallIntegerField(
        _("columns"), validators=[MinValueValidator(1), MaxValueValidator(MOST_COLUMNS)], help_text=_("Numbered.")
    )
    core_diameter_mm = models.DecimalField(
        _("core diameter"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="mm",
        validators=[MinValueValidator(0.1), MaxValueValidator(10)],
    )

    privacy = {
        "code": Privacy.CODE,
        "rows": Privacy.VOCABULARY,
        "columns": Privacy.VOCABULARY,
        "core_diameter_mm": Privacy.MEASUREMENT,
    }

    class Meta:
        verbose_name = _("tissue microarray")
        verbose_name_plural = _("tissue microarrays")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="microarray_code_once_per_study",
                violation_error_message=_("This study already has a tissue microarray with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="microarray_code_shape"),
            models.CheckConstraint(
                condition=Q(rows__range=(1, MOST_ROWS), columns__range=(1, MOST_COLUMNS)),
                name="microarray_grid_plausible",
            ),
            models.CheckConstraint(
                condition=Q(core_diameter_mm=None) | Q(core_diameter_mm__gt=0, core_diameter_mm__lte=10),
                name="microarray_diameter_plausible",
            ),
        ]
        triggers = [unchangeable("study"), GridHoldsCores()]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("cases:microarray", args=[self.study.code, self.code])


@tracked
class Core(models.Model):
    """One place of the grid with a core of a specimen, or of a control tissue."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="cores", verbose_name=_("study"))
    microarray = models.ForeignKey(
        TissueMicroarray, models.PROTECT, related_name="cores", verbose_name=_("tissue microarray")
    )
    row = models.PositiveSmallIntegerField(_("row"), validators=[MinValueValidator(1)])
    column = models.PositiveSmallIntegerField(_("column"), validators=[MinValueValidator(1)])
    specimen = models.ForeignKey(
        Specimen, models.PROTECT, related_name="cores", null=True, blank=True, verbose_name=_("specimen")
    )
    control_tissue = models.CharField(_("control tissue"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=CoreStatus, default=CoreStatus.EVALUABLE)

    privacy = {"row": Privacy.PROVENANCE, "column": Privacy.PROVENANCE, "control_tissue": Privacy.FREE_TEXT}

    class Meta:
        verbose_name = _("core")
        verbose_name_plural = _("cores")
        ordering = ["microarray", "row", "column"]
        constraints = [
            models.UniqueConstraint(
                "microarray",
                "row",
                "column",
                name="core_once_per_place",
                violation_error_message=_("There is already a core in this place."),
            ),
            models.CheckConstraint(condition=Q(status__in=CoreStatus.values), name="core_status_known"),
            models.CheckConstraint(condition=Q(row__gte=1, column__gte=1), name="core_place_from_one"),
            models.CheckConstraint(
                condition=Q(specimen=None, control_tissue__gt="") | Q(specimen__isnull=False, control_tissue=""),
                name="core_of_specimen_or_control",
                violation_error_message=_("A core is of a specimen or of a control tissue, not both."),
            ),
        ]
        triggers = [
            SameParent(reference="microarray", shared="study"),
            SameParent(reference="specimen", shared="study"),
            unchangeable("study", "microarray"),
            InsideGrid(),
        ]

    def __str__(self) -> str:
        return f"{self.microarray} {self.position}"

    @property
    def position(self) -> str:
        """The place as pathologists write it: A-1."""
        return f"{self.row_letter}-{self.column}"

    @property
    def row_letter(self) -> str:
        """A for the first row."""
        return chr(ord("A") + self.row - 1)
