"""The value before and the value on denosumab of each patient who has both, and why the others have not."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analytics.dataset import Dataset, exclusions_of, frozen_frame
from analytics.groupings import Labels
from analytics.kinds.change_on_treatment.spec import ChangeOnTreatment
from analytics.measurements import PatientValues, patient_values, rule_named, tissues
from analytics.measurements.consolidated import AGGREGATES
from analytics.measurements.measured import UsedAntibody
from analytics.population import everybody, patients_of
from analytics.spec import Assay
from analytics.stats import Note
from analytics.stats.result import gettext_noop as _
from cases.access import Person
from cases.derived.course import RECORDS_OF_TIMING, Course, courses
from cases.derived.timing import SpecimenTiming, Timing
from cases.sentences import sentence

COLUMNS = ["patient", "before", "on", "days_on", "before_samples", "on_samples"]

ONLY = {
    Timing.BEFORE: sentence("Measured only before denosumab"),
    Timing.ON: sentence("Measured only on denosumab"),
    Timing.AFTER: sentence("Measured only after denosumab"),
    Timing.NEVER: sentence("Never given denosumab"),
    Timing.UNKNOWN: sentence("Not known when the specimens were taken"),
}
NOT_BOTH = sentence("Not measured both before and on denosumab")


@dataclass(frozen=True, kw_only=True)
class BeforeAndOn(Dataset):
    """``pairs`` has one row per patient with both values, by code: see ``COLUMNS``. ``days_on`` are the days from the
    first dose to the first of the specimens on denosumab, ``None`` where a day is not known.
    """

    pairs: pd.DataFrame
    unit: Labels
    difference_unit: Labels
    reference_genes: list[str]
    antibodies: list[UsedAntibody]

    def frozen(self) -> dict[str, Any]:
        return frozen_frame(self.pairs, COLUMNS)

    def described(self) -> dict[str, Any]:
        return {
            **super().described(),
            "unit": self.unit,
            "difference_unit": self.difference_unit,
            "reference_genes": self.reference_genes,
            "antibodies": [asdict(antibody) for antibody in self.antibodies],
        }


def load(*, spec: ChangeOnTreatment, by: Person) -> BeforeAndOn:
    """The values of a question; possibly none. Raises ``NotComparable`` where they are no common quantity."""
    patients = patients_of(spec=spec, by=by)
    codes = dict(patients.values_list("pk", "code"))
    values = patient_values(measure=spec, codes=codes, by=by)
    measured = set(values.values)
    timed = _timed(values, courses(list(patients.filter(pk__in=measured)), records=RECORDS_OF_TIMING))
    by_timing = timed.groupby(["patient_id", "timing"])["value"].agg(_aggregate(spec)).unstack()
    by_timing = by_timing.reindex(columns=[timing.value for timing in Timing])
    both = set(by_timing.dropna(subset=[Timing.BEFORE.value, Timing.ON.value]).index.tolist())
    used = timed[timed["patient_id"].isin(both) & timed["timing"].isin([Timing.BEFORE.value, Timing.ON.value])]
    return BeforeAndOn(
        pairs=_pairs(used, by_timing, codes),
        unit=values.measured.unit,
        difference_unit=values.measured.difference_unit,
        reference_genes=values.measured.reference_genes,
        antibodies=values.antibodies(both),
        flow={
            "in_scope": everybody(study=spec.study, by=by).count(),
            **({"selected": len(codes)} if spec.population else {}),
            "measured": len(measured),
            "before": int(by_timing[Timing.BEFORE.value].notna().sum()),
            "analysed": len(both),
        },
        exclusions=exclusions_of(_reasons(values, by_timing, both)),
        notes=[*values.notes(both), *_imputed(used)],
    )


def _timed(values: PatientValues, found: dict[int, Course]) -> pd.DataFrame:
    """The samples with the timing of the tissue they were made from, and the days from the first dose to it."""
    origin = tissues(set(found))
    timings: dict[str, SpecimenTiming] = {
        specimen.code: course.timing(specimen) for course in found.values() for specimen in course.specimens
    }
    taken = [timings[origin[code]] for code in values.samples["sample"]]
    return values.samples.assign(
        timing=[one.timing.value for one in taken],
        days=pd.array([one.since_first.days if one.since_first else None for one in taken], dtype="Int64"),
        imputed=[bool(one.since_first and one.since_first.imputed) for one in taken],
    )


def _aggregate(spec: ChangeOnTreatment) -> str:
    """How several specimens of one timing become one value: as several of a patient do."""
    if spec.assay != Assay.IHC:
        return AGGREGATES[spec.consolidation]
    rule = rule_named(study=spec.study, name=spec.rule)
    if rule is None:
        raise LookupError(f"{spec.study} has no consolidation rule {spec.rule}.")
    return str(rule.specimens_to_patient)


def _pairs(used: pd.DataFrame, by_timing: pd.DataFrame, codes: dict[int, str]) -> pd.DataFrame:
    on = used[used["timing"] == Timing.ON.value]
    days = on.groupby("patient_id")["days"].min()
    counts = used.groupby(["patient_id", "timing"]).size()
    rows = [
        (
            codes[patient],
            float(by_timing.loc[patient, Timing.BEFORE.value]),
            float(by_timing.loc[patient, Timing.ON.value]),
            None if pd.isna(days[patient]) else int(days[patient]),
            int(counts[patient, Timing.BEFORE.value]),
            int(counts[patient, Timing.ON.value]),
        )
        for patient in sorted(used["patient_id"].unique().tolist(), key=codes.__getitem__)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _reasons(values: PatientValues, by_timing: pd.DataFrame, both: set[int]) -> Iterable[dict[str, Any]]:
    """The reason of each patient who was measured and lacks one of the values."""
    yield from (values.reasons[patient] for patient in sorted(values.reasons))
    for patient, row in by_timing.iterrows():
        if patient not in both:
            there = [Timing(timing) for timing in row.dropna().index]
            yield ONLY[there[0]] if len(there) == 1 else NOT_BOTH


def _imputed(used: pd.DataFrame) -> list[dict[str, Any]]:
    """Where a day is known to the month or year only, although before and on are certain."""
    count = used.loc[used["imputed"], "patient_id"].nunique()
    text = _(
        "Patients of whom a day is known to its month or year only, before and on denosumab being certain: {count}."
    )
    return [Note("imputed-days", text, {"count": int(count)}).to_dict()] if count else []
