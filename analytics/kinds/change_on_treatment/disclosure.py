"""What somebody may read of a change who may not see single patients: no lines, no ranges, no small numbers."""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.association.disclosure import disclosed_effect, disclosed_population
from analytics.kinds.expression_by_group.disclosure import rounded
from cases.disclosure import disclosed as disclosed_number
from cases.disclosure import disclosed_parts

WITHOUT_COUNTS = frozenset({"level-not-reached", "several-antibodies", "no-interval"})
"""Doubts whose values say nothing about the number of patients."""
KEPT = ("question", "unit", "difference_unit", "reference_genes", "antibodies", "references")


def disclosed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list."""
    total = disclosed_number(result["patients"])
    shown = total is not None
    return {
        **{name: result[name] for name in KEPT},
        "population": disclosed_population(result, total=total),
        "groups": [_group(group, shown=shown) for group in result["groups"]],
        "comparison": _comparison(result["comparison"]) if shown else None,
        "patients": total,
        "directions": disclosed_parts(result["directions"]) if shown else None,
        "days_on": None,
        "warnings": [note for note in result["warnings"] if note["code"] in WITHOUT_COUNTS] if shown else [],
    }


def _group(group: Mapping[str, Any], *, shown: bool) -> dict[str, Any]:
    numbers = {name: rounded(group[name]) if shown else None for name in ("median", "q1", "q3")}
    patients = group["patients"] if shown else None
    return {**group, "patients": patients, **numbers, "minimum": None, "maximum": None}


def _comparison(comparison: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **comparison,
        "statistic": None,
        "asymptotic_p": None,
        "p_value": rounded(comparison["p_value"]),
        "effect": disclosed_effect(comparison["effect"]),
    }
