"""Adverse events and laboratory values.

Denosumab takes markers of bone resorption far down and calcium a little, see ``LABORATORY``;
a patient of eight gets a hypocalcaemia. Jaw and femur suffer late; the rebound comes after the last dose.
"""

from dataclasses import dataclass

import numpy as np

from analytics.demonstration.chance import happens, pick, written
from analytics.demonstration.records import AdverseEvent, LaboratoryResult, Truth


@dataclass(frozen=True, kw_only=True)
class Harm:
    """Days are counted from the first dose, or from the last where the harm comes ``after_stopping``."""

    chance: float
    earliest: int
    latest: int
    grades: dict[int, float]
    after_stopping: bool = False


MILD = {1: 0.45, 2: 0.4, 3: 0.13, 4: 0.02}
HARMS = {
    "hypocalcaemia": Harm(chance=0.12, earliest=3, latest=60, grades=MILD),
    "osteonecrosis-of-jaw": Harm(chance=0.08, earliest=240, latest=1200, grades={1: 0.2, 2: 0.5, 3: 0.3}),
    "atypical-femur-fracture": Harm(chance=0.02, earliest=700, latest=1800, grades={}),
    "rebound-hypercalcaemia": Harm(chance=0.04, earliest=120, latest=300, grades=MILD, after_stopping=True),
    "vertebral-fracture-after-stopping": Harm(chance=0.04, earliest=180, latest=500, grades={}, after_stopping=True),
    "fatigue": Harm(chance=0.15, earliest=5, latest=400, grades=MILD),
}

# Test: usual unit, mean, standard deviation of the logarithm between patients, how far denosumab takes it.
LABORATORY = {
    "calcium": ("mg/dL", 9.4, 0.04, 0.97),
    "alp": ("U/L", 120.0, 0.4, 0.75),
    "tracp-5b": ("mU/dL", 480.0, 0.4, 0.3),
    "ntx": ("nmol BCE/mmol Cr", 60.0, 0.5, 0.2),
}
WITHIN_PATIENT = 0.1
TESTED = 0.7
VISITS_WITH_LABORATORY = (0, 1, 3, 6)
# TRACP-5b below this value is not measured.
DETECTION_LIMIT = 120.0


def adverse_events(random: np.random.Generator, *, truth: Truth) -> list[AdverseEvent]:
    """Harms of denosumab that fall into the follow-up."""
    if truth.first_dose is None or truth.last_dose is None:
        return []
    events = []
    for term, harm in HARMS.items():
        zero = truth.last_dose if harm.after_stopping else truth.first_dose
        day = zero + int(random.integers(harm.earliest, harm.latest))
        resolved = min(day + int(random.exponential(60)), truth.end)
        if not happens(random, harm.chance) or day >= truth.end:
            continue
        has_resolved = happens(random, 0.6)
        events.append(
            AdverseEvent(
                term=term,
                date=written(random, truth.day(day), month=0.2),
                resolved_date=written(random, truth.day(resolved), month=0.2) if has_resolved else "",
                ctcae_version="5.0" if harm.grades else "",
                grade=pick(random, harm.grades) if harm.grades else None,
                missing={} if harm.grades else {"grade": "not_applicable"},
            )
        )
    return events


def laboratory_results(random: np.random.Generator, *, truth: Truth) -> list[LaboratoryResult]:
    """Values at the baseline and some follow-ups; a test that was planned and not done is a row that says so."""
    if not happens(random, TESTED):
        return []
    days = [truth.visits[visit] for visit in VISITS_WITH_LABORATORY if visit < len(truth.visits)]
    levels = {test: random.normal(0, spread) for test, (_unit, _mean, spread, _effect) in LABORATORY.items()}
    return [
        _result(random, test=test, date=truth.day(day).isoformat(), level=levels[test], treated=_acts(truth, day))
        for day in days
        for test in LABORATORY
    ]


def _acts(truth: Truth, day: int) -> bool:
    return (
        truth.first_dose is not None and truth.last_dose is not None and truth.first_dose < day < truth.last_dose + 90
    )


def _result(random: np.random.Generator, *, test: str, date: str, level: float, treated: bool) -> LaboratoryResult:
    unit, mean, spread, effect = LABORATORY[test]
    within = min(WITHIN_PATIENT, spread)
    value = float(mean * np.exp(level + random.normal(0, within)) * (effect if treated else 1.0))
    if happens(random, 0.04):
        reason = pick(random, {"not_done": 0.7, "pending": 0.1, "unknown": 0.2})
        return LaboratoryResult(test=test, date=date, value=None, unit="", missing={"value": reason})
    if test == "tracp-5b" and value < DETECTION_LIMIT:
        return LaboratoryResult(test=test, date=date, comparator="<", value=DETECTION_LIMIT, unit=unit)
    return LaboratoryResult(test=test, date=date, value=round(value, 1), unit=unit)
