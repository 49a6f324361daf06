"""Who took which rows of a list out of the portal."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.study import Study
from cases.privacy import Privacy


class ListFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"
    PARQUET = "parquet", "Parquet"


class ListExport(models.Model):
    """Written before the file goes out. ``query`` is the filter and the sort as the address held them."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="list_exports", verbose_name=_("study"))
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="list_exports", verbose_name=_("exported by")
    )
    exported_at = models.DateTimeField(_("exported"), auto_now_add=True)
    list_name = models.CharField(_("list"), max_length=60, help_text="patient, lesion, …")
    query = models.CharField(_("filter"), max_length=8000, blank=True)
    format = models.CharField(_("format"), max_length=8, choices=ListFormat)
    rows = models.PositiveIntegerField(_("rows"))

    privacy = {
        "exported_at": Privacy.PROVENANCE,
        "list_name": Privacy.PROVENANCE,
        "query": Privacy.FREE_TEXT,
        "rows": Privacy.COMPUTED,
    }

    class Meta:
        verbose_name = _("export of a list")
        verbose_name_plural = _("exports of lists")
        ordering = ["-exported_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=ListFormat.values), name="list_export_format_known")
        ]

    def __str__(self) -> str:
        return f"{self.list_name}.{self.format}"
