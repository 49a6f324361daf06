"""The coefficients of every pair of markers, as one declared family of questions."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analytics.groupings import Labels
from analytics.kinds.association.comparison import association_json
from analytics.kinds.marker_matrix.spec import MarkerMatrix
from analytics.stats import NotComparable, Note, adjust_family, spearman
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import summary


def associate(values: pd.DataFrame, *, spec: MarkerMatrix, names: dict[str, Labels]) -> dict[str, Any]:
    """The part of a stored result that the statistics decide.

    Raises :class:`NotComparable` where no pair has a coefficient.
    """
    if values.empty:
        raise NotComparable(_("No patient has usable values of two of the markers."), code="no-values")
    pairs = [_pair(values, first, second, names) for first, second in combinations(names, 2)]
    if not any(pair["association"] for pair in pairs):
        raise NotComparable(
            _("No pair of markers has enough patients with both and with different values."), code="no-answers"
        )
    family = adjust_family(
        "matrix",
        {_key(pair): pair["association"] and pair["association"]["p_value"] for pair in pairs},
        "holm" if spec.adjustment == "holm" else "bh",
    )
    adjusted = [{**pair, "adjusted_p": family.question(_key(pair)).adjusted_p} for pair in pairs]
    return {
        "groups": [_variable(values[code], code, labels) for code, labels in names.items()],
        "pairs": adjusted,
        "family": {"method": family.method, "adjustment": spec.adjustment.value, "questions": len(pairs)},
        "warnings": [note.to_dict() for note in [*family.warnings, *_family_notes(len(pairs))]],
        "references": [*family.references, "Spearman C. Am J Psychol 1904;15:72–101"],
    }


def _key(pair: dict[str, Any]) -> str:
    return f"{pair['first']} - {pair['second']}"


def _pair(values: pd.DataFrame, first: str, second: str, names: dict[str, Labels]) -> dict[str, Any]:
    """The coefficient of patients with both, or the ``reason`` why there is none."""
    both = values[[first, second]].dropna()
    found: dict[str, Any] = {"first": first, "second": second, "patients": len(both)}
    try:
        result = spearman(both[first], both[second], labels=(names[first]["en"], names[second]["en"]))
    except NotComparable as refusal:
        return {**found, "association": None, "reason": refusal.note.to_dict()}
    return {**found, "association": association_json(result), "reason": None}


def _variable(values: pd.Series, code: str, labels: Labels) -> dict[str, Any]:
    known = values.dropna().to_numpy(dtype=np.float64)
    numbers = ("median", "q1", "q3", "minimum", "maximum")
    described = summary(code, known).to_dict() if known.size else dict.fromkeys(numbers)
    return {"code": code, "labels": labels, "patients": int(known.size), **{name: described[name] for name in numbers}}


def _family_notes(questions: int) -> list[Note]:
    if questions < 2:
        return []
    text = _("The p-values of all {count} pairs are adjusted as one family, the intervals are not.")
    return [Note("intervals-unadjusted", text, {"count": questions})]
