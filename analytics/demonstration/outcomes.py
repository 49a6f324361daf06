"""Death, follow-up, and skeletal-related events from a hazard that falls with sclerosis."""

from datetime import date, timedelta

import numpy as np

from analytics.demonstration.chance import pick, written
from analytics.demonstration.diseases import Disease
from analytics.demonstration.records import Lesion, SkeletalEvent, Truth

DAYS_PER_YEAR = 365.25
DAYS_OF_A_MONTH = 31
EVENTS_PER_YEAR = 0.6
HAZARD_RATIO = 0.6
FIRST_DIAGNOSIS = date(2012, 6, 1)
LAST_DIAGNOSIS = date(2019, 6, 1)
"""So that the longest follow-up, six years, ends before the study is made: the portal records no date to come."""
DAYS_OF_ACCRUAL = 4017
FOUR_YEARS = timedelta(days=1461)
EVENT_TYPES = {
    "pathological_fracture": 0.36,
    "radiation_to_bone": 0.4,
    "surgery_to_bone": 0.1,
    "spinal_cord_compression": 0.1,
    "hypercalcaemia": 0.04,
}
LOCAL_EVENTS = ("radiation_to_bone", "surgery_to_bone")


def fate(random: np.random.Generator, *, disease: Disease) -> tuple[date, int, bool]:
    """The day of the diagnosis, the days until follow-up ends, and whether it ends with the death.

    From 2015 on there are twice as many diagnoses a year.
    """
    diagnosed = FIRST_DIAGNOSIS + timedelta(days=int(random.integers(DAYS_OF_ACCRUAL)))
    if diagnosed >= LAST_DIAGNOSIS:
        diagnosed -= FOUR_YEARS
    death = int(random.exponential(DAYS_PER_YEAR / disease.deaths_per_year)) + 20
    censored = int(random.uniform(1, 6) * DAYS_PER_YEAR)
    return diagnosed, min(death, censored), death < censored


def event_days(
    random: np.random.Generator, *, end: int, hardened: int | None, hazard_ratio: float = HAZARD_RATIO
) -> tuple[int, ...]:
    """Days of skeletal-related events: a Poisson process, thinned by the hazard ratio after the sclerosis.

    Up to and including the day ``hardened`` the hazard is ``EVENTS_PER_YEAR``, later that times the hazard ratio.
    """
    days = random.uniform(0, end, random.poisson(EVENTS_PER_YEAR * end / DAYS_PER_YEAR)).astype(int)
    kept = random.random(len(days)) < hazard_ratio
    if hardened is not None:
        days = days[(days <= hardened) | kept]
    return tuple(sorted(days.tolist()))


def skeletal_events(random: np.random.Generator, *, truth: Truth, lesions: list[Lesion]) -> list[SkeletalEvent]:
    """The events as recorded. Radiation and surgery are known to the day, and to an index lesion come only after its
    sclerosis was seen: before, they would flag the assessment that shows it.
    """
    bones = [lesion for lesion in lesions if lesion.tissue == "bone"]
    events = []
    for day in truth.events:
        kind = pick(random, EVENT_TYPES)
        is_local = kind in LOCAL_EVENTS
        after = truth.hardened is not None and day > truth.hardened + DAYS_OF_A_MONTH
        places = [one.code for one in bones if after or not is_local or not one.is_index]
        events.append(
            SkeletalEvent(
                date=written(random, truth.day(day), month=0 if is_local else 0.1, year=0 if is_local else 0.01),
                type=kind,
                lesion="" if kind == "hypercalcaemia" or not places else str(random.choice(places)),
            )
        )
    return events
