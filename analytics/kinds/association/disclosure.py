"""What somebody may read of an association who may not see single patients: coefficients and intervals, no points.

Small groups are hidden, and others with them until they cannot be told apart; a total too small hides everything.
Numbers are rounded as in :mod:`analytics.kinds.expression_by_group.disclosure`.
"""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.expression_by_group.disclosure import rounded
from cases.disclosure import disclosed as disclosed_number
from cases.disclosure import disclosed_parts

WITHOUT_COUNTS = frozenset(
    {"intervals-unadjusted", "several-antibodies", "several-histologies", "two-levels", "proportional-bias"}
)
"""Doubts whose values say nothing about the number of patients."""
QUARTILES = ("median", "q1", "q3")


def disclosed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list."""
    total = result["association"]["patients"]
    shown = disclosed_number(total) is not None
    sizes = {group["code"]: group["patients"] for group in result["groups"]}
    # Patients of no group are a part of the whole too.
    parts = disclosed_parts({**sizes, None: total - sum(sizes.values())}) if sizes else {}
    return {
        "question": result["question"],
        "measures": result["measures"],
        "population": disclosed_population(result, total=total if shown else None),
        "association": disclosed_association(result["association"]) if shown else None,
        "groups": [_group(group, hidden=parts[group["code"]] is None) for group in result["groups"]],
        "within": _within(result.get("within")) if shown else None,
        "values": {name: _summary(summary, shown=shown) for name, summary in result["values"].items()},
        "agreement": _agreement(result["agreement"]) if shown else None,
        "warnings": [note for note in result["warnings"] if note["code"] in WITHOUT_COUNTS] if shown else [],
        "references": result["references"],
    }


def disclosed_population(result: Mapping[str, Any], *, total: int | None) -> dict[str, Any]:
    """How many were analysed, and the reasons for which others were not, without small numbers."""
    return {
        "flow": [] if total is None else [{"step": "analysed", "patients": total}],
        "exclusions": [
            {"reason": item["reason"], "patients": disclosed_number(item["patients"]), "samples": None}
            for item in result["population"]["exclusions"]
            if item["patients"]
        ],
    }


def disclosed_association(association: Mapping[str, Any]) -> dict[str, Any]:
    """A coefficient of enough patients; the exact statistic would tell more than the coefficient."""
    return {
        **association,
        "statistic": None,
        "asymptotic_p": None,
        "p_value": rounded(association["p_value"]),
        "effect": disclosed_effect(association["effect"]),
    }


def disclosed_effect(effect: Mapping[str, Any]) -> dict[str, Any]:
    """An effect with rounded numbers."""
    interval = effect["interval"]
    return {
        **effect,
        "estimate": rounded(effect["estimate"]),
        "interval": interval and {**interval, "low": rounded(interval["low"]), "high": rounded(interval["high"])},
    }


def _group(group: Mapping[str, Any], *, hidden: bool) -> dict[str, Any]:
    if hidden:
        return {**group, "patients": None, "association": None, "reason": None, "adjusted_p": None}
    association = group["association"]
    return {
        **group,
        "association": association and disclosed_association(association),
        "reason": None,
        "adjusted_p": rounded(group["adjusted_p"]),
    }


def _within(within: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of all groups together, so that it tells of no single one; how many have a coefficient would."""
    if within is None:
        return None
    test = within["heterogeneity"]
    return {
        **within,
        "groups": None,
        "effect": disclosed_effect(within["effect"]),
        "heterogeneity": {**test, **dict.fromkeys(test), "p_value": rounded(test["p_value"])},
    }


def _summary(summary: Mapping[str, Any], *, shown: bool) -> dict[str, Any]:
    numbers = {name: rounded(summary[name]) if shown else None for name in QUARTILES}
    return {**summary, "n": summary["n"] if shown else None, **numbers, "minimum": None, "maximum": None}


def _agreement(agreement: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Limits of agreement are of all patients together."""
    if agreement is None:
        return None
    effects = [disclosed_effect(effect) for effect in agreement["effects"]]
    return {**agreement, "p_value": rounded(agreement["p_value"]), "effects": effects}
