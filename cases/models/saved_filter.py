"""Filters of lists under a name, one's own or shared with the study."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.study import Study
from cases.privacy import Privacy


class SavedFilter(models.Model):
    """The query part of a list's address; it holds names of filters and codes, never a right."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="saved_filters", verbose_name=_("study"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name=_("owner")
    )
    list_name = models.CharField(_("list"), max_length=60, help_text="patient, lesion, …")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("filter"), max_length=2000, blank=True)
    is_shared = models.BooleanField(_("shared with the study"), default=False)

    privacy = {"list_name": Privacy.PROVENANCE, "name": Privacy.FREE_TEXT, "query": Privacy.FREE_TEXT}

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["list_name", "name"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "owner",
                "list_name",
                "name",
                name="saved_filter_name_once",
                violation_error_message=_("You already have a filter of this name for this list."),
            )
        ]

    def __str__(self) -> str:
        return self.name
