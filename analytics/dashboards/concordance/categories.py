"""Whether a stain calls positive those in whom qPCR detects the marker, by each cut-off of the study that fits."""

from dataclasses import replace
from typing import Any

from analytics.kinds.association.spec import Association
from analytics.measurements import UNDETERMINED, Measuring, PatientValues, measurements, patient_values
from analytics.measurements.cutoffs import fitting_cutoffs
from analytics.population import patients_of
from analytics.spec import Undetermined
from analytics.stats import NotComparable
from analytics.stats.agreement import cohens_kappa
from cases.access import Person
from expression.models import PositivityCutoff


def agreement_by_cutoff(
    question: Association, *, by: Person, measured_by: Measuring = measurements
) -> list[dict[str, Any]]:
    """For each cut-off the patients with both answers, in a table of positive or not by detected or not, and kappa.

    Detected is whose target crossed the threshold in some sample; not detected is whose target never did.
    """
    cutoffs = fitting_cutoffs(question.x)
    if not cutoffs:
        return []
    try:
        pairs = list(_both_answers(question, by=by, measured_by=measured_by).values())
    except NotComparable:
        return []
    return [_agreement(cutoff, pairs) for cutoff in cutoffs]


def patients_by_answers(question: Association, *, at_least: float, by: Person) -> list[list[frozenset[str]]]:
    """The codes of the patients in each cell of the table by a cut-off. Raises ``NotComparable``."""
    answers = _both_answers(question, by=by)
    return [
        [
            frozenset(
                code for code, (score, detected) in answers.items() if (score >= at_least, detected) == (row, column)
            )
            for column in SIDES
        ]
        for row in SIDES
    ]


def _both_answers(
    question: Association, *, by: Person, measured_by: Measuring = measurements
) -> dict[str, tuple[float, bool]]:
    """The score and whether the marker was detected, by the code of each patient with both."""
    codes = dict(patients_of(spec=question, by=by).values_list("pk", "code"))
    stained = patient_values(measure=question.x, codes=codes, by=by, measured_by=measured_by)
    counted = replace(question.y, undetermined=Undetermined.EXCLUDED)
    detected = _detected(patient_values(measure=counted, codes=codes, by=by, measured_by=measured_by))
    return {
        codes[patient]: (stained.values[patient], detected[patient])
        for patient in sorted(stained.values.keys() & detected.keys())
    }


def _detected(amplified: PatientValues) -> dict[int, bool]:
    never = {patient: False for patient, reason in amplified.reasons.items() if reason == UNDETERMINED}
    return {**never, **dict.fromkeys(amplified.values, True)}


def _agreement(cutoff: PositivityCutoff, pairs: list[tuple[float, bool]]) -> dict[str, Any]:
    positive = [score >= cutoff.at_least for score, _detected in pairs]
    detected = [is_detected for _score, is_detected in pairs]
    table = [
        [sum(pair == (row, column) for pair in zip(positive, detected, strict=True)) for column in SIDES]
        for row in SIDES
    ]
    found: dict[str, Any] = {
        "cutoff": str(cutoff),
        "at_least": float(cutoff.at_least),
        "patients": len(pairs),
        "table": table,
        "effects": [],
        "reason": None,
    }
    try:
        result = cohens_kappa(positive, detected, categories=SIDES)
    except NotComparable as refusal:
        return found | {"reason": refusal.note.to_dict()}
    return found | {"effects": [effect.to_dict() for effect in result.effects]}


SIDES = (True, False)
"""Positive before negative, detected before not detected."""
