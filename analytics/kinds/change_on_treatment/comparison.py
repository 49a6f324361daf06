"""The statistics of a change, on the two values of each patient."""

from typing import Any

import pandas as pd

from analytics.groupings import in_all_languages
from analytics.groupings.offered import GROUPINGS
from analytics.stats import NotComparable, PairedResult, wilcoxon_signed_rank
from analytics.stats.result import gettext_noop as _
from cases.derived.timing import Timing


def compare(pairs: pd.DataFrame) -> dict[str, Any]:
    """The part of a stored result that the statistics decide. Raises :class:`NotComparable` without pairs."""
    if pairs.empty:
        raise NotComparable(_("No patient has a usable value both before and on denosumab."), code="no-pairs")
    result = wilcoxon_signed_rank(pairs["on"], pairs["before"], labels=(Timing.ON.value, Timing.BEFORE.value))
    difference = pairs["on"] - pairs["before"]
    return {
        "groups": _groups(result),
        "comparison": {
            "method": result.method,
            "statistic_name": result.statistic_name,
            "statistic": result.statistic,
            "p_value": result.p_value,
            "p_kind": result.p_kind,
            "asymptotic_p": result.asymptotic_p,
            "effect": result.effects[0].to_dict(),
        },
        "patients": result.pairs,
        "directions": {
            "rose": int((difference > 0).sum()),
            "fell": int((difference < 0).sum()),
            "unchanged": result.unchanged,
        },
        "days_on": _days(pairs["days_on"]),
        "warnings": [note.to_dict() for note in result.warnings],
        "references": list(result.references),
    }


def _groups(result: PairedResult) -> list[dict[str, Any]]:
    """Before denosumab, then on it."""
    names = {code: in_all_languages(label) for code, label in GROUPINGS["timing"].choices.items()}  # type: ignore[attr-defined]
    rows = []
    for summary in reversed(result.groups):
        rest = {name: value for name, value in summary.to_dict().items() if name not in ("label", "n")}
        rows.append({"code": summary.label, "labels": names[summary.label], "patients": summary.n, **rest})
    return rows


def _days(days: pd.Series) -> dict[str, float] | None:
    """Median and range of the days from the first dose to the specimen on denosumab; ``None`` without any."""
    known = days.dropna().astype(float)
    if known.empty:
        return None
    return {"median": float(known.median()), "minimum": float(known.min()), "maximum": float(known.max())}
