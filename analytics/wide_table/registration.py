"""The wide table among the files that can be asked for."""

from django.utils.translation import gettext_lazy as _

from analytics.wide_table.forms import WideTableForm
from analytics.wide_table.table import wide_tables
from cases.exports import Maker, Tables, register
from cases.models import ExportKind

register(
    ExportKind.WIDE,
    Maker(
        right="exports",
        explanation=_(
            "One row for each patient or specimen, ready for a statistics package: diagnosis, response, times to "
            "events, and markers with the values that analyses use."
        ),
        tables=Tables(form=WideTableForm, template="analytics/export_wide.html", make=wide_tables),
    ),
)
