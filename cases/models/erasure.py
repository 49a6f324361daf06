"""What is left of an erased patient: that somebody was erased, when, by whom and why. No code."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.study import Study
from cases.privacy import Privacy


class Erasure(models.Model):
    """One erased patient. See :mod:`cases.erasure`."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="erasures", verbose_name=_("study"))
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasures", verbose_name=_("erased by")
    )
    reason = models.CharField(_("reason"), max_length=200)

    privacy = {"erased_at": Privacy.PROVENANCE, "reason": Privacy.FREE_TEXT}

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-erased_at"]

    def __str__(self) -> str:
        return f"{self.study} {self.erased_at:%Y-%m-%d}"
