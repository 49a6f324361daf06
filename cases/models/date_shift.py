"""The secret that moves the dates of exports."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.study import Study
from cases.privacy import Privacy

SECRET_BYTES = 32


def new_secret() -> str:
    return secrets.token_hex(SECRET_BYTES)


def usual_days() -> int:
    return int(settings.EXPORT_SHIFT_DAYS)


class DateShift(models.Model):
    """One of a study, made when dates are first shifted and never changed, or earlier exports would not fit later ones.

    It has no history, is on no page and in no file but a backup: who knows ``secret`` can move dates back.
    """

    study = models.OneToOneField(Study, models.CASCADE, related_name="date_shift", verbose_name=_("study"))
    secret = models.CharField(max_length=2 * SECRET_BYTES, default=new_secret, editable=False)
    most_days = models.PositiveSmallIntegerField(_("at most so many days"), default=usual_days, editable=False)

    privacy = {"secret": Privacy.PROVENANCE, "most_days": Privacy.PROVENANCE}

    class Meta:
        verbose_name = _("date shift")
        verbose_name_plural = _("date shifts")
        constraints = [
            models.CheckConstraint(condition=Q(("secret__regex", r"^[0-9a-f]{64}$")), name="date_shift_secret_is_long"),
            models.CheckConstraint(condition=Q(most_days__range=(1, 3650)), name="date_shift_days_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.study}"
