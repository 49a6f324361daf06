"""Answers about the columns of a file, kept under a name for the next file of the same kind."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import unchangeable
from cases.models.study import Study
from cases.privacy import Privacy


@tracked
class ImportMapping(models.Model):
    """``answers`` are by headings, never by positions, so that they fit a file whose columns come in another order.

    What they hold is the format's own: see ``ImportFormat.mapping`` in :mod:`cases.importing.formats`.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="import_mappings", verbose_name=_("study"))
    format = models.CharField(_("format"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    answers = models.JSONField(_("answers"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_mappings", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved"), auto_now_add=True)

    privacy = {
        "format": Privacy.PROVENANCE,
        "name": Privacy.FREE_TEXT,
        "answers": Privacy.FILE,
        "saved_at": Privacy.PROVENANCE,
    }

    class Meta:
        verbose_name = _("mapping of columns")
        verbose_name_plural = _("mappings of columns")
        ordering = ["format", "name"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "format",
                "name",
                name="import_mapping_name_once",
                violation_error_message=_("This study already has a mapping of this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="import_mapping_has_name", violation_error_message=_("Give it a name.")
            ),
        ]
        triggers = [unchangeable("study", "format")]

    def __str__(self) -> str:
        return self.name
