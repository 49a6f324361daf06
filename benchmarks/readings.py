"""A study, and a file with IHC readings of it: every specimen, stain, cell type and reader once."""

import csv
import sys
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

import benchmarks.django_ready  # noqa: F401 models need it
from cases.models import Membership, Patient, Role, Specimen, Study
from expression.models import Antibody, Compartment, Marker, StainedCell

ANTIBODIES = ("RANKL", "RANK", "OPG", "KI67", "CD68")
CELLS = tuple(StainedCell.values)[:5]
READERS = ("MK", "TS", "HN", "YO", "AI")
PER_SPECIMEN = len(ANTIBODIES) * len(CELLS) * len(READERS)
SPECIMENS_PER_PATIENT = 2

HEADINGS = (
    "patient",
    "specimen",
    "antibody",
    "cell_type",
    "compartment",
    "evaluability",
    "percent_0",
    "percent_1",
    "percent_2",
    "percent_3",
    "intensity",
    "reader",
    "read_on",
)


def study_for(rows: int, *, code: str) -> Study:
    """A study with as many patients and specimens as a file of so many rows names, and no reading."""
    study = Study.objects.create(code=code, title="Speed")
    person = get_user_model().objects.create_user(username=code.lower())
    Membership.objects.create(study=study, user=person, role=Role.MANAGER)
    marker, _made = Marker.objects.get_or_create(symbol="TNFSF11", defaults={"name": "RANKL"})
    Antibody.objects.bulk_create(Antibody(study=study, code=name, marker=marker, clone="12A668") for name in ANTIBODIES)
    number = -(-rows // (PER_SPECIMEN * SPECIMENS_PER_PATIENT))
    patients = Patient.objects.bulk_create(Patient(study=study, code=patient_code(at)) for at in range(number))
    Specimen.objects.bulk_create(
        Specimen(study=study, patient=patient, code=specimen_code(at, block))
        for at, patient in enumerate(patients)
        for block in range(SPECIMENS_PER_PATIENT)
    )
    return study


def patient_code(number: int) -> str:
    return f"P-{number:05}"


def specimen_code(patient: int, block: int) -> str:
    return f"S-{patient:05}-{block}"


def readings(rows: int) -> Iterator[tuple[Any, ...]]:
    """Below :data:`HEADINGS`: percentages in steps of five, with an intensity here and there, each on its day."""
    every = product(range(rows), range(SPECIMENS_PER_PATIENT), ANTIBODIES, CELLS, READERS)
    for number, (patient, block, antibody, cell, reader) in enumerate(islice(every, rows)):
        strong, moderate, weak = number * 7 % 6 * 5, number * 11 % 7 * 5, number * 13 % 8 * 5
        yield (
            patient_code(patient),
            specimen_code(patient, block),
            antibody,
            cell,
            Compartment.MEMBRANE.value,
            "evaluable",
            100 - weak - moderate - strong,
            weak,
            moderate,
            strong,
            number % 4 if number % 3 else "",
            reader,
            f"20{10 + number // 300 % 14}-{1 + number // 25 % 12:02}-{1 + number // 7 % 28:02}",
        )


def write_file(path: Path, rows: int) -> None:
    """The readings as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(readings(rows))


if __name__ == "__main__":
    write_file(Path(sys.argv[1]), int(sys.argv[2]))
