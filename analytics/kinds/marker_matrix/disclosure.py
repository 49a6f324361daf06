"""What somebody may read of a matrix who may not see single patients: coefficients of enough patients, rounded.

The numbers of patients of different pairs are no parts of a whole, so that none gives another away.
"""

from collections.abc import Mapping
from typing import Any

from analytics.kinds.association.disclosure import disclosed_association, disclosed_population
from analytics.kinds.expression_by_group.disclosure import rounded
from cases.disclosure import disclosed as disclosed_number

KEPT = ("question", "unit", "reference_genes", "antibodies", "family", "references")
WITHOUT_COUNTS = frozenset({"intervals-unadjusted", "several-antibodies"})


def disclosed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list."""
    flow = {item["step"]: item["patients"] for item in result["population"]["flow"]}
    return {
        **{name: result[name] for name in KEPT},
        "population": disclosed_population(result, total=disclosed_number(flow["analysed"])),
        "groups": [_variable(variable) for variable in result["groups"]],
        "pairs": [_pair(pair) for pair in result["pairs"]],
        "warnings": [note for note in result["warnings"] if note["code"] in WITHOUT_COUNTS],
    }


def _variable(variable: Mapping[str, Any]) -> dict[str, Any]:
    patients = disclosed_number(variable["patients"])
    shown = {name: rounded(variable[name]) if patients else None for name in ("median", "q1", "q3")}
    return {**variable, "patients": patients, **shown, "minimum": None, "maximum": None}


def _pair(pair: Mapping[str, Any]) -> dict[str, Any]:
    if disclosed_number(pair["patients"]) is None:
        return {**pair, "patients": None, "association": None, "reason": None, "adjusted_p": None}
    association = pair["association"]
    return {
        **pair,
        "association": association and disclosed_association(association),
        "reason": None,
        "adjusted_p": rounded(pair["adjusted_p"]),
    }
