"""From the measured samples to one value per patient, and what was lost on the way."""

from collections import Counter
from dataclasses import asdict

import numpy as np
import pandas as pd

from analytics.dataset import Exclusion
from analytics.measurements.measured import Measurements
from analytics.spec import Consolidation

AGGREGATES = {Consolidation.MEDIAN: "median", Consolidation.MEAN: "mean", Consolidation.MAXIMUM: "max"}


def consolidated(samples: pd.DataFrame, *, codes: dict[int, str], rule: Consolidation) -> pd.DataFrame:
    """The rows of ``Measurements.values`` with the code of the patient and the patient's one value, in order.

    ``codes`` are those of the patients by key; ``rule`` applies where the assay has none of its own. Where some samples
    lie below their value (``detected`` is 0), the column patient_detected says whether the patient's value is known: it
    is where the rule gives the same however low those samples are; otherwise it is an upper limit.
    """
    with_patients = samples.assign(patient=samples["patient_id"].map(codes))
    if "patient_value" not in samples:
        of_patient = samples.groupby("patient_id")["value"].agg(AGGREGATES[rule])
        with_patients["patient_value"] = samples["patient_id"].map(of_patient)
    if "detected" in samples:
        lowest = samples.assign(value=samples["value"].where(samples["detected"] == 1, -np.inf))
        of_lowest = lowest.groupby("patient_id")["value"].agg(AGGREGATES[rule])
        known = (samples["patient_id"].map(of_lowest) == with_patients["patient_value"]).astype(int)
        with_patients["patient_detected"] = known
    return with_patients.sort_values(["patient", "sample"], ignore_index=True)


def places(measured: Measurements) -> dict[str, int]:
    """How many cores and sections were read, by what could be said of them."""
    found: Counter[str] = Counter()
    for counts in measured.places.values():
        found.update(asdict(counts))
    return dict(found)


def unusable(measured: Measurements) -> list[Exclusion]:
    """Samples without a usable value, by reason; a patient of whom no sample is left is lost for the first of them."""
    kept_or_counted = set(measured.values["patient_id"])
    patients: Counter[str] = Counter()
    samples: Counter[str] = Counter()
    reasons = {}
    for rejected in measured.rejected:
        text = rejected.reason["text"]
        reasons[text] = rejected.reason
        samples[text] += 1
        if rejected.patient_id not in kept_or_counted:
            patients[text] += 1
            kept_or_counted.add(rejected.patient_id)
    return [Exclusion(reason=reasons[text], patients=patients[text], samples=count) for text, count in samples.items()]
