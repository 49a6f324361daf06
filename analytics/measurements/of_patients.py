"""One value for each patient, or the reason why there is none: what questions about pairs of values start from."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.measurements.asked import Measuring, measurements
from analytics.measurements.consolidated import consolidated
from analytics.measurements.ihc import antibody_doubts, used_antibodies
from analytics.measurements.measured import Measurements, UsedAntibody, doubts
from analytics.spec import Measure
from cases.access import Person
from cases.models import Specimen

VALUE = "patient_value"


@dataclass(frozen=True, kw_only=True)
class PatientValues:
    """A measure of some patients by their keys: the one ``values`` and the ``codes`` of the samples behind it, or the
    ``reasons`` of those measured in vain. ``samples`` are the rows of ``Measurements.values`` behind the values.
    """

    measured: Measurements
    samples: pd.DataFrame
    values: dict[int, float]
    codes: dict[int, list[str]]
    reasons: dict[int, dict[str, Any]]

    def antibodies(self, patients: set[int]) -> list[UsedAntibody]:
        """The antibodies these patients were stained with."""
        return used_antibodies(self.samples_of(patients), self.measured.antibodies)

    def notes(self, patients: set[int]) -> list[dict[str, Any]]:
        """What to doubt about the samples of these patients."""
        return [*doubts(self.samples_of(patients)), *antibody_doubts(self.antibodies(patients))]

    def samples_of(self, patients: set[int]) -> pd.DataFrame:
        """The samples of these patients."""
        return self.samples[self.samples["patient_id"].isin(patients)]


def patient_values(
    *, measure: Measure, codes: dict[int, str], by: Person, measured_by: Measuring = measurements
) -> PatientValues:
    """The measure of the patients, ``codes`` by their keys. Raises ``NotComparable`` where it is no common quantity.

    ``measured_by`` gives the values of everybody for whom the measure is known, as :func:`measurements` does.
    """
    measured = measured_by(measure=measure, by=by).of(set(codes))
    samples = consolidated(measured.values, codes=codes, rule=measure.consolidation)
    single = samples.drop_duplicates("patient_id")
    values = dict(zip(single["patient_id"].tolist(), single[VALUE].astype(float).tolist(), strict=True))
    reasons: dict[int, dict[str, Any]] = {}
    for rejected in measured.rejected:
        if rejected.patient_id not in values:
            reasons.setdefault(rejected.patient_id, rejected.reason)
    behind: dict[int, list[str]] = {patient: [] for patient in values}
    for patient, code in samples[["patient_id", "sample"]].itertuples(index=False):
        behind[patient].append(code)
    return PatientValues(measured=measured, samples=samples, values=values, codes=behind, reasons=reasons)


def tissues(patients: set[int]) -> dict[str, str]:
    """For each specimen of these patients, by its code, the code of the tissue it was made from, perhaps itself."""
    rows = Specimen.objects.filter(patient__in=patients).values_list("pk", "code", "parent_id")
    found = {key: (code, parent) for key, code, parent in rows}

    def origin(key: int) -> str:
        code, parent = found[key]
        return origin(parent) if parent in found else code

    return {code: origin(key) for key, (code, _parent) in found.items()}
