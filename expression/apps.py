from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpressionConfig(AppConfig):
    name = "expression"
    verbose_name = _("Expression")

    def ready(self) -> None:
        import_module("expression.importing.registration")
        import_module("expression.flow_gates")
        import_module("expression.blinding")
        import_module("expression.settling")
        import_module("expression.stain_sections")
