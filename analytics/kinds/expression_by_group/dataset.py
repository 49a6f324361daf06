"""One value per patient and group, and the samples it comes from."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from django.db.models import QuerySet

from analytics.dataset import Dataset, Exclusion, exclusions_of, frozen_frame
from analytics.groupings import GROUPINGS, Assignment, Labels
from analytics.kinds.expression_by_group.spec import ExpressionByGroup, Method
from analytics.measurements import (
    UNDETERMINED,
    Measurements,
    Measuring,
    UsedAntibody,
    antibody_doubts,
    censored_measurements,
    consolidated,
    doubts,
    measurements,
    places,
    unusable,
    used_antibodies,
)
from analytics.population import everybody, keys_of, patients_of, with_keys
from analytics.stats import Note
from analytics.stats.result import counted
from analytics.stats.result import gettext_noop as _
from cases.access import Person
from cases.models import Patient
from cases.sentences import sentence

FROZEN_COLUMNS = ["patient", "group", "sample", "value", "patient_value"]
FROZEN_WHERE_THERE = ["stratum", "detected", "patient_detected", "evaluable_places", "antibodies"]


@dataclass(frozen=True, kw_only=True)
class Samples(Dataset):
    """``samples`` has one row per sample that counts: patient, group, sample, value, patient_value (the patient's one
    value by the rule of the question); codes, no keys of the database. ``groups`` are the compared groups in order,
    with their names. Of immunohistochemistry, ``antibodies`` are those the samples were stained with, and
    ``places`` counts the cores and sections read of the chosen population, by what could be said of them. In a
    stratified comparison, samples have a stratum. In a censored one, value and patient_value are upper limits where
    detected and patient_detected are 0.
    """

    samples: pd.DataFrame
    groups: dict[str, Labels]
    unit: Labels
    difference_unit: Labels
    reference_genes: list[str]
    antibodies: list[UsedAntibody]
    places: dict[str, int]

    def values_by_group(self) -> dict[str, list[float]]:
        """One value per patient, in each group; a group without patients has an empty list."""
        found = self.by_patient().groupby("group", sort=False)["patient_value"].agg(list)
        return {group: found.get(group, []) for group in self.groups}

    def values_by_stratum(self) -> dict[str, dict[str, list[float]]]:
        """One value per patient, in each group of each stratum; nothing without strata."""
        if "stratum" not in self.samples:
            return {}
        patients = self.by_patient()
        found: dict[str, dict[str, list[float]]] = {}
        for stratum in patients["stratum"].unique().tolist():
            members = patients[patients["stratum"] == stratum]
            values = {group: members.loc[members["group"] == group, "patient_value"].tolist() for group in self.groups}
            found[stratum] = values
        return found

    def by_patient(self) -> pd.DataFrame:
        """One row per patient."""
        return self.samples.drop_duplicates("patient")

    def samples_by_group(self) -> dict[str, int]:
        counts = self.samples["group"].value_counts()
        return {group: int(counts.get(group, 0)) for group in self.groups}

    def frozen(self) -> dict[str, Any]:
        """The samples as JSON, to be kept beside the answer."""
        columns = FROZEN_COLUMNS + [name for name in FROZEN_WHERE_THERE if name in self.samples]
        return frozen_frame(self.samples, columns)

    def described(self) -> dict[str, Any]:
        described = super().described()
        counts = {"samples": len(self.samples), "places": self.places}
        return {
            "unit": self.unit,
            "difference_unit": self.difference_unit,
            "reference_genes": self.reference_genes,
            "antibodies": [asdict(antibody) for antibody in self.antibodies],
            "population": described["population"] | counts,
        }


def load(
    *,
    spec: ExpressionByGroup,
    by: Person,
    patients: QuerySet[Patient] | None = None,
    measured_by: Measuring = measurements,
) -> Samples:
    """The numbers of a question; possibly none. Raises ``NotComparable`` where they are in no common unit.

    ``patients`` are those of the question, where they are known already. ``measured_by`` gives the values of everybody
    for whom the measure is known, as :func:`measurements` does.
    """
    patients = with_keys(keys_of(patients_of(spec=spec, by=by))) if patients is None else patients
    codes = dict(patients.values_list("pk", "code"))
    grouping = GROUPINGS[spec.grouping]
    assignment = grouping.assign(patients, spec.detail)
    measured = _measured(spec=spec, by=by, measured_by=measured_by).of(set(codes))
    values = measured.values.assign(group=measured.values["patient_id"].map(assignment.groups))
    names = grouping.ordered(set(values["group"].dropna()) | set(spec.groups), patients)
    chosen = {code: names.get(code, {"en": code}) for code in spec.groups} or names
    compared = values[values["group"].isin(chosen)]
    without_stratum: list[dict[str, Any]] = []
    if spec.stratum:
        strata = GROUPINGS[spec.stratum].assign(patients.filter(pk__in=set(compared["patient_id"])), "")
        compared = compared.assign(stratum=compared["patient_id"].map(strata.groups))
        compared = compared[compared["stratum"].notna()]
        without_stratum = list(strata.reasons.values())
    antibodies = used_antibodies(compared, measured.antibodies)
    return Samples(
        samples=consolidated(compared, codes=codes, rule=spec.consolidation),
        groups=_reference_last(chosen, spec.reference),
        flow={
            "in_scope": everybody(study=spec.study, by=by).count(),
            **({"selected": len(codes)} if spec.population else {}),
            **({"read": len(measured.places)} if measured.places else {}),
            "measured": values["patient_id"].nunique(),
            "grouped": values.loc[values["group"].notna(), "patient_id"].nunique(),
            "compared": compared["patient_id"].nunique(),
        },
        exclusions=[
            *unusable(measured),
            *_without_group(values, assignment, set(chosen)),
            *exclusions_of(without_stratum),
        ],
        unit=measured.unit,
        difference_unit=measured.difference_unit,
        reference_genes=measured.reference_genes,
        antibodies=antibodies,
        places=places(measured),
        notes=[*doubts(compared), *antibody_doubts(antibodies), *_undetermined_left_out(measured, spec)],
    )


def _measured(*, spec: ExpressionByGroup, by: Person, measured_by: Measuring) -> Measurements:
    if spec.method == Method.CENSORED:
        return censored_measurements(measure=spec, by=by)
    return measured_by(measure=spec, by=by)


def _undetermined_left_out(measured: Measurements, spec: ExpressionByGroup) -> list[dict[str, Any]]:
    """Low expression is missing where undetermined samples are left out: another method keeps them."""
    count = sum(item.reason == UNDETERMINED for item in measured.rejected)
    if not count or spec.per_marker:
        return []
    text = counted(
        count,
        one=_(
            "{count} sample was left out as undetermined, so that a low value is missing from the comparison. Ask "
            "again by Peto–Peto's test, which counts it as below its limit."
        ),
        several=_(
            "{count} samples were left out as undetermined, so that the lowest values are missing from the comparison. "
            "Ask again by Peto–Peto's test, which counts them as below their limit."
        ),
    )
    return [Note("undetermined-excluded", text, {"count": count}).to_dict()]


def _reference_last(groups: dict[str, Labels], reference: str) -> dict[str, Labels]:
    return dict(sorted(groups.items(), key=lambda item: item[0] == reference))


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
