"""Treatments: courses of denosumab, what else was given, and what was done to single lesions."""

from collections.abc import Iterable

import numpy as np

from analytics.demonstration.chance import happens, pick, written
from analytics.demonstration.diseases import Disease
from analytics.demonstration.outcomes import DAYS_OF_A_MONTH
from analytics.demonstration.records import Lesion, Treatment, Truth

DOSE_MG = 120.0
INTERVAL_DAYS = 28
LOADING_DAYS = (8, 15)
MEAN_COURSE_DAYS = 500
RESTARTED = 0.15
WITH_GAP = 0.12
DOSES_RECORDED = 0.4
MOST_DOSES_RECORDED = 24
STOPPED = {"completed": 0.35, "progression": 0.25, "adverse_event": 0.15, "wish": 0.15, "other": 0.1}
INHIBITORS = {
    "EGFR": {"osimertinib": 0.6, "gefitinib": 0.25, "afatinib": 0.15},
    "ALK": {"alectinib": 0.8, "lorlatinib": 0.2},
}
SUBCUTANEOUS = {"leuprorelin"}
ORAL = {"letrozole", "enzalutamide", "pazopanib", *INHIBITORS["EGFR"], *INHIBITORS["ALK"]}
# Each agent with the chance that it was given.
SYSTEMIC = {
    "Osteosarcoma": {"doxorubicin": 0.9, "cisplatin": 0.85, "methotrexate": 0.7},
    "Ewing sarcoma": {"ifosfamide": 0.9, "etoposide": 0.8},
    "Leiomyosarcoma": {"doxorubicin": 0.6, "gemcitabine": 0.3, "trabectedin": 0.25},
    "Undifferentiated pleomorphic sarcoma": {"doxorubicin": 0.6, "eribulin": 0.25},
    "Breast carcinoma": {"letrozole": 0.6, "paclitaxel": 0.4},
    "Lung adenocarcinoma": {"carboplatin": 0.5, "pemetrexed": 0.5, "pembrolizumab": 0.35},
    "Small cell lung carcinoma": {"carboplatin": 0.8, "etoposide": 0.8},
    "Lung squamous cell carcinoma": {"carboplatin": 0.7, "pembrolizumab": 0.4},
    "Prostate adenocarcinoma": {"leuprorelin": 0.9, "enzalutamide": 0.5},
    "Clear cell renal cell carcinoma": {"pazopanib": 0.5, "nivolumab": 0.4},
    "Chemotherapy-related marrow fibrosis": {"doxorubicin": 0.7, "ifosfamide": 0.6},
}
ZOLEDRONIC_ACID = {True: 0.1, False: 0.5}
OPERATIONS = {"curettage": 0.55, "wide-resection": 0.3, "marginal-resection": 0.15}


def dose_days(
    random: np.random.Generator, *, disease: Disease, loading: bool, can_be_treated: bool, end: int
) -> list[list[int]]:
    """Days of the doses of each course of denosumab; none for whom it was never given."""
    courses: list[list[int]] = []
    start = 10 + int(random.exponential(40))
    if not can_be_treated or not happens(random, disease.treated):
        return courses
    while start < end:
        courses.append(_doses(random, start=start, end=end, loading=loading and not courses))
        start = courses[-1][-1] + int(random.integers(150, 400))
        if len(courses) == 2 or not happens(random, RESTARTED):
            break
    return courses


