"""Response and what comes after it: by landmarks, and the biased comparison for those who ask for it."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.kinds.time_to_event.curves import Sample, comparison_of, curves
from analytics.kinds.time_to_event.observation import CENSORED, DIED, EVENT
from analytics.kinds.time_to_event.regression import response_days
from analytics.kinds.time_to_event.spec import TimeToEvent
from analytics.stats import RESPONSE, NotComparable, cox, landmark
from analytics.stats.landmark import NON_RESPONDERS, RESPONDERS

BEFORE = {EVENT: "event", DIED: "death", CENSORED: "ended"}


def landmarks(rows: pd.DataFrame, spec: TimeToEvent, entry: NDArray[np.int64] | None) -> list[dict[str, Any]]:
    """Each landmark with who is left out, by reason, the test and the hazard ratio from it on."""
    event = (rows["status"] == EVENT).to_numpy()
    time = rows["time"].to_numpy(dtype=np.int64)
    answer = landmark(time, event, response_days(rows), landmarks=spec.landmark_days, entry=entry)
    found = []
    for one in answer.landmarks:
        sample = sample_at(rows, one.day, entry)
        test, notes = comparison_of(sample, competes=spec.competes) if sample else (None, [])
        found.append(
            {
                "day": one.day,
                "patients": one.n,
                "responders": one.responders,
                "excluded": _excluded(rows, one.day, entry),
                "events": 0 if sample is None else int((sample.cause == EVENT).sum()),
                "test": test,
                "term": one.hazard_ratio.to_dict() if one.hazard_ratio else None,
                "warnings": [*(note.to_dict() for note in one.warnings), *notes],
                "references": list(answer.references),
            }
        )
    return found


def sample_at(rows: pd.DataFrame, day: int, entry: NDArray[np.int64] | None) -> Sample | None:
    """Those without an event and under observation on the landmark, by their response until then."""
    kept = (rows["time"] >= day).to_numpy()
    if entry is not None:
        kept = kept & (entry <= day)
    if not kept.any():
        return None
    group = np.where(response_days(rows) <= day, RESPONDERS, NON_RESPONDERS)[kept]
    return Sample(
        time=rows["time"].to_numpy(dtype=np.int64)[kept] - day,
        cause=rows["status"].to_numpy(dtype=np.int64)[kept],
        group=group,
        order=[code for code in (RESPONDERS, NON_RESPONDERS) if (group == code).any()],
        entry=None,
        start=day,
    )


def naive(rows: pd.DataFrame, spec: TimeToEvent, entry: NDArray[np.int64] | None) -> dict[str, Any]:
    """Who ever responded, up to the event or the end, against the others from day 0: biased in favour of a response."""
    ever = response_days(rows) <= rows["time"].to_numpy()
    group = np.where(ever, RESPONDERS, NON_RESPONDERS)
    sample = Sample(
        time=rows["time"].to_numpy(dtype=np.int64),
        cause=rows["status"].to_numpy(dtype=np.int64),
        group=group,
        order=[code for code in (RESPONDERS, NON_RESPONDERS) if (group == code).any()],
        entry=entry,
    )
    test, notes = comparison_of(sample, competes=spec.competes)
    try:
        term = cox(sample.time, sample.cause == EVENT, {RESPONSE: ever}, entry=entry).terms[0].to_dict()
    except NotComparable as refusal:
        term, notes = None, [*notes, refusal.note.to_dict()]
    return {**curves(sample, competes=spec.competes, years=spec.year_marks), "test": test, "term": term} | {
        "warnings": notes
    }


def _excluded(rows: pd.DataFrame, day: int, entry: NDArray[np.int64] | None) -> dict[str, int]:
    """How many are left out at a landmark: after an event, dead, no longer followed, or not yet under observation."""
    before = (rows["time"] < day).to_numpy()
    late = np.zeros_like(before) if entry is None else ~before & (entry > day)
    causes = rows["status"].to_numpy()
    return {name: int((before & (causes == code)).sum()) for code, name in BEFORE.items()} | {"late": int(late.sum())}
