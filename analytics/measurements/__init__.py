"""The values of one marker by one assay, specimen by specimen, in one unit."""

from analytics.measurements.asked import Measuring, measured_patients, measurements
from analytics.measurements.consolidated import consolidated, places, unusable
from analytics.measurements.described import described
from analytics.measurements.ihc import (
    antibody_doubts,
    described_stain,
    gives_scores,
    ihc_readings,
    rule_named,
    used_antibodies,
)
from analytics.measurements.measured import Measurements, UsedAntibody, doubts
from analytics.measurements.named import marker_or_ratio, measure_name, two_names
from analytics.measurements.of_patients import PatientValues, patient_values, tissues
from analytics.measurements.profile import profile_values
from analytics.measurements.qpcr import QPCR_UNIT, UNDETERMINED, censored_measurements, qpcr_wells
from analytics.measurements.western import western_bands, western_unit

__all__ = [
    "QPCR_UNIT",
    "UNDETERMINED",
    "Measurements",
    "Measuring",
    "PatientValues",
    "UsedAntibody",
    "antibody_doubts",
    "censored_measurements",
    "consolidated",
    "described",
    "described_stain",
    "doubts",
    "gives_scores",
    "ihc_readings",
    "marker_or_ratio",
    "measure_name",
    "measured_patients",
    "measurements",
    "patient_values",
    "places",
    "profile_values",
    "qpcr_wells",
    "rule_named",
    "tissues",
    "two_names",
    "unusable",
    "used_antibodies",
    "western_bands",
    "western_unit",
]
