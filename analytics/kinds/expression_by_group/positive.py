"""The comparison of shares: how many patients of each group have a value from a cut-off on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.stats import (
    Note,
    TableResult,
    adjust,
    fisher_exact,
    odds_ratio,
    proportion,
    risk_difference,
)
from analytics.stats.multiplicity import adjusted_notes
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import checked_values, chosen_pairs, summary

POSITIVE = "positive"
"""Stands for a statistic, which shares have none of."""


def compare_shares(*, groups: dict[str, list[float]], cutoff: float, reference: str) -> dict[str, Any]:
    """The part of a stored result that the statistics decide: of each group who is positive, of several whether they
    differ. Where all or none are positive, or there is one group, nothing is tested.

    Raises :class:`NotComparable` where a group has no values.
    """
    checked = {code: checked_values(values, label=code) for code, values in groups.items()}
    counts = {code: (int((values >= cutoff).sum()), values.size) for code, values in checked.items()}
    table = np.array([[positive, total - positive] for positive, total in counts.values()])
    is_tested = len(counts) > 1 and bool(table.sum(axis=0).all())
    test = fisher_exact(table) if is_tested else None
    pairs = _pairs(counts, reference=reference) if len(counts) > 1 else []
    notes = [*test.warnings, *adjusted_notes(len(pairs))] if test else [_untested(counts)]
    return {
        "groups": [
            {**summary(code, values).to_dict(), "positive": counts[code][0], "share": _share(*counts[code])}
            for code, values in checked.items()
        ],
        "comparison": _overall(test, cutoff=cutoff, effects=pairs[0]["effects"] if len(pairs) == 1 else []),
        "pairs": _adjusted(pairs, reference=reference) if len(counts) > 2 else None,
        "warnings": [note.to_dict() for note in notes],
        "references": list(test.references) if test else [],
    }


def _share(positive: int, total: int) -> dict[str, Any]:
    """With Wilson's interval, which also has a width where nobody is positive."""
    return proportion(positive, total).effects[0].to_dict()


def _overall(test: TableResult | None, *, cutoff: float, effects: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "method": test.method if test else _("Shares with Wilson's intervals"),
        "statistic_name": POSITIVE,
        "statistic": None,
        "degrees_of_freedom": None,
        "p_value": test.p_value if test else None,
        "p_kind": test.p_kind if test else "exact",
        "asymptotic_p": None,
        "margin": None,
        "cutoff": cutoff,
        "effects": effects,
    }


def _pairs(counts: Mapping[str, tuple[int, int]], *, reference: str) -> list[dict[str, Any]]:
    found = []
    for first, second in chosen_pairs(list(counts), reference or None):
        pair = np.array([[positive, total - positive] for positive, total in (counts[first], counts[second])])
        p_value = odds_ratio(pair).p_value if pair.sum(axis=0).all() else 1.0
        effects = [effect.to_dict() for effect in risk_difference(pair).effects]
        found.append({"first": first, "second": second, "statistic": None, "p_value": p_value, "effects": effects})
    return found


def _adjusted(pairs: list[dict[str, Any]], *, reference: str) -> dict[str, Any]:
    adjusted = adjust([pair["p_value"] for pair in pairs], "holm")
    return {
        "method": _("Fisher's exact test of each pair"),
        "adjustment": "holm",
        "reference": reference or None,
        "statistic_name": "",
        "comparisons": [{**pair, "adjusted_p": float(p)} for pair, p in zip(pairs, adjusted, strict=True)],
    }


def _untested(counts: Mapping[str, tuple[int, int]]) -> Note:
    if len(counts) == 1:
        return Note("one-group", _("Only one group has patients, so there is nothing to compare."))
    if any(positive for positive, _total in counts.values()):
        return Note("no-variation", _("Every patient is positive, so there is no difference to test."))
    return Note("no-variation", _("No patient is positive, so there is no difference to test."))
