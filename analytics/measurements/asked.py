"""What a question asks to be measured, whichever its assay."""

from collections.abc import Callable, Collection
from typing import Any, Protocol

from django.db.models import QuerySet

from analytics.measurements.ihc import ihc_measurements, stained_patients
from analytics.measurements.measured import Measurements
from analytics.measurements.profile import profile_measurements, profiled_patients
from analytics.measurements.qpcr import assayed_patients, qpcr_measurements
from analytics.measurements.ratio import denominator, ratio
from analytics.measurements.western import blotted_patients, western_measurements
from analytics.spec import Assay, Measure
from cases.access import Person
from cases.models import Patient

MEASUREMENTS: dict[Assay, Callable[..., Measurements]] = {
    Assay.PROFILE: profile_measurements,
    Assay.QPCR: qpcr_measurements,
    Assay.IHC: ihc_measurements,
    Assay.WESTERN: western_measurements,
}
PATIENTS: dict[Assay, Callable[..., QuerySet[Any, Any]]] = {
    Assay.PROFILE: profiled_patients,
    Assay.QPCR: assayed_patients,
    Assay.IHC: stained_patients,
    Assay.WESTERN: blotted_patients,
}


class Measuring(Protocol):
    """Gives what was measured and the asker may see, as :func:`measurements` does."""

    def __call__(self, *, measure: Measure, by: Person) -> Measurements: ...


def measurements(*, measure: Measure, by: Person, patients: Collection[int] | None = None) -> Measurements:
    """What was measured and the asker may see. Raises :class:`NotComparable` where it is no common quantity.

    With ``patients`` only theirs is read; whether it is a common quantity is asked of everybody all the same.
    """
    read = MEASUREMENTS[measure.assay]
    measured = read(measure=measure, by=by, patients=patients)
    if not measure.per_marker:
        return measured
    return ratio(measured, read(measure=denominator(measure), by=by, patients=patients), measure=measure)


def measured_patients(*, measure: Measure, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with at least one measurement, of both markers where a ratio is asked, as a subquery."""
    found = PATIENTS[measure.assay](measure=measure, by=by)
    if not measure.per_marker:
        return found
    other = PATIENTS[measure.assay](measure=denominator(measure), by=by)
    return Patient.objects.filter(pk__in=found).filter(pk__in=other).values("pk")
