"""Expression profiles: one value per specimen and marker, in the unit of its dataset."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Specimen, Study
from cases.models.integrity import SameParent, unchangeable
from cases.models.study import CODE_PATTERN, code_validator
from cases.privacy import Privacy
from expression.models.marker import Marker


class ProfileUnit(models.TextChoices):
    """Values of different units are never compared with each other."""

    LOG2_TPM = "log2_tpm", "log2(TPM+1)"
    LOG2_FPKM = "log2_fpkm", "log2(FPKM+1)"
    RSEM = "rsem", "RSEM"
    LOG2_RSEM = "log2_rsem", "log2(RSEM+1)"
    LOG2_INTENSITY = "log2_intensity", _("log2 intensity")


@tracked
class ExpressionDataset(models.Model):
    """Values measured together: one platform, one unit, one source."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="expression_datasets", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    unit = models.CharField(_("unit"), max_length=20, choices=ProfileUnit)
    platform = models.CharField(_("platform"), max_length=100)
    source = models.CharField(_("source"), max_length=300, blank=True)
    citation = models.CharField(
        _("citation"), max_length=300, blank=True, help_text=_("The publication to cite, with its DOI.")
    )
    is_public = models.BooleanField(
        _("public cohort"), default=False, help_text=_("Published by others, and not measured on tissue of this group.")
    )

    privacy = {
        "code": Privacy.VOCABULARY,
        "platform": Privacy.VOCABULARY,
        "source": Privacy.VOCABULARY,
        "citation": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("expression dataset")
        verbose_name_plural = _("expression datasets")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="dataset_code_once_per_study",
                violation_error_message=_("This study already has a dataset with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="dataset_code_shape"),
            models.CheckConstraint(condition=Q(unit__in=ProfileUnit.values), name="dataset_unit_known"),
        ]
        triggers = [unchangeable("study", "unit")]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_unit_display()})"

    def get_absolute_url(self) -> str:
        return reverse("expression:dataset", args=[self.study.code, self.code])


@tracked
class ExpressionValue(models.Model):
    """The expression of one marker in one specimen, in the dataset's unit."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="expression_values", verbose_name=_("study"))
    dataset = models.ForeignKey(ExpressionDataset, models.PROTECT, related_name="values", verbose_name=_("dataset"))
    specimen = models.ForeignKey(Specimen, models.PROTECT, related_name="expression_values", verbose_name=_("specimen"))
    marker = models.ForeignKey(Marker, models.PROTECT, related_name="expression_values", verbose_name=_("marker"))
    value = models.FloatField(_("value"))

    privacy = {"value": Privacy.MEASUREMENT}

    class Meta:
        verbose_name = _("expression value")
        verbose_name_plural = _("expression values")
        ordering = ["dataset", "specimen", "marker"]
        constraints = [
            models.UniqueConstraint(
                "dataset",
                "marker",
                "specimen",
                name="expression_value_once",
                violation_error_message=_("This dataset already has a value of this marker in this specimen."),
            ),
            models.CheckConstraint(
                condition=Q(value__gt=float("-inf"), value__lt=float("inf")), name="expression_value_finite"
            ),
        ]
        triggers = [
            SameParent(reference="dataset", shared="study"),
            SameParent(reference="specimen", shared="study"),
            unchangeable("study", "dataset"),
        ]

    def __str__(self) -> str:
        return f"{self.specimen} {self.marker}: {self.value:g}"
