"""For each check of measurements a record it must find and a like one it must leave alone."""

from collections.abc import Callable
from typing import Any

from cases.models import Patient
from tests.expression.western_cases import RECORDS as WESTERN_RECORDS
from tests.factories import QpcrRunFactory, QpcrSampleFactory, SpecimenFactory


def _measured(**specimen: Any) -> Callable[[Patient], Any]:
    def make(patient: Patient) -> None:
        run = QpcrRunFactory(study=patient.study)
        QpcrSampleFactory(run=run, specimen=SpecimenFactory(patient=patient, **specimen))

    return make


RECORDS = {
    "qpcr-of-acid-decalcified-tissue": (_measured(decalcification="acid"), _measured(decalcification="edta")),
    "qpcr-of-degraded-rna": (
        _measured(kind="rna_extract", rna_integrity_number="4.9"),
        _measured(kind="rna_extract", rna_integrity_number=5),
    ),
    **WESTERN_RECORDS,
}
