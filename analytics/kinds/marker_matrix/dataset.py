"""The values of several markers of each patient, blank where there is none."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analytics.dataset import Dataset, exclusions_of, frozen_frame
from analytics.groupings import Labels
from analytics.kinds.marker_matrix.names import variable_names
from analytics.kinds.marker_matrix.spec import MarkerMatrix, parts_of
from analytics.measurements import Measuring, PatientValues, antibody_doubts, doubts, measurements, patient_values
from analytics.measurements.measured import DOUBTS
from analytics.population import everybody, patients_of
from cases.access import Person
from cases.sentences import sentence
from expression.models import Marker


@dataclass(frozen=True, kw_only=True)
class Matrix(Dataset):
    """``values`` has one row per patient with two values or more: the patient's code, then the value of each variable
    under its code. ``names`` are those of the variables, in order; ``antibodies`` those of immunohistochemistry.
    """

    values: pd.DataFrame
    names: dict[str, Labels]
    unit: Labels
    reference_genes: list[str]
    antibodies: list[dict[str, Any]]

    def frozen(self) -> dict[str, Any]:
        return frozen_frame(self.values, ["patient", *self.names])

    def described(self) -> dict[str, Any]:
        described = {"unit": self.unit, "reference_genes": self.reference_genes, "antibodies": self.antibodies}
        return {**super().described(), **described}


def load(*, spec: MarkerMatrix, by: Person, measured_by: Measuring = measurements) -> Matrix:
    """The values of a question, as ``measured_by`` gives them; possibly none.

    Raises ``NotComparable`` where some are no common quantity.
    """
    patients = patients_of(spec=spec, by=by)
    codes = dict(patients.values_list("pk", "code"))
    found = {
        one: patient_values(measure=spec.measure(one), codes=codes, by=by, measured_by=measured_by)
        for one in spec.variables
    }
    frame = pd.DataFrame({one: pd.Series(values.values, dtype=float) for one, values in found.items()})
    several = frame[frame.notna().sum(axis="columns") >= 2]
    kept = set(several.index.tolist())
    names = dict(Marker.objects.filter(symbol__in=[parts_of(one)[0] for one in found]).values_list("symbol", "name"))
    first = next(iter(found.values())).measured
    return Matrix(
        values=several.assign(patient=several.index.map(codes).astype(object)).sort_values("patient"),
        names=variable_names(spec.variables, names),
        unit=first.unit,
        reference_genes=first.reference_genes,
        antibodies=_antibodies(found, kept),
        flow={
            "in_scope": everybody(study=spec.study, by=by).count(),
            **({"selected": len(codes)} if spec.population else {}),
            "measured": len(frame),
            "analysed": len(kept),
        },
        exclusions=exclusions_of(
            sentence("Only one of the markers has a usable value") for patient in frame.index if patient not in kept
        ),
        notes=_notes(found, kept),
    )


def _antibodies(found: dict[str, PatientValues], patients: set[int]) -> list[dict[str, Any]]:
    used = {one.code: asdict(one) for values in found.values() for one in values.antibodies(patients)}
    return [used[code] for code in sorted(used)]


def _notes(found: dict[str, PatientValues], patients: set[int]) -> list[dict[str, Any]]:
    """What to doubt, each sample once, which may stand behind several markers."""
    samples = pd.concat([values.samples_of(patients) for values in found.values()])
    flags = [name for name in DOUBTS if name in samples]
    once = samples.groupby("sample")[flags].any()
    several = [note for values in found.values() for note in antibody_doubts(values.antibodies(patients))]
    return [*doubts(once), *several]
