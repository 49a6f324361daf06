"""Frozen rows without a database: simulated patients whose truth is known."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.kinds.time_to_event.answering import answered
from analytics.kinds.time_to_event.dataset import COLUMNS
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.stats.landmark import NON_RESPONDERS, RESPONDERS

SEED = 20250611
NAMES: dict[str, dict[str, dict[str, str]]] = {
    "response": {RESPONDERS: {"en": "Responders"}, NON_RESPONDERS: {"en": "Non-responders"}},
    "nothing": {"all": {"en": "All patients"}},
    "groups": {"A": {"en": "Alpha"}, "B": {"en": "Beta"}, "C": {"en": "Gamma"}},
    "marker": {"high": {"en": "High"}, "low": {"en": "Low"}},
}
COVARIATES = {"sex": {"female": {"en": "Female"}, "male": {"en": "Male"}}}
DEFAULTS: dict[str, dict[str, Any]] = {
    "response": {"criterion": "sclerosis"},
    "groups": {"grouping": "category"},
    "marker": {"assay": "qpcr", "marker": "TNFSF11"},
    "nothing": {},
}


def question(compared: str = "response", **changes: Any) -> TimeToEvent:
    """A question of the study S, from the first dose on."""
    return TimeToEvent.from_mapping({"study": "S", "compared": compared, **DEFAULTS[compared], **changes})


def simulated(spec: TimeToEvent, *, patients: int = 150, late: bool = False, ratio: float = 1.0) -> pd.DataFrame:
    """Events at 0.6 a year, ``ratio`` times that after a response; death at 0.25 a year; three years of follow-up."""
    random = np.random.default_rng(SEED)
    end = random.integers(200, 1100, patients)
    death = np.ceil(random.exponential(365 / 0.25, patients)).astype(int) + 1
    last, died = np.minimum(end, death), death < end
    response = np.where(random.random(patients) < 0.6, np.ceil(random.exponential(200, patients)) + 10, np.nan)
    entry = random.integers(0, 60, patients) if late else np.zeros(patients, dtype=int)
    events = []
    for index in range(patients):
        days = np.unique(np.ceil(random.uniform(1, last[index], random.poisson(0.6 * last[index] / 365))).astype(int))
        kept = random.random(days.size) < np.where(days > response[index], ratio, 1.0)
        events.append([int(day) for day in days[kept] if day > entry[index]])
    first = np.array([days[0] if days else 0 for days in events])
    status = np.where(first > 0, 1, np.where(died, 2, 0))
    time = np.where(first > 0, first, last)
    if not spec.competes:
        time, status = last, died.astype(int)
    value = random.normal(0, 2, patients).round(3)
    group = {
        "groups": random.choice(["A", "B", "C"], patients),
        "marker": np.where(value > np.median(value), "high", "low"),
        "nothing": np.full(patients, "all"),
        "response": np.full(patients, None),
    }[spec.compared]
    frame = pd.DataFrame(
        {
            "patient": [f"P{number:03}" for number in range(patients)],
            "entry": entry,
            "time": time,
            "status": status,
            "end": last,
            "died": died.astype(int),
            "event_days": [";".join(map(str, days)) for days in events],
            "response_day": [None if np.isnan(day) else int(day) for day in response],
            "group": group,
            "value": value if spec.compared == "marker" else None,
            "age": random.integers(20, 80, patients),
            "sex": random.choice(["female", "male"], patients),
        }
    ).astype({"response_day": object})
    frame = frame[frame["time"] > frame["entry"]].reset_index(drop=True)
    return frame[[*COLUMNS, *spec.covariates]]


def answer(rows: pd.DataFrame, spec: TimeToEvent) -> dict[str, Any]:
    """What is stored of the answer, but for its population."""
    covariates = {name: levels for name, levels in COVARIATES.items() if name in spec.covariates}
    return answered(rows=rows, spec=spec, names={"groups": NAMES[spec.compared], "covariates": covariates})


def stored(rows: pd.DataFrame, spec: TimeToEvent) -> dict[str, Any]:
    """The whole stored result."""
    return {
        "question": {"marker": {"symbol": "TNFSF11", "name": "RANKL"}},
        "population": {"flow": [{"step": "analysed", "patients": len(rows)}], "exclusions": []},
        "unit": {"en": "−ΔCq (log2)"},
        "names": {"groups": NAMES[spec.compared], "covariates": COVARIATES},
        **answer(rows, spec),
    }
