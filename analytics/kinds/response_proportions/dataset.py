"""One row per followed patient: the outcome by the criterion, the group, and what may explain the response."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from django.db.models import QuerySet

from analytics.dataset import Dataset, exclusions_of, frozen_frame
from analytics.groupings import GROUPINGS, NOT_IN_DENOMINATOR, Assignment, Labels, ages_at_diagnosis
from analytics.kinds.response_proportions.spec import AGE, MARKER, NotEvaluable, ResponseProportions
from analytics.measurements import consolidated, measurements
from analytics.population import everybody, patients_of
from analytics.spec import Measure
from cases.access import Person
from cases.derived.course import responses
from cases.derived.response import Excluded, Outcome, PatientResponse
from cases.models import Patient
from cases.sentences import sentence

NOT_EVALUABLE = sentence("Response not evaluable")
IN_ANOTHER_GROUP = sentence("In a group that is not compared")
COVARIATE = "covariate "
"""Stands before the codes of covariates as names of columns, so that none is the name of another column."""


@dataclass(frozen=True, kw_only=True)
class Responses(Dataset):
    """``rows`` has one row per patient in the denominator who is in a compared group: patient, group, outcome; stratum,
    blank where there is none; a column for each covariate, empty where it is not known.

    ``groups`` are the compared groups in order, with their names; ``levels`` the same of the stratum and of every
    covariate that is a factor. ``measured`` says of the marker what :class:`analytics.measurements.Measurements` does.
    """

    rows: pd.DataFrame
    groups: dict[str, Labels]
    levels: dict[str, dict[str, Labels]]
    measured: dict[str, Any]

    def frozen(self) -> dict[str, Any]:
        return frozen_frame(self.rows, list(self.rows.columns))

    def described(self) -> dict[str, Any]:
        population = super().described()["population"] | {"samples": None}
        return {"population": population, "levels": self.levels, "measured": self.measured}


def load(*, spec: ResponseProportions, by: Person) -> Responses:
    """The patients of a question with their outcomes; possibly none."""
    patients = patients_of(spec=spec, by=by)
    answers = responses(list(patients), spec.criterion, count_flagged=spec.count_flagged)
    return rows_of(spec=spec, patients=patients, answers=answers, by=by)


def rows_of(
    *, spec: ResponseProportions, patients: QuerySet[Patient], answers: Mapping[int, PatientResponse], by: Person
) -> Responses:
    """The rows of a question from the answers of its patients, each by the patient's key."""
    people = list(patients)
    grouping = GROUPINGS[spec.grouping]
    assignment = grouping.assign(patients, spec.gene)
    followed = {key for key, answer in answers.items() if answer.excluded is None}
    names = grouping.ordered({assignment.groups.get(key, "") for key in followed} | set(spec.groups), patients)
    chosen = {code: labels for code, labels in names.items() if not spec.groups or code in spec.groups}
    chosen |= {code: {"en": code} for code in spec.groups if code not in chosen}
    counted = [person for person in people if person.pk in followed and assignment.groups.get(person.pk) in chosen]
    rows = pd.DataFrame(
        [(person.code, assignment.groups[person.pk], str(answers[person.pk].outcome)) for person in counted],
        columns=["patient", "group", "outcome"],
    )
    keys = [person.pk for person in counted]
    levels, measured = _add_explanations(rows, keys, spec=spec, patients=patients, by=by)
    evaluable = _evaluable(rows, spec)
    return Responses(
        rows=rows,
        groups=chosen,
        levels=levels,
        measured=measured,
        flow={
            "in_scope": everybody(study=spec.study, by=by).count(),
            **({"selected": len(people)} if spec.population else {}),
            "treated": sum(answer.excluded != Excluded.NOT_TREATED for answer in answers.values()),
            "followed": len(followed),
            "analysed": int(evaluable.sum()),
        },
        exclusions=exclusions_of(
            reason
            for person in people
            if (reason := _reason(answers[person.pk], assignment, person.pk, chosen=chosen, spec=spec))
        ),
    )


def _reason(
    answer: PatientResponse,
    assignment: Assignment,
    key: int,
    *,
    chosen: Mapping[str, Labels],
    spec: ResponseProportions,
) -> dict[str, Any] | None:
    """Why the patient is not in the proportions; ``None`` where the patient is."""
    if answer.excluded is not None:
        return NOT_IN_DENOMINATOR[answer.excluded]
    if key not in assignment.groups:
        return assignment.reasons[key]
    if assignment.groups[key] not in chosen:
        return IN_ANOTHER_GROUP
    left_out = answer.outcome is Outcome.NOT_EVALUABLE and spec.not_evaluable == NotEvaluable.EXCLUDED
    return NOT_EVALUABLE if left_out else None


def _evaluable(rows: pd.DataFrame, spec: ResponseProportions) -> "pd.Series[bool]":
    return (rows["outcome"] != Outcome.NOT_EVALUABLE.value) | (spec.not_evaluable == NotEvaluable.NO_RESPONSE)


def _add_explanations(
    rows: pd.DataFrame, keys: list[int], *, spec: ResponseProportions, patients: QuerySet[Patient], by: Person
) -> tuple[dict[str, dict[str, Labels]], dict[str, Any]]:
    """Add the columns of strata and covariates; gives the names of their levels, and what is to be said of a marker."""
    levels: dict[str, dict[str, Labels]] = {}
    measured: dict[str, Any] = {}
    factors = {COVARIATE + code: (code, "") for code in spec.covariates if code in GROUPINGS}
    if spec.stratum:
        factors = {"stratum": (spec.stratum, spec.stratum_gene), **factors}
    for column, (code, gene) in factors.items():
        found = GROUPINGS[code].assign(patients, gene).groups
        rows[column] = [found.get(key) for key in keys]
        levels[column] = GROUPINGS[code].ordered(set(rows[column].dropna()), patients)
    if AGE in spec.covariates:
        ages = ages_at_diagnosis(patients)
        rows[COVARIATE + AGE] = [ages.get(key) for key in keys]
    if spec.measure is not None:
        values, measured = _marker(measure=spec.measure, patients=patients, by=by)
        rows[COVARIATE + MARKER] = [values.get(key) for key in keys]
    return levels, measured


def _marker(*, measure: Measure, patients: QuerySet[Patient], by: Person) -> tuple[dict[int, float], dict[str, Any]]:
    """The one value of each patient, by the patient's key. Raises ``NotComparable`` without a common unit."""
    codes = dict(patients.values_list("pk", "code"))
    found = measurements(measure=measure, by=by).of(set(codes))
    samples = consolidated(found.values, codes=codes, rule=measure.consolidation)
    values = dict(samples[["patient_id", "patient_value"]].itertuples(index=False, name=None))
    return values, {"unit": found.unit, "reference_genes": found.reference_genes}