def denosumab(random: np.random.Generator, *, courses: list[list[int]], loading: bool, truth: Truth) -> list[Treatment]:
    """The courses as recorded: a course whose next dose was not yet due at the end of follow-up goes on."""
    recorded = happens(random, DOSES_RECORDED)
    rows = []
    for number, doses in enumerate(courses):
        missing = {"interval_days": "unknown"} if happens(random, 0.03) else {}
        is_under_way = truth.end - doses[-1] <= INTERVAL_DAYS + 2
        goes_on = is_under_way and not truth.died
        end_known = not happens(random, 0.03)
        if not goes_on and not end_known:
            missing["end"] = "unknown"
        rows.append(
            Treatment(
                agent="denosumab",
                dose_mg=DOSE_MG,
                route="subcutaneous",
                interval_days=None if "interval_days" in missing else INTERVAL_DAYS,
                loading_days=LOADING_DAYS if loading and number == 0 else (),
                start=written(random, truth.day(doses[0])),
                end=written(random, truth.day(doses[-1])) if not goes_on and end_known else "",
                stopping_reason="" if goes_on else "death" if is_under_way else pick(random, STOPPED),
                doses=tuple(truth.day(day).isoformat() for day in doses[:MOST_DOSES_RECORDED]) if recorded else (),
                missing=missing,
            )
        )
    return rows


def other_drugs(
    random: np.random.Generator, *, histology: str, disease: Disease, drivers: Iterable[str], truth: Truth
) -> list[Treatment]:
    """Inhibitors of the drivers that were found, else the usual drugs; zoledronic acid more often without denosumab."""
    agents = [pick(random, INHIBITORS[driver]) for driver in drivers]
    if not agents:
        agents = [agent for agent, chance in SYSTEMIC.get(histology, {}).items() if happens(random, chance)]
    if disease.category == "bone_metastasis" and happens(random, ZOLEDRONIC_ACID[truth.first_dose is not None]):
        agents.append("zoledronic-acid")
    return [_drug(random, agent=agent, truth=truth) for agent in agents]


def local_days(
    random: np.random.Generator, *, disease: Disease, lesions: list[Lesion], hardened: dict[str, int], end: int
) -> dict[str, int]:
    """The lesions irradiated or operated on, and when: one that hardened only after that was seen."""
    chance = 0.25 if disease.category == "bone_metastasis" else 0.6
    return {
        lesion.code: earliest + int(random.exponential(150))
        for lesion in lesions
        if (earliest := hardened.get(lesion.code, 0) + DAYS_OF_A_MONTH) < end and happens(random, chance)
    }


def local_treatments(
    random: np.random.Generator, *, disease: Disease, days: dict[str, int], truth: Truth
) -> list[Treatment]:
    """Radiotherapy of metastases, operations on everything else."""
    irradiates = disease.category == "bone_metastasis"
    return [
        Treatment(
            agent="external-beam-radiotherapy" if irradiates else pick(random, OPERATIONS),
            lesion=lesion,
            route="external_beam" if irradiates else "operation",
            start=(day_known := truth.day(day).isoformat()),
            end=day_known,
            stopping_reason="completed",
        )
        for lesion, day in days.items()
        if day < truth.end
    ]


def _doses(random: np.random.Generator, *, start: int, end: int, loading: bool) -> list[int]:
    last = min(start + random.exponential(MEAN_COURSE_DAYS), end)
    count = 1 + int((last - start) // INTERVAL_DAYS)
    days = start + INTERVAL_DAYS * np.arange(count) + np.r_[0, random.integers(-2, 3, count - 1)]
    if count > 6 and happens(random, WITH_GAP):
        first_left_out = int(random.integers(2, count - 4))
        days = np.delete(days, slice(first_left_out, first_left_out + 3))
    if loading:
        days = np.r_[days, start + np.array(LOADING_DAYS) - 1]
    return sorted(days[days < end].tolist())


def _drug(random: np.random.Generator, *, agent: str, truth: Truth) -> Treatment:
    start = int(random.integers(0, max(min(90, truth.end), 1)))
    stop = start + int(random.exponential(300))
    goes_on = stop >= truth.end and not truth.died
    return Treatment(
        agent=agent,
        route="oral" if agent in ORAL else "subcutaneous" if agent in SUBCUTANEOUS else "intravenous",
        start=written(random, truth.day(start), month=0.3, year=0.03),
        end="" if goes_on else written(random, truth.day(min(stop, truth.end)), month=0.3, year=0.03),
        stopping_reason="" if goes_on else "death" if stop >= truth.end else pick(random, STOPPED),
    )
