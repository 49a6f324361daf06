"""The samples of a run of quantitative PCR."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Specimen, Study
from cases.models.integrity import SameParent, unchangeable
from cases.privacy import Privacy
from expression.models.qpcr.run import QpcrRun


@tracked
class QpcrSample(models.Model):
    """A sample of the run; without a specimen it belongs to no patient of the study."""

    run = models.ForeignKey(QpcrRun, models.CASCADE, related_name="samples", verbose_name=_("run"))
    study = models.ForeignKey(Study, models.PROTECT, related_name="qpcr_samples", verbose_name=_("study"))
    name = models.CharField(_("name in the file"), max_length=100)
    specimen = models.ForeignKey(
        Specimen, models.PROTECT, related_name="qpcr_samples", null=True, blank=True, verbose_name=_("specimen")
    )
    is_calibrator = models.BooleanField(
        _("calibrator"), default=False, help_text=_("Several of a run are a group: their mean ΔCq is the calibrator’s.")
    )

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
        ]
        triggers = [
            SameParent(reference="run", shared="study"),
            SameParent(reference="specimen", shared="study"),
            unchangeable("run", "study"),
        ]

    def __str__(self) -> str:
        return self.name
