"""From which score on a stain is positive, by the study."""

from analytics.spec import Measure
from expression.consolidation import Stain, cutoff_fits
from expression.models import Antibody, Marker, PositivityCutoff


def fitting_cutoffs(measure: Measure) -> list[PositivityCutoff]:
    """The newest version of each cut-off of the study that says what is positive in the stain."""
    study = {"study__code": measure.study}
    antibody = Antibody.objects.filter(**study, code=measure.antibody).first() if measure.antibody else None
    stain = Stain(
        marker=Marker.objects.get(symbol=measure.marker),
        antibody=antibody,
        cell_type=measure.cell_type,
        compartment=measure.compartment,
        scale=measure.scale,
    )
    cutoffs = PositivityCutoff.objects.filter(**study).order_by("name", "version")
    newest = {cutoff.name: cutoff for cutoff in cutoffs}
    return [cutoff for cutoff in newest.values() if cutoff_fits(cutoff, stain)]
