"""What was measured, kept apart from the answers made of it."""

from analytics.dashboards.keeping import Kept
from analytics.measurements import Measurements, Measuring, measurements
from analytics.spec import Measure
from cases.access import Person


def kept_measurements(kept: Kept) -> Measuring:
    """The values of everybody. Another population, grouping or dashboard asks for the same."""

    def measured(*, measure: Measure, by: Person) -> Measurements:
        return kept.keep("measurements", lambda: measurements(measure=measure, by=by), about=measure.measure_json())

    return measured
