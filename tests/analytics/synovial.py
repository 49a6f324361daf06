"""The synovial sarcomas of a public cohort as rows of a study, straight from its table."""

import csv
from pathlib import Path
from typing import Any

from cases.models import Study
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MolecularAlterationFactory,
    PatientFactory,
    SpecimenFactory,
    StudyFactory,
)

FILE = Path("rank_axis", "synovial_sarcoma_log2tpm.csv")


def read_samples(shared_data: Path) -> list[dict[str, str]]:
    """The 36 samples of the table."""
    with (shared_data / FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def patient_code(sample: str) -> str:
    """Samples _S01 and _S02 are of one patient."""
    return sample.rsplit("_", 1)[0] if "_S" in sample else sample


def write_synovial_sarcomas(shared_data: Path) -> Study:
    """A study with the dataset ``SS``: TNFSF11 of every sample, and the SS18 fusion partner where it is known."""
    study = StudyFactory(code="SYNOVIAL", title="Synovial sarcomas")
    dataset = ExpressionDatasetFactory(study=study, code="SS", platform="RNA-seq")
    marker = MarkerFactory()
    patients: dict[str, Any] = {}
    for row in read_samples(shared_data):
        code = patient_code(row["sample"])
        if code not in patients:
            patients[code] = PatientFactory(study=study, code=code)
            if row["SS18_fusion_partner"]:
                MolecularAlterationFactory(patient=patients[code], partner=row["SS18_fusion_partner"])
        specimen = SpecimenFactory(patient=patients[code], code=row["sample"])
        ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=marker, value=float(row["TNFSF11"]))
    return study
