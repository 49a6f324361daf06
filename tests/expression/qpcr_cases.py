"""For each check of qPCR runs what it must find, and a like one it must leave alone."""

from collections.abc import Callable
from typing import Any

from cases.models import Patient
from tests.factories import QpcrRunFactory, QpcrSampleFactory, QpcrTargetFactory, QpcrWellFactory, SpecimenFactory


def _measured(**specimen: Any) -> Callable[[Patient], Any]:
    def make(patient: Patient) -> None:
        run = QpcrRunFactory(study=patient.study)
        QpcrSampleFactory(run=run, specimen=SpecimenFactory(patient=patient, **specimen))

    return make


def _read(
    *, cqs: tuple[float | None, ...] = (24.0, 24.2), reference: float | None = 20.0, control: Any = 38.0, **target: Any
) -> Callable[[Patient], Any]:
    """RANKL in wells of a sample beside a reference gene, and a control without template of that Cq, if any."""

    def make(patient: Patient) -> None:
        run = QpcrRunFactory(study=patient.study)
        sample = QpcrSampleFactory(run=run, specimen=SpecimenFactory(patient=patient))
        rankl = QpcrTargetFactory(run=run, **target)
        gene = QpcrTargetFactory(run=run, marker=None, role="reference")
        for assay, readings in ((rankl, cqs), (gene, (reference,))):
            for cq in readings:
                QpcrWellFactory(run=run, sample=sample, target=assay, **_reading(cq))
        if control != "none":
            QpcrWellFactory(run=run, sample=None, target=rankl, task="no_template", **_reading(control))

    return make


def _reading(cq: float | None) -> dict[str, Any]:
    return {"cq": cq, "reading": "undetermined" if cq is None else "detected"}


RECORDS = {
    "qpcr-signal-in-control": (_read(control=29.1), _read(control=29.3)),
    "qpcr-replicates-differ": (_read(cqs=(24.0, 24.8)), _read(cqs=(24.0, 24.7))),
    "qpcr-unusual-efficiency": (
        _read(efficiency=1.79, efficiency_source="entered"),
        _read(efficiency=1.8, efficiency_source="entered"),
    ),
    "qpcr-without-template-control": (_read(control="none"), _read(control=None)),
    "qpcr-reference-undetermined": (_read(reference=None), _read(cqs=(None, None))),
    "qpcr-of-acid-decalcified-tissue": (_measured(decalcification="acid"), _measured(decalcification="edta")),
    "qpcr-of-degraded-rna": (
        _measured(kind="rna_extract", rna_integrity_number="4.9"),
        _measured(kind="rna_extract", rna_integrity_number=5),
    ),
}
