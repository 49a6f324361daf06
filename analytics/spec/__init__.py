"""Questions as frozen values, and the parts they are made of."""

from analytics.spec.base import POPULATION_PREFIX, Spec
from analytics.spec.measure import MEASURE_FIELDS, STAIN, Assay, Consolidation, Measure, Undetermined, read_measure
from analytics.spec.population import Population
from analytics.spec.reading import FieldReader, SpecError

__all__ = [
    "MEASURE_FIELDS",
    "POPULATION_PREFIX",
    "STAIN",
    "Assay",
    "Consolidation",
    "FieldReader",
    "Measure",
    "Population",
    "Spec",
    "SpecError",
    "Undetermined",
    "read_measure",
]
