"""Why a value is not there: coded, never blank by accident."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.integrity import MissingWhereBlank
from cases.privacy import Privacy


class Missing(models.TextChoices):
    NOT_DONE = "not_done", _("Not done")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    BELOW_DETECTION = "below_detection", _("Below detection")
    PENDING = "pending", _("Pending")
    UNKNOWN = "unknown", _("Unknown")


missing_where_blank = MissingWhereBlank(codes=Missing.values)


class Record(models.Model):
    """Something a person enters. ``missing`` says of blank fields why they are blank: column -> code."""

    missing = models.JSONField(_("missing values"), default=dict, blank=True, editable=False)

    privacy = {"missing": Privacy.CLINICAL}

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Raise ``ValidationError`` where a reason is given for a value that is there."""
        super().clean()
        for column, code in self.missing.items():
            if getattr(self, column, None) not in (None, ""):
                raise ValidationError(
                    _("A value that is there cannot be missing: %(field)s."), params={"field": column}
                )
            if code not in Missing.values:
                raise ValidationError(_("“%(code)s” is no reason for a missing value."), params={"code": code})

    def missing_label(self, column: str) -> Any:
        """Why the column is blank, in words; empty when nothing was said."""
        code = self.missing.get(column)
        return Missing(code).label if code else ""
