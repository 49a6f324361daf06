from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analyses")

    def ready(self) -> None:
        import_module("analytics.cohorts.filter")
        import_module("analytics.undone_imports")
        import_module("analytics.wide_table.registration")
