"""What a question asks to be measured, whichever its assay."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from analytics.measurements.ihc import ihc_measurements, stained_patients
from analytics.measurements.measured import Measurements
from analytics.measurements.profile import profile_measurements, profiled_patients
from analytics.measurements.qpcr import assayed_patients, qpcr_measurements
from analytics.spec import Assay, Measure
from cases.access import Person

MEASUREMENTS: dict[Assay, Callable[..., Measurements]] = {
    Assay.PROFILE: profile_measurements,
    Assay.QPCR: qpcr_measurements,
    Assay.IHC: ihc_measurements,
}
PATIENTS: dict[Assay, Callable[..., QuerySet[Any, Any]]] = {
    Assay.PROFILE: profiled_patients,
    Assay.QPCR: assayed_patients,
    Assay.IHC: stained_patients,
}


def measurements(*, measure: Measure, by: Person) -> Measurements:
    """What was measured and the asker may see. Raises :class:`NotComparable` where it is no common quantity."""
    return MEASUREMENTS[measure.assay](measure=measure, by=by)


def measured_patients(*, measure: Measure, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with at least one measurement, as a subquery."""
    return PATIENTS[measure.assay](measure=measure, by=by)
