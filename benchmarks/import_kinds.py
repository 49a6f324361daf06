"""How many rows of each kind of record a second an import reads, checks and writes, as a table in Markdown.

Every file goes into a study of its own, with ten records for each patient. See benchmarks.imports.
"""

import argparse
import csv
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

import benchmarks.django_ready  # noqa: F401 models need it
from benchmarks.import_timing import portal
from cases.models import Lesion, Membership, Patient, Role, Specimen, Study, Treatment, TreatmentAgent

PER_PATIENT = 10

ROWS: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "diagnosis": lambda at, nth: {
        "histology": "osteosarcoma",
        "category": "primary_bone",
        "date": f"{2010 + nth}-03-0{1 + nth % 9}",
        "is_index": "no" if nth else "yes",
        "grade": f"G{nth % 3 + 1}",
    },
    "alteration": lambda at, nth: {"gene": f"GENE{nth}", "kind": "mutation", "date": f"2019-0{1 + nth % 9}"},
    "lesion": lambda at, nth: {"code": f"L{nth + 2}", "laterality": "left", "largest_diameter_mm": nth + at % 100},
    "treatment": lambda at, nth: {
        "agent": "denosumab",
        "start": f"{2010 + nth}-05-17",
        "dose_mg": 120,
        "interval_days": 28,
        "loading_days": "8;15",
    },
    "administration": lambda at, nth: {"treatment": "denosumab 2009", "date": f"201{nth}-06-01", "dose_mg": 120},
    "assessment": lambda at, nth: {
        "lesion": "L1",
        "date": f"201{nth}-07-01",
        "criterion": "sclerosis",
        "sclerosis": "partial",
        "reader": "MK",
    },
    "skeletal-event": lambda at, nth: {"date": f"201{nth}-08-01", "type": "surgery_to_bone", "lesion": "L1"},
    "adverse-event": lambda at, nth: {"term": "hypocalcaemia", "date": f"201{nth}-09-01", "grade": 1 + nth % 5},
    "laboratory-result": lambda at, nth: {"test": "calcium", "date": f"201{nth}-10-01", "value": 2 + nth / 10},
    "specimen": lambda at, nth: {
        "code": f"S{at}",
        "kind": "not_stated",
        "lesion": "L1",
        "collection_date": f"201{nth}-11-01",
        "tumour_content_percent": at % 100,
    },
    "pathology-finding": lambda at, nth: {
        "specimen": f"B{at // PER_PATIENT}",
        "necrosis_percent": at % 100,
        "reader": "MK",
        "read_on": f"201{nth}-12-01",
    },
}


def study_for(rows: int) -> Study:
    """A study with patients, each with a lesion, a treatment and a specimen."""
    study = Study.objects.create(code=f"K{time.time_ns()}", title="Speed")
    person = get_user_model().objects.create_user(username=study.code.lower())
    Membership.objects.create(study=study, user=person, role=Role.MANAGER)
    number = -(-rows // PER_PATIENT)
    patients = Patient.objects.bulk_create(Patient(study=study, code=f"P{at}", birth_year=1960) for at in range(number))
    agent = TreatmentAgent.objects.get(code="denosumab")
    Lesion.objects.bulk_create(Lesion(patient=patient, code="L1") for patient in patients)
    Treatment.objects.bulk_create(Treatment(patient=patient, agent=agent, start="2009") for patient in patients)
    Specimen.objects.bulk_create(
        Specimen(study=study, patient=patient, code=f"B{at}") for at, patient in enumerate(patients)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_patient, cases_lesion, cases_treatment, cases_specimen")
    return study


def file_of(kind: str, rows: int, *, folder: Path) -> Path:
    path = folder / f"{kind}.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["patient", *ROWS[kind](0, 0)])
        writer.writeheader()
        writer.writerows({"patient": f"P{at // PER_PATIENT}", **ROWS[kind](at, at % PER_PATIENT)} for at in range(rows))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(ROWS))
    parser.add_argument("--rows", type=int, default=20_000)
    arguments = parser.parse_args()
    print("| kind | rows/s | rows per second of the processors |\n| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        for kind in arguments.kinds:
            path = file_of(kind, arguments.rows, folder=Path(name))
            took = portal(study_for(arguments.rows), path, arguments.rows)
            rates = (f"{arguments.rows / took[key]:,.0f}" for key in ("seconds", "processor"))
            print(f"| {kind} | {' | '.join(rates)} |", flush=True)


if __name__ == "__main__":
    main()
