"""Images: when they are taken, which lesions turn sclerotic under denosumab, and what readers write down."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analytics.demonstration.chance import happens, pick, written
from analytics.demonstration.diseases import Disease
from analytics.demonstration.records import Assessment, Lesion, Truth

MOST_FOLLOW_UPS = 8
ALWAYS = 1.0
SEEN_AT_EACH_FOLLOW_UP = 0.55
# A reading on or after so many days from the first sclerotic one says complete.
COMPLETE_AFTER_DAYS = 150
SEEMS_SCLEROTIC_AFTER_LOCAL_TREATMENT = 0.6
CAN_HARDEN = ("lytic", "mixed")
BASELINE_HU = {"lytic": 85.0, "mixed": 240.0, "blastic": 620.0, "unknown": 150.0}
HU_AT_ONCE, HU_IN_TIME, HU_DAYS = 110.0, 330.0, 120.0
# The same lesion responds by one criterion and not by another: the chance that a hardened lesion does.
RESPONDS = {"mda": 0.9, "inverse_choi": 0.8, "recist": 0.25, "percist": 0.95}


def hardening_chance(*, histology: str, disease: Disease, has_giant_cells: bool, driver: str) -> float:
    """The chance that index lesions harden. Certain with a driver (*EGFR*, *ALK*), near it in a leiomyosarcoma with
    giant cells."""
    if driver:
        return ALWAYS
    if histology == "Leiomyosarcoma" and has_giant_cells:
        return 0.95
    return disease.hardens


def visit_days(random: np.random.Generator, *, first_dose: int | None, end: int) -> tuple[int, ...]:
    """The baseline and the follow-ups, six to fourteen weeks apart.

    The baseline lies more than half a month before the first dose: were that known to the month only, it would still
    lie before it.
    """
    zero = 30 if first_dose is None else first_dose
    baseline = zero - int(random.integers(16, 45))
    follow_ups = zero + np.cumsum(random.integers(42, 100, MOST_FOLLOW_UPS))
    if first_dose is None:
        follow_ups = follow_ups[:3]
    return (baseline, *follow_ups[follow_ups < end].tolist())


def hardened_days(
    random: np.random.Generator, *, lesions: list[Lesion], visits: tuple[int, ...], chance: float
) -> dict[str, int]:
    """The day of the first sclerotic reading of each lesion that hardens under denosumab.

    Where hardening is certain the first follow-up shows it, otherwise each follow-up of a lesion that will harden
    does by ``SEEN_AT_EACH_FOLLOW_UP``. The first index lesion is the first; the others follow at the same or next one.
    """
    follow_ups = visits[1:]
    able = [lesion for lesion in lesions if lesion.radiographic_type in CAN_HARDEN]
    first = 0 if chance == ALWAYS else int(random.geometric(SEEN_AT_EACH_FOLLOW_UP)) - 1
    if not happens(random, chance) or not any(lesion.is_index for lesion in able):
        return {}
    able.sort(key=lambda lesion: not lesion.is_index)
    seen = {lesion.code: first + (number > 0 and happens(random, 0.5)) for number, lesion in enumerate(able)}
    return {code: follow_ups[visit] for code, visit in seen.items() if visit < len(follow_ups)}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Course:
    """A lesion on its images: days of the first sclerosis by denosumab and by a local treatment, if any."""

    lesion: Lesion
    hardened: float
    seems_hardened: float
    criteria: dict[str, str]
    responds: dict[str, bool]

    def sclerosis(self, day: int) -> str:
        if day >= self.hardened + COMPLETE_AFTER_DAYS:
            return "complete"
        return "partial" if day >= min(self.hardened, self.seems_hardened) else "none"

    def attenuation(self, day: int) -> float:
        base = BASELINE_HU.get(self.lesion.radiographic_type, 60.0)
        since = day - min(self.hardened, self.seems_hardened)
        return base if since < 0 else base + HU_AT_ONCE + HU_IN_TIME * -np.expm1(-since / HU_DAYS)


def assessments(
    random: np.random.Generator,
    *,
    disease: Disease,
    lesions: list[Lesion],
    hardened: dict[str, int],
    local: dict[str, int],
    truth: Truth,
) -> list[Assessment]:
    """Readings of every index lesion and half of the others; the baseline is dated to the day."""
    of_category = "mda" if disease.category == "bone_metastasis" else "inverse_choi"
    criteria = {of_category: "ct", "recist": "ct"}
    if happens(random, 0.15):
        criteria["percist"] = "pet_ct"
    dates = [
        truth.day(day).isoformat() if number == 0 else written(random, truth.day(day), month=0.05)
        for number, day in enumerate(truth.visits)
    ]
    rows: list[Assessment] = []
    for lesion in lesions:
        if lesion.tissue != "bone" or not (lesion.is_index or happens(random, 0.5)):
            continue
        seems = lesion.code in local and happens(random, SEEMS_SCLEROTIC_AFTER_LOCAL_TREATMENT)
        course = _Course(
            lesion=lesion,
            hardened=hardened.get(lesion.code, np.inf),
            seems_hardened=local[lesion.code] if seems else np.inf,
            criteria=criteria if lesion.is_index else {},
            responds={criterion: happens(random, RESPONDS[criterion]) for criterion in criteria},
        )
        for number, (day, date) in enumerate(zip(truth.visits, dates, strict=True)):
            rows += _readings(random, course=course, day=day, date=date, is_baseline=number == 0)
    return rows


def _readings(
    random: np.random.Generator, *, course: _Course, day: int, date: str, is_baseline: bool
) -> Iterator[Assessment]:
    sclerosis = course.sclerosis(day)
    if day != course.hardened and happens(random, 0.04):
        sclerosis = "not_evaluable"
    measured = not happens(random, 0.07)
    reading = Assessment(
        lesion=course.lesion.code,
        date=date,
        modality="ct",
        criterion="sclerosis",
        sclerosis=sclerosis,
        mean_attenuation_hu=round(course.attenuation(day) + random.normal(0, 18), 1) if measured else None,
        region_mm2=round(float(random.uniform(60, 400)), 1) if measured else None,
        reader="R1",
        missing={} if measured else {"mean_attenuation_hu": "not_done", "region_mm2": "not_done"},
    )
    yield reading
    if happens(random, 0.12):
        # A second reader sees at most what the first one sees: the day of the sclerosis stays as stated.
        second = "none" if sclerosis == "partial" and happens(random, 0.15) else sclerosis
        yield replace(reading, reader="R2", sclerosis=second)
    if is_baseline:
        return
    for criterion, modality in course.criteria.items():
        yield Assessment(
            lesion=course.lesion.code,
            date=date,
            modality=modality,
            criterion=criterion,
            category=_category(random, sclerosis=sclerosis, responds=course.responds[criterion]),
            reader="R1",
        )


def _category(random: np.random.Generator, *, sclerosis: str, responds: bool) -> str:
    if sclerosis == "not_evaluable":
        return "NE"
    if sclerosis == "none" or not responds:
        return pick(random, {"SD": 0.75, "PD": 0.25})
    return "CR" if sclerosis == "complete" and happens(random, 0.3) else "PR"
