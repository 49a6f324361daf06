"""From the question to the numbers: the only place where the ORM meets data frames.

Every row comes through ``cases.access`` for the person who asked, so an answer never rests on what that person
may not see, and a patient who withdrew consent is in none.
"""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from django.db.models import QuerySet

from analytics.groupings import GROUPINGS, Assignment, Labels
from analytics.measurements import (
    Measurements,
    UsedAntibody,
    antibody_doubts,
    doubts,
    measurements,
    used_antibodies,
)
from analytics.spec import AnalysisSpec, Consolidation
from cases import access
from cases.access import Person
from cases.models import Diagnosis, Patient
from cases.sentences import sentence

FROZEN_COLUMNS = ["patient", "group", "sample", "value", "patient_value"]
FROZEN_WHERE_THERE = ["evaluable_places", "antibodies"]


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Why ``samples`` were left out, and how many ``patients`` are out of the comparison because of it."""

    reason: dict[str, Any]
    patients: int
    samples: int


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What an analysis rests on.

    ``samples`` has one row per sample that counts: patient, group, sample, value, patient_value (the patient's one
    value by the rule of the question); codes, no keys of the database. ``groups`` are the compared groups in order,
    with their names. ``flow`` counts patients from everybody in scope to those compared. ``notes`` are what to doubt
    about the measurements. Of immunohistochemistry, ``antibodies`` are those the samples were stained with, and
    ``places`` counts the cores and sections read of the chosen population, by what could be said of them.
    """

    samples: pd.DataFrame
    groups: dict[str, Labels]
    flow: dict[str, int]
    exclusions: list[Exclusion]
    unit: Labels
    difference_unit: Labels
    reference_genes: list[str]
    antibodies: list[UsedAntibody]
    places: dict[str, int]
    notes: list[dict[str, Any]]

    def values_by_group(self) -> dict[str, list[float]]:
        """One value per patient, in each group; a group without patients has an empty list."""
        patients = self.samples.drop_duplicates("patient")
        return {group: patients.loc[patients["group"] == group, "patient_value"].tolist() for group in self.groups}

    def samples_by_group(self) -> dict[str, int]:
        counts = self.samples["group"].value_counts()
        return {group: int(counts.get(group, 0)) for group in self.groups}

    def frozen(self) -> dict[str, Any]:
        """The samples as JSON, to be kept beside the answer."""
        columns = FROZEN_COLUMNS + [name for name in FROZEN_WHERE_THERE if name in self.samples]
        return {"columns": columns, "rows": self.samples[columns].to_numpy(dtype=object).tolist()}


def sha256(frozen: dict[str, Any]) -> str:
    """The hash of a frozen input: of its JSON with sorted keys and without spaces."""
    return hashlib.sha256(json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def population(*, spec: AnalysisSpec, by: Person) -> QuerySet[Patient]:
    """The patients the question is about and its asker may see."""
    patients = access.patients(by).filter(study__code=spec.study)
    if spec.sex:
        patients = patients.filter(sex=spec.sex)
    if spec.site:
        patients = patients.filter(site__code=spec.site)
    if spec.category:
        index = Diagnosis.objects.filter(is_index=True, category=spec.category)
        patients = patients.filter(pk__in=index.values("patient"))
    return patients.order_by("code")


def load(*, spec: AnalysisSpec, by: Person) -> Dataset:
    """The numbers of a question; possibly none. Raises ``NotComparable`` where they are in no common unit."""
    everybody = access.patients(by).filter(study__code=spec.study)
    patients = population(spec=spec, by=by)
    codes = dict(patients.values_list("pk", "code"))
    grouping = GROUPINGS[spec.grouping]
    assignment = grouping.assign(patients, spec.detail)
    measured = measurements(spec=spec, by=by).of(set(codes))
    values = measured.values.assign(group=measured.values["patient_id"].map(assignment.groups))
    names = grouping.ordered(set(values["group"].dropna()) | set(spec.groups), patients)
    chosen = {code: names.get(code, {"en": code}) for code in spec.groups} or names
    compared = values[values["group"].isin(chosen)]
    antibodies = used_antibodies(compared, measured.antibodies)
    return Dataset(
        samples=consolidated(compared, codes=codes, rule=spec.consolidation),
        groups=_reference_last(chosen, spec.reference),
        flow={
            "in_scope": everybody.count(),
            **({"selected": len(codes)} if spec.sex or spec.site or spec.category else {}),
            **({"read": len(measured.places)} if measured.places else {}),
            "measured": values["patient_id"].nunique(),
            "grouped": values.loc[values["group"].notna(), "patient_id"].nunique(),
            "compared": compared["patient_id"].nunique(),
        },
        exclusions=[*_unusable(measured), *_without_group(values, assignment, set(chosen))],
        unit=measured.unit,
        difference_unit=measured.difference_unit,
        reference_genes=measured.reference_genes,
        antibodies=antibodies,
        places=_places(measured),
        notes=[*doubts(compared), *antibody_doubts(antibodies)],
    )


def consolidated(samples: pd.DataFrame, *, codes: dict[int, str], rule: Consolidation) -> pd.DataFrame:
    """Rows of ``Measurements.values`` with the code and the one value of their patients: patient, patient_value.

    Where the assay has a rule of its own for the value of a patient, that one stays.
    """
    with_patients = samples.assign(patient=samples["patient_id"].map(codes))
    if "patient_value" not in samples:
        aggregate = {Consolidation.MEDIAN: "median", Consolidation.MEAN: "mean", Consolidation.MAXIMUM: "max"}[rule]
        of_patient = samples.groupby("patient_id")["value"].agg(aggregate)
        with_patients["patient_value"] = samples["patient_id"].map(of_patient)
    return with_patients.sort_values(["patient", "sample"], ignore_index=True)


def _places(measured: Measurements) -> dict[str, int]:
    places: Counter[str] = Counter()
    for counts in measured.places.values():
        places.update(asdict(counts))
    return dict(places)


def _reference_last(groups: dict[str, Labels], reference: str) -> dict[str, Labels]:
    return dict(sorted(groups.items(), key=lambda item: item[0] == reference))


def _unusable(measured: Measurements) -> list[Exclusion]:
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


def _without_group(values: pd.DataFrame, assignment: Assignment, chosen: set[str]) -> list[Exclusion]:
    reasons: dict[str, dict[str, Any]] = {}
    patients: Counter[str] = Counter()
    samples: Counter[str] = Counter()
    for patient, count in Counter(values["patient_id"].tolist()).items():
        group = assignment.groups.get(patient)
        if group in chosen:
            continue
        reason = sentence("In a group that is not compared") if group else assignment.reasons[patient]
        text = reason["text"]
        reasons[text] = reason
        patients[text] += 1
        samples[text] += count
    return [
        Exclusion(reason=reason, patients=patients[text], samples=samples[text]) for text, reason in reasons.items()
    ]
