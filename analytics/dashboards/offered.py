"""The dashboards of a study whose patients can be chosen, by the names of their addresses."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES: dict[str, str | Promise] = {
    "analytics:overview": _("Overview"),
    "analytics:explore-expression": _("Expression"),
    "analytics:explore-response": _("Denosumab response"),
    "analytics:explore-skeletal-events": _("Skeletal events"),
    "analytics:explore-concordance": _("Concordance"),
}
