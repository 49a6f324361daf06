"""For each check of pathology findings what it must find, and a like one it must leave alone."""

from collections.abc import Callable
from typing import Any

from cases.models import Patient
from tests.factories import (
    DiagnosisFactory,
    LesionFactory,
    PathologyFindingFactory,
    SpecimenFactory,
    TopographyFactory,
)


def _read(read_on: str) -> Callable[[Patient], Any]:
    def make(patient: Patient) -> None:
        specimen = SpecimenFactory(patient=patient, collection_date="2020-05-17")
        PathologyFindingFactory(specimen=specimen, read_on=read_on)

    return make


def _giant_cells(diagnosed: str, **finding: Any) -> Callable[[Patient], Any]:
    def make(patient: Patient) -> None:
        DiagnosisFactory(patient=patient, giant_cells=diagnosed)
        PathologyFindingFactory(specimen=SpecimenFactory(patient=patient), **finding)

    return make


def _fibrosis(*, site: str) -> Callable[[Patient], Any]:
    """In a specimen of a lesion of that site, in a patient with a diagnosis of the marrow."""

    def make(patient: Patient) -> None:
        DiagnosisFactory(patient=patient, category="bone_marrow")
        lesion = LesionFactory(patient=patient, site=TopographyFactory(code=site))
        PathologyFindingFactory(specimen=SpecimenFactory(patient=patient, lesion=lesion), marrow_fibrosis="MF-2")

    return make


RECORDS = {
    "finding-before-collection": (_read("2020-04"), _read("2020-05")),
    "giant-cells-missing-in-diagnosis": (
        _giant_cells("absent", giant_cells="present"),
        _giant_cells("absent", giant_cells="absent", osteoclasts_per_field=3),
    ),
    "marrow-fibrosis-outside-marrow": (_fibrosis(site="C40.2"), _fibrosis(site="C42.1")),
}
