from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        # Kinds of records and tables first: lists, filters, endpoints and imports are made from them.
        autodiscover_modules("records", "study_tables")
        autodiscover_modules("sections", "quality", "erasers", "erasure")
