"""The variables there are in a study for one person, under the headings of the page."""

from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.wide_table.course import course_variables
from analytics.wide_table.filled import Variable
from analytics.wide_table.measured import HowMeasured, measured_variables
from analytics.wide_table.recorded import grouping_variable, recorded_variables
from analytics.wide_table.specimen import specimen_variables

MOLECULAR = _("Molecular tests")


def variables(catalogue: Catalogue, how: HowMeasured) -> dict[str, Variable]:
    """By code, in the order of the page. Those of specimens are of use only where the rows are specimens."""
    genes = (
        grouping_variable(name, code=f"{name}:{gene}", group=MOLECULAR, detail=gene)
        for gene in catalogue.genes
        for name in ("alteration", "fusion_partner")
    )
    found = (
        *specimen_variables(),
        *recorded_variables(),
        *course_variables(catalogue.criteria),
        *genes,
        *measured_variables(catalogue, how),
    )
    return {variable.code: variable for variable in found}
