"""The covariates a regression may be adjusted for: an allow-list, and what each is in a patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings import GROUPINGS, Labels, in_all_languages
from analytics.groupings.base import Sentence
from analytics.kinds.time_to_event.spec import Covariate
from cases.derived.age import age_at
from cases.derived.course import Course
from cases.derived.follow_up import TimeZero
from cases.models import Patient
from cases.sentences import sentence

NUMBERS = {Covariate.AGE: 10.0, Covariate.ECOG: 1.0}
"""Covariates that are numbers, with the unit of their hazard ratio; all others are groups of the allow-list."""

NOT_KNOWN: dict[str, Sentence] = {
    Covariate.AGE: sentence("Age at time zero not known"),
    Covariate.ECOG: sentence("ECOG performance status not known"),
}


@dataclass(frozen=True, kw_only=True)
class Values:
    """Each patient's value by key, or the reason why there is none; ``names`` are those of groups."""

    known: dict[int, Any]
    reasons: dict[int, Sentence]
    names: dict[str, Labels]


def values_of(covariate: str, *, patients: QuerySet[Patient], courses: Mapping[int, Course], zero: TimeZero) -> Values:
    """The covariate of each patient with a course."""
    if covariate in NUMBERS:
        number = _age if covariate == Covariate.AGE else _ecog
        known = {key: value for key, one in courses.items() if (value := number(one, zero)) is not None}
        return Values(known=known, reasons=dict.fromkeys(set(courses) - set(known), NOT_KNOWN[covariate]), names={})
    grouping = GROUPINGS[covariate]
    assigned = grouping.assign(patients, "")
    return Values(
        known=assigned.groups,
        reasons=assigned.reasons,
        names=grouping.ordered(set(assigned.groups.values()), patients),
    )


def design(rows: pd.DataFrame, covariates: tuple[str, ...], names: Mapping[str, Mapping[str, Labels]]) -> "Design":
    """The columns of a regression: numbers in their unit, groups as 0 and 1 against the most frequent of them.

    A covariate that is the same in all rows has no column.
    """
    columns: dict[str, list[float]] = {}
    labels: dict[str, Labels] = {}
    for covariate in covariates:
        label = Covariate(covariate).label
        if covariate in NUMBERS:
            columns[covariate] = (rows[covariate].astype(float) / NUMBERS[Covariate(covariate)]).tolist()
            labels[covariate] = in_all_languages(label)
            continue
        usual = reference_of(rows[covariate])
        for level in names[covariate]:
            if level != usual and (rows[covariate] == level).any():
                columns[f"{covariate}={level}"] = (rows[covariate] == level).astype(float).tolist()
                labels[f"{covariate}={level}"] = over(names[covariate][level], names[covariate][usual], of=label)
    varying = {name: values for name, values in columns.items() if len(set(values)) > 1}
    return Design(columns=varying, labels={name: labels[name] for name in varying})


@dataclass(frozen=True, kw_only=True)
class Design:
    """Columns of a regression by name, one number a row, and what each is called."""

    columns: dict[str, list[float]]
    labels: dict[str, Labels]

    def __or__(self, other: "Design") -> "Design":
        return Design(columns=self.columns | other.columns, labels=self.labels | other.labels)


def reference_of(values: "pd.Series[Any]") -> str:
    """The most frequent value; of several the first by its code."""
    counts = values.value_counts()
    return str(min(counts[counts == counts.max()].index))


def over(level: Labels, reference: Labels, *, of: object = "") -> Labels:
    """“Sex: female over male”, in every language."""
    text = _("{first} over {second}")
    compared = {
        language: in_all_languages(format_lazy(text, first=name, second=reference[language]))[language]
        for language, name in level.items()
    }
    if not of:
        return compared
    heading = in_all_languages(of)
    return {language: f"{heading[language]}: {words}" for language, words in compared.items()}


def _age(course: Course, zero: TimeZero) -> float | None:
    return age_at(birth_year=course.patient.birth_year, day=course.zeros.get(zero))


def _ecog(course: Course, zero: TimeZero) -> float | None:
    return course.patient.ecog_at_entry
